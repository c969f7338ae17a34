"""The Bot API's client against a strict Bot API on loopback."""

from collections.abc import Iterator

import pytest
import responses
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.core.vendors import VendorBusy, VendorDown, VendorError
from chalicelib.integrations.telegram.client import PUBLIC_API, TelegramClient, TelegramRefused, split_text, utf16_length
from tests.standins.telegram import CHAT_NOT_FOUND, Answered, TelegramStandIn, Webhook

ANNA = "5210007731"


@pytest.fixture(scope="module")
def server() -> Iterator[TelegramStandIn]:
    with TelegramStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def telegram(server: TelegramStandIn) -> TelegramStandIn:
    server.forget()
    return server


@pytest.fixture
def bot(telegram: TelegramStandIn) -> TelegramClient:
    return TelegramClient(telegram.token, telegram.api_url, timeout=(1, 5))


def refused(bot: TelegramClient, chat_id: str = ANNA) -> TelegramRefused:
    with pytest.raises(TelegramRefused) as caught:
        bot.send_message(chat_id, "Добрый день")
    return caught.value


def test_a_message_arrives_with_its_buttons(telegram: TelegramStandIn, bot: TelegramClient) -> None:
    rows = [[("Подтвердить", "confirm:1"), ("Перенести", "move:1")], [("Ссылка", "https://meet.example/room")]]
    message_id = bot.send_message(ANNA, "Завтра в 12:00 🙂", rows)
    message = telegram.messages(ANNA)[0]
    assert (message.text, message.message_id) == ("Завтра в 12:00 🙂", message_id)
    assert message.buttons == tuple(tuple(row) for row in rows)
    assert message.action("Перенести") == "move:1"
    assert telegram.wrong == []


def test_message_ids_grow_and_a_chats_order_is_kept(telegram: TelegramStandIn, bot: TelegramClient) -> None:
    ids = [int(bot.send_message(ANNA, text)) for text in ("один", "два", "три")]
    assert ids == sorted(set(ids))
    assert [message.text for message in telegram.messages(ANNA)] == ["один", "два", "три"]


@pytest.mark.parametrize("chat_id", ["-1001234567890", "@frontdesk_news"])
def test_groups_and_channels(telegram: TelegramStandIn, bot: TelegramClient, chat_id: str) -> None:
    bot.send_message(chat_id, "Новости")
    assert len(telegram.messages(chat_id)) == 1


def test_the_longest_text_passes_and_a_longer_one_is_our_mistake(bot: TelegramClient) -> None:
    bot.send_message(ANNA, "🙂" * 2048)
    with pytest.raises(TelegramRefused, match="message is too long") as caught:
        bot.send_message(ANNA, "🙂" * 2048 + "!")
    assert not caught.value.unreachable


@pytest.mark.parametrize(
    ("text", "action"),
    [
        (" ", "confirm:1"),
        ("Добрый день", ""),
        ("Добрый день", "я" * 33),
        ("Добрый день", "https://"),
    ],
)
def test_what_telegram_would_refuse_the_stand_in_refuses(telegram: TelegramStandIn, bot: TelegramClient, text: str, action: str) -> None:
    with pytest.raises(TelegramRefused) as caught:
        bot.send_message(ANNA, text, [[("Да", action)]])
    assert not caught.value.unreachable
    assert telegram.wrong == [f"sendMessage: {caught.value.reason}"]
    assert telegram.messages(ANNA) == []


@pytest.mark.parametrize(
    "description",
    [
        "Forbidden: bot was blocked by the user",
        "Forbidden: user is deactivated",
        "Forbidden: bot can't initiate conversation with a user",
        "Forbidden: bot was kicked from the group chat",
    ],
)
def test_a_person_who_shut_the_door_is_unreachable(telegram: TelegramStandIn, bot: TelegramClient, description: str) -> None:
    telegram.block(ANNA, description=description)
    try:
        error = refused(bot)
    finally:
        telegram.unblock(ANNA)
    assert (error.status, error.reason, error.unreachable, error.migrate_to_chat_id) == (403, description, True, None)
    assert bot.send_message(ANNA, "Снова здесь")


@pytest.mark.parametrize(
    ("status", "description", "unreachable"),
    [
        (400, CHAT_NOT_FOUND, True),
        (400, "Bad Request: PEER_ID_INVALID", True),
        (400, "Bad Request: BUTTON_DATA_INVALID", False),
        (401, "Unauthorized", False),
        (404, "Not Found", False),
        (409, "Conflict: can't use getUpdates method while webhook is active", False),
    ],
)
def test_refusals_tell_whose_fault_it_is(
    telegram: TelegramStandIn, bot: TelegramClient, status: int, description: str, unreachable: bool
) -> None:
    telegram.fail_next(status=status, description=description)
    error = refused(bot)
    assert (error.status, error.reason, error.unreachable) == (status, description, unreachable)


def test_a_group_that_became_a_supergroup_names_its_new_id(telegram: TelegramStandIn, bot: TelegramClient) -> None:
    telegram.fail_next(
        status=400,
        description="Bad Request: group chat was upgraded to a supergroup chat",
        parameters={"migrate_to_chat_id": -1009876543210},
    )
    error = refused(bot, "-4412")
    assert (error.migrate_to_chat_id, error.unreachable) == ("-1009876543210", False)


def test_a_wrong_token_is_not_the_channels_fault_and_is_not_told(telegram: TelegramStandIn) -> None:
    error = refused(TelegramClient("42:WRONG", telegram.api_url))
    assert (error.status, error.unreachable) == (401, False)
    assert "WRONG" not in repr(error)


def test_too_many_requests_tell_how_long_to_wait(telegram: TelegramStandIn, bot: TelegramClient) -> None:
    telegram.too_many(35)
    with pytest.raises(VendorBusy) as caught:
        bot.send_message(ANNA, "Добрый день")
    assert caught.value.retry_after == 35.0
    assert telegram.messages(ANNA) == []


def test_a_429_without_parameters_falls_back_to_the_header() -> None:
    with responses.RequestsMock() as wire:
        answer = {"ok": False, "parameters": []}
        wire.post(f"{PUBLIC_API}/bot1:A/sendMessage", status=429, headers={"Retry-After": "3"}, json=answer)
        with pytest.raises(VendorBusy) as caught:
            TelegramClient("1:A").send_message(ANNA, "Добрый день")
    assert caught.value.retry_after == 3.0


def down(bot: TelegramClient) -> VendorDown:
    with pytest.raises(VendorDown) as caught:
        bot.send_message(ANNA, "Добрый день")
    return caught.value


def test_an_outage_is_down_and_passes(telegram: TelegramStandIn, bot: TelegramClient) -> None:
    bot.send_message(ANNA, "до")  # so that a kept-alive connection exists when the server goes
    telegram.down = True
    assert not down(bot).sent_maybe
    telegram.down = False
    bot.send_message(ANNA, "после")
    assert [message.text for message in telegram.messages(ANNA)] == ["до", "после"]


@pytest.mark.parametrize("status", [500, 502, 503])
def test_telegrams_own_trouble_is_down(telegram: TelegramStandIn, bot: TelegramClient, status: int) -> None:
    telegram.fail_next(2, status=status)
    assert not down(bot).sent_maybe
    assert not down(bot).sent_maybe
    assert bot.send_message(ANNA, "Добрый день")


def test_a_page_in_telegrams_place_is_down(telegram: TelegramStandIn, bot: TelegramClient) -> None:
    telegram.page_next()
    assert not down(bot).sent_maybe


@pytest.mark.parametrize("page", [b"{}", b"[]", b"", b'{"ok": true}', b'{"ok": true, "result": {"message_id": "x"}}'])
def test_json_that_is_not_the_bot_apis_is_down(telegram: TelegramStandIn, bot: TelegramClient, page: bytes) -> None:
    telegram.page_next(page)
    assert down(bot).sent_maybe


def test_a_gateways_own_403_does_not_make_a_person_unreachable() -> None:
    with responses.RequestsMock() as wire:
        wire.post(f"{PUBLIC_API}/bot1:A/sendMessage", status=403, json={"message": "Forbidden"})
        assert not down(TelegramClient("1:A")).sent_maybe


def test_an_answer_that_never_comes_may_have_been_sent(telegram: TelegramStandIn) -> None:
    telegram.accept_then_timeout()
    assert down(TelegramClient(telegram.token, telegram.api_url, timeout=(1, 0.1))).sent_maybe
    assert len(telegram.messages(ANNA)) == 1


def test_a_phone_is_asked_for_on_the_keyboard_of_the_text_field(telegram: TelegramStandIn, bot: TelegramClient) -> None:
    bot.send_message("7", "Ваш номер?", [[("Поделиться", "request_contact")], [("Не хочу", "say")]])
    assert telegram.messages("7")[0].buttons == ((("Поделиться", "request_contact"),), (("Не хочу", "say"),))


def test_a_phone_can_be_asked_for_in_private_alone(telegram: TelegramStandIn, bot: TelegramClient) -> None:
    with pytest.raises(TelegramRefused, match="private chats"):
        bot.send_message("-100500", "Ваш номер?", [[("Поделиться", "request_contact")]])


def test_a_pressed_button_is_answered(telegram: TelegramStandIn, bot: TelegramClient) -> None:
    assert bot.answer_callback("881")
    assert bot.answer_callback("882", "🙂" * 300, alert=True)
    assert telegram.answered == [Answered("881", ""), Answered("882", "🙂" * 100)]


def test_a_press_that_is_long_over_needs_no_answer(telegram: TelegramStandIn, bot: TelegramClient) -> None:
    too_late = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    telegram.fail_next(status=400, description=too_late)
    assert not bot.answer_callback("883")


def test_other_refusals_of_an_answer_are_told(bot: TelegramClient) -> None:
    with pytest.raises(TelegramRefused):
        bot.answer_callback("")


def test_the_webhook_is_set(telegram: TelegramStandIn, bot: TelegramClient) -> None:
    bot.set_webhook("https://desk.example/telegram", "s-1_A")
    assert telegram.webhook == Webhook(
        "https://desk.example/telegram", "s-1_A", ("message", "edited_message", "callback_query", "my_chat_member")
    )


@pytest.mark.parametrize(("url", "secret"), [("http://desk.example/telegram", "s"), ("https://desk.example", "not allowed!")])
def test_a_webhook_that_telegram_refuses(bot: TelegramClient, url: str, secret: str) -> None:
    with pytest.raises(VendorError):
        bot.set_webhook(url, secret)


def test_a_short_text_is_one_message_and_a_blank_one_none() -> None:
    assert split_text(" Добрый день \n") == ["Добрый день"]
    assert split_text(" \n\t") == []


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("aaaa bb\n\ncc dd", ["aaaa bb", "cc dd"]),
        ("aaaa bb\ncc dd", ["aaaa bb", "cc dd"]),
        ("aaaa bbbb cccc", ["aaaa bbbb", "cccc"]),
        ("aaaaabbbbbccccc", ["aaaaabbbbb", "ccccc"]),
        ("aaaaabbbbb ccccc", ["aaaaabbbbb", "ccccc"]),
        ("Hi\n\naaaa bbbb cccc", ["Hi\n\naaaa", "bbbb cccc"]),
        ("🙂🙂🙂🙂🙂🙂", ["🙂🙂🙂🙂🙂", "🙂"]),
        ("a🙂🙂🙂🙂🙂", ["a🙂🙂🙂🙂", "🙂"]),
    ],
)
def test_a_long_text_is_cut_at_the_best_border(text: str, parts: list[str]) -> None:
    assert split_text(text, limit=10) == parts


@given(st.text(alphabet=st.sampled_from("aя🙂 \n\t\ud83d"), max_size=80), st.integers(2, 12))
@example("🙂" * 9, 2)
def test_every_part_fits_and_nothing_is_lost(text: str, limit: int) -> None:
    parts = split_text(text, limit)
    assert all(part.strip() == part and 0 < utf16_length(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_limit_without_room_for_an_emoji_is_refused() -> None:
    with pytest.raises(ValueError, match="room"):
        split_text("🙂", limit=1)
