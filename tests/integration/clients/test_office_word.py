"""The office confirms a contact by hand and makes two clients one."""

from itertools import pairwise

import pytest

from chalicelib.clients import service as clients
from chalicelib.clients.service import Identity
from chalicelib.core import outbox, storage
from tests.builders import (
    SERVICE,
    TELEGRAM,
    application,
    book,
    client_row,
    contact,
    lead_of,
    ledger,
    messages,
    slot,
    specialist,
    ticket_row,
    tomorrow,
    write,
)
from tests.integration.booking import days
from tests.standins.store import Wire

PHONE = "+79045501567"


@pytest.fixture
def confirm(front):
    return lambda who, **said: front.post(f"/clients/{who}/contacts/confirm", said, SERVICE)


@pytest.fixture
def merge(front):
    return lambda who, into, reason="один человек": front.post(f"/clients/{who}/merge", {"into": into, "reason": reason}, SERVICE)


def row_of(sign):
    (row,) = storage.read(Identity.at(sign))
    return row


@pytest.mark.parametrize("path", ["contacts/confirm", "merge"])
@pytest.mark.parametrize("headers", [{}, {"X-Api-Key": "wrong"}])
def test_only_the_office_does_so(front, path, headers):
    assert front.post(f"/clients/br0001/{path}", {}, headers).status == 401


@pytest.mark.parametrize(
    "body", [{}, {"phone": "12"}, {"phone": PHONE, "email": "a@example.org"}, {"email": "no@no.ru"}, {"telegram_id": "x"}]
)
def test_one_contact_that_is_one_is_expected(front, confirm, body):
    front.post("/submit-application", application()).ok()
    assert confirm("br0001", **body).status == 422


def test_a_confirmed_phone_proves_the_client(front, confirm):
    front.post("/submit-application", application(email="anna@example.org")).ok()
    for _ in range(2):
        assert confirm("br0001", phone="8 904 550-15-67").ok()["possible_duplicates"] == []
    row = client_row("br0001")
    assert (row.phone_proven, row.email_proven, row.is_proven, row.typed) == (True, False, True, None)
    assert row_of("email#anna@example.org").hint is True, "what was typed beside him is taken back"
    front.post("/submit-application", application(name="Зло", age=99, request_text="ещё")).ok()
    assert client_row("br0001").name == "Анна Лебедева"


def test_what_another_merely_typed_is_taken_over_and_the_pair_flagged(front, confirm):
    front.post("/submit-application", application()).ok()
    front.post("/submit-application", application(contact="@boris_b")).ok()
    answer = confirm("br0002", phone=PHONE).ok()
    assert answer["possible_duplicates"] == [client_row("br0001").client_id]
    assert row_of(f"phone#{PHONE}").lead_number == "br0002"
    assert client_row("br0001").possible_duplicates == {client_row("br0002").client_id}
    refused = confirm("br0001", phone=PHONE)
    assert (refused.status, refused.body["error"]) == (409, "contact_taken")


def test_an_account_may_be_confirmed_unless_the_client_has_another(front, confirm):
    front.post("/submit-application", application()).ok()
    confirm("br0001", telegram_id=7012345678).ok()
    assert client_row("br0001").telegram_id == "7012345678"
    assert confirm("br0001", telegram_id="7012345679").status == 409
    assert confirm("br0009", telegram_id="7012345679").status == 404


@pytest.fixture
def pair(front):
    """Anna with an account and a session; Anna of the telephone, with an email."""
    slot(front, specialist(front), tomorrow(10))
    ticket_id = book(front, tomorrow(10), contact="+7 904 550-15-01")
    front.post("/telegram", write("Здравствуйте", update_id=70), TELEGRAM).ok()
    front.post("/submit-application", application(contact="+7 904 550-15-02", email="anna@example.org", request_text="ещё")).ok()
    return ticket_id


def test_signs_sessions_tickets_and_messages_follow(front, tick, pair, merge):
    answer = merge("br0001", "br0002").ok()
    assert (answer["client_id"], answer["merged"]) == ("br0002", "br0001")
    tick("sweep")
    kept = client_row("br0002")
    assert kept.telegram_id == "7012345678"
    assert clients.find("br0001").client_id == kept.client_id
    assert ticket_row(pair).client_id == kept.client_id
    history = front.get("/client-sessions-history", SERVICE, client_telegram="7012345678").ok()["sessions"]
    assert [row["ticket_id"] for row in history] == [pair]
    assert "Здравствуйте" in [row["text"] for row in messages(front, "br0001")]
    assert row_of("email#anna@example.org").hint is True, "typed beside somebody who is proven now"


def test_the_time_of_both_is_the_targets(front, tick, pair, merge):
    merge("br0001", "br0002").ok()
    tick("sweep")
    days.agree()


def test_a_repeat_answers_the_same_and_a_chain_is_refused(front, pair, merge):
    first = merge("br0001", "br0002").ok()
    (source,) = storage.read(clients.Client.at(ticket_row(pair).client_id))
    assert merge(source.client_id, "br0002").ok() == first
    front.post("/submit-application", application(contact="+7 904 550-15-03", request_text="третья")).ok()
    for who, into in (("br0002", "br0002"), ("br0002", source.client_id), (source.client_id, "br0003")):
        refused = merge(who, into)
        assert (refused.status, refused.body["error"]) == (409, "merge_refused")
    for who, into, field in (("br0009", "br0002", "client_id"), ("br0002", "br0009", "into")):
        unknown = merge(who, into)
        assert (unknown.status, unknown.body["detail"]["field"]) == (404, field)


def test_a_repeat_by_the_old_number_answers_the_same_and_another_contour_is_refused(front, pair, merge):
    first = merge("br0001", "br0002").ok()
    assert merge("BR0001", "br0002").ok() == first == {**first, "client_id": "br0002", "merged": "br0001"}
    front.post("/submit-application-test-contur", application(contact="+7 904 550-15-09")).ok()
    refused = merge("tbr0001", "br0002")
    assert (refused.status, refused.body["detail"]) == (409, {"field": "into", "expected": "a client of the same contour"})


@pytest.mark.parametrize("first", ["br0001", "br0002"])
def test_two_merges_in_both_directions_end_without_a_cycle(front, pair, merge, first):
    """The other direction is decided between the reads and the write of the first."""
    other = "br0002" if first == "br0001" else "br0001"
    raced = []

    def meanwhile(call):
        if call.operation == "TransactWriteItems" and not raced:
            raced.append(None)
            raced[0] = merge(other, first)

    with Wire() as wire:
        wire.before = meanwhile
        lost = merge(first, other)
    assert raced[0].status == 200
    assert (lost.status, lost.body["error"]) == (409, "merge_refused")
    assert clients.find(first).lead_number == clients.find(other).lead_number == first


def test_a_merge_that_was_begun_twice_at_once_moves_everything_once(front, tick, pair, merge):
    merge("br0001", "br0002").ok()
    assert len(outbox.listed(outbox.WAITING, "client_merged", limit=9, start=None).rows) == 1
    for _ in range(3):
        tick("sweep")
    assert ticket_row(pair).lead_number == "br0002"
    assert ledger("admin", "admin_contradiction") == []


def test_who_was_folded_into_the_source_is_read_at_the_target(front, tick, pair, merge):
    again = front.post("/submit-application", application(contact="+7 904 550-15-04", request_text="новый номер")).ok()
    assert lead_of(again) == "br0003"
    front.post("/process-link", {"user_id": "7012345678", "ticket_id": again["ticket_id"]}, SERVICE).ok()
    merge("br0001", "br0002").ok()
    tick("sweep")
    assert {clients.find(number).lead_number for number in ("br0001", "br0002", "br0003")} == {"br0002"}


def test_a_shared_phone_of_a_merged_client_is_the_targets(front, pair, merge):
    front.post("/telegram", contact("+79045501501", update_id=71), TELEGRAM).ok()
    merge("br0001", "br0002").ok()
    assert (row_of("phone#+79045501501").lead_number, row_of("phone#+79045501501").proven) == ("br0002", True)


def test_who_was_merged_into_one_who_is_merged_is_read_where_that_one_is(front, tick):
    numbers = [register(front, user_id) for user_id in ("7010000001", "7010000002", "7010000003")]
    for source, target in pairwise(numbers):
        front.post(f"/clients/{source}/merge", {"into": target, "reason": "один человек"}, SERVICE).ok()
        tick("sweep")
    for number in numbers:
        assert front.get(f"/clients/{number}/timeline", SERVICE).ok()["client_id"] == numbers[-1]
    other = register(front, "7010000004")
    refused = front.post(f"/clients/{numbers[0]}/merge", {"into": other, "reason": "ещё раз"}, SERVICE)
    assert (refused.status, refused.body["detail"]["field"]) == (409, "client_id"), "another would be merged than the one who is named"


def register(front, user_id):
    return front.post("/client-registration", {"user_id": user_id}, SERVICE).ok()["client_id"]
