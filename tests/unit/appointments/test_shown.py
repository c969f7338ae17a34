"""What a session is called where appointments are shown."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.appointments.booking import shown
from chalicelib.booking.sessions.service import Session

START = datetime(2026, 4, 1, 9, tzinfo=UTC)


def session(**said):
    about = {"contour": "live", "client_id": "c1", "lead_number": "br0722", "specialist_id": "sp1", "specialist_name": "Мария"}
    when = {"start_at": START, "end_at": START + timedelta(hours=1), "minutes": 60, "created_at": START, "updated_at": START}
    return Session("t1", "s1", **about, **when, **{"status": "pending"} | said)


def test_a_forms_session_has_a_name_of_its_own():
    one = shown.shown(session(), employee=4).model_dump()
    assert (one["id"], one["source"], one["client_id"], one["employee_id"]) == ("s.t1.s1", "form", 722, 4)
    assert (one["starts_at"], one["title"], one["client_name"], one["warnings"]) == (int(START.timestamp()), "", "", [])
    assert one["service_id"] is one["product_id"] is one["location_id"] is None


def test_what_the_office_made_says_it():
    row = session(number=17, employee=3, product=8, location=2, title="Стрижка", source="admin_phone", comment="с мокрой", origin="crm")
    one = shown.shown(row, employee=4, service_name="Стрижка", warnings=["вне графика"]).model_dump()
    assert (one["id"], one["employee_id"], one["service_id"], one["product_id"], one["location_id"]) == (17, 3, 8, 8, 2)
    assert (one["source"], one["comment"], one["service_name"], one["warnings"]) == ("admin_phone", "с мокрой", "Стрижка", ["вне графика"])


@pytest.mark.parametrize(
    ("status", "called", "no_show"),
    [
        ("pending", "scheduled", False),
        ("confirmed", "scheduled", False),
        ("completed", "completed", False),
        ("cancelled", "cancelled", False),
        ("missed", "cancelled", True),
    ],
)
def test_a_missed_one_is_cancelled_by_no_show(status, called, no_show):
    one = shown.shown(session(status=status))
    assert (one.status, one.no_show) == (called, no_show)
