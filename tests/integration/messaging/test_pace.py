"""How fast we speak: twenty a minute in a group, many of its messages as one, who waits before what the clock says."""

from datetime import timedelta

import pytest
import time_machine

from chalicelib.core import clock, ids, storage
from chalicelib.core.outbox import OutboxRow
from chalicelib.core.settings import settings
from chalicelib.messaging import service as messaging
from chalicelib.messaging.service import MessageRow
from tests.builders import CLIENT, SERVICE, application

MINUTE = timedelta(minutes=1)


@pytest.fixture
def later(front):
    """The wall clock, standing still at a whole minute until it is moved."""
    with time_machine.travel(clock.wall().replace(second=0, microsecond=0) + MINUTE, tick=False) as clockwork:
        yield clockwork


GROUP = "-100900100"


@pytest.fixture
def admins(later, sent, monkeypatch):
    """What the administrators' chat, a group, has heard."""
    monkeypatch.setenv("TELEGRAM_ADMIN_CHAT_ID", GROUP)
    settings.cache_clear()
    return lambda: [one.text for one in sent.messages(GROUP)]


def tell(later, words: str, template: str = "admin_client_wrote") -> str:
    """Queue a message to the administrators; its id."""
    tx, message_id = storage.Transaction(), ids.new()
    values = {"client_name": "Анна", "lead_number": "br0001", "text": words}
    messaging.tell_admin(tx, template, messaging.About("tests", "live"), values, message_id=message_id)
    tx.commit()
    later.shift(timedelta(milliseconds=2))
    return message_id


def row(message_id: str) -> MessageRow:
    return storage.read(MessageRow.at(message_id))[0]


def test_a_few_messages_are_said_one_by_one(later, admins, tick):
    for number in range(4):
        tell(later, f"слово {number}")
    tick("sweep")
    assert len(admins()) == 4


def test_when_many_wait_they_are_one_message_each_in_full_and_each_in_the_ledger(later, admins, tick):
    told = [tell(later, f"слово {number:02} " + "подробно " * 40) for number in range(12)]
    tick("sweep")
    assert len(admins()) == 4, "nine as one, and what is left one by one"
    assert [f"слово {number:02}" in "".join(admins()) for number in range(12)] == [True] * 12
    assert max(len(text) for text in admins()) <= 4096
    rows = [row(one) for one in told]
    assert {one.state for one in rows} == {"sent"}
    assert all(f"слово {number:02}" in one.text for number, one in enumerate(rows))
    assert "told with" in rows[0].reason
    assert [one for one in OutboxRow.scan() if one.kind == "message"] == []


def test_an_alarm_is_never_in_the_middle_of_others(later, admins, tick):
    for number in range(3):
        tell(later, f"слово {number}")
    tell(later, "тревога", "admin_risky_words")
    for number in range(3, 6):
        tell(later, f"слово {number}")
    tick("sweep")
    (alarm,) = [text for text in admins() if text.startswith("Тревога")]
    assert "слово" not in alarm
    assert admins().index(alarm) == 1


def test_a_long_message_stands_by_itself(later, admins, tick):
    tell(later, "длинно " * 900)
    for number in range(5):
        tell(later, f"слово {number}")
    tick("sweep")
    assert [f"слово {number}" in admins()[-1] for number in range(5)] == [True] * 5


def test_a_group_hears_twenty_a_minute_and_the_rest_the_next_minute_once(later, admins, tick, monkeypatch):
    for number in range(26):
        tell(later, f"слово {number:02}")
        tick("sweep")
    assert len(admins()) == 20
    later.shift(MINUTE)
    tick("sweep")
    heard = "\n".join(admins())
    assert [heard.count(f"слово {number:02}") for number in range(26)] == [1] * 26
    assert len(admins()) == 21


def test_a_person_may_hear_more(later, sent, tick):
    tx = storage.Transaction()
    for number in range(25):
        messaging.say(tx, messaging.chat(str(CLIENT)), "client_words_of_staff", messaging.About("tests", "live"), {"text": str(number)})
    tx.commit()
    tick("sweep")
    assert len(sent.messages(CLIENT)) == 25


def test_what_the_clock_says_is_left_to_the_sweep_and_goes_last(front, later, sent, tick):
    """The stream is not even woken for it."""
    tx = storage.Transaction()
    about = messaging.About("tests", "live")
    messaging.say(tx, messaging.chat("7100000001"), "client_session_reminder", about, {})
    messaging.say(tx, messaging.chat("7100000002"), "client_login_code", about, {})
    messaging.say(tx, messaging.specialist("nobody"), "specialist_session_reminder", about, {})
    tx.commit()
    assert sorted(one.queue.rank for one in OutboxRow.scan()) == ["now", "soon", "soon"]


def test_one_429_in_a_persons_chat_stops_the_kind_for_the_tick_and_in_the_group_the_group_alone(front, later, sent, tick):
    about = messaging.About("tests", "live")
    for chat in ("7100000001", "7100000002"):
        tx = storage.Transaction()
        messaging.say(tx, messaging.chat(chat), "client_words_of_staff", about, {"text": "x"})
        tx.commit()
        later.shift(timedelta(milliseconds=2))
    sent.too_many(30)
    tick("sweep")
    assert len(sent.sent) == 0
    later.shift(MINUTE)
    tick("sweep")
    assert len(sent.sent) == 2


def test_the_list_of_what_waits_can_be_of_one_kind(front, later, admins):
    front.post("/submit-application", application()).ok()
    found = front.get("/outbox", SERVICE, state="waiting", kind="message").ok()["outbox"]
    assert {one["kind"] for one in found} == {"message"}
    assert front.get("/outbox", SERVICE, state="waiting", kind="unknown").ok()["outbox"] == []
    tell(later, "ещё")
    few = front.get("/outbox", SERVICE, state="waiting", limit="1").ok()
    assert len(few["outbox"]) == 1 and few["next_cursor"]
