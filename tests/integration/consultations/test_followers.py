"""Handing consultations over: once each, whatever is down, repeated or lost; and hearing back."""

import json
from datetime import timedelta

import pytest
import time_machine

from chalicelib.core import clock
from chalicelib.core.http import OPERATIONS
from tests.builders import SERVICE, Front, ledger
from tests.integration.consultations.conftest import SECRET
from tests.integration.consultations.test_tickets import TOKEN, asked, listed
from tests.standins.consulting import CLIENTS, CLOSED, DOCUMENTS, QUEUED
from tests.standins.onec import error

HOOK = "/webhooks/chatwoot"


def ticket(front: Front, cons_id):
    return front.get(f"/api/tickets/{cons_id}", TOKEN).ok()


def state(front: Front, cons_id):
    (line,) = front.get("/consultations/sync", SERVICE, cons_id=cons_id).ok()["consultations"]
    return line


def told(front: Front, chatwoot, event, *, secret=SECRET, at=None):
    body = json.dumps(event).encode()
    return front.call(
        "POST", HOOK, body=body, headers={"Content-Type": "application/json", **chatwoot.sign(secret, body, at or clock.wall())}
    )


@pytest.fixture
def handed(front, chatwoot, onec, tick):
    """A consultation that both followers have."""
    made = asked(front, importance=3, scheduled_at="2026-12-31T20:30:00Z", topic="Учёт").ok()
    tick("sweep")
    tick("sweep")
    return made


def test_both_followers_get_it_and_we_learn_what_they_call_it(front, chatwoot, onec, handed):
    ours = handed["consultation"]["cons_id"]
    ((number, talk),) = chatwoot.conversations.items()
    (document,) = onec.rows(DOCUMENTS)
    (customer,) = onec.rows(CLIENTS)
    shown = ticket(front, ours)
    assert shown == ticket(front, str(number))
    assert (shown["cons_id"], shown["number"], shown["cl_ref_key"]) == (str(number), document["Number"], document["Ref_Key"])
    assert document["Number"].startswith("000000")
    assert chatwoot.said(number) == ["Как выставить счёт-фактуру?"]
    assert (document["Контрагент_Key"], document["Важность"], document["ВидОбращения"]) == (customer["Ref_Key"], "Высокая", QUEUED)
    assert document["ДатаКонсультации"] == "2027-01-01T01:30:00", "wall time of Tashkent, over midnight and the year"
    assert document["НомерДиалога"] == str(number)
    assert talk["custom_attributes"]["number"] == document["Number"]
    (contact,) = chatwoot.contacts.values()
    assert (contact["identifier"], contact["phone_number"]) == (handed["client_id"], "+998901234567")
    (line,) = listed(front, handed["client_id"])["tickets"]
    assert line["cons_id"] == str(number)
    assert {state(front, ours)[name]["state"] for name in ("chatwoot", "onec")} == {"done"}
    card = front.get(f"/api/clients/by-hash/{contact['custom_attributes']['client_id_hash']}", TOKEN).ok()
    assert (card["client_id"], card["cl_ref_key"]) == (handed["client_id"], customer["Ref_Key"])


def test_a_second_question_reuses_the_contact_and_the_customer(front, chatwoot, onec, handed, tick):
    asked(front, "А если аванс?").ok()
    tick("sweep")
    assert (len(chatwoot.contacts), len(chatwoot.conversations), len(onec.rows(CLIENTS)), len(onec.documents)) == (1, 2, 1, 2)


@pytest.mark.parametrize("lost", ["POST /api/v1/accounts/7/contacts", "/conversations", "/messages", "custom_attributes"])
def test_what_chatwoot_took_before_the_answer_was_lost_is_not_made_again(front, chatwoot, tick, lost):
    chatwoot.drop_next(path=lost if lost.startswith("POST") else f"{lost}")
    asked(front).ok()
    for _ in range(3):
        tick("deferred_sync")
    assert (len(chatwoot.contacts), len(chatwoot.conversations)) == (1, 1)
    assert [chatwoot.said(number) for number in chatwoot.conversations] == [["Как выставить счёт-фактуру?"]]


def test_an_older_chatwoot_that_drops_marks_gets_one_question_too(front, chatwoot, tick):
    chatwoot.keeps_content_attributes = False
    chatwoot.drop_next(path="/messages")  # the look into the new conversation
    asked(front).ok()
    chatwoot.drop_next(path="/messages")
    for _ in range(4):
        tick("deferred_sync")
    assert [chatwoot.said(number) for number in chatwoot.conversations] == [["Как выставить счёт-фактуру?"]]


@pytest.mark.parametrize("entity", [CLIENTS, DOCUMENTS])
def test_what_1c_took_before_the_answer_was_lost_is_not_made_again(front, onec, tick, entity):
    from urllib.parse import quote

    onec.drop_next(path=f"POST /base/odata/standard.odata/{quote(entity)}")
    made = asked(front).ok()["consultation"]["cons_id"]
    for _ in range(3):
        tick("deferred_sync")
    assert (len(onec.rows(CLIENTS)), len(onec.documents)) == (1, 1)
    assert ticket(front, made)["number"] == onec.documents[0]["Number"]


def test_a_contact_whose_phone_is_anothers_is_made_without_it(front, chatwoot, tick):
    chatwoot.add_contact(identifier="somebody-else", phone_number="+998901234567", name="Другой")
    asked(front).ok()
    tick("sweep")
    own = [one for one in chatwoot.contacts.values() if one["identifier"] != "somebody-else"]
    assert [(one["phone_number"], one["email"]) for one in own] == [(None, "aziza@example.uz")]
    assert len(chatwoot.conversations) == 1


def test_a_contact_that_operators_made_is_taken_over(front, chatwoot, tick):
    standing = chatwoot.add_contact(phone_number="+998901234567", name="Азиза")
    client_id = asked(front).ok()["client_id"]
    tick("sweep")
    assert list(chatwoot.contacts) == [standing["id"]]
    assert chatwoot.contacts[standing["id"]]["identifier"] == client_id


def test_the_days_limit_is_not_tried_again_the_ticket_says_so_and_the_admin_is_told(front, onec, tick):
    onec.day_limit = 0
    made = asked(front).ok()["consultation"]["cons_id"]
    for _ in range(3):
        tick("deferred_sync")
    assert len(onec.calls("POST", "Document_%D0%9E")) == 1
    assert "refused" in ticket(front, made)["warnings"][0]
    line = state(front, made)["onec"]
    assert (line["state"], line["next_try"]) == ("refused", None)
    assert "лимит" in line["last_error"]
    (message,) = ledger("admin", "admin_consultation_refused")
    assert "лимит" in message.values["reason"]
    assert [row["consultation_id"] for row in front.get("/consultations/sync", SERVICE, state="refused").ok()["consultations"]] == [made]
    onec.day_limit = None
    front.post(f"/consultations/sync/{made}/replay", {}, SERVICE).ok()
    tick("sweep")
    assert ticket(front, made)["number"] == onec.documents[0]["Number"]
    assert "warnings" not in ticket(front, made)
    assert front.get("/consultations/sync", SERVICE, state="refused").ok()["consultations"] == []


@pytest.mark.parametrize(
    ("status", "body"), [(503, None), (500, None), (500, error("Конфликт блокировок при выполнении транзакции")), (401, None)]
)
def test_what_may_pass_waits_and_is_told_with_its_next_try(front, onec, tick, status, body):
    onec.fail_next(status, body)
    made = asked(front).ok()["consultation"]["cons_id"]
    tick("sweep")
    line = state(front, made)["onec"]
    assert (line["state"], line["attempts"]) == ("waiting", 1)
    assert line["last_error"]
    assert line["next_try"]
    waiting = front.get("/consultations/sync", SERVICE).ok()["consultations"]
    assert [row["consultation_id"] for row in waiting] == [made]
    tick("deferred_sync")
    assert state(front, made)["onec"]["state"] == "done"
    assert ledger("admin", "admin_consultation_refused") == []


def test_1c_is_told_of_a_conversation_that_came_after_its_document(front, chatwoot, onec, tick):
    chatwoot.down = True
    made = asked(front).ok()["consultation"]["cons_id"]
    tick("sweep")
    assert "НомерДиалога" not in onec.documents[0]
    chatwoot.down = False
    tick("deferred_sync")
    tick("sweep")
    assert onec.documents[0]["НомерДиалога"] == ticket(front, made)["cons_id"]
    assert {state(front, made)[name]["state"] for name in ("chatwoot", "onec")} == {"done"}
    assert front.get("/consultations/sync", SERVICE).ok()["consultations"] == []


def test_three_days_down_and_back_leave_the_same_as_if_nothing_happened(front, chatwoot, onec, tick):
    chatwoot.down = onec.down = True
    made = [asked(front, f"Вопрос {number}", client={"email": f"c{number % 2}@example.uz"}).ok() for number in range(4)]
    start = clock.wall()
    for hours in range(0, 73, 6):
        with time_machine.travel(start + timedelta(hours=hours)):
            tick("deferred_sync")
            tick("sweep")
    assert {ticket(front, one["consultation"]["cons_id"])["number"] for one in made} == {None}
    chatwoot.down = onec.down = False
    with time_machine.travel(start + timedelta(hours=73)):
        for _ in range(3):
            tick("deferred_sync")
    assert (len(chatwoot.contacts), len(chatwoot.conversations)) == (2, 4)
    assert (len(onec.rows(CLIENTS)), len(onec.documents)) == (2, 4)
    assert sorted(words for number in chatwoot.conversations for words in chatwoot.said(number)) == [f"Вопрос {n}" for n in range(4)]
    for one in made:
        shown = ticket(front, one["consultation"]["cons_id"])
        document = next(row for row in onec.documents if row["Ref_Key"] == shown["cl_ref_key"])
        assert (document["Number"], document["НомерДиалога"]) == (shown["number"], shown["cons_id"])
        assert chatwoot.conversations[int(shown["cons_id"])]["custom_attributes"]["number"] == shown["number"]
    assert front.get("/consultations/sync", SERVICE).ok()["consultations"] == []


def test_a_follower_that_is_down_is_asked_once_a_tick_not_once_for_each(front, chatwoot, tick):
    chatwoot.down = True
    for number in range(4):
        asked(front, client={"email": f"c{number}@example.uz"}).ok()
    tick("sweep")
    assert len(chatwoot.asked) == 1


def test_an_operator_closes_it_in_chatwoot_and_1c_and_the_client_hear_of_it(front, chatwoot, onec, handed, tick):
    number = next(iter(chatwoot.conversations))
    event = chatwoot.status_changed(number, "resolved")
    assert told(front, chatwoot, event).ok()["kept"] is True
    shown = ticket(front, str(number))
    assert shown["status"] == "closed"
    assert shown["end_date"]
    tick("sweep")
    assert onec.documents[0]["ВидОбращения"] == CLOSED
    assert state(front, str(number))["onec"]["state"] == "done"
    (row,) = ledger(f"client#{client_of(handed)}", "client_consultation_closed")
    assert (row.language, row.values["number"]) == ("ru", onec.documents[0]["Number"])
    assert told(front, chatwoot, chatwoot.status_changed(number, "open")).ok()["kept"] is True
    assert (ticket(front, str(number))["status"], ticket(front, str(number))["end_date"]) == ("pending", None)


def client_of(made):
    from chalicelib.core import ids

    return ids.from_uuid(made["client_id"])


def test_an_operator_closes_it_in_1c_and_chatwoot_hears_of_it_without_an_echo(front, chatwoot, onec, handed, tick):
    number, (document,) = next(iter(chatwoot.conversations)), onec.documents
    onec.change(DOCUMENTS, document["Ref_Key"], ВидОбращения=CLOSED)
    tick("deferred_sync")
    tick("sweep")
    assert {state(front, str(number))[name]["state"] for name in ("chatwoot", "onec")} == {"done"}
    assert ticket(front, str(number))["status"] == "closed"
    assert chatwoot.conversations[number]["status"] == "resolved"
    asked_before = len(onec.calls("PATCH"))
    assert told(front, chatwoot, chatwoot.status_changed(number, "resolved")).ok()["kept"] is False, "our own change comes back"
    tick("deferred_sync")
    assert len(onec.calls("PATCH")) == asked_before
    onec.change(DOCUMENTS, document["Ref_Key"], ВидОбращения="Жалоба")
    tick("deferred_sync")
    assert ticket(front, str(number))["status"] == "other"


def test_a_change_whose_webhook_was_lost_is_polled(front, chatwoot, handed, tick):
    number = next(iter(chatwoot.conversations))
    chatwoot.agent_replies(number, "Исправьте в текущем году.")
    chatwoot.agent_replies(number, "проверить у Дилшода", private=True)
    chatwoot.status_changed(number, "resolved")
    tick("deferred_sync")
    tick("deferred_sync")
    assert ticket(front, str(number))["status"] == "closed"
    replies = ledger(f"client#{client_of(handed)}", "client_consultation_reply")
    assert [row.values["text"] for row in replies] == ["Исправьте в текущем году."]


def test_messages_are_kept_once_whoever_brought_them(front, chatwoot, handed, tick):
    number = next(iter(chatwoot.conversations))
    event, words = chatwoot.agent_replies(number, "Добрый день!"), chatwoot.contact_writes(number, "Спасибо")
    assert told(front, chatwoot, event).ok()["kept"] is True
    assert told(front, chatwoot, words).ok()["kept"] is True
    again = told(front, chatwoot, {**event, "extra": 1}).ok()
    assert (again["kept"], again["reason"]) == (False, "nothing new")
    tick("deferred_sync")
    rows = ledger(f"client#{client_of(handed)}")
    assert [(row.direction, row.channel, row.text) for row in rows if row.direction == "in"] == [("in", "chatwoot", "Спасибо")]
    assert len([row for row in rows if row.template == "client_consultation_reply"]) == 1


def test_our_own_question_does_not_come_back_as_words(front, chatwoot, handed):
    number = next(iter(chatwoot.conversations))
    own = {**chatwoot.contact_writes(number, "x"), "content": "Как выставить счёт-фактуру?"}
    assert told(front, chatwoot, own).ok()["kept"] is False
    assert told(front, chatwoot, chatwoot.created_event(number)).ok()["kept"] is False


def test_the_signature_is_asked_for(front, chatwoot, handed):
    number = next(iter(chatwoot.conversations))
    event = chatwoot.status_changed(number, "resolved")
    assert front.post(HOOK, event).status == 401
    assert told(front, chatwoot, event, secret="another").status == 401
    assert told(front, chatwoot, event, at=clock.wall() - timedelta(minutes=6)).status == 401
    assert told(front, chatwoot, event, at=clock.wall() + timedelta(minutes=6)).status == 401
    body = json.dumps(event).encode()
    headers = {**chatwoot.sign(SECRET, body, clock.wall()), "X-Chatwoot-Timestamp": str(int(clock.wall().timestamp()) + 1)}
    assert front.call("POST", HOOK, body=body, headers=headers).status == 401
    assert ticket(front, str(number))["status"] == "new"
    first = told(front, chatwoot, event).ok()
    assert told(front, chatwoot, event).ok() == first, "a replay within five minutes is answered, and changes nothing"


def test_an_old_chatwoot_comes_with_the_secret_in_its_address(front, chatwoot, monkeypatch):
    from chalicelib.core.settings import settings

    monkeypatch.delenv("CHATWOOT_WEBHOOK_SECRET")
    settings.cache_clear()
    assert front.post(HOOK, {"event": "x"}).status == 401
    assert front.post(f"{HOOK}?token=", {"event": "x"}).status == 401
    monkeypatch.setenv("CHATWOOT_WEBHOOK_TOKEN", "address-token")
    settings.cache_clear()
    assert front.post(f"{HOOK}?token=wrong", {"event": "x"}).status == 401
    assert front.post(f"{HOOK}?token=address-token", {"event": "x"}).ok()["kept"] is False


@pytest.mark.parametrize(
    "event", [{}, {"event": "conversation_status_changed", "id": 999, "status": "resolved"}, {"event": "contact_created", "id": 3}]
)
def test_what_is_no_consultation_of_ours_is_ignored(front, chatwoot, handed, event):
    assert told(front, chatwoot, event).ok() == {"success": True, "kept": False, "reason": "no consultation of ours"}


def test_another_accounts_conversation_is_not_ours(front, chatwoot, handed):
    number = next(iter(chatwoot.conversations))
    event = {**chatwoot.status_changed(number, "resolved"), "account_id": 99}
    assert told(front, chatwoot, event).ok() == {"success": True, "kept": False, "reason": "another account"}


def test_the_back_offices_doors_are_the_back_offices(front):
    for method, path in (("GET", "/consultations/sync"), ("POST", "/consultations/sync/x/replay")):
        assert front.call(method, path).status == 401
        assert front.call(method, path, headers=TOKEN).status == 401
    assert front.post("/consultations/sync/x/replay", {}, SERVICE).status == 404
    assert front.get("/consultations/sync", SERVICE, cons_id="x").status == 404
    assert {one.name for one in OPERATIONS if one.path == HOOK and one.webhook} == {"chatwoot"}
