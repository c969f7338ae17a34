"""All messages of clients: by days, names, channels and how they stand; a page is a query and a read."""

from datetime import timedelta

import pytest

from chalicelib.core import clock, facts, storage
from chalicelib.dialogue.registry import listing
from chalicelib.messaging import service as messaging
from tests.builders import SERVICE
from tests.integration.dialogue.conftest import DIALOGUES, deliver, row_of
from tests.standins.store import Wire

MESSAGES = f"{DIALOGUES}/messages"


def say(number, text="Здравствуйте", *, at=None, template="client_words_of_staff", **how):
    """A message of a moment."""
    tx = storage.Transaction()
    with clock.pinned(at or clock.now()):
        messaging.say(tx, messaging.client(row_of(number).client_id), template, messaging.About("test", "live"), {"text": text}, **how)
        tx.commit()


def texts(answer):
    return [one["text"] for one in answer["items"]]


def test_who_may_not_and_what_is_wrong(office):
    assert office.front.get(MESSAGES).status == 401
    for role in ("manager", "master", "analyst"):
        office.hire(role, role)
        assert office.front.get(MESSAGES, office.of(role)).status == 403
    office.hire("olga", "operator")
    assert office.front.get(MESSAGES, office.of("olga")).ok()["items"] == []
    wrong = [
        {"message_date": "soon"},
        {"message_date": "2026-11-01", "date_from": "2026-11-01"},
        {"date_from": "2026-11-02", "date_to": "2026-11-01"},
        {"delivery_status": "lost"},
        {"channel": "pigeon"},
        {"client_id": "anna"},
        {"page_size": 201},
        {"cursor": "x"},
        {"fio": "Анна", "full_name": "Борис"},
    ]
    for query in wrong:
        assert office.front.get(MESSAGES, SERVICE, **query).status == 422, query
    assert office.front.get(MESSAGES, SERVICE, client_id=99).status == 404


def test_a_page_is_two_calls_and_the_last_week_by_default(office):
    anna = office.client()
    for number in range(30):
        say(anna, f"Слово {number}", at=clock.now() - timedelta(minutes=number))
    say(anna, "Давно", at=clock.now() - timedelta(days=8))
    with Wire() as wire:
        page = office.registry()
    assert len(wire.calls) <= 3  # an index a year: in the first days of one there are two
    assert (texts(page), page["page_size"]) == ([f"Слово {number}" for number in range(25)], 25)
    assert (page["total"], page["total_exact"]) == (30, True)
    assert (
        texts(office.registry(cursor=page["next_cursor"]))
        == texts(office.registry(page=2))
        == [f"Слово {number}" for number in range(25, 30)]
    )
    day = facts.day_of(clock.now() - timedelta(days=8))
    assert texts(office.registry(message_date=day)) == texts(office.registry(date_from=day, date_to=day)) == ["Давно"]


def test_only_clients_of_the_live_contour_and_what_each_row_says(office, sent):
    anna = office.client()
    office.write(anna, "Можно вечером?").ok()
    say(anna, "Да", author="staff#7")
    say(anna, template="client_hotline")
    say(anna, "x", template="client_session_reminder")
    tx = storage.Transaction()
    messaging.tell_admin(tx, "admin_stranger_wrote", messaging.About("test", "live"), {"text": "x"})
    messaging.say(tx, messaging.client("another"), "client_hotline", messaging.About("test", "test"))
    tx.commit()
    deliver()
    shown = [(one["direction"], one["message_type"], one["delivery_status"], one["channel"]) for one in office.registry()["items"]]
    assert shown == [
        ("out", "reminder", "sent", "telegram"),
        ("out", "automatic", "sent", "telegram"),
        ("out", "individual", "sent", "telegram"),
        ("in", "individual", "delivered", "app"),
    ]
    first = office.registry()["items"][-1]
    assert (first["client_id"], first["client_name"], first["text"]) == (anna, "Анна Ким", "Можно вечером?")


def test_a_code_is_never_shown(office, sent):
    anna = office.client()
    say(anna, template="client_login_code")
    (before,) = office.registry()["items"]
    deliver()
    (after,) = office.registry()["items"]
    assert before["text"] == ""
    assert not any(mark.isdigit() for mark in after["text"]), after["text"]


def test_filters_read_so_many_rows_at_once_and_go_on(office, monkeypatch):
    monkeypatch.setattr(listing, "MOST_READ", 10)
    anna, boris = office.client(), office.client("Борис Иванов", 7012345679)
    for number in range(24):
        whose = anna if number % 3 else boris
        say(whose, f"{number}", at=clock.now() - timedelta(minutes=number), by="email" if number % 2 else None)
    found, cursor, answers = [], None, 0
    while cursor or not answers:
        answer = office.registry(channel="email", page_size=4, **({"cursor": cursor} if cursor else {}))
        found, cursor, answers = found + texts(answer), answer["next_cursor"], answers + 1
    assert found == [f"{number}" for number in range(1, 24, 2)]
    assert not answer["total_exact"]
    assert office.registry(delivery_status="failed", client_id=boris)["items"] == []
    named = office.registry(fio="борис", delivery_status="pending")
    assert (texts(named), named["total"], named["total_exact"]) == ([f"{number}" for number in range(0, 24, 3)], 8, True)
    assert texts(office.registry(full_name="Иванов Борис", page_size=3)) == ["0", "3", "6"]
    assert texts(office.registry(client_id=boris, page_size=3, page=2)) == ["9", "12", "15"]
    assert office.registry(client_id=boris, fio="Анна")["items"] == office.registry(fio="никто")["items"] == []


def test_a_name_that_many_have_is_to_be_narrowed(office):
    for number in range(26):
        office.client("Анна", 7012345678 + number)
    answer = office.front.get(MESSAGES, SERVICE, fio="анна")
    assert (answer.status, answer.body["error"]) == (422, "narrow")


@pytest.mark.parametrize("filters", [{}, {"client_id": 1}])
def test_messages_of_one_moment_are_neither_lost_nor_shown_twice(office, filters):
    anna, at = office.client(), clock.now()
    for number in range(7):
        say(anna, f"{number}", at=at)
    found, cursor = [], None
    for _ in range(3):
        answer = office.registry(page_size=3, **filters, **({"cursor": cursor} if cursor else {}))
        found, cursor = found + texts(answer), answer["next_cursor"]
    assert sorted(found) == [f"{number}" for number in range(7)]
    assert cursor is None
