"""What is added to a row through a public door, over and over: the row stays, and whose it is is served as before."""

import json
import secrets

from chalicelib.booking.sessions.models import Session
from chalicelib.clients import joining
from chalicelib.core import storage
from chalicelib.core.storage.strict.sizes import size
from chalicelib.intake.tracking.models import Track
from tests.builders import TELEGRAM, application, client_row, confirm, slot, specialist, start, ticket_row, tomorrow
from tests.integration.booking import desk

PHONE = "+7 904 550-15-67"
A_LOT = "ж" * 9_900


def bytes_of(row):
    return size(row.serialize())


def test_forms_with_one_phone_do_not_fill_its_owners_row(front, monkeypatch):
    monkeypatch.setattr(joining, "MOST_RAW", 5)
    for number in range(12):
        said = application(
            phone=PHONE, email=f"a{number}@example.org", tranid=f"1:{number}", contact={"type": "phone", "value": f"тел. {number}"}
        )
        front.post("/submit-application", said).ok()
    row = client_row("br0001")
    assert 5 <= len(row.raw_contacts) <= 5 + 4
    owners = front.post("/submit-application", application(phone=PHONE, name="Анна", tranid="1:77")).ok()
    assert ticket_row(owners["ticket_id"]).lead_number == "br0001"


def test_as_many_typed_contacts_as_are_kept_fit_a_row_many_times():
    assert (joining.MOST_RAW + 4) * 200 * 4 < 100 * 1024


def test_signs_of_many_people_do_not_fill_anybodys_row(front):
    front.post("/submit-application", application(phone=PHONE, tranid="1:0", contact={"type": "phone", "value": PHONE})).ok()
    for number in range(6):
        other = {"type": "phone", "value": f"+7904550200{number}"}
        front.post(
            "/submit-application", application(phone=other["value"], email=f"b{number}@example.org", tranid=f"2:{number}", contact=other)
        ).ok()
        both = application(phone=PHONE, email=f"b{number}@example.org", tranid=f"3:{number}", contact={"type": "phone", "value": PHONE})
        front.post("/submit-application", both).ok()
    assert all(len(client_row(f"br000{number}").possible_duplicates or ()) <= 4 for number in range(1, 8))


def noise(count):
    return secrets.token_urlsafe(count * 3 // 4)


def test_a_trackers_answers_and_steps_stay_within_a_row(front):
    for _ in range(4):
        said = {"ticket_id": "5827301", "form_type": "Заявка", **{noise(10): noise(2_400) for _ in range(80)}}
        assert front.put("/update-analytics-before-slots", said).status in (200, 413)
    for number in range(210):
        front.put("/update-tracking-step", {"ticket_id": "5827301", "step": f"{number}" + "ж" * 190}).ok()
    (row,) = storage.read(Track.at("5827301"))
    assert row.analytics
    assert bytes_of(row) < 350 * 1024


def test_marks_and_words_about_a_session_stay_within_a_row(front):
    person = specialist(front)
    when = tomorrow(12)
    ticket_id = desk.booked(front, slot(front, person, when))
    confirm(front, ticket_id, when)
    (session,) = storage.query(Session, ticket_id).rows
    storage.change(session, [Session.status.set("completed"), Session.live_in.remove()])
    for number in range(25):
        answer = desk.rate(front, ticket_id, 1 + number % 5, feedback=f"{number}{A_LOT}")
        assert answer.status == 200, answer.text
    (session,) = storage.query(Session, ticket_id).rows
    assert session.feedback.startswith("24")
    assert session.rating_history[-1]["rating"] == 5
    assert bytes_of(session) < 200 * 1024


def test_many_accounts_that_follow_one_link(front):
    ticket_id = front.post("/submit-application", application(tranid="5:1")).ok()["ticket_id"]
    for number in range(25):
        assert front.post("/telegram", start(ticket_id, user_id=7_100_000_000 + number, update_id=100 + number), TELEGRAM).status == 200
    assert len(ticket_row(ticket_id).other_accounts) == 20


def test_versions_of_a_feedback_form_stay_within_a_row():
    kept = [{"at": "2026", "answers": {"feelings": noise(20_000)}}] * 30
    assert len(json.dumps(storage.newest(kept, most=20, within=150 * 1024))) <= 150 * 1024
    assert storage.newest([1, 2, 3], most=2) == [2, 3]
    assert storage.newest([A_LOT * 9, "short"], most=5) == ["short"]
    assert storage.newest(["short", A_LOT * 9], most=5) == []
