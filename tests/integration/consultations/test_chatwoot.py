"""Chatwoot restored from a backup, exchanged, locked to one conversation; its events late, repeated, out of order, lost."""

import json
from datetime import timedelta

import pytest
import time_machine

from chalicelib.core import clock, ids
from chalicelib.core.settings import settings
from tests.builders import SERVICE, client_row, ledger
from tests.integration.consultations.test_followers import state, ticket, told
from tests.integration.consultations.test_tickets import asked
from tests.standins.chatwoot import ChatwootStandIn

BOT = {"id": 9, "name": "Бот", "type": "agent_bot"}
CAPTAIN = {"id": 3, "name": "Captain", "type": "captain_assistant"}


@pytest.fixture
def ask(front, chatwoot, tick):
    """A consultation that Chatwoot has, and the number of its conversation."""

    def run(comment="Как выставить счёт-фактуру?", client=None):
        made = asked(front, comment, client=client or {"email": "aziza@example.uz"}).ok()
        tick("sweep")
        return made, int(ticket(front, made["consultation"]["cons_id"])["cons_id"])

    return run


def answers(made):
    return ledger(f"client#{ids.from_uuid(made['client_id'])}", "client_consultation_reply")


def said_back(made):
    return [row.values.get("text") for row in answers(made)]


def polled(tick):
    tick("deferred_sync")
    tick("sweep")


# --- whose a number is --------------------------------------------------------------------------------------------------


def test_a_restored_chatwoot_gives_an_old_number_to_another_and_both_are_asked(front, chatwoot, ask, tick):
    saved = chatwoot.backup()
    lost, number = ask("Потерянный вопрос", {"email": "lost@example.uz"})
    chatwoot.restore(saved)
    new, again = ask("Новый вопрос", {"email": "new@example.uz"})
    assert again == number, "the number is given anew"
    polled(tick)
    (moved,) = [one for one in chatwoot.conversations if one != number]
    assert (chatwoot.said(number), chatwoot.said(moved)) == (["Новый вопрос"], ["Потерянный вопрос"])
    ours = lost["consultation"]["cons_id"]
    assert ticket(front, ours)["cons_id"] == str(moved)
    assert ticket(front, str(number))["client_id"] == new["client_id"]
    assert told(front, chatwoot, chatwoot.agent_replies(number, "Новому")).ok()["kept"] is True
    assert told(front, chatwoot, chatwoot.agent_replies(moved, "Потерянному")).ok()["kept"] is True
    assert (said_back(new), said_back(lost)) == (["Новому"], ["Потерянному"])


def test_before_the_number_is_taken_over_another_clients_answers_reach_nobody(front, chatwoot, ask, tick):
    saved = chatwoot.backup()
    lost, number = ask(client={"email": "lost@example.uz"})
    chatwoot.restore(saved)
    stranger = chatwoot.add_contact(name="Чужой")
    talk = chatwoot.add_conversation(stranger["id"])
    assert talk["id"] == number
    for event in (chatwoot.agent_replies(number, "Не вам"), chatwoot.status_changed(number, "resolved")):
        assert told(front, chatwoot, event).ok()["kept"] is False
    polled(tick)
    assert (said_back(lost), ticket(front, lost["consultation"]["cons_id"])["status"]) == ([], "new")


def test_a_number_that_is_another_conversations_is_not_written_to(front, chatwoot, onec, ask, tick):
    saved = chatwoot.backup()
    made, number = ask(client={"email": "lost@example.uz"})
    tick("sweep")
    chatwoot.restore(saved)
    stranger = chatwoot.add_conversation(chatwoot.add_contact(name="Чужой")["id"])
    front.post(f"/consultations/sync/{made['consultation']['cons_id']}/replay", {}, SERVICE).ok()
    polled(tick)
    assert (stranger["id"], chatwoot.said(number), stranger["custom_attributes"]) == (number, [], {})
    assert ticket(front, made["consultation"]["cons_id"])["cons_id"] != str(number)


def test_a_contact_whose_number_is_anothers_by_now_is_not_taken(front, chatwoot, ask):
    saved = chatwoot.backup()
    ask("Первый", {"email": "lost@example.uz"})
    chatwoot.restore(saved)
    stranger = chatwoot.add_contact(name="Чужой", email="stranger@example.uz")
    _, number = ask("Второй", {"email": "lost@example.uz"})
    assert chatwoot.conversations[number]["contact_id"] != stranger["id"]


def test_another_chatwoot_does_not_take_the_numbers_of_the_old_one_for_its_own(front, chatwoot, ask, tick, monkeypatch):
    made, number = ask("Старый вопрос", {"email": "old@example.uz"})
    with ChatwootStandIn() as other:
        monkeypatch.setenv("CHATWOOT_URL", other.address)
        settings.cache_clear()
        stranger = other.add_conversation(other.add_contact(name="Чужой")["id"])
        assert stranger["id"] == number
        assert told(front, other, other.agent_replies(number, "Не вам")).ok()["kept"] is False
        bare = other.agent_replies(number, "И это не вам")
        del bare["conversation"]["custom_attributes"]
        assert told(front, other, bare).ok()["kept"] is False
        _, again = ask("Новый вопрос", {"email": "new@example.uz"})
        assert again != number
        front.post(f"/consultations/sync/{made['consultation']['cons_id']}/replay", {}, SERVICE).ok()
        polled(tick)
        assert sorted(words for talk in other.conversations for words in other.said(talk) if "вопрос" in words) == [
            "Новый вопрос",
            "Старый вопрос",
        ]
        assert not other.wrong
    assert chatwoot.said(number) == ["Старый вопрос"]


def test_what_was_over_is_not_asked_again_at_another_chatwoot(front, chatwoot, ask, tick, monkeypatch):
    made, number = ask()
    told(front, chatwoot, chatwoot.status_changed(number, "resolved")).ok()
    with ChatwootStandIn() as other:
        monkeypatch.setenv("CHATWOOT_URL", other.address)
        settings.cache_clear()
        front.post(f"/consultations/sync/{made['consultation']['cons_id']}/replay", {}, SERVICE).ok()
        polled(tick)
        assert (other.conversations, state(front, made["consultation"]["cons_id"])["chatwoot"]["state"]) == ({}, "done")
    assert ticket(front, str(number))["status"] == "closed", "its old number finds it still"


def test_an_event_that_does_not_tell_attributes_is_known_by_its_number(front, chatwoot, ask):
    made, number = ask()
    event = chatwoot.agent_replies(number, "Да")
    event["conversation"] = {"id": number, "status": "open"}
    assert told(front, chatwoot, event).ok()["kept"] is True
    assert said_back(made) == ["Да"]


@pytest.mark.parametrize("mark", ["01ZZZZZZZZZZZZZZZZZZZZZZZZ", "", None, 7, ["x"], "x" * 500])
def test_a_mark_that_is_not_ours_beats_the_number(front, chatwoot, ask, mark):
    made, number = ask()
    event = chatwoot.agent_replies(number, "Да")
    event["conversation"]["custom_attributes"] = {"frontdesk_id": mark}
    assert told(front, chatwoot, event).ok()["kept"] is False
    assert said_back(made) == []


# --- an inbox that keeps one conversation, a bot that goes first ----------------------------------------------------------


@pytest.fixture
def locked(chatwoot, ask):
    """Two questions of one client in one conversation."""
    chatwoot.locked = True
    first, number = ask("Первый вопрос")
    second, same = ask("Второй вопрос")
    assert same == number
    return first, second, number


def test_a_locked_inbox_gets_the_question_in_the_standing_conversation(front, chatwoot, locked, tick):
    first, second, number = locked
    polled(tick)
    assert chatwoot.said(number) == ["Первый вопрос", "Второй вопрос"]
    assert chatwoot.conversations[number]["custom_attributes"]["frontdesk_id"] == second["consultation"]["cons_id"]
    assert [state(front, one["consultation"]["cons_id"])["chatwoot"]["state"] for one in (first, second)] == ["done", "done"]
    assert ticket(front, str(number))["client_id"] == second["client_id"]


def test_what_becomes_of_a_shared_conversation_becomes_of_every_question_that_waits_in_it(front, chatwoot, locked):
    first, second, number = locked
    assert told(front, chatwoot, chatwoot.status_changed(number, "resolved")).ok()["kept"] is True
    assert {ticket(front, one["consultation"]["cons_id"])["status"] for one in (first, second)} == {"closed"}
    assert told(front, chatwoot, chatwoot.status_changed(number, "open")).ok()["kept"] is True
    assert ticket(front, second["consultation"]["cons_id"])["status"] == "pending"
    assert ticket(front, first["consultation"]["cons_id"])["status"] == "closed", "what was over stays over"


def test_an_earlier_question_does_not_put_its_marks_over_the_later_ones(front, chatwoot, locked, tick):
    first, second, number = locked
    front.post(f"/consultations/sync/{first['consultation']['cons_id']}/replay", {}, SERVICE).ok()
    polled(tick)
    assert chatwoot.conversations[number]["custom_attributes"]["frontdesk_id"] == second["consultation"]["cons_id"]
    assert len(chatwoot.conversations) == 1


def test_the_dialogue_of_a_shared_conversation_is_kept_once(front, chatwoot, locked, tick):
    first, _, number = locked
    chatwoot.agent_replies(number, "Ответ")
    for _ in range(2):
        polled(tick)
    assert said_back(first) == ["Ответ"]
    assert [row for row in ledger(f"client#{ids.from_uuid(first['client_id'])}") if row.direction == "in"] == []


@pytest.mark.parametrize("keeps", [True, False])
def test_the_same_words_asked_a_day_later_in_a_locked_inbox_are_asked(front, chatwoot, tick, keeps, ask):
    chatwoot.locked, chatwoot.keeps_content_attributes = True, keeps
    _, number = ask()
    with time_machine.travel(clock.wall() + timedelta(hours=25)):
        ask()
    assert chatwoot.said(number) == ["Как выставить счёт-фактуру?"] * 2


def test_a_bots_pending_is_kept_and_what_it_hands_over_is_heard(front, chatwoot, ask, tick):
    chatwoot.bot_active = True
    made, number = ask()
    polled(tick)
    assert chatwoot.conversations[number]["status"] == "pending"
    assert "/toggle_status" not in [one.path for one in chatwoot.asked]
    assert told(front, chatwoot, chatwoot.status_changed(number, "open")).ok()["kept"] is True
    assert ticket(front, made["consultation"]["cons_id"])["status"] == "pending"


def test_a_contact_found_by_search_goes_with_his_name_in_the_inbox(front, chatwoot, ask):
    chatwoot.locked = True
    standing = chatwoot.add_contact(email="aziza@example.uz", name="Азиза")
    (source,) = [one["source_id"] for one in standing["contact_inboxes"]]
    _, number = ask("Первый")
    _, again = ask("Второй")
    assert (chatwoot.conversations[number]["source_id"], again) == (source, number)
    assert len(chatwoot.contacts[standing["id"]]["contact_inboxes"]) == 1, "he has one name in the inbox, however often he asks"


def test_a_contact_of_another_inbox_gets_one_name_in_ours(chatwoot, ask):
    standing = chatwoot.add_contact(email="aziza@example.uz", name="Азиза", inbox=False)
    ask("Первый")
    ask("Второй")
    assert len(chatwoot.contacts[standing["id"]]["contact_inboxes"]) == 1


# --- late, repeated, out of order, lost -----------------------------------------------------------------------------------


def at(event, **moment):
    """The event as if it had happened then."""
    return {**event, "updated_at": event["updated_at"] + timedelta(**moment).total_seconds()}


def test_a_late_event_does_not_undo_a_later_one(front, chatwoot, ask):
    made, number = ask()
    late = chatwoot.status_changed(number, "resolved")
    newer = at(chatwoot.status_changed(number, "open"), seconds=5)
    assert told(front, chatwoot, newer).ok()["kept"] is False, "it stands open as it stood"
    assert told(front, chatwoot, late).ok()["kept"] is False, "what lies between is over"
    assert ticket(front, made["consultation"]["cons_id"])["status"] == "new"


def test_events_in_order_and_their_repeats_are_told_by_their_own_moments(front, chatwoot, ask):
    made, number = ask()
    closed, opened = chatwoot.status_changed(number, "resolved"), at(chatwoot.status_changed(number, "open"), seconds=5)
    assert [told(front, chatwoot, {**one, "n": n}).ok()["kept"] for n, one in enumerate((closed, opened, closed, opened))] == [
        True,
        True,
        False,
        False,
    ]
    assert ticket(front, made["consultation"]["cons_id"])["status"] == "pending"


def test_what_an_operator_did_before_our_own_change_comes_late(front, chatwoot, onec, ask, tick):
    from tests.standins.consulting import CLOSED, DOCUMENTS

    made, number = ask()
    tick("sweep")
    before = chatwoot.status_changed(number, "snoozed")
    onec.change(DOCUMENTS, onec.documents[0]["Ref_Key"], ВидОбращения=CLOSED)
    polled(tick)
    polled(tick)
    assert chatwoot.conversations[number]["status"] == "resolved"
    assert told(front, chatwoot, before).ok()["kept"] is False
    assert ticket(front, made["consultation"]["cons_id"])["status"] == "closed"


def test_an_event_without_a_moment_is_heard_as_it_comes(front, chatwoot, ask):
    made, number = ask()
    event = chatwoot.status_changed(number, "resolved")
    del event["updated_at"]
    assert told(front, chatwoot, event).ok()["kept"] is True
    assert ticket(front, made["consultation"]["cons_id"])["status"] == "closed"


def test_a_date_of_next_year_does_not_deafen_the_poll(front, chatwoot, ask, tick):
    _, number = ask()
    real, chatwoot.clock = chatwoot.clock, lambda: clock.wall() + timedelta(days=365)
    chatwoot.contact_writes(number, "Из будущего")
    polled(tick)
    chatwoot.clock = real
    _, other = ask("Другой вопрос", {"email": "other@example.uz"})
    chatwoot.agent_replies(other, "Ответ")
    polled(tick)
    assert chatwoot.said(other)[-1] == "Ответ"
    rows = ledger(f"client#{ids.from_uuid(ticket(front, str(other))['client_id'])}", "client_consultation_reply")
    assert [row.values["text"] for row in rows] == ["Ответ"]


# --- whose words reach the client -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("by_hook", [True, False])
def test_a_file_alone_reaches_the_client_as_its_link(front, chatwoot, ask, tick, by_hook):
    made, number = ask()
    event = chatwoot.agent_sends(number, "https://chat.example/x/schet.pdf")
    if by_hook:
        assert told(front, chatwoot, event).ok()["kept"] is True
    polled(tick)
    (row,) = answers(made)
    assert row.values["files"] == ["https://chat.example/x/schet.pdf"]
    assert "Файл: https://chat.example/x/schet.pdf" in shown(row)


def shown(row):
    from chalicelib.messaging import rules

    return rules.render(row.template, row.language, row.values).text


def test_a_text_with_files_of_which_one_has_no_link(front, chatwoot, ask):
    made, number = ask()
    told(front, chatwoot, chatwoot.agent_sends(number, "https://a.example/1", None, "javascript:x", text="Вот:")).ok()
    text = shown(answers(made)[0])
    assert "Вот:\nФайл: https://a.example/1\n" in text
    assert "не открыть: 2" in text
    assert "javascript" not in text


@pytest.mark.parametrize("sender", [None, BOT, CAPTAIN])
@pytest.mark.parametrize("by_hook", [True, False])
def test_a_rule_a_bot_and_the_ai_answer_too(front, chatwoot, ask, tick, sender, by_hook):
    made, number = ask()
    event = chatwoot.automation_replies(number, "Мы работаем с 9 до 18", sender)
    if by_hook:
        assert told(front, chatwoot, event).ok()["kept"] is True
    polled(tick)
    assert said_back(made) == ["Мы работаем с 9 до 18"]


@pytest.mark.parametrize("files", [(), ("https://chat.example/x/note.pdf",)])
def test_a_note_never_reaches_the_client(front, chatwoot, ask, tick, files):
    made, number = ask()
    assert told(front, chatwoot, chatwoot.agent_sends(number, *files, text="Между нами", private=True)).ok()["kept"] is False
    polled(tick)
    assert answers(made) == []


def test_an_answer_that_was_deleted_before_it_left_is_not_said(front, chatwoot, ask, tick, sent):
    made, number = ask()
    event = chatwoot.agent_replies(number, "Ой")
    assert told(front, chatwoot, event).ok()["kept"] is True
    gone = chatwoot.deleted(number, event["id"])
    assert told(front, chatwoot, gone).ok()["kept"] is True
    assert told(front, chatwoot, {**gone, "n": 2}).ok()["kept"] is False
    polled(tick)
    (row,) = answers(made)
    assert (row.state, row.reason) == ("skipped", "taken back in Chatwoot")


def test_an_answer_whose_deletion_came_first_is_not_said(front, chatwoot, ask, tick):
    made, number = ask()
    event = chatwoot.agent_replies(number, "Ой")
    assert told(front, chatwoot, chatwoot.deleted(number, event["id"])).ok()["kept"] is True
    assert told(front, chatwoot, event).ok()["kept"] is False
    polled(tick)
    assert answers(made) == []


def test_an_answer_whose_event_was_lost_is_kept_by_its_correction(front, chatwoot, ask, tick):
    made, number = ask()
    event = chatwoot.agent_replies(number, "Завтра")
    assert told(front, chatwoot, chatwoot.edited(number, event["id"], "Послезавтра")).ok()["kept"] is True
    polled(tick)
    assert said_back(made) == ["Послезавтра"]


def test_a_clients_file_is_kept_with_its_link(front, chatwoot, ask):
    made, number = ask()
    event = chatwoot.contact_writes(number, "Вот акт")
    event["attachments"] = [{"id": 1, "file_type": "image", "data_url": "https://chat.example/akt.jpg"}, {"id": 2, "file_type": "file"}]
    assert told(front, chatwoot, json.loads(json.dumps(event))).ok()["kept"] is True
    (row,) = [row for row in ledger(f"client#{ids.from_uuid(made['client_id'])}") if row.direction == "in"]
    assert row.text == "Вот акт\nhttps://chat.example/akt.jpg\nfile"


def test_risky_words_in_a_conversation_are_heard_as_anywhere(front, chatwoot, ask):
    made, number = ask()
    event = json.loads(json.dumps(chatwoot.contact_writes(number, "Не хочу жить")))
    for _ in range(2):  # Chatwoot repeats its events
        told(front, chatwoot, event).ok()
    client_id = str(ids.from_uuid(made["client_id"]))
    assert client_row(client_id).paused_at is not None
    assert len(ledger("admin", "admin_risky_words")) == len(ledger(f"client#{client_id}", "client_hotline")) == 1
