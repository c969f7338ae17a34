"""Chatwoot's client against a strict Chatwoot on loopback."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from threading import Event

import pytest

from chalicelib.core.vendors import VendorBusy, VendorDown, VendorRefused
from chalicelib.integrations.chatwoot import client as module
from chalicelib.integrations.chatwoot.client import ChatwootClient, ChatwootTaken, ChatwootUnknown
from tests.standins.chatwoot import MAINTENANCE, NOT_FOUND, ChatwootStandIn

NOON = datetime(2027, 3, 14, 9, 0, tzinfo=UTC)
PHONE = "+79045501567"


@pytest.fixture
def chatwoot():
    with ChatwootStandIn() as stand_in:
        stand_in.clock = lambda: NOON
        yield stand_in
        assert stand_in.wrong == []


def client_of(chatwoot, **said):
    token, account = said.get("token", chatwoot.token), said.get("account", chatwoot.account_id)
    inbox = said.get("inbox", chatwoot.inbox_id)
    return ChatwootClient(chatwoot.address + said.get("slash", ""), account, inbox, token, timeout=said.get("timeout", (1, 5)))


@pytest.fixture
def client(chatwoot):
    return client_of(chatwoot)


@pytest.fixture
def talk(chatwoot):
    """The id of a conversation that stands there."""
    return chatwoot.add_conversation(chatwoot.add_contact(name="Анна", identifier="cl-1")["id"])["id"]


def find(client, identifier=None, phone=None, email=None):
    return client.find_contact(identifier=identifier, phone=phone, email=email)


# Contacts


def test_a_contact_is_made_with_a_name_in_the_inbox(chatwoot, client):
    made = client.create_contact(
        identifier="cl-1", name="Анна Ким", phone=PHONE, email="Anna@Club.example", custom_attributes={"lead_number": "br0001"}
    )
    stored = chatwoot.contacts[made.id]
    assert (stored["identifier"], stored["phone_number"], stored["email"]) == ("cl-1", PHONE, "anna@club.example")
    assert made.source_id_in(chatwoot.inbox_id) == stored["contact_inboxes"][0]["source_id"]
    assert made.custom_attributes == {"lead_number": "br0001"}


def test_the_new_name_is_read_beside_a_contact_that_lacks_it(chatwoot, client):
    link = {"source_id": "s-1", "inbox": {"id": chatwoot.inbox_id}}
    chatwoot.fail_next(200, {"payload": {"contact": {"id": 5, "contact_inboxes": []}, "contact_inbox": link}})
    made = client.create_contact(identifier="cl-1", name="Анна", phone=None, email=None)
    assert (made.source_id_in(chatwoot.inbox_id), made.source_id_in(99)) == ("s-1", None)


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_blank_values_are_left_out(chatwoot, client, blank):
    client.create_contact(identifier="cl-1", name="Анна", phone=blank, email=blank, custom_attributes={})
    assert set(chatwoot.calls("POST")[0].json) == {"inbox_id", "identifier", "name"}


@pytest.mark.parametrize(
    ("there", "taken"),
    [
        ({"email": "anna@club.example"}, ("email",)),
        ({"phone_number": PHONE}, ("phone_number",)),
        ({"identifier": "cl-1", "email": "ANNA@club.example"}, ("email", "identifier")),
    ],
)
def test_a_duplicate_is_named_by_its_fields(chatwoot, client, there, taken):
    chatwoot.add_contact(name="Другая", **there)
    with pytest.raises(ChatwootTaken, match="already been taken") as caught:
        client.create_contact(identifier="cl-1", name="Анна", phone=PHONE, email="anna@club.example")
    assert (caught.value.status, caught.value.attributes) == (422, taken)
    assert len(chatwoot.contacts) == 1


def test_another_accounts_inbox_is_refused(chatwoot):
    with pytest.raises(ChatwootUnknown):
        client_of(chatwoot, inbox=99).create_contact(identifier="cl-1", name="Анна", phone=None, email=None)


def test_a_found_contact_gets_our_identifier_and_keeps_what_it_has(chatwoot, client):
    row = chatwoot.add_contact(name="Анна", phone_number=PHONE, custom_attributes={"vip": True})
    changed = client.update_contact(row["id"], identifier="cl-1", custom_attributes={"lead_number": "br0001"})
    assert (changed.identifier, changed.phone_number) == ("cl-1", PHONE)
    assert chatwoot.contacts[row["id"]]["custom_attributes"] == {"vip": True, "lead_number": "br0001"}


def test_an_identifier_of_another_contact_is_taken(chatwoot, client):
    chatwoot.add_contact(identifier="cl-1")
    with pytest.raises(ChatwootTaken) as caught:
        client.update_contact(chatwoot.add_contact(name="Анна")["id"], identifier="cl-1")
    assert caught.value.attributes == ("identifier",)


# Search


def test_a_contact_is_found_by_identifier_first(chatwoot, client):
    chatwoot.add_contact(name="По телефону", phone_number=PHONE)
    row = chatwoot.add_contact(name="По номеру", identifier="cl-1")
    assert find(client, "cl-1", PHONE).id == row["id"]
    assert len(chatwoot.calls("GET")) == 1


def test_then_by_phone_and_then_by_mail(chatwoot, client):
    by_mail = chatwoot.add_contact(email="anna@club.example")
    assert find(client, "cl-1", PHONE, "Anna@Club.Example").id == by_mail["id"]
    by_phone = chatwoot.add_contact(phone_number=PHONE)
    assert find(client, "cl-1", PHONE, "anna@club.example").id == by_phone["id"]


def test_the_plus_of_a_phone_arrives(chatwoot, client):
    chatwoot.add_contact(phone_number=PHONE)
    assert find(client, phone=PHONE).phone_number == PHONE
    assert chatwoot.calls("GET")[0].query["q"] == PHONE


def test_another_clients_contact_shows_whose_it_is(chatwoot, client):
    chatwoot.add_contact(phone_number=PHONE, identifier="cl-2")
    assert find(client, "cl-1", PHONE).identifier == "cl-2"


def test_similar_contacts_are_not_the_one(chatwoot, client):
    chatwoot.add_contact(name="cl-1", identifier="cl-10")
    chatwoot.add_contact(name=PHONE, phone_number=f"{PHONE}8", identifier=None)
    chatwoot.add_contact(name="anna@club.example", email="hanna@club.example")
    assert find(client, "cl-1", PHONE, "anna@club.example") is None


def test_the_one_is_found_behind_pages_of_similar_ones(chatwoot, client):
    for number in range(40):
        chatwoot.add_contact(name=f"Тёзка {number}", identifier=f"cl-1{number:02}")
    row = chatwoot.add_contact(name="Анна", identifier="cl-1")
    assert find(client, "cl-1").id == row["id"]
    assert [one.query["page"] for one in chatwoot.calls("GET")] == ["1", "2", "3"]


def test_a_search_ends_with_the_last_page(chatwoot, client):
    for number in range(30):
        chatwoot.add_contact(identifier=f"cl-1{number:02}")
    assert find(client, "cl-1") is None
    assert len(chatwoot.calls("GET")) == 2


def test_an_older_search_without_has_more_ends_with_an_empty_page(chatwoot, client):
    chatwoot.fail_next(200, {"meta": {"count": 1, "current_page": 1}, "payload": [{"id": 5, "identifier": "cl-12"}]}, path="search")
    assert find(client, "cl-1") is None
    assert len(chatwoot.calls("GET")) == 2


def test_a_search_that_never_ends_is_left(chatwoot, client, monkeypatch):
    monkeypatch.setattr(module, "MOST_PAGES", 3)
    chatwoot.fail_next(200, {"meta": {"has_more": True}, "payload": [{"id": 5, "identifier": "cl-12"}]}, n=9, path="search")
    assert find(client, "cl-1") is None
    assert len(chatwoot.calls("GET")) == 3


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_nothing_to_search_for_asks_nothing(chatwoot, client, blank):
    chatwoot.add_contact(name="Без контактов")
    assert find(client, blank, blank, blank) is None
    assert chatwoot.asked == []


def test_a_contact_without_the_inbox_has_no_name_in_it(chatwoot, client):
    chatwoot.add_contact(identifier="cl-1", inbox=False)
    assert find(client, "cl-1").source_id_in(chatwoot.inbox_id) is None


# Conversations


def test_a_conversation_begins_with_its_contact_and_attributes(chatwoot, client):
    contact = client.create_contact(identifier="cl-1", name="Анна", phone=PHONE, email=None)
    source = contact.source_id_in(chatwoot.inbox_id)
    made = client.create_conversation(contact_id=contact.id, source_id=source, custom_attributes={"ticket": "T-1"})
    assert (made.status, made.inbox_id, made.contact_id, made.assignee) == ("open", chatwoot.inbox_id, contact.id, None)
    assert (made.custom_attributes, made.last_activity_at, made.account_id) == ({"ticket": "T-1"}, NOON, chatwoot.account_id)
    assert chatwoot.conversations[made.id]["source_id"] == source


def test_a_contact_of_another_inbox_is_named_in_ours(chatwoot, client):
    row = chatwoot.add_contact(identifier="cl-1", inbox=False)
    client.create_conversation(contact_id=row["id"], source_id="cl-1")
    assert find(client, "cl-1").source_id_in(chatwoot.inbox_id) == "cl-1"


def test_a_conversation_begins_in_the_state_that_chatwoot_gives_it(chatwoot, client):
    chatwoot.bot_active = True
    row = chatwoot.add_contact(identifier="cl-1")
    assert client.create_conversation(contact_id=row["id"], source_id="cl-1").status == "pending"


def test_a_locked_inbox_gives_the_conversation_that_stands_untouched(chatwoot, client):
    chatwoot.locked = True
    row = chatwoot.add_contact(identifier="cl-1")
    first, second = (client.create_conversation(contact_id=row["id"], source_id="cl-1", custom_attributes={"n": n}) for n in (1, 2))
    assert (second.id, second.custom_attributes) == (first.id, {"n": 1})


def test_each_call_makes_another_conversation(chatwoot, client):
    row = chatwoot.add_contact(identifier="cl-1")
    made = [client.create_conversation(contact_id=row["id"], source_id="cl-1").id for _ in range(2)]
    assert [talk.id for talk in client.conversations_of(row["id"])] == made[::-1]


def test_an_assignee_is_told(chatwoot, client, talk):
    chatwoot.assigned(talk, chatwoot.agent)
    shown = client.conversations_of(chatwoot.conversations[talk]["contact_id"])[0]
    assert (shown.assignee.id, shown.assignee.name) == (41, "Ольга Руденко")


def test_a_status_is_set_not_toggled(chatwoot, client, talk):
    for _ in range(2):
        client.set_status(talk, "resolved")
    assert chatwoot.conversations[talk]["status"] == "resolved"


def test_attributes_of_others_stay(chatwoot, client, talk):
    chatwoot.conversations[talk]["custom_attributes"] = {"theirs": 1, "ticket": "old"}
    client.set_attributes(talk, {"ticket": "T-1"})
    assert chatwoot.conversations[talk]["custom_attributes"] == {"theirs": 1, "ticket": "T-1"}


def test_an_older_chatwoot_replaces_attributes(chatwoot, client, talk):
    chatwoot.knows_merge = False
    chatwoot.conversations[talk]["custom_attributes"] = {"theirs": 1}
    client.set_attributes(talk, {"ticket": "T-1"})
    assert chatwoot.conversations[talk]["custom_attributes"] == {"ticket": "T-1"}


# Messages


def test_messages_are_posted_and_read_back(chatwoot, client, talk):
    said = client.post_message(talk, "Здравствуйте", content_attributes={"external_id": "m-1"})
    note = client.post_message(talk, "Клиент из 1С", message_type="outgoing", private=True)
    assert (said.message_type, said.private, said.sender_type, said.sender_name) == ("incoming", False, "contact", "Анна")
    assert (note.message_type, note.private, note.sender_type) == ("outgoing", True, "user")
    assert client.messages(talk) == [said, note]
    assert (said.content, said.content_attributes, said.created_at) == ("Здравствуйте", {"external_id": "m-1"}, NOON)


def test_an_older_chatwoot_drops_a_messages_attributes(chatwoot, client, talk):
    chatwoot.keeps_content_attributes = False
    client.post_message(talk, "Здравствуйте", content_attributes={"external_id": "m-1"})
    assert [one.content_attributes for one in client.messages(talk)] == [{}]


def test_a_conversation_without_messages_has_none(client, talk):
    assert client.messages(talk) == []


@pytest.mark.parametrize("missed", [0, 1, 19, 20, 21, 45])
def test_messages_after_one_are_complete(chatwoot, client, talk, missed):
    for number in range(7):
        chatwoot.contact_writes(talk, f"до {number}")
    last = chatwoot.messages[talk][-1]["id"]
    for number in range(missed):
        chatwoot.agent_replies(talk, f"после {number}")
    assert [one.content for one in client.messages(talk, last)] == [f"после {number}" for number in range(missed)]
    assert len(client.messages(talk)) == 7 + missed


def test_a_history_without_an_end_is_left(chatwoot, client, talk):
    page = {"payload": [{"id": 5, "content": "снова"}]}
    chatwoot.fail_next(200, page, n=9, path="messages")
    assert [one.id for one in client.messages(talk)] == [5]
    assert len(chatwoot.calls("GET")) == 2


def test_of_a_very_long_history_the_newest_are_read(chatwoot, client, talk, monkeypatch):
    monkeypatch.setattr(module, "MOST_PAGES", 2)
    for number in range(50):
        chatwoot.contact_writes(talk, str(number))
    assert [one.content for one in client.messages(talk)] == [str(number) for number in range(10, 50)]


def test_a_text_that_the_database_cannot_hold_is_mended(chatwoot, client, talk):
    client.post_message(talk, "до\0после \ud83d 🙂", content_attributes={"a\0": ["\0", 1]})
    assert chatwoot.said(talk) == ["допосле ? 🙂"]
    assert chatwoot.messages[talk][0]["content_attributes"] == {"a": ["", 1]}


def test_a_message_longer_than_our_own_limit_is_read(client, talk):
    client.post_message(talk, "я" * 150_000)
    assert len(client.messages(talk)[0].content) == 150_000


# What is new


def test_active_conversations_of_the_inbox_latest_first(chatwoot, client):
    row = chatwoot.add_contact(identifier="cl-1")
    for minutes, status in [(-90, "open"), (-10, "resolved"), (0, "pending"), (-61, "open")]:
        chatwoot.add_conversation(row["id"], status=status, last_activity_at=NOON + timedelta(minutes=minutes))
    chatwoot.add_conversation(row["id"], inbox_id=4)
    assert [talk.status for talk in client.active_since(NOON - timedelta(hours=1))] == ["pending", "resolved"]


def test_the_second_of_since_is_inside(chatwoot, client):
    row = chatwoot.add_contact(identifier="cl-1")
    chatwoot.add_conversation(row["id"], last_activity_at=NOON.replace(microsecond=900_000))
    assert len(list(client.active_since(NOON.replace(microsecond=700_000)))) == 1
    assert list(client.active_since(NOON + timedelta(seconds=1))) == []


def test_pages_are_read_until_older_ones(chatwoot, client):
    row = chatwoot.add_contact(identifier="cl-1")
    for minutes in range(80):
        chatwoot.add_conversation(row["id"], last_activity_at=NOON - timedelta(minutes=minutes))
    assert len(list(client.active_since(NOON - timedelta(minutes=39)))) == 40
    assert [one.query["page"] for one in chatwoot.calls("GET")] == ["1", "2"]


def test_a_list_that_ends_on_a_pages_border(chatwoot, client):
    row = chatwoot.add_contact(identifier="cl-1")
    for minutes in range(25):
        chatwoot.add_conversation(row["id"], last_activity_at=NOON - timedelta(minutes=minutes))
    assert len(list(client.active_since(NOON - timedelta(days=1)))) == 25


def test_one_that_speaks_meanwhile_hides_no_other(chatwoot, client):
    row = chatwoot.add_contact(identifier="cl-1")
    talks = [chatwoot.add_conversation(row["id"], last_activity_at=NOON - timedelta(minutes=minutes)) for minutes in range(40)]

    def speak(asked):
        if asked.query.get("page") == "2":
            talks[39]["last_activity_at"] = NOON + timedelta(minutes=1)

    chatwoot.before = speak
    found = [talk.id for talk in client.active_since(NOON - timedelta(days=1))]
    assert len(found) == len(set(found))
    assert {talk["id"] for talk in talks[:39]} <= set(found)


def test_a_conversation_of_an_unknown_age_counts_as_new(chatwoot, client):
    chatwoot.fail_next(200, {"data": {"payload": [{"id": 4, "last_activity_at": None}, {"id": 5, "last_activity_at": 1}]}})
    assert [talk.id for talk in client.active_since(NOON)] == [4]


def test_too_many_pages_are_told_after_what_was_read(chatwoot, client, monkeypatch):
    monkeypatch.setattr(module, "MOST_PAGES", 2)
    row = chatwoot.add_contact(identifier="cl-1")
    for _ in range(60):
        chatwoot.add_conversation(row["id"])
    walk = client.active_since(NOON)
    assert len(list(islice(walk, 50))) == 50
    with pytest.raises(VendorDown, match="more than 2 pages"):
        next(walk)
    assert len(chatwoot.calls("GET")) == 2


# Failures


def test_a_wrong_token_is_refused_and_not_told(chatwoot):
    with pytest.raises(VendorRefused, match="Invalid Access Token") as caught:
        find(client_of(chatwoot, token="wrong-token-55"), "cl-1")
    assert caught.value.status == 401 and "wrong-token-55" not in repr(caught.value)
    chatwoot.wrong.clear()


def test_the_token_never_stands_in_an_error(chatwoot, client, talk):
    chatwoot.fail_next(422, {"error": f"header api_access_token: {chatwoot.token}"})
    chatwoot.fail_next(401, {"errors": [f"{chatwoot.token} is no token"]})
    for _ in range(2):
        with pytest.raises(VendorRefused) as caught:
            client.post_message(talk, "Здравствуйте")
        assert chatwoot.token not in str(caught.value) and "***" in caught.value.reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"errors": ["You need to sign in", 7]}, "You need to sign in"),
        ({"errors": "No access"}, "No access"),
        ({"errors": None, "error": "Bots may not"}, "Bots may not"),
        ([], "HTTP 401"),
    ],
)
def test_a_refusal_in_any_of_its_shapes(chatwoot, client, talk, body, reason):
    chatwoot.fail_next(401, body)
    with pytest.raises(VendorRefused) as caught:
        client.set_status(talk, "open")
    assert (caught.value.status, caught.value.reason) == (401, reason)


CALLS = [
    lambda client: client.conversations_of(9),
    lambda client: client.update_contact(9, identifier="cl-1"),
    lambda client: client.create_conversation(contact_id=9, source_id="cl-1"),
    lambda client: client.messages(9),
    lambda client: client.post_message(9, "Здравствуйте"),
    lambda client: client.set_status(9, "open"),
    lambda client: client.set_attributes(9, {"ticket": "T-1"}),
]


@pytest.mark.parametrize(
    "call",
    [*CALLS, lambda client: client.contact(9), lambda client: client.conversation(9)],
)
def test_in_an_account_that_is_not_there_nothing_is_known_to_be_gone(chatwoot, client, call):
    chatwoot.account_gone = True
    with pytest.raises(ChatwootUnknown):
        call(client)


def test_one_is_shown_or_is_not_there(chatwoot, client):
    row = chatwoot.add_contact(identifier="cl-1")
    made = client.create_conversation(contact_id=row["id"], source_id="cl-1", custom_attributes={"n": 1})
    shown = client.conversation(made.id)
    assert (shown.custom_attributes, shown.updated_at) == ({"n": 1}, made.updated_at)
    assert client.contact(row["id"]).identifier == "cl-1"
    assert (client.contact(9), client.conversation(9)) == (None, None)


@pytest.mark.parametrize("call", CALLS)
def test_what_is_gone_is_a_refusal(client, call):
    with pytest.raises(VendorRefused, match=NOT_FOUND["error"]) as caught:
        call(client)
    assert caught.value.status == 404


def test_a_field_that_does_not_pass_is_no_duplicate(chatwoot, client):
    with pytest.raises(VendorRefused, match="e164") as caught:
        client.create_contact(identifier="cl-1", name="Анна", phone="89045501567", email=None)
    assert caught.value.status == 422 and not isinstance(caught.value, ChatwootTaken)
    assert chatwoot.wrong == ["phone 89045501567"]
    chatwoot.wrong.clear()


def test_a_duplicate_in_an_account_without_translations(chatwoot, client):
    words = "Email Translation missing: ru.activerecord.errors.models.contact.attributes.email.taken"
    chatwoot.fail_next(422, {"message": words, "attributes": ["email"]})
    with pytest.raises(ChatwootTaken):
        client.create_contact(identifier="cl-1", name="Анна", phone=None, email="anna@club.example")


@pytest.mark.parametrize(("headers", "seconds"), [({"Retry-After": "7"}, 7.0), ({}, None)])
def test_too_many_requests_ask_to_wait(chatwoot, client, talk, headers, seconds):
    chatwoot.fail_next(429, None, headers=headers)
    with pytest.raises(VendorBusy) as caught:
        client.post_message(talk, "Здравствуйте")
    assert caught.value.retry_after == seconds


def test_a_broken_chatwoot_is_an_outage(chatwoot, client, talk):
    chatwoot.fail_next(500, {"status": 500, "error": "Internal Server Error"})
    with pytest.raises(VendorDown, match="HTTP 500"):
        client.set_status(talk, "resolved")


def test_maintenance_is_an_outage_until_it_is_over(chatwoot, client, talk):
    chatwoot.down = True
    with pytest.raises(VendorDown, match="HTTP 503") as caught:
        client.post_message(talk, "Здравствуйте")
    assert not caught.value.sent_maybe
    chatwoot.down = False
    client.post_message(talk, "Здравствуйте")
    assert chatwoot.said(talk) == ["Здравствуйте"]


def test_a_page_with_a_good_status_is_an_outage(chatwoot, client, talk):
    chatwoot.page_next(MAINTENANCE)
    with pytest.raises(VendorDown, match="without JSON") as caught:
        client.post_message(talk, "Здравствуйте")
    assert not caught.value.sent_maybe


def test_an_answer_with_a_byte_order_mark_is_read(chatwoot, client, talk):
    chatwoot.page_next('\ufeff{"id": 5, "content": "да", "message_type": 0}'.encode())
    assert client.post_message(talk, "да").content == "да"


def test_a_lost_answer_may_have_made_the_conversation(chatwoot, client):
    row = chatwoot.add_contact(identifier="cl-1")
    chatwoot.drop_next(path="POST")
    with pytest.raises(VendorDown) as caught:
        client.create_conversation(contact_id=row["id"], source_id="cl-1")
    assert caught.value.sent_maybe
    assert len(client.conversations_of(row["id"])) == 1


def test_a_slow_chatwoot_may_have_taken_the_message(chatwoot, talk):
    slow, done = Event(), Event()
    chatwoot.before = lambda asked: slow.wait(5)
    chatwoot.clock = lambda: done.set() or NOON
    chatwoot.drop_next()  # whom it would answer is gone by then
    with pytest.raises(VendorDown) as caught:
        client_of(chatwoot, timeout=(1, 0.1)).post_message(talk, "Здравствуйте")
    slow.set()
    assert caught.value.sent_maybe and done.wait(5)


@pytest.mark.parametrize("answer", [None, {}, [], {"id": "11"}, {"id": 0}, {"id": True}, {"id": 11, "custom_attributes": "нет"}])
def test_an_unreadable_conversation_may_have_been_made(chatwoot, client, answer):
    row = chatwoot.add_contact(identifier="cl-1")
    chatwoot.fail_next(200, answer, path="POST")
    with pytest.raises(VendorDown, match="no Conversation") as caught:
        client.create_conversation(contact_id=row["id"], source_id="cl-1")
    assert caught.value.sent_maybe


@pytest.mark.parametrize("answer", [{"payload": None}, {"payload": [{"name": "x"}]}, {"payload": {}}, "нет"])
def test_an_unreadable_list_is_an_outage(chatwoot, client, talk, answer):
    chatwoot.fail_next(200, answer, n=2)
    with pytest.raises(VendorDown):
        find(client, "cl-1")
    with pytest.raises(VendorDown):
        client.messages(talk)


def test_nobody_at_the_address_is_an_outage_in_which_nothing_was_sent():
    client = ChatwootClient("http://127.0.0.1:9", "7", 3, "agent-token-81", timeout=(0.5, 0.5))
    with pytest.raises(VendorDown) as caught:
        client.set_status(1, "open")
    assert not caught.value.sent_maybe


@pytest.mark.parametrize("account", ["7/../8", "7?x=1", "семь"])
def test_an_account_cannot_lead_elsewhere(chatwoot, account):
    with pytest.raises(VendorRefused):
        find(client_of(chatwoot, account=account, slash="/"), "cl-1")
    assert "/accounts/7%2F" in chatwoot.asked[0].path or account[:2] != "7/"
    assert len(chatwoot.wrong) == 2, "what is not found is looked at twice"
    chatwoot.wrong.clear()
