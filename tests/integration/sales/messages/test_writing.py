"""Messages are written, changed, deleted and found by those who see their lead, and by nobody else."""

import pytest

from chalicelib.clients.index.rules import place
from chalicelib.clients.joining import Known
from chalicelib.core import clock, storage
from chalicelib.sales.leads import deciding
from chalicelib.sales.leads import service as leads
from chalicelib.sales.messages import following, index, showing
from chalicelib.sales.messages.models import SalesMessage
from tests.builders import SERVICE
from tests.integration.sales.messages.conftest import MESSAGES, WORDS, client_of, row_of, told


@pytest.fixture
def anna(sales):
    """A lead of Maria's."""
    return sales.lead(email="anna@example.org")


def test_who_is_nobody_or_a_master_or_an_analyst_who_writes(sales, anna):
    number = sales.write(anna)
    sales.house.hire("igor", "master")
    sales.house.hire("lena", "analyst")
    for ask in (sales.get, sales.put, sales.delete, sales.send):
        assert [ask(number, who).status for who in (None, "igor")] == [401, 403], ask
    assert [sales.made(anna, who).status for who in (None, "igor", "lena")] == [401, 403, 403]
    assert [sales.front.get(MESSAGES, sales.of(who)).status for who in (None, "igor", "lena")] == [401, 403, 200]
    assert (sales.get(number, "lena").status, sales.put(number, "lena").status, sales.send(number, "lena").status) == (200, 403, 403)


def test_another_managers_lead_is_nobodys_to_him(sales, anna):
    number = sales.write(anna)
    for ask in (sales.get, sales.put, sales.delete, sales.send):
        assert told(ask(number, "boris")) == (404, "message_not_found"), ask
    refused = sales.made(anna, "boris")
    assert (*told(refused), refused.body["detail"]) == (404, "lead_not_found", {"field": "lead_id"})
    assert (sales.found("boris"), sales.found("maria"), sales.found("service")) == ([], [number], [number])


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("lead_id", "Анна"),
        ("lead_id", 0),
        ("message_type", "pigeon"),
        ("subject", "Здравствуйте\r\nBcc: all@example.org"),
        ("subject", "a" * 501),
        ("body", ""),
        ("body", "  \n "),
        ("body", "a\x00b"),
        ("body", "a" * 20_001),
        ("language", "de"),
        ("purpose", "fun"),
    ],
)
def test_what_is_no_message_says_where(sales, anna, field, wrong):
    answer = sales.made(anna, **{field: wrong}) if field != "lead_id" else sales.made(wrong)
    assert (answer.status, answer.body["detail"][0]["loc"][:2]) == (422, ["body", field])
    assert str(wrong)[:12] not in answer.text or len(str(wrong)) < 3


def test_a_draft_is_shown_as_it_was_written_wherever_it_is_asked_for(sales, anna):
    answer = sales.made(f"br{anna:04d}")
    assert (answer.status, answer.headers["Location"]) == (201, f"{MESSAGES}/1")
    draft = answer.body
    assert draft == sales.get(1).ok() == sales.front.get(f"{MESSAGES}/", sales.of("maria")).ok()["items"][0]
    assert (draft["lead_id"], draft["created_by"], draft["status"], draft["body"]) == (anna, sales.house.ids["maria"], "draft", WORDS)
    assert draft["created_at"].endswith("Z") and draft["updated_at"] is None and draft["version"] == 1
    for wrong in ("0", "anna", "1.5"):
        assert sales.get(wrong).body["detail"][0]["loc"] == ["path", "message_id"]
    assert sales.get(99).status == 404


def test_a_repeat_under_one_key_makes_one_draft(sales, anna):
    key = {"Idempotency-Key": "once"}
    first, again = sales.made(anna, headers=key), sales.made(anna, headers=key)
    assert (first.status, again.status, first.body) == (201, 201, again.body)
    assert told(sales.made(anna, headers=key, body="Другое")) == (409, "key_reused")
    assert sales.found() == [1]


def test_a_message_stays_its_leads(sales, anna):
    number = sales.write(anna)
    for other in (anna + 1, f"br{anna + 1:04d}", None, "1_0"):
        refused = sales.put(number, lead_id=other, body="Иначе")
        assert (refused.status, refused.body["detail"][0]["loc"]) == (422, ["body", "lead_id"])
    assert sales.put(number, lead_id=f"br{anna:04d}", body="Иначе").ok()["lead_id"] == anna
    assert sales.put(number, lead_id=anna, body="Так").ok()["version"] == 3


def test_a_draft_is_changed_in_parts_and_only_as_it_was_read(sales, anna):
    number = sales.write(anna)
    changed = sales.put(number, subject=None, body="Иначе", version=1).ok()
    assert (changed["subject"], changed["body"], changed["message_type"], changed["version"]) == (None, "Иначе", "email", 2)
    assert changed == sales.get(number).ok()
    assert sales.put(number, body="Иначе").ok()["version"] == 2, "what says the same changes nothing"
    assert told(sales.put(number, body="Ещё", version=1)) == (409, "changed_meanwhile")
    assert sales.put(number, status="draft").status == 200
    for wrong in ({"status": "sent"}, {"body": None}, {"body": " "}, {"subject": "a\nb"}, {"message_type": None}):
        assert sales.put(number, **wrong).status == 422, wrong


def test_a_draft_that_is_deleted_is_gone_from_everywhere(sales, anna):
    number, other = sales.write(anna), sales.write(anna)
    assert sales.delete(number).ok()["success"] is True
    assert [told(ask(number)) for ask in (sales.get, sales.put, sales.send, sales.delete)] == [(404, "message_not_found")] * 4
    assert (sales.found(), sales.found(lead_id=anna)) == ([other], [other])
    assert row_of(number).lead is None


def test_filters_and_words_find_what_they_say(sales, anna):
    nina = sales.lead("Нина Лис", owner=None)
    mail = sales.write(anna, body="Пришлите договор, пожалуйста")
    sms = sales.write(nina, message_type="sms", body="Ждём вас в Ташкенте", subject=None)
    call = sales.write(nina, "boris", message_type="call", body="Перезвонить: договор готов")
    day = sales.get(mail).ok()["created_at"][:10]
    cases = [
        ({}, [call, sms, mail]),
        ({"sort": "asc"}, [mail, sms, call]),
        ({"lead_id": f"br{nina:04d}"}, [call, sms]),
        ({"message_type": "sms"}, [sms]),
        ({"status": "sent"}, []),
        ({"assigned_to": sales.house.ids["boris"]}, [call]),
        ({"created_by": sales.house.ids["maria"], "search": "догов"}, [mail]),
        ({"search": "договор перез"}, [call]),
        ({"search": "здравст"}, [call, mail]),
        ({"search": "оговор"}, []),
        ({"date_from": "2020-01-01", "date_to": "2020-01-02"}, []),
        ({"date_from": day[:4] + "-01-01"}, [call, sms, mail]),
    ]
    for folded in (False, True):
        assert [(query, sales.found(**query)) for query, _ in cases] == cases, folded
        index.fold()
    for wrong in ({"search": "!!"}, {"search": "a b c d e f"}, {"status": "flown"}, {"order_by": "body"}, {"skip": 1, "page": 1}):
        assert sales.front.get(MESSAGES, sales.of("maria"), **wrong).status == 422, wrong
    assert sales.front.get(MESSAGES, sales.of("maria"), skip=1, limit=1).ok()["items"][0]["id"] == sms


def test_a_lead_who_passes_to_another_takes_the_messages_along(sales, anna):
    number = sales.write(anna)
    sales.change_lead(anna, assigned_to=sales.house.ids["boris"])
    assert (sales.found("maria"), sales.found("boris"), sales.get(number).status, sales.get(number, "boris").status) == (
        [],
        [number],
        404,
        200,
    )
    assert sales.get(number, "boris").ok()["version"] == 1, "to who reads it, it is the same message"
    sales.remove_lead(anna)
    assert (sales.found("service"), sales.get(number, "service").status) == ([], 404)


def test_the_newest_of_a_lead_are_shown_with_him(sales, anna):
    numbers = [sales.write(anna) for _ in range(7)]
    sales.delete(numbers[5])
    rows = storage.read(*showing.last_keys(place("live", anna)))
    assert showing.last_shown(rows) == [sales.get(number).ok() for number in (7, 5, 4, 3, 2)]
    assert [one["id"] for one in sales.front.get(f"/api/v1/leads/{anna}", SERVICE).ok()["last_messages"]] == [7, 5, 4, 3, 2]
    sales.delete(7)
    assert [one["id"] for one in showing.last_shown(storage.read(*(SalesMessage.at(row.place) for row in rows)))] == [5, 4, 3, 2]


def test_one_that_was_written_while_its_lead_passed_on_is_the_next_tellings(sales, anna):
    number = sales.write(anna)
    sales.change_lead(anna, assigned_to=sales.house.ids["boris"])
    storage.change(SalesMessage.row(row_of(number).place), [SalesMessage.owner.set(sales.house.ids["maria"])])  # as its writer had read it
    sales.follow()
    assert sales.found("boris") == [number]


def test_who_became_another_takes_the_messages_along(sales, anna):
    nina = sales.lead("Нина Лис", owner="boris")
    number = sales.write(anna)
    whose = Known(client_of(nina), f"br{nina:04d}")
    assert [following.pass_on(client_of(anna), whose, limit=100) for _ in range(2)] == [1, 0]
    sales.remove_lead(anna)
    message = sales.get(number, "boris").ok()
    assert (message["lead_id"], sales.found("boris"), sales.found("maria")) == (nina, [number], [])


def test_a_lead_who_is_opened_again_has_the_messages_back(sales, anna):
    number = sales.write(anna)
    sales.remove_lead(anna)
    lead, person = storage.read(*leads.keys(place("live", anna)))
    again = {"client_id": lead.client_id, "place": lead.place, "source": "call", "at": clock.now(), "by": "system", "events": ()}
    sales.decide(lambda tx: deciding.open_in(tx, person=person, before=lead, owner=sales.house.ids["maria"], **again))
    sales.follow()
    assert sales.found("maria") == [number]
