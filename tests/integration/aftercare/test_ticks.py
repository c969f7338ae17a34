"""What happens by the clock, whenever the clock ticks: late, twice, at once, a moment before and a moment after."""

from datetime import timedelta
from threading import Thread

import pytest
import time_machine

from chalicelib.booking.sessions.service import Session
from chalicelib.core import clock, storage
from tests.builders import (
    ADMIN_CHAT,
    CLIENT,
    SERVICE,
    SPECIALIST_CHAT,
    TELEGRAM,
    apply_for,
    book,
    confirm,
    moscow,
    press,
    slot,
    specialist,
    start,
    ticket_status,
    tomorrow,
)
from tests.standins.store import OneAtATime, Wire

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
TICKS = ["check_link_transition", "session_reminder", "feedback_reminder"]


@pytest.fixture
def desk(front):
    """A specialist with two free hours tomorrow; their starts."""
    person = specialist(front)
    starts = [tomorrow(12), tomorrow(16)]
    for start_at in starts:
        slot(front, person, start_at)
    return starts


@pytest.fixture
def confirmed(front, desk):
    """Anna's confirmed session: its ticket and start."""
    ticket_id = book(front, desk[0])
    confirm(front, ticket_id, desk[0])
    return ticket_id, desk[0]


@pytest.fixture
def pending(front, desk):
    """Anna's unconfirmed session: its ticket and start."""
    return book(front, desk[0]), desk[0]


def told(sent, chat, words: str) -> int:
    """How many messages of a chat hold these words."""
    return sum(words in message.text for message in sent.messages(chat))


def settled(tick, at) -> None:
    """Everything that is due by then is said."""
    tick("sweep", at)
    tick("sweep", at)


@pytest.mark.parametrize("name", TICKS)
def test_a_tick_with_nothing_to_do_does_nothing(front, tick, sent, name):
    assert tick(name) == 0
    tick("sweep")
    assert sent.calls == 0


# --- reminders --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "due"),
    [
        (2 * HOUR + SECOND, 0),
        (2 * HOUR, 1),
        (2 * HOUR - SECOND, 1),
        (HOUR, 1),
        (SECOND, 1),
        (timedelta(), 0),
        (-SECOND, 0),
        (-5 * HOUR, 0),
    ],
)
def test_a_reminder_is_due_from_two_hours_before_until_the_start(front, tick, confirmed, before, due):
    assert tick("session_reminder", confirmed[1] - before) == due


def test_both_sides_are_reminded_once_however_often_the_tick_comes(front, tick, sent, confirmed):
    _, start_at = confirmed
    counts = [tick("session_reminder", start_at - timedelta(minutes=left)) for left in (120, 120, 115, 60, 1)]
    assert counts == [1, 0, 0, 0, 0]
    settled(tick, start_at - HOUR)
    assert told(sent, CLIENT, "Напоминаем о встрече") == told(sent, SPECIALIST_CHAT, "Скоро встреча") == 1


def test_a_missed_tick_is_caught_up(front, tick, sent, confirmed):
    assert tick("session_reminder", confirmed[1] - timedelta(minutes=3)) == 1
    settled(tick, confirmed[1] - timedelta(minutes=2))
    assert told(sent, CLIENT, "Напоминаем о встрече") == 1


def test_ticks_out_of_order_remind_once(front, tick, sent, confirmed):
    _, start_at = confirmed
    assert [tick("session_reminder", start_at - left) for left in (HOUR / 2, 2 * HOUR, HOUR)] == [1, 0, 0]


def test_parallel_ticks_remind_once(front, tick, sent, confirmed):
    _, start_at = confirmed
    counts: list[int] = []
    with OneAtATime():
        workers = [Thread(target=lambda: counts.append(tick("session_reminder", start_at - HOUR))) for _ in range(6)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(20)
    assert sorted(counts) == [0, 0, 0, 0, 0, 1]
    settled(tick, start_at - HOUR)
    assert told(sent, CLIENT, "Напоминаем о встрече") == told(sent, SPECIALIST_CHAT, "Скоро встреча") == 1


def test_an_unconfirmed_session_is_reminded_of_once_with_the_button(front, tick, sent, pending):
    ticket_id, start_at = pending
    assert [tick("session_reminder", start_at - HOUR) for _ in range(2)] == [1, 0]
    settled(tick, start_at - HOUR)
    assert "подтвердите встречу" in sent.messages(CLIENT)[-1].text
    front.post("/telegram", press(sent.messages(CLIENT)[-1].action("Подтвердить")), TELEGRAM).ok()
    assert ticket_status(front, ticket_id) == "confirmed"


def test_a_cancelled_session_is_not_reminded_of(front, tick, confirmed):
    ticket_id, start_at = confirmed
    front.post("/cancel-session", {"ticket_id": ticket_id}).ok()
    assert tick("session_reminder", start_at - HOUR) == 0


def test_a_session_cancelled_after_its_reminder_was_queued_sends_none(front, tick, sent, confirmed):
    ticket_id, start_at = confirmed
    tick("session_reminder", start_at - HOUR)
    front.post("/cancel-session", {"ticket_id": ticket_id}).ok()
    settled(tick, start_at - HOUR)
    assert told(sent, CLIENT, "Напоминаем") == 0
    assert told(sent, CLIENT, "отменена") == 1


def test_a_moved_session_is_reminded_of_again_for_its_new_time(front, tick, sent, desk, confirmed):
    ticket_id, start_at = confirmed
    tick("session_reminder", start_at - 2 * HOUR)
    settled(tick, start_at - 2 * HOUR)
    front.post("/reschedule-session", {"ticket_id": ticket_id, "new_slot_time": moscow(desk[1])}).ok()
    assert tick("session_reminder", start_at - HOUR) == 0, "the old time is nobody's any more"
    assert tick("session_reminder", desk[1] - HOUR) == 1
    settled(tick, desk[1] - HOUR)
    assert told(sent, CLIENT, "Напоминаем") == 2
    assert f"{desk[1] + 3 * HOUR:%H:%M} МСК" in sent.messages(CLIENT)[-1].text


def test_the_test_contours_sessions_are_reminded_of_in_the_ledger_only(front, tick, sent):
    person = specialist(front, contour="test")
    start_at = tomorrow(12)
    slot(front, person, start_at)
    applied = front.post("/submit-application-test-contur", {"name": "Проба", "selected_slots": [moscow(start_at)]}).ok()
    front.post("/process-link", {"user_id": str(CLIENT), "ticket_id": applied["ticket_id"]}, SERVICE).ok()
    confirm(front, applied["ticket_id"], start_at)
    assert tick("session_reminder", start_at - HOUR) == 1
    settled(tick, start_at - HOUR)
    assert sent.calls == 0


# --- ends -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after_start", "status"),
    [
        (timedelta(), "confirmed"),
        (HOUR, "confirmed"),
        (2 * HOUR - SECOND, "confirmed"),
        (2 * HOUR, "completed"),
        (2 * HOUR + SECOND, "completed"),
        (timedelta(days=40), "completed"),
    ],
)
def test_a_confirmed_session_is_completed_an_hour_after_its_end(front, tick, confirmed, after_start, status):
    ticket_id, start_at = confirmed
    tick("feedback_reminder", start_at + after_start)
    assert ticket_status(front, ticket_id) == status


def test_both_sides_are_asked_once_how_it_was(front, tick, sent, confirmed):
    _, start_at = confirmed
    assert [tick("feedback_reminder", start_at + timedelta(hours=hours)) for hours in (1, 2, 2, 3, 50)] == [0, 1, 0, 0, 0]
    settled(tick, start_at + 3 * HOUR)
    assert told(sent, CLIENT, "Как прошла встреча") == told(sent, SPECIALIST_CHAT, "завершилась") == 1
    assert sent.messages(CLIENT)[-1].action("5").startswith("rate:5:")


def test_a_long_sessions_end_is_its_own(front, tick):
    person, start_at = specialist(front), tomorrow(12)
    slot(front, person, start_at, minutes=90)
    ticket_id = book(front, start_at)
    confirm(front, ticket_id, start_at)
    assert tick("feedback_reminder", start_at + 2 * HOUR + HOUR / 2 - SECOND) == 0
    assert tick("feedback_reminder", start_at + 2 * HOUR + HOUR / 2) == 1


@pytest.mark.parametrize(
    ("after_start", "asked"), [(timedelta(), 0), (HOUR - SECOND, 0), (HOUR, 1), (5 * HOUR, 1), (timedelta(days=90), 1)]
)
def test_silence_does_not_decide_how_an_unconfirmed_session_ended(front, tick, pending, after_start, asked):
    ticket_id, start_at = pending
    assert tick("feedback_reminder", start_at + after_start) == asked
    assert ticket_status(front, ticket_id) == "pending"


def test_the_office_is_asked_at_the_end_and_once_the_next_day_and_the_client_nothing(front, tick, sent, pending):
    _, start_at = pending
    tick("sweep")
    heard = len(sent.messages(CLIENT))
    assert [tick("feedback_reminder", start_at + timedelta(hours=hours)) for hours in (1, 1, 2, 9, 25, 25, 60)] == [1, 0, 0, 0, 1, 0, 0]
    settled(tick, start_at + 60 * HOUR)
    assert told(sent, ADMIN_CHAT, "Состоялась она или нет") == 2
    assert len(sent.messages(CLIENT)) == heard


def in_chat(data: str, chat_id: int, update_id: int, user_id: int = 4444) -> dict:
    """A press below a message of a chat."""
    update = press(data, user_id, update_id=update_id)
    update["callback_query"]["message"] = {"message_id": 1, "date": 1, "chat": {"id": chat_id, "type": "group"}}
    return update


@pytest.mark.parametrize(("label", "status"), [("Состоялась", "completed"), ("Не состоялась", "missed")])
def test_anybody_of_the_admin_chat_says_how_it_ended_and_nobody_else(front, tick, sent, pending, label, status):
    ticket_id, start_at = pending
    tick("feedback_reminder", start_at + HOUR)
    settled(tick, start_at + HOUR)
    data = {text: action for line in sent.messages(ADMIN_CHAT)[-1].buttons for text, action in line}[label]
    with time_machine.travel(start_at + HOUR, tick=False):
        for update in (press(data, update_id=70), in_chat(data, -77, 71), in_chat(data, CLIENT, 72, CLIENT)):
            assert front.post("/telegram", update, TELEGRAM).ok()["text"] == "Эта кнопка не для вас."
        assert ticket_status(front, ticket_id) == "pending"
        said = [front.post("/telegram", in_chat(data, int(ADMIN_CHAT), number), TELEGRAM).ok()["text"] for number in (73, 74)]
    assert said[0] == said[1] and "Записано" in said[0]
    assert ticket_status(front, ticket_id) == status
    assert tick("feedback_reminder", start_at + 30 * HOUR) == 0


def test_the_office_cannot_end_what_is_not_over(front, tick, pending):
    ticket_id, _ = pending
    (row,) = storage.query(Session, ticket_id).rows
    answer = front.post("/telegram", in_chat(f"held:{ticket_id}:{row.session_id}", int(ADMIN_CHAT), 75), TELEGRAM).ok()
    assert "завершена" in answer["text"] and ticket_status(front, ticket_id) == "pending"


def test_a_cancelled_session_never_ends_twice(front, tick, confirmed):
    ticket_id, start_at = confirmed
    front.post("/cancel-session", {"ticket_id": ticket_id}).ok()
    assert tick("feedback_reminder", start_at + 9 * HOUR) == 0
    assert ticket_status(front, ticket_id) == "cancelled"


def test_parallel_ticks_ask_once(front, tick, sent, confirmed):
    _, start_at = confirmed
    counts: list[int] = []
    with OneAtATime():
        workers = [Thread(target=lambda: counts.append(tick("feedback_reminder", start_at + 2 * HOUR))) for _ in range(6)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(20)
    assert sum(counts) == 1
    settled(tick, start_at + 2 * HOUR)
    assert told(sent, CLIENT, "Как прошла встреча") == 1


def test_one_sessions_trouble_does_not_keep_the_others_waiting(front, tick, desk, confirmed):
    other = book(front, desk[1], 7055555555, update_id=9, name="Борис", contact={"type": "phone", "value": "+79161234567"})
    confirm(front, other, desk[1])
    end = desk[1] + 9 * HOUR
    with Wire() as wire:
        wire.refuse("TransactWriteItems", "ValidationException")
        assert tick("feedback_reminder", end) == 1
    assert {ticket_status(front, confirmed[0]), ticket_status(front, other)} == {"confirmed", "completed"}
    assert tick("feedback_reminder", end) == 1
    assert ticket_status(front, confirmed[0]) == ticket_status(front, other) == "completed"


# --- links ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def frozen(front):
    """The wall clock standing still, so that borders can be met exactly."""
    with time_machine.travel(clock.wall().replace(microsecond=0), tick=False) as clockwork:
        yield clockwork


@pytest.mark.parametrize(("after", "due"), [(119, 0), (120, 1), (121, 1), (86400, 1)])
def test_a_link_is_reported_exactly_two_minutes_after_it_was_made(front, tick, frozen, desk, after, due):
    apply_for(front, desk[0])
    assert tick("check_link_transition", clock.wall() + timedelta(seconds=after)) == due


def test_the_admin_is_told_once_with_the_contact_and_the_link(front, tick, sent, frozen, desk):
    ticket_id = apply_for(front, desk[0])
    later = clock.wall() + timedelta(minutes=3)
    assert [tick("check_link_transition", later + timedelta(minutes=n)) for n in range(4)] == [1, 0, 0, 0]
    settled(tick, later)
    (text,) = [message.text for message in sent.messages(ADMIN_CHAT) if "не перешёл" in message.text]
    assert "+7 904 550-15-67" in text and ticket_id in text and "br0001" in text


def test_a_followed_link_is_not_reported(front, tick, frozen, pending):
    assert tick("check_link_transition", clock.wall() + HOUR) == 0


def meanwhile(wire: Wire, happen) -> None:
    """Have something happen between a tick's look and its first write."""

    def before(call):
        if call.operation == "TransactWriteItems":
            wire.before = lambda call: None
            happen()

    wire.before = before


def test_a_link_followed_while_the_tick_was_looking_is_not_reported(front, tick, sent, frozen, desk):
    ticket_id = apply_for(front, desk[0])
    with Wire() as wire:
        meanwhile(wire, lambda: front.post("/telegram", start(ticket_id), TELEGRAM).ok())
        assert tick("check_link_transition", clock.wall() + timedelta(minutes=2)) == 0
    settled(tick, clock.wall() + timedelta(minutes=2))
    assert told(sent, ADMIN_CHAT, "не перешёл") == 0
    assert ticket_status(front, ticket_id) == "pending"


def test_a_session_cancelled_while_the_tick_was_looking_is_not_reminded_of(front, tick, sent, confirmed):
    ticket_id, start_at = confirmed
    with Wire() as wire:
        meanwhile(wire, lambda: front.post("/cancel-session", {"ticket_id": ticket_id}).ok())
        assert tick("session_reminder", start_at - HOUR) == 0
    settled(tick, start_at - HOUR)
    assert told(sent, CLIENT, "Напоминаем") == 0


def test_a_link_followed_after_it_was_reported_still_books(front, tick, frozen, desk):
    ticket_id = apply_for(front, desk[0])
    assert tick("check_link_transition", clock.wall() + timedelta(minutes=2)) == 1
    front.post("/telegram", start(ticket_id), TELEGRAM).ok()
    assert ticket_status(front, ticket_id) == "pending"
    assert tick("check_link_transition", clock.wall() + HOUR) == 0


def test_parallel_ticks_report_a_link_once(front, tick, sent, frozen, desk):
    apply_for(front, desk[0])
    counts: list[int] = []
    at = clock.wall() + timedelta(minutes=2)
    with OneAtATime():
        workers = [Thread(target=lambda: counts.append(tick("check_link_transition", at))) for _ in range(6)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(20)
    assert sum(counts) == 1


def test_a_replayed_tick_of_yesterday_changes_nothing(front, tick, sent, confirmed):
    tick("sweep")
    heard = len(sent.sent)
    for name in TICKS:
        assert tick(name, clock.wall() - timedelta(days=1)) == 0
    tick("sweep", clock.wall() - timedelta(days=1))
    assert len(sent.sent) == heard


def test_a_session_missed_before_its_payment_was_due_frees_its_hold(front, tick, monkeypatch):
    from chalicelib.booking.slots.models import Slot
    from tests.builders import SERVICE, specialist, tomorrow
    from tests.builders import slot as free_slot

    person = specialist(front)
    start = tomorrow(12)
    chosen = free_slot(front, person, start, minutes=5)
    client_id = front.post("/client-registration", {"user_id": 7012345678}, SERVICE).ok()["client_id"]
    body = {"client_id": client_id, "psychologist_id": person, "slot_id": chosen, "payment_info": {"amount": 0, "status": "pending"}}
    with time_machine.travel(start - timedelta(minutes=1), tick=False):
        front.post("/process-diagnostic-session-request", body, SERVICE).ok()
        tick("feedback_reminder", start + timedelta(minutes=6))
    row = Slot.get(chosen)
    assert (row.state, row.session_id) == ("free", None)
