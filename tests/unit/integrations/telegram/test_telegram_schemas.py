"""What Telegram sends: real samples are understood, hostile ones are refused by pydantic and by nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.integrations.telegram.schemas import Update, User

EVENTS = Path(__file__).parents[4] / "events" / "telegram"
MARINA = "5210007731"
PROPERTIES = ("kind", "sender", "sender_id", "chat_id", "text", "is_start", "start_payload", "own_phone", "reachable")


def sample(name: str) -> Update:
    return Update.model_validate_json((EVENTS / f"{name}.json").read_bytes())


def message(**fields: Any) -> Update:
    person = {"id": 7, "first_name": "Ян"}
    written = {"message_id": 1, "chat": {"id": 7, "type": "private"}, "from": person, **fields}
    return Update.model_validate({"update_id": 1, "message": written})


def read_all(update: Update) -> list[Any]:
    return [getattr(update, name) for name in PROPERTIES]


def test_a_deep_link() -> None:
    update = sample("start")
    assert (update.update_id, update.kind, update.sender_id, update.chat_id) == ("610234501", "message", MARINA, MARINA)
    assert (update.is_start, update.start_payload) == (True, "t_Q7xZ-04kLm")
    assert (update.own_phone, update.reachable) == (None, None)
    assert update.sender is not None
    assert (update.sender.name, update.sender.username, update.sender.language_code) == ("Марина Седова", "m_sedova", "ru")


def test_a_plain_text() -> None:
    update = sample("text")
    assert (update.is_start, update.start_payload, update.text) == (False, None, "А можно прийти с ребёнком? 🙂")


def test_a_shared_phone_is_the_senders_own() -> None:
    update = sample("contact")
    assert (update.own_phone, update.text) == ("79035550142", "")


@pytest.mark.parametrize("contact", [{"phone_number": "79035550142"}, {"phone_number": "79035550142", "user_id": 8}])
def test_somebody_elses_card_is_not_his_phone(contact: dict[str, Any]) -> None:
    assert message(contact=contact).own_phone is None


def test_a_pressed_button() -> None:
    update = sample("button")
    query = update.callback_query
    assert query is not None and query.message is not None
    assert (update.kind, query.id, query.data) == ("button", "8341120597712206613", "confirm:01KJZ0T8W5")
    assert query.message.message_id == "44"
    assert (update.sender_id, update.chat_id, update.text) == (MARINA, MARINA, "")


def test_a_press_on_an_old_message_and_on_none() -> None:
    assert sample("button_old_message").chat_id == MARINA
    bare = Update.model_validate({"update_id": 1, "callback_query": {"id": "5", "from": {"id": 9}}})
    assert (bare.chat_id, bare.sender_id) == ("9", "9")


def test_a_block_and_its_end() -> None:
    assert (sample("blocked").kind, sample("blocked").reachable, sample("unblocked").reachable) == ("membership", False, True)
    assert sample("blocked").chat_id == sample("blocked").sender_id == MARINA


@pytest.mark.parametrize(("chat", "status"), [("group", "kicked"), ("private", "restricted")])
def test_a_membership_that_says_nothing_about_a_person(chat: str, status: str) -> None:
    change = {"chat": {"id": -4, "type": chat}, "from": {"id": 9}, "new_chat_member": {"status": status}}
    assert Update.model_validate({"update_id": 1, "my_chat_member": change}).reachable is None


def test_an_update_of_another_kind_is_read_and_says_so() -> None:
    update = Update.model_validate({"update_id": 1, "poll": {"id": "1"}})
    assert read_all(update) == ["other", None, None, None, "", False, None, None, None]


def test_a_channel_post_has_no_sender() -> None:
    update = Update.model_validate({"update_id": 1, "message": {"message_id": 1, "chat": {"id": -100, "type": "channel"}}})
    assert (update.sender_id, update.chat_id, update.own_phone) == (None, "-100", None)


@pytest.mark.parametrize(
    ("text", "is_start", "payload"),
    [
        ("/start", True, None),
        ("/start ", True, None),
        ("/start lead_1", True, "lead_1"),
        ("/start@frontdesk_bot lead_1", True, "lead_1"),
        ("/start   lead_1\n", True, "lead_1"),
        ("/start one two", True, None),
        ("/start привет", True, None),
        ("/start " + "a" * 64, True, "a" * 64),
        ("/start " + "a" * 65, True, None),
        ("/starting", False, None),
        ("я нажал /start lead_1", False, None),
    ],
)
def test_start_payloads(text: str, is_start: bool, payload: str | None) -> None:
    update = message(text=text)
    assert (update.is_start, update.start_payload) == (is_start, payload)


@pytest.mark.parametrize(
    ("given_id", "kept"),
    [
        (4503599627370495, "4503599627370495"),
        ("-007", "-7"),
        (-(2**63), "-9223372036854775808"),
    ],
)
def test_ids_are_kept_as_text(given_id: Any, kept: str) -> None:
    assert User.model_validate({"id": given_id}).id == kept


@pytest.mark.parametrize(
    "bad",
    [
        None,
        True,
        1.5,
        "",
        "7 ",
        "٧",
        "abc",
        2**63,
        -(2**63) - 1,
        [],
        {},
        {"id": 1},
        "\ud83d",
        b"7",
        "9" * 6000,
        pytest.param(10**6000, id="6000 digits"),
    ],
)
def test_what_is_not_an_int64_is_a_validation_error(bad: Any) -> None:
    with pytest.raises(ValidationError):
        User.model_validate({"id": bad})


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        b'{"update_id":' * 50_000,
        b'{"update_id": 1e400}',
        b'{"update_id": NaN}',
        b'{"update_id": ' + b"9" * 9000 + b"}",
        b'{"update_id": 1, "message": []}',
        b'{"update_id": 1, "message": {"message_id": 1, "chat": {"id": 1}, "text": {}}}',
        b'{"update_id": 1, "message": {"message_id": 1, "chat": {"id": 1}, "text": "\\ud83d"}}',
        b'{"update_id": 1, "callback_query": {"id": "", "from": {"id": 1}}}',
        b'{"update_id": 1, "callback_query": {"id": "1"}}',
        b'{"update_id": 1, "my_chat_member": {"chat": {"id": 1}, "from": {"id": 1}, "new_chat_member": "kicked"}}',
    ],
)
def test_hostile_bodies_are_validation_errors(raw: bytes) -> None:
    with pytest.raises(ValidationError):
        Update.model_validate_json(raw)


def test_half_an_emoji_from_a_lenient_parser_is_a_validation_error() -> None:
    with pytest.raises(ValidationError):
        message(text=json.loads('"\\ud83d"'))


SCALAR = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
JSON = st.recursive(SCALAR, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
USER = st.fixed_dictionaries({"id": st.integers() | JSON}, optional={"first_name": JSON, "username": JSON})
CHAT = st.fixed_dictionaries({"id": st.integers() | JSON}, optional={"type": JSON})
TEXT = st.text() | JSON
MESSAGE = st.fixed_dictionaries({"message_id": st.integers() | JSON, "chat": CHAT}, optional={"from": USER, "text": TEXT, "contact": JSON})
QUERY = st.fixed_dictionaries({"id": TEXT, "from": USER}, optional={"data": TEXT, "message": MESSAGE | JSON})
UPDATE = st.fixed_dictionaries({"update_id": st.integers() | JSON}, optional={"message": MESSAGE | JSON, "callback_query": QUERY | JSON})


@given(UPDATE)
def test_anything_is_read_or_refused_and_reading_never_breaks(payload: Any) -> None:
    try:
        update = Update.model_validate(payload)
    except ValidationError:
        return
    read_all(update)
