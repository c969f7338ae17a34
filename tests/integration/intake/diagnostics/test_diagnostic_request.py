"""POST /webhook/diagnostic-session-request: a client and his diagnostic ticket."""

import pytest
import time_machine

from tests.builders import SERVICE, application, client_row, later, ledger, sample, ticket_row

DOOR = "/webhook/diagnostic-session-request"


def ask(**said):
    return {**sample("intake/diagnostic_session_request.json"), **said}


def test_a_request_becomes_a_client_and_a_ticket(front):
    answer = front.post(DOOR, ask()).ok()
    assert answer == {"success": True, "message": answer["message"], "ticket_id": answer["ticket_id"]}
    row = ticket_row(answer["ticket_id"])
    assert (row.kind, row.lead_number, row.name, row.phone) == ("diagnostic", "br0001", "Лариса Мельник", "+79265143092")
    assert client_row("br0001").email == "larisa@example.org"


def test_the_word_null_is_no_tag(front):
    row = ticket_row(front.post(DOOR, ask()).ok()["ticket_id"])
    assert row.utm == {"utm_source": "telegram", "utm_campaign": "osen"}
    assert client_row("br0001").first_utm is None, "until somebody proves that it is his"
    front.post("/process-link", {"user_id": "7012345678", "ticket_id": row.ticket_id}, SERVICE).ok()
    assert client_row("br0001").first_utm == row.utm


@pytest.mark.parametrize("utm", [None, {}, "null", [], {"source": None}, {"source": "null", "medium": ""}])
def test_no_tags_are_none(front, utm):
    assert ticket_row(front.post(DOOR, ask(utm=utm)).ok()["ticket_id"]).utm is None


def test_the_admin_is_told_once(front):
    answers = [front.post(DOOR, ask()).ok() for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    (told,) = ledger("admin", "admin_diagnostic_request")
    assert (told.ticket_id, told.values["lead_number"]) == (answers[0]["ticket_id"], "br0001")
    assert told.values["contact"] == "@larisa_melnik; 8 (926) 514-30-92; larisa@example.org"


def test_after_ten_minutes_the_same_words_are_a_new_request_of_the_same_client(front):
    first = front.post(DOOR, ask()).ok()["ticket_id"]
    with time_machine.travel(later(minutes=11)):
        second = front.post(DOOR, ask()).ok()["ticket_id"]
    assert second != first
    assert ticket_row(second).lead_number == ticket_row(first).lead_number


def test_who_has_applied_before_is_known(front):
    front.post("/submit-application", application(contact="8 926 514 30 92", contactType="Phone")).ok()
    assert ticket_row(front.post(DOOR, ask(client_email=None)).ok()["ticket_id"]).lead_number == "br0001"


def test_signs_of_two_people_are_flagged_and_the_admin_is_told(front):
    front.post("/submit-application", application(phone="8 926 514 30 92", contact=None)).ok()
    front.post("/submit-application", application(email="larisa@example.org", contact=None)).ok()
    front.post(DOOR, ask()).ok()
    assert client_row("br0001").possible_duplicates == {client_row("br0002").client_id}
    assert [row.values["lead_number"] for row in ledger("admin", "admin_duplicates")] == ["br0001"]


@pytest.mark.parametrize(
    ("said", "loc"),
    [
        ({"client_name": None}, ["body", "client_name"]),
        ({"client_name": "  "}, ["body", "client_name"]),
        ({"client_phone": "", "client_telegram": "null", "client_email": None}, ["body"]),
    ],
)
def test_a_mistake_is_named_and_kept(front, said, loc):
    answer = front.post(DOOR, ask(**said))
    assert answer.status == 422
    assert [row["loc"] for row in answer.body["detail"]] == [loc]
    (kept,) = front.get("/inbox", {"X-Api-Key": "service-key-of-tests"}).ok()["inbox"]
    assert (kept["source"], kept["state"]) == ("diagnostics", "refused")


def test_a_long_request_of_wide_letters_fits(front):
    row = ticket_row(front.post(DOOR, ask(request_text="💬" * 20_000, utm={f"t{n}": "💬" * 9 for n in range(60)})).ok()["ticket_id"])
    assert len(row.request_text) == 20_000


@pytest.mark.parametrize("key", ["tilda-key-of-tests", "service-key-of-tests"])
def test_a_right_key_is_welcome(front, key):
    front.post(DOOR, ask(), {"X-Api-Key": key}).ok()


def test_a_wrong_key_is_refused(front):
    assert front.post(DOOR, ask(), {"X-Api-Key": "wrong"}).status == 401
    assert front.post(f"{DOOR}?token=wrong", ask()).status == 401


def test_a_probe_is_answered(front):
    front.form(DOOR, {"test": "test"}).ok()
    assert ledger("admin") == []


def test_a_form_is_read_too(front):
    fields = {"client_name": "Лариса", "client_phone": "+7 926 514-30-92", "utm_source": "vk"}
    assert ticket_row(front.form(DOOR, fields).ok()["ticket_id"]).utm == {"utm_source": "vk"}
