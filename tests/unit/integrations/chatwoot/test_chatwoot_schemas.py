"""What Chatwoot posts: real shapes are understood, hostile ones are refused by pydantic and by nothing else."""

import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.integrations.chatwoot.schemas import ChatwootEvent, Contact, Conversation, Message
from tests.proofs import size
from tests.standins.chatwoot import ChatwootStandIn

NOON = datetime(2027, 3, 14, 9, 0, 7, 250_000, tzinfo=UTC)
SECOND = NOON.replace(microsecond=0)
PROPERTIES = {
    ChatwootEvent: ("account_id", "at"),
    Conversation: ("assignee", "contact_id"),
    Message: ("sender_type", "sender_name"),
    Contact: (),
}


@pytest.fixture
def chatwoot():
    with ChatwootStandIn() as stand_in:
        stand_in.clock = lambda: NOON
        yield stand_in


@pytest.fixture
def talk(chatwoot):
    contact = chatwoot.add_contact(name="Анна", identifier="cl-1", phone_number="+79045501567")
    return chatwoot.add_conversation(contact["id"], custom_attributes={"ticket": "T-1"})["id"]


def read(payload):
    """A payload after its way over the wire."""
    return ChatwootEvent.model_validate(json.loads(json.dumps(payload)))


# Events as Chatwoot words them


def test_a_new_conversation(chatwoot, talk):
    event = read(chatwoot.created_event(talk))
    assert (event.event, event.message, event.account_id, event.at) == ("conversation_created", None, None, NOON)
    told = event.conversation
    assert (told.id, told.status, told.inbox_id, told.custom_attributes) == (talk, "open", chatwoot.inbox_id, {"ticket": "T-1"})
    assert (told.contact_id, told.assignee, told.last_activity_at) == (501, None, SECOND)


def test_a_changed_status(chatwoot, talk):
    payload = chatwoot.status_changed(talk, "resolved")
    assert payload["changed_attributes"] == [{"status": {"previous_value": "open", "current_value": "resolved"}}]
    event = read(payload)
    assert (event.event, event.conversation.status) == ("conversation_status_changed", "resolved")
    assert chatwoot.conversations[talk]["status"] == "resolved"


def test_a_conversation_that_was_taken(chatwoot, talk):
    chatwoot.contact_writes(talk, "Здравствуйте")
    event = read(chatwoot.assigned(talk, chatwoot.agent))
    assert (event.conversation.assignee.name, event.account_id) == ("Ольга Руденко", chatwoot.account_id)
    assert read(chatwoot.assigned(talk, None)).conversation.assignee is None


def test_an_agents_answer(chatwoot, talk):
    event = read(chatwoot.agent_replies(talk, "Добрый день"))
    said = event.message
    assert (event.event, said.content, said.message_type, said.private) == ("message_created", "Добрый день", "outgoing", False)
    assert (said.sender_type, said.sender_name, said.created_at) == ("user", "Ольга Руденко", NOON)
    assert (event.conversation.id, event.account_id, event.at) == (talk, chatwoot.account_id, NOON)
    assert (event.conversation.contact_id, event.conversation.custom_attributes) == (501, {"ticket": "T-1"})


def test_a_note_is_private(chatwoot, talk):
    assert read(chatwoot.agent_replies(talk, "Позвонить завтра", private=True)).message.private


def test_a_client_who_writes_opens_it_again(chatwoot, talk):
    chatwoot.status_changed(talk, "resolved")
    event = read(chatwoot.contact_writes(talk, "Ещё вопрос"))
    assert (event.message.message_type, event.message.sender_type, event.conversation.status) == ("incoming", "contact", "open")


def test_an_edited_message_keeps_its_id(chatwoot, talk):
    first = read(chatwoot.agent_replies(talk, "В 12:00"))
    event = read(chatwoot.edited(talk, first.message.id, "В 13:00"))
    assert (event.event, event.message.id, event.message.content) == ("message_updated", first.message.id, "В 13:00")


def test_a_payload_is_a_picture_of_its_moment(chatwoot, talk):
    payload = chatwoot.created_event(talk)
    chatwoot.conversations[talk]["custom_attributes"]["ticket"] = "T-2"
    assert read(payload).conversation.custom_attributes == {"ticket": "T-1"}


@pytest.mark.parametrize("at", [NOON, 1804755607])
def test_a_signature_is_of_the_moment_and_the_body(at):
    headers = ChatwootStandIn.sign("secret-of-tests", '{"a":"я"}'.encode(), at)
    stamp = str(int(NOON.timestamp())) if at is NOON else "1804755607"
    expected = hmac.new(b"secret-of-tests", f'{stamp}.{{"a":"я"}}'.encode(), "sha256").hexdigest()
    assert headers["X-Chatwoot-Signature"] == f"sha256={expected}"
    assert headers["X-Chatwoot-Timestamp"] == stamp and headers["X-Chatwoot-Delivery"]


# Shapes that differ between versions


@pytest.mark.parametrize(
    "where",
    [
        {"account_id": 7},
        {"account_id": "7"},
        {"account": {"id": 7}},
        {"messages": [{"account_id": 7}]},
        {"account_id": None, "account": None, "messages": [{"account_id": None}, {"account_id": 7}]},
        {"event": "message_created", "id": 1, "conversation": {"id": 4, "account_id": 7}},
    ],
)
def test_the_account_is_told_anywhere(where):
    assert read({"event": "conversation_updated", "id": 4, **where}).account_id == "7"


@pytest.mark.parametrize(
    ("moments", "at"),
    [
        ({"updated_at": NOON.timestamp(), "timestamp": 1, "created_at": 1}, NOON),
        ({"updated_at": None, "timestamp": int(NOON.timestamp()), "created_at": 1}, SECOND),
        ({"updated_at": 0, "created_at": "2027-03-14T09:00:07.250Z"}, NOON),
        ({"created_at": "2027-03-14 09:00:07 UTC"}, SECOND),
        ({"created_at": "2027-03-14T12:00:07.25+03:00"}, NOON),
        ({"created_at": "2026-12-31T23:59:59"}, datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ({}, None),
        ({"created_at": ""}, None),
    ],
)
def test_the_moment_is_what_is_there(moments, at):
    event = read({"event": "message_created", "id": 1, **moments})
    assert event.at == at
    assert event.at is None or event.at.utcoffset() == timedelta(0)


def test_without_a_moment_of_its_own_an_event_has_its_conversations():
    assert read({"event": "message_updated", "id": 1, "conversation": {"id": 4, "updated_at": NOON.timestamp()}}).at == NOON


@pytest.mark.parametrize(
    ("told", "word"),
    [(0, "incoming"), (1, "outgoing"), (2, "activity"), (3, "template"), ("template", "template"), (4, None), (-1, None), ("new", None)],
)
def test_a_message_type_is_a_word_or_a_number(told, word):
    assert Message.model_validate({"id": 1, "message_type": told}).message_type == word


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"sender": {"id": 1, "type": "agent_bot"}}, "agent_bot"),
        ({"sender": {"id": 1}, "sender_type": "AgentBot"}, "agent_bot"),
        ({"sender": None, "sender_type": "User"}, "user"),
        ({"sender": {"id": 1, "type": "captain_assistant"}}, None),
        ({"sender": None}, None),
        ({}, None),
    ],
)
def test_a_sender_is_a_contact_a_user_or_a_bot(told, kind):
    assert Message.model_validate({"id": 1, **told}).sender_type == kind


def test_nulls_are_as_good_as_nothing():
    names = ("content", "message_type", "private", "created_at", "content_attributes", "sender", "conversation", "account", "messages")
    event = read({"event": "message_created", "id": 1, **dict.fromkeys(names)})
    assert (event.message, event.conversation, event.account_id, event.at) == (Message(id=1), None, None, None)
    names = ("status", "meta", "contact_inbox", "custom_attributes", "messages", "last_activity_at", "changed_attributes", "inbox_id")
    event = read({"event": "conversation_updated", "id": 4, **dict.fromkeys(names)})
    assert event.conversation == Conversation(id=4)


@pytest.mark.parametrize("changed", [None, [], {}, "open", [{"status": None}], [[[]]]])
def test_changed_attributes_may_be_anything(changed):
    assert read({"event": "conversation_updated", "id": 4, "changed_attributes": changed}).conversation.id == 4


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"event": None},
        {"event": "contact_updated", "id": 14, "name": "Анна", "changed_attributes": []},
        {"event": "webwidget_triggered", "id": 3, "message": 7, "conversation": "нет"},
        {"event": "conversation_created"},
        {"event": "message_created", "conversation": {"status": "open"}},
        {"event": "sla_missed", "id": 1, "conversation": {"id": 4}},
    ],
)
def test_events_without_the_parts_carry_nothing(payload):
    event = read(payload)
    assert (event.conversation, event.message) == (None, None)


@pytest.mark.parametrize(
    ("told", "contact_id"),
    [
        ({"contact_inbox": {"contact_id": 14}}, 14),
        ({"contact_inbox": {}, "meta": {"sender": {"id": 15}}}, 15),
        ({"contact_inbox": {"contact_id": 14}, "meta": {"sender": {"id": 15}}}, 14),
        ({"meta": {"sender": None}}, None),
    ],
)
def test_whose_a_conversation_is(told, contact_id):
    assert Conversation.model_validate({"id": 4, **told}).contact_id == contact_id


def test_someone_typing_is_in_a_conversation():
    event = read({"event": "conversation_typing_on", "conversation": {"id": 4}, "user": {"id": 14}, "is_private": False})
    assert (event.conversation.id, event.message) == (4, None)


# Garbage


@pytest.mark.parametrize(
    ("payload", "loc"),
    [
        ({"event": ["x"]}, ("event",)),
        ({"event": "conversation_updated", "id": "4"}, ("conversation", "id")),
        ({"event": "conversation_updated", "id": -4}, ("conversation", "id")),
        ({"event": "conversation_updated", "id": 2**63}, ("conversation", "id")),
        ({"event": "conversation_updated", "id": 4, "status": ["open"]}, ("conversation", "status")),
        ({"event": "conversation_updated", "id": 4, "custom_attributes": []}, ("conversation", "custom_attributes")),
        ({"event": "conversation_updated", "id": 4, "meta": {"assignee": "Ольга"}}, ("conversation", "meta", "assignee")),
        ({"event": "message_created", "id": 1, "content": {"a": 1}}, ("message", "content")),
        ({"event": "message_created", "id": 1, "message_type": [0]}, ("message", "message_type")),
        ({"event": "message_created", "id": 1, "private": "maybe"}, ("message", "private")),
        ({"event": "message_created", "id": 1, "conversation": [4]}, ("conversation",)),
        ({"event": "message_created", "id": 1, "created_at": "0001-01-01T00:00:00+14:00"}, ("created_at",)),
        ({"event": "message_created", "id": 1, "created_at": 1e300}, ("created_at",)),
        ({"event": "message_created", "id": 1, "created_at": "завтра"}, ("created_at",)),
        ({"event": "message_created", "id": 1, "content": "я" * 150_001}, ("message", "content")),
        ({"event": "contact_created", "account_id": {}}, ("account_id",)),
        ({"event": "contact_created", "messages": [7]}, ("messages", 0)),
        ([], ()),
        ("message_created", ()),
    ],
)
def test_garbage_is_named_by_its_field(payload, loc):
    with pytest.raises(ValidationError) as caught:
        read(payload)
    assert loc in [row["loc"] for row in caught.value.errors()]


NAMES = ["id", "content", "message_type", "private", "created_at", "updated_at", "timestamp", "sender", "sender_type", "status", "meta"]
NAMES += ["conversation", "message", "account", "account_id", "messages", "inbox_id", "custom_attributes", "contact_inbox", "inbox"]
NAMES += ["assignee", "name", "type", "contact_id", "contact_inboxes", "content_attributes", "last_activity_at", "changed_attributes"]
WORDS = st.sampled_from(["open", "incoming", "User", "", "null", "2027-03-14T09:00:07Z", "9999-12-31T23:59:59-23:59", "\0", "-1"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=5)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5))
EVENTS = st.sampled_from(["message_created", "message_updated", "conversation_created", "conversation_typing_on", "contact_created", 7])


@settings(max_examples=size(60, full=300), deadline=None)
@given(event=EVENTS, fields=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8), model=st.sampled_from(list(PROPERTIES)))
def test_nothing_but_a_validation_error_comes_of_hostile_input(event, fields, model):
    try:
        read_one = model.model_validate({"event": event, **fields})
    except ValidationError:
        return
    for name in PROPERTIES[model]:
        getattr(read_one, name)


def test_files_and_what_was_taken_back(chatwoot, talk):
    sent = ChatwootEvent.model_validate(chatwoot.agent_sends(talk, "https://chat.example/x.pdf", None))
    assert [one.data_url for one in sent.message.attachments] == ["https://chat.example/x.pdf", None]
    assert not sent.message.is_deleted
    gone = ChatwootEvent.model_validate(chatwoot.deleted(talk, sent.message.id))
    assert (gone.event, gone.message.is_deleted, gone.message.attachments) == ("message_updated", True, [])


@pytest.mark.parametrize(("told", "whole"), [({}, False), ({"custom_attributes": None}, True), ({"custom_attributes": {}}, True)])
def test_whether_attributes_are_told_at_all(told, whole):
    assert Conversation.model_validate({"id": 11, **told}).is_told_whole is whole
