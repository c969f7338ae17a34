"""How a queued message leaves, and what becomes of it when it cannot."""

from datetime import timedelta

import pytest
import time_machine

from chalicelib.clients.service import Client
from chalicelib.core import clock, ids, storage
from chalicelib.core.settings import settings
from chalicelib.messaging import service as messaging
from tests.builders import (
    ADMIN_CHAT,
    CLIENT,
    SERVICE,
    SPECIALIST_CHAT,
    TELEGRAM,
    application,
    apply_for,
    book,
    client_row,
    confirm,
    messages,
    moscow,
    press,
    slot,
    specialist,
    ticket_status,
    tomorrow,
    write,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def later(front):
    """The wall clock, standing still until it is moved."""
    with time_machine.travel(clock.wall().replace(microsecond=0), tick=False) as clockwork:
        yield clockwork


@pytest.fixture
def desk(front):
    """A specialist with two free hours tomorrow; their starts."""
    person = specialist(front)
    starts = [tomorrow(12), tomorrow(13)]
    for start_at in starts:
        slot(front, person, start_at)
    return starts


def say(words: str) -> str:
    """Queue words of ours for Anna's chat; the message's id."""
    tx, message_id = storage.Transaction(), ids.new()
    about = messaging.About("tests", "live")
    to = messaging.chat(str(CLIENT))
    messaging.say(tx, to, "admin_application", about, {"matches": words}, buttons=[[("Да", "confirm:t:s")]], message_id=message_id)
    tx.commit()
    return message_id


def row(message_id: str):
    return storage.read(messaging.MessageRow.at(message_id))[0]


def texts(sent, chat) -> list[str]:
    return [message.text for message in sent.messages(chat)]


def test_both_sides_hear_of_a_booking_and_the_ledger_says_how_it_went(front, tick, sent, desk):
    book(front, desk[0])
    tick("sweep")
    assert "вы записаны к специалисту Мария Орлова" in texts(sent, CLIENT)[-1]
    assert "Новая запись" in texts(sent, SPECIALIST_CHAT)[-1]
    (said,) = messages(front)
    assert (said["state"], said["channel"]) == ("sent", "telegram")
    assert (said["template"], said["cause"]) == ("client_session_booked", "link_followed")
    assert said["text"] == texts(sent, CLIENT)[-1]
    assert said["sent_at"] is not None


# --- long texts -------------------------------------------------------------------------------------------------------


def test_a_long_text_leaves_in_parts_with_the_buttons_on_the_last(front, tick, sent):
    say("слово " * 1500)
    tick("sweep")
    parts = sent.messages(CLIENT)
    assert len(parts) == 3
    assert [bool(part.buttons) for part in parts] == [False, False, True]
    assert "".join(part.text for part in parts).count("слово") == 1500


def test_a_failure_between_parts_does_not_repeat_what_was_said(front, tick, sent, later):
    say("слово " * 1500)
    tick("sweep")
    whole = texts(sent, CLIENT)
    sent.forget()
    message_id = say("слово " * 1500)
    sent.pass_next()
    sent.fail_next()
    tick("sweep")
    assert (len(sent.messages(CLIENT)), row(message_id).parts_sent, row(message_id).state) == (1, 1, "queued")
    later.shift(MINUTE)
    tick("sweep")
    assert texts(sent, CLIENT) == whole
    assert row(message_id).state == "sent"


# --- refusals ---------------------------------------------------------------------------------------------------------


def test_a_blocked_bot_is_a_dead_channel_and_the_admin_is_told_once(front, tick, sent, desk):
    ticket_id = book(front, desk[0])
    sent.block(CLIENT)
    tick("sweep")
    tick("sweep")
    assert client_row("br0001").dead_channels == {"telegram"}
    (told,) = [text for text in texts(sent, ADMIN_CHAT) if "не доставлено" in text]
    assert "br0001" in told and "client_session_booked" in told and "вы записаны" in told
    confirm(front, ticket_id, desk[0])
    tick("sweep")
    first, second = messages(front)
    assert (first["state"], second["state"], second["reason"]) == ("dead", "skipped", "the bot is blocked")
    assert "blocked" in first["reason"]
    assert sum("не доставлено" in text for text in texts(sent, ADMIN_CHAT)) == 1
    assert front.get("/outbox", SERVICE, state="dead").ok()["outbox"] == [], "nothing here waits for an operator"


def test_a_specialist_who_blocked_the_bot_is_told_about_and_the_client_still_hears(front, tick, sent, desk):
    sent.block(SPECIALIST_CHAT)
    book(front, desk[0])
    tick("sweep")
    tick("sweep")
    assert any("Мария Орлова" in text and "не доставлено" in text for text in texts(sent, ADMIN_CHAT))
    assert texts(sent, CLIENT)


def test_a_specialist_without_telegram_has_each_event_told_to_the_admin_in_words(front, tick, sent):
    person = specialist(front, telegram_id=None, phone="+7 921 000-11-22", email="maria@example.org")
    slot(front, person, tomorrow(12))
    ticket_id = book(front, tomorrow(12))
    for _ in range(2):
        tick("sweep")
    front.post("/cancel-session", {"ticket_id": ticket_id}).ok()
    for _ in range(2):
        tick("sweep")
    told = [text for text in texts(sent, ADMIN_CHAT) if "не доставлено" in text]
    assert all("Телефон: +7 921 000-11-22\nПочта: maria@example.org" in text for text in told)
    assert [("Мария Орлова" in text, "Новая запись" in text, "Встреча отменена" in text) for text in told] == [
        (True, True, False),
        (True, False, True),
    ]


def test_without_an_admin_chat_what_he_must_know_waits_and_health_says_so(front, tick, sent, desk, monkeypatch):
    monkeypatch.delenv("TELEGRAM_ADMIN_CHAT_ID")
    settings.cache_clear()
    apply_for(front, desk[0])
    tick("sweep")
    assert [trouble["what"] for trouble in front.get("/health").ok()["troubles"]] == ["telegram_chat"]
    monkeypatch.setenv("TELEGRAM_ADMIN_CHAT_ID", ADMIN_CHAT)
    settings.cache_clear()
    with time_machine.travel(clock.wall() + MINUTE):
        tick("sweep")
    assert len(texts(sent, ADMIN_CHAT)) == 1
    assert front.get("/health").ok()["troubles"] == []


def test_a_deaf_admin_chat_does_not_tell_itself(front, tick, sent, desk):
    sent.block(ADMIN_CHAT)
    apply_for(front, desk[0])
    for _ in range(3):
        tick("sweep")
    assert sent.sent == [] and sent.calls == 1


def test_a_refusal_that_is_our_fault_is_left_to_an_operator(front, tick, sent, desk):
    status, description = 400, "Bad Request: text is empty"
    book(front, desk[0])
    tick("sweep")
    sent.forget()
    message_id = say("x")
    sent.fail_next(1, status=status, description=description)
    tick("sweep")
    (dead,) = front.get("/outbox", SERVICE).ok()["outbox"]
    assert (dead["kind"], dead["state"], dead["last_error"]) == ("message", "dead", description)
    assert (row(message_id).state, row(message_id).reason) == ("failed", description)
    assert "x" in row(message_id).text, "what should have been said is not lost"
    assert client_row("br0001").dead_channels is None
    tick("sweep")
    assert [description in text for text in texts(sent, ADMIN_CHAT) if "больше не повторяем" in text] == [True]
    front.post(f"/outbox/{dead['effect_id']}/replay", None, SERVICE).ok()
    tick("sweep")
    assert (len(sent.messages(CLIENT)), row(message_id).state, row(message_id).reason) == (1, "sent", None)


def test_a_message_to_the_admin_that_is_refused_does_not_tell_itself(front, tick, sent, desk):
    apply_for(front, desk[0])
    sent.fail_next(1, status=400, description="Bad Request: nonsense")
    for _ in range(2):
        tick("sweep")
    assert [row["kind"] for row in front.get("/outbox", SERVICE).ok()["outbox"]] == ["message"]
    assert sent.messages(ADMIN_CHAT) == []


def test_a_dead_rows_lane_goes_on(front, tick, sent):
    say("первое")
    say("второе")
    sent.fail_next(1, status=400, description="Bad Request: nonsense")
    tick("sweep")
    assert [("второе" in text) for text in texts(sent, CLIENT)] == [True]


def test_a_client_without_a_channel_is_told_of_once_with_his_phone_and_the_words(front, tick, sent, desk):
    applied = front.post("/submit-application", application(moscow(desk[0]), phone="+7 904 550-15-67")).ok()
    client_id = client_row("br0001").client_id
    for _ in range(3):
        tx = storage.Transaction()
        messaging.say(tx, messaging.client(client_id), "client_welcome", messaging.About("tests", "live"))
        tx.commit()
        tick("sweep")
    tick("sweep")
    (told,) = [text for text in texts(sent, ADMIN_CHAT) if "не доставлено" in text]
    assert applied["success"] and "br0001" in told and "Telegram этого человека не известен" in told
    assert "+79045501567" in told and "не подтверждён" in told and "Это бот записи" in told


def test_of_who_left_no_phone_the_office_reads_his_mail(front, tick, sent):
    front.post("/submit-application", application(contact={"type": "email", "value": "anna@example.org"})).ok()
    tx = storage.Transaction()
    messaging.say(tx, messaging.client(client_row("br0001").client_id), "client_welcome", messaging.About("tests", "live"))
    tx.commit()
    for _ in range(2):
        tick("sweep")
    (told,) = [text for text in texts(sent, ADMIN_CHAT) if "не доставлено" in text]
    assert "Почта: anna@example.org" in told and "Телефон" not in told


def test_who_came_back_and_blocked_again_is_told_of_again(front, tick, sent, desk):
    ticket_id = book(front, desk[0])
    sent.block(CLIENT)
    tick("sweep")
    sent.unblock(CLIENT)
    front.post("/telegram", write("я снова тут", update_id=91), TELEGRAM).ok()
    assert client_row("br0001").unreached is None
    sent.block(CLIENT)
    confirm(front, ticket_id, desk[0])
    for _ in range(2):
        tick("sweep")
    assert sum("не доставлено" in text for text in texts(sent, ADMIN_CHAT)) == 2


def test_a_known_client_is_called_by_his_name_whoever_tells_of_him(front, tick, sent, desk):
    book(front, desk[0])
    tx, about = storage.Transaction(), messaging.About("tests", "live")
    nameless = {"client_name": None, "lead_number": "br0001", "text": "x"}
    messaging.tell_admin(tx, "admin_client_wrote", about, nameless)
    messaging.tell_admin(tx, "admin_client_wrote", about, {**nameless, "lead_number": "br0999"})
    messaging.say(tx, messaging.client(client_row("br0001").client_id), "client_confirm_session", about, {"client_name": ""})
    tx.commit()
    tick("sweep")
    name = client_row("br0001").name
    said = texts(sent, ADMIN_CHAT)
    assert any(f"{name} (br0001) пишет" in text for text in said) and any("— (br0999) пишет" in text for text in said)
    assert texts(sent, CLIENT)[-1].startswith(f"{name}, пожалуйста")


# --- our own configuration --------------------------------------------------------------------------------------------

NEW_CHAT = "-1002471352452"


def tell_admin(words: str) -> str:
    """Queue a message of ours for the admin; its id."""
    tx, message_id = storage.Transaction(), ids.new()
    messaging.tell_admin(tx, "admin_application", messaging.About("tests", "live"), {"matches": words}, message_id=message_id)
    tx.commit()
    return message_id


def whats_wrong(front) -> list[str]:
    return [one["what"] for one in front.get("/health").ok()["troubles"]]


def later_ticks(tick, later, times: int = 4) -> None:
    for _ in range(times):
        later.shift(timedelta(minutes=11))
        tick("sweep")


@pytest.mark.parametrize(("status", "description"), [(401, "Unauthorized"), (404, "Not Found")])
def test_a_rotated_token_has_all_messages_wait_and_move_by_themselves(front, tick, sent, later, status, description):
    sent.fail_next(50, status=status, description=description)
    waiting = [say("первое"), tell_admin("третье")]
    later.shift(MINUTE)
    waiting += [say("второе")]
    later_ticks(tick, later, 3)
    later.shift(timedelta(days=30))
    tick("sweep")
    assert [row(message_id).state for message_id in waiting] == ["queued"] * 3
    assert whats_wrong(front) == ["telegram_token"]
    assert front.get("/outbox", SERVICE, state="dead").ok()["outbox"] == []
    sent._plan.clear()
    later_ticks(tick, later)
    assert [row(message_id).state for message_id in waiting] == ["sent"] * 3
    assert ["второе" in text for text in texts(sent, CLIENT)] == [False, True]
    assert whats_wrong(front) == []


@pytest.mark.parametrize(
    ("status", "description"),
    [
        (403, "Forbidden: bot was kicked from the supergroup chat"),
        (400, "Bad Request: chat not found"),
        (400, "Bad Request: not enough rights to send text messages to the chat"),
    ],
)
def test_an_admin_chat_that_shuts_us_out_has_its_own_lane_wait_alone(front, tick, sent, later, status, description):
    sent.block(ADMIN_CHAT, status=status, description=description)
    first = tell_admin("первое")
    later.shift(MINUTE)
    second = tell_admin("второе")
    tick("sweep")
    clients = [say("клиенту")]
    later_ticks(tick, later, 2)
    clients += [say("и ещё")]
    later.shift(timedelta(days=20))
    later_ticks(tick, later, 1)
    assert [row(one).state for one in (first, second, *clients)] == ["queued", "queued", "sent", "sent"]
    assert whats_wrong(front) == ["telegram_chat"]
    sent.unblock(ADMIN_CHAT)
    later_ticks(tick, later)
    assert [row(one).state for one in (first, second)] == ["sent", "sent"]
    assert ["первое" in text for text in texts(sent, ADMIN_CHAT)] == [True, False]
    assert whats_wrong(front) == [] and not any("не может писать" in text for text in texts(sent, ADMIN_CHAT))


def test_a_full_lane_of_a_deaf_admin_chat_leaves_room_for_others(front, tick, sent, later):
    sent.block(ADMIN_CHAT)
    for number in range(6):
        tell_admin(str(number))
    tick("sweep")
    later.shift(MINUTE)
    mine = say("клиенту")
    tick("sweep")
    assert row(mine).state == "sent"


def test_a_group_that_became_a_supergroup_is_followed_with_all_that_comes_after(front, tick, sent, later):
    sent.migrate(ADMIN_CHAT, NEW_CHAT)
    first = tell_admin("первое")
    tick("sweep")
    calls = sent.calls
    second = tell_admin("второе")
    tick("sweep")
    assert [row(one).state for one in (first, second)] == ["sent", "sent"]
    assert ["первое" in text for text in texts(sent, NEW_CHAT)] == [True, False]
    assert (calls, sent.calls) == (2, 3), "the second goes there straight"
    assert whats_wrong(front) == []


def test_a_move_is_known_although_the_new_chat_did_not_answer_yet(front, tick, sent, later):
    sent.migrate(ADMIN_CHAT, NEW_CHAT)
    message_id = tell_admin("x")
    sent.pass_next()
    sent.fail_next()
    tick("sweep")
    assert row(message_id).state == "queued"
    later_ticks(tick, later, 1)
    assert (len(texts(sent, NEW_CHAT)), row(message_id).state, sent.calls) == (1, "sent", 3)


def test_a_long_text_goes_on_in_the_new_chat(front, tick, sent):
    sent.migrate(ADMIN_CHAT, NEW_CHAT)
    tell_admin("слово " * 1500)
    tick("sweep")
    assert len(texts(sent, NEW_CHAT)) == 3 and sent.calls == 4


def test_chats_that_lead_in_a_circle_are_an_operators_work(front, tick, sent):
    sent.migrate(ADMIN_CHAT, NEW_CHAT)
    sent.migrate(NEW_CHAT, ADMIN_CHAT)
    message_id = tell_admin("x")
    tick("sweep")
    assert (row(message_id).state, sent.calls) == ("failed", 4)


# --- waiting ----------------------------------------------------------------------------------------------------------


def test_a_429_is_waited_out_as_long_as_it_says(front, tick, sent, later):
    message_id = say("x")
    sent.too_many(40)
    tick("sweep")
    later.shift(timedelta(seconds=39))
    tick("sweep")
    assert (sent.calls, row(message_id).state) == (1, "queued")
    later.shift(timedelta(seconds=2))
    tick("sweep")
    assert (len(sent.messages(CLIENT)), row(message_id).state) == (1, "sent")


def test_a_proxys_page_is_not_a_refusal(front, tick, sent, later):
    say("x")
    sent.page_next()
    tick("sweep")
    assert sent.messages(CLIENT) == []
    later.shift(MINUTE)
    tick("sweep")
    assert len(sent.messages(CLIENT)) == 1


def test_telegram_down_for_a_day_loses_nothing_and_mixes_nothing(front, tick, sent, later):
    sent.down = True
    for hour in range(0, 24, 3):
        say(f"сообщение-{hour:02d}")
        tick("sweep")
        later.shift(timedelta(hours=3))
    sent.down = False
    for _ in range(3):
        later.shift(timedelta(minutes=11))
        tick("sweep")
    arrived = [text.split("сообщение-")[1][:2] for text in texts(sent, CLIENT)]
    assert arrived == [f"{hour:02d}" for hour in range(0, 24, 3)]
    assert front.get("/outbox", SERVICE, state="waiting").ok()["outbox"] == []
    assert front.get("/outbox", SERVICE, state="dead").ok()["outbox"] == []


def test_news_of_a_day_without_telegram_are_dropped_where_they_are_no_longer_true(front, tick, sent, later, desk):
    sent.down = True
    ticket_id = book(front, desk[0])
    tick("sweep")
    later.shift(MINUTE)
    front.post("/cancel-session", {"ticket_id": ticket_id}).ok()
    sent.down = False
    later.shift(timedelta(minutes=11))
    tick("sweep")
    assert ["отменена" in text for text in texts(sent, CLIENT)] == [True]
    booked, cancelled = messages(front)
    assert (booked["state"], booked["reason"], cancelled["state"]) == ("skipped", "the session is cancelled", "sent")


# --- what must not leave ----------------------------------------------------------------------------------------------


def test_a_client_without_an_account_is_skipped_and_the_ledger_says_why(front, tick, sent, desk):
    apply_for(front, desk[0])
    tx = storage.Transaction()
    messaging.say(tx, messaging.client(client_row("br0001").client_id), "client_welcome", messaging.About("tests", "live"))
    tx.commit()
    tick("sweep")
    (said,) = messages(front)
    assert (said["state"], said["reason"]) == ("skipped", "no Telegram account is known")


def test_a_moved_sessions_old_news_are_skipped(front, tick, sent, desk):
    ticket_id = book(front, desk[0])
    front.post("/reschedule-session", {"ticket_id": ticket_id, "new_slot_time": moscow(desk[1])}).ok()
    tick("sweep")
    booked, moved = messages(front)
    assert (booked["state"], booked["reason"]) == ("skipped", "the session was moved")
    assert (moved["state"], moved["template"]) == ("sent", "client_session_moved")
    assert not any("отменена" in text for text in texts(sent, CLIENT))


def test_a_channel_that_comes_back_to_life_is_spoken_on_again(front, tick, sent, desk):
    ticket_id = book(front, desk[0])
    storage.change(Client.row(client_row("br0001").client_id), [Client.dead_channels.add({"telegram"})])
    tick("sweep")
    storage.change(Client.row(client_row("br0001").client_id), [Client.dead_channels.delete({"telegram"})])
    confirm(front, ticket_id, desk[0])
    tick("sweep")
    assert [row["state"] for row in messages(front)] == ["skipped", "sent"]


def test_without_a_token_the_ledger_is_the_channel(front, tick, desk):
    ticket_id = book(front, desk[0])
    tick("sweep")
    (said,) = messages(front)
    assert (said["channel"], said["state"]) == ("ledger", "recorded")
    assert "вы записаны" in said["text"]
    assert ticket_status(front, ticket_id) == "pending"


def test_the_test_contour_never_leaves(front, tick, sent):
    person = specialist(front, contour="test")
    start_at = tomorrow(12)
    slot(front, person, start_at)
    answer = front.post("/submit-application-test-contur", application(moscow(start_at))).ok()
    assert answer["held_slots"]
    front.post("/process-link", {"user_id": str(CLIENT), "ticket_id": answer["ticket_id"]}, SERVICE).ok()
    tick("check_link_transition", clock.wall() + timedelta(minutes=5))
    tick("sweep")
    assert sent.calls == 0
    rows = storage.whole(storage.query(messaging.MessageRow.of_recipient, "admin-test").rows)
    assert [(row.channel, row.state) for row in rows] == [("ledger", "recorded")]


def test_a_button_carries_its_session(front, tick, sent, desk):
    ticket_id = book(front, desk[0])
    tick("sweep")
    data = sent.messages(CLIENT)[-1].action("Подтвердить")
    assert front.post("/telegram", press(data), TELEGRAM).ok()["method"] == "answerCallbackQuery"
    assert ticket_status(front, ticket_id) == "confirmed"


def test_times_are_shown_in_the_clients_zone_too(front, tick, sent, desk):
    book(front, desk[0], timezone="Asia/Vladivostok")
    tick("sweep")
    assert "в 12:00 МСК (у вас 19:00)" in texts(sent, CLIENT)[-1]


# --- taken back -------------------------------------------------------------------------------------------------------


def take_back(message_id: str) -> bool:
    return messaging.take_back(messaging.chat(str(CLIENT)), message_id, "taken back")


def test_what_is_taken_back_before_it_leaves_never_does(front, tick, sent):
    message_id = say("Ой")
    assert (take_back(message_id), take_back(message_id)) == (True, False)
    tick("sweep")
    assert (texts(sent, CLIENT), row(message_id).state, row(message_id).reason) == ([], "skipped", "taken back")


def test_what_has_left_cannot_be_taken_back(front, tick, sent):
    message_id = say("Да")
    tick("sweep")
    assert take_back(message_id) is False
    assert (len(texts(sent, CLIENT)), row(message_id).state) == (1, "sent")


def test_what_is_taken_back_before_it_is_said_is_never_queued(front, tick, sent):
    message_id = ids.new()
    assert take_back(message_id) is True
    tx = storage.Transaction()
    messaging.say(tx, messaging.chat(str(CLIENT)), "client_welcome", messaging.About("tests", "live"), message_id=message_id)
    with pytest.raises(storage.ConditionFailed):
        tx.commit()
    tick("sweep")
    assert texts(sent, CLIENT) == []


@pytest.mark.parametrize(("before", "late"), [(timedelta(seconds=1), False), (timedelta(), True), (-timedelta(minutes=90), True)])
def test_a_reminder_that_would_leave_at_its_start_or_after_is_not_sent(front, tick, sent, desk, before, late):
    ticket_id = book(front, desk[0])
    confirm(front, ticket_id, desk[0])
    tick("sweep")
    heard = len(sent.messages(CLIENT)), len(sent.messages(SPECIALIST_CHAT))
    tick("session_reminder", desk[0] - 60 * MINUTE)
    tick("sweep", desk[0] - before)
    assert (len(sent.messages(CLIENT)), len(sent.messages(SPECIALIST_CHAT))) == tuple(number + (not late) for number in heard)
    skipped = [row["template"] for row in messages(front) if (row["state"], row["reason"]) == ("skipped", "late")]
    assert skipped == (["client_session_reminder"] if late else [])


def test_words_of_a_session_ahead_are_late_when_it_begins_and_what_became_of_it_is_not(front, tick, sent, desk):
    ticket_id = book(front, desk[0])
    front.post("/cancel-session", {"ticket_id": ticket_id}).ok()
    tick("sweep", desk[0] + 60 * MINUTE)
    (text,) = texts(sent, CLIENT)
    assert "отменена" in text


def test_a_vendor_that_comes_back_too_late_is_told_nothing(front, tick, sent, later):
    tx, message_id = storage.Transaction(), ids.new()
    about, until = messaging.About("tests", "live"), clock.wall() + 5 * MINUTE
    messaging.say(tx, messaging.chat(str(CLIENT)), "client_welcome", about, message_id=message_id, until=until)
    tx.commit()
    sent.down = True
    tick("sweep", clock.wall())
    assert row(message_id).state == "queued"
    sent.down = False
    later.move_to(until)
    tick("sweep", clock.wall())
    assert (row(message_id).state, row(message_id).reason) == ("skipped", "late")
    assert sent.messages(CLIENT) == [] and front.get("/outbox", SERVICE, state="waiting").ok()["outbox"] == []
