"""GET /get-ticket-info in both of the contract's shapes."""

import json

import pytest
import time_machine

from chalicelib.core import client_token
from chalicelib.core.settings import settings
from tests.builders import SERVICE, application, client_row, later, moscow, sample, slot, specialist, tomorrow

DOOR = "/get-ticket-info"
FIELDS = ["id", "client_name", "client_phone", "client_telegram", "client_email", "request_text", "status", "created_at", "updated_at"]


@pytest.fixture
def applied(front):
    """Anna's application with one chosen time."""
    slot(front, specialist(front), tomorrow(10))
    return front.post("/submit-application", application(moscow(tomorrow(10)), ticket_id="6402713", utm_source="vk", utm_term="null")).ok()


def test_a_ticket_id_that_we_issued_shows_the_ticket(front, applied):
    answer = front.get(DOOR, ticket_id=applied["ticket_id"]).ok()
    ticket = answer["ticket"]
    assert answer["success"] is True
    assert {*FIELDS, "psychologist_name", "slot_time"} <= set(ticket)
    assert (ticket["id"], ticket["client_name"], ticket["client_phone"]) == (applied["ticket_id"], "А.", "+7 *** ***-15-67")
    assert (ticket["status"], ticket["psychologist_name"], ticket["slot_time"]) == ("new", None, None)
    assert [row["time"] for row in ticket["held_slots"]] == ["10:00"]


def test_lead_number_and_link_show_the_row(front, applied):
    row = front.get(DOOR, client_id="br0001", link_id=applied["ticket_id"]).ok()
    assert set(FIELDS) <= set(row)
    assert (row["client_id"], row["link_id"], row["link"]) == ("br0001", applied["ticket_id"], applied["link"])
    assert front.get(DOOR, SERVICE, client_id="br0001", link_id=applied["ticket_id"]).ok()["utm"] == {"utm_source": "vk"}


def test_a_body_on_get_is_read_as_the_query(front, applied):
    by_link = json.dumps({"client_id": "br0001", "link_id": applied["ticket_id"]})
    by_ticket = json.dumps({"ticket_id": applied["ticket_id"]})
    assert front.call("GET", DOOR, body=by_link, headers={"Content-Type": "application/json"}).ok()["link_id"] == applied["ticket_id"]
    assert front.call("GET", DOOR, body=by_ticket).ok()["ticket"]["id"] == applied["ticket_id"]


def test_the_query_comes_before_the_body(front, applied):
    answer = front.call("GET", f"{DOOR}?ticket_id={applied['ticket_id']}", body='{"ticket_id": "another"}')
    assert answer.ok()["ticket"]["id"] == applied["ticket_id"]


@pytest.mark.parametrize("query", [{}, {"client_id": "br0001"}, {"link_id": "x"}, {"ticket_id": ""}, {"ticket_id": "x" * 201}])
def test_a_question_that_names_no_ticket_is_refused(front, query):
    assert front.get(DOOR, **query).status == 422


def test_a_broken_body_names_no_ticket(front):
    assert front.call("GET", DOOR, body="{").status == 422


@pytest.mark.parametrize("ticket_id", ["01KQ7M2W9B4X6Z8D0F2H4J6N8R", "6402713", "null ", "💬", "../etc"])
def test_an_unknown_ticket_is_not_found(front, applied, ticket_id):
    answer = front.get(DOOR, ticket_id=ticket_id)
    assert answer.status in (404, 422)
    assert answer.body["success"] is False


def test_the_number_that_a_form_made_up_is_no_key(front, applied):
    assert front.get(DOOR, ticket_id="6402713").status == 404
    assert front.get(DOOR, client_id="br0001", link_id="6402713").status == 404


def test_the_back_office_may_use_the_forms_number_with_the_right_client(front, applied):
    other = front.post("/submit-application", application(contact="@somebody_else", ticket_id="6402713")).ok()
    assert front.get(DOOR, SERVICE, client_id="br0001", link_id="6402713").ok()["link_id"] == applied["ticket_id"]
    assert front.get(DOOR, SERVICE, client_id="BR0002", link_id="6402713").ok()["link_id"] == other["ticket_id"]
    answer = front.get(DOOR, SERVICE, client_id="br0404", link_id="6402713")
    assert (answer.status, answer.body["error"]) == (404, "client_not_found")


@pytest.mark.parametrize("headers", [{}, SERVICE])
def test_somebody_elses_ticket_is_not_found(front, applied, headers):
    front.post("/submit-application", application(contact="@somebody_else")).ok()
    answer = front.get(DOOR, headers, client_id="br0002", link_id=applied["ticket_id"])
    assert (answer.status, answer.body["error"]) == (404, "ticket_not_found")


def test_a_lead_number_is_read_in_any_case(front, applied):
    assert front.get(DOOR, client_id="BR0001", link_id=applied["ticket_id"]).ok()["client_id"] == "br0001"


def test_a_wrong_key_is_refused(front, applied):
    assert front.get(DOOR, {"X-Api-Key": "wrong"}, ticket_id=applied["ticket_id"]).status == 401


def test_the_ticket_follows_its_session(front, applied):
    ticket_id, moment = applied["ticket_id"], moscow(tomorrow(10))
    front.post("/process-link", {"user_id": "7012345678", "ticket_id": ticket_id}, SERVICE).ok()
    seen = [front.get(DOOR, ticket_id=ticket_id).ok()["ticket"]]
    front.post("/confirm-session-by-client", {"ticket_id": ticket_id, "slot_time": moment}).ok()
    seen.append(front.get(DOOR, ticket_id=ticket_id).ok()["ticket"])
    front.post("/cancel-session", {"ticket_id": ticket_id}).ok()
    seen.append(front.get(DOOR, ticket_id=ticket_id).ok()["ticket"])
    assert [row["status"] for row in seen] == ["pending", "confirmed", "cancelled"]
    assert {(row["psychologist_name"], row["slot_time"]) for row in seen} == {("Мария Орлова", moment)}
    assert all(row["held_slots"] == [] for row in seen)


def test_a_hold_that_another_took_is_no_longer_shown(front, applied):
    with time_machine.travel(later(minutes=31)):
        assert front.get(DOOR, ticket_id=applied["ticket_id"]).ok()["ticket"]["held_slots"], "free, so still his to take"
        front.post("/submit-application", application(moscow(tomorrow(10)), contact="@somebody_else")).ok()
        assert front.get(DOOR, ticket_id=applied["ticket_id"]).ok()["ticket"]["held_slots"] == []


def test_a_diagnostic_ticket_is_shown_too(front):
    ticket_id = front.post("/webhook/diagnostic-session-request", sample("intake/diagnostic_session_request.json")).ok()["ticket_id"]
    ticket = front.get(DOOR, SERVICE, ticket_id=ticket_id).ok()["ticket"]
    assert (ticket["client_telegram"], ticket["client_email"]) == ("larisa_melnik", "larisa@example.org")
    assert ticket["request_text"] == "Хочу понять, с чего начать"


# --- who may see what ------------------------------------------------------------------------------------------------

WHO = ["client_id", "client_name", "client_phone", "client_telegram", "client_email", "request_text"]
WHOLE = ["br0001", "Анна Лебедева", "+79045501567", "anna_leb", "anna@mail.ru", "не сплю"]
MASKED = [None, "А.", "+7 *** ***-15-67", "a***", "a***@mail.ru", None]


@pytest.fixture
def asked(front):
    """Anna's whole application; her account has followed its link."""
    slot(front, specialist(front), tomorrow(10))
    said = {"phone": "+7 904 550-15-67", "telegram": "@anna_leb", "email": "anna@mail.ru", "request_text": "не сплю", "utm_source": "vk"}
    made = front.post("/submit-application", application(moscow(tomorrow(10)), contact=None, **said)).ok()
    front.post("/process-link", {"user_id": "7012345678", "username": "anna_leb", "ticket_id": made["ticket_id"]}, SERVICE).ok()
    return made["ticket_id"]


def who(answer):
    ticket = answer.ok().get("ticket") or answer.body
    return [ticket[name] for name in WHO]


def token(client_id):
    return {"Authorization": f"Bearer {client_token.issue(client_id, settings().client_token_secret.get_secret_value())}"}


def test_whoever_shows_the_bare_id_reads_no_contact(front, asked):
    assert who(front.get(DOOR, ticket_id=asked)) == MASKED
    row = front.get(DOOR, client_id="br0001", link_id=asked).ok()
    assert [row[name] for name in WHO[1:]] == MASKED[1:]
    assert row["utm"] == {}


def test_the_back_office_and_the_owner_read_it_whole(front, asked):
    assert who(front.get(DOOR, SERVICE, ticket_id=asked)) == WHOLE
    assert who(front.get(DOOR, token(client_row("br0001").client_id), ticket_id=asked)) == WHOLE


def test_another_client_is_told_nothing(front, asked):
    other = front.post("/client-registration", {"user_id": "7012345699"}, SERVICE).ok()["client_id"]
    assert front.get(DOOR, token(client_row(other).client_id), ticket_id=asked).status == 404


@pytest.mark.parametrize(
    "proof",
    [
        {"X-Api-Key": "wrong"},
        {"X-Api-Key": "tilda-key-of-tests"},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "tma hash=1"},
        {"Authorization": "wrong"},
        {"Authorization": "Basic YTpi"},
    ],
)
def test_a_wrong_proof_is_refused(front, asked, proof):
    assert front.get(DOOR, proof, ticket_id=asked).status == 401


def test_a_bare_id_opens_nothing_thirty_days_after_the_session(front, asked):
    for days, status in ((29, 200), (32, 404)):
        with time_machine.travel(tomorrow(10, days=days)):
            assert front.get(DOOR, ticket_id=asked).status == status
            assert front.get(DOOR, client_id="br0001", link_id=asked).status == status
            assert front.get(DOOR, SERVICE, ticket_id=asked).status == 200


def test_a_bare_id_without_a_session_opens_nothing_thirty_days_after_its_form(front, applied):
    with time_machine.travel(later(days=29)):
        assert front.get(DOOR, ticket_id=applied["ticket_id"]).status == 200
    with time_machine.travel(later(days=31)):
        assert front.get(DOOR, ticket_id=applied["ticket_id"]).status == 404


def test_an_anonymous_form_is_told_no_lead_number_and_no_difference(front):
    said = application(contact="+7 904 550-15-67", request_text="раз")
    new = front.post("/submit-application", said).ok()
    known = front.post("/submit-application", {**said, "request_text": "два"}).ok()
    assert {**new, "ticket_id": "", "link": ""} == {**known, "ticket_id": "", "link": ""}
    assert new["client_id"] is None
    key = {"X-Api-Key": "tilda-key-of-tests"}
    assert front.post("/submit-application", {**said, "request_text": "три"}, key).ok()["client_id"] == "br0001"
