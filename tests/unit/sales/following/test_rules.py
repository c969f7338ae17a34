"""What facts mean to leads, and how long somebody waits in working hours."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from chalicelib.sales.following import rules
from chalicelib.sales.scoring.rules import Event

NOW = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
"""A Monday."""

HOUR = timedelta(hours=1)
ZONE = ZoneInfo("Europe/Moscow")


def fact(kind: str, at: datetime = NOW, **data) -> SimpleNamespace:
    return SimpleNamespace(kind=kind, happened_at=at, data=data, contour="live", subject="c1", fact_id="1", ref="r")


def lead(**said) -> SimpleNamespace:
    known = {"status": "in_progress", "removed_at": None, "closed_at": None, "opened_at": NOW - HOUR, "outcome": None, "amount": None}
    return SimpleNamespace(**{**known, **said})


@pytest.mark.parametrize(
    ("standing", "kind", "opens"),
    [
        (None, "application_made", True),
        (None, "diagnostic_requested", True),
        (None, "gocrm_lead", True),
        (None, "message_received", False),
        (None, "session_booked", False),
        (lead(), "application_made", False),
        (lead(status="completed", closed_at=NOW - HOUR), "application_made", True),
        (lead(status="completed", closed_at=NOW + HOUR), "application_made", False),
        (lead(removed_at=NOW - HOUR), "gocrm_lead", True),
        (lead(removed_at=NOW + HOUR), "gocrm_lead", False),
    ],
)
def test_who_asks_is_a_lead_and_after_the_end_has_another_deal(standing, kind, opens):
    assert rules.opens(standing, fact(kind)) is opens


def test_a_booking_from_before_a_deal_does_not_move_it():
    assert rules.moves(lead(), fact("session_booked"), [], None) == {"stage": "agreed"}
    assert rules.moves(lead(opened_at=NOW + timedelta(seconds=1)), fact("session_booked"), [], None) == {"stage": "agreed"}
    assert rules.moves(lead(opened_at=NOW + HOUR), fact("session_booked"), [], None) == {}


def test_a_payment_without_an_amount_leaves_the_one_that_was_written_down():
    paid = Event("payment", NOW, "session#1")
    assert rules.moves(lead(), fact("session_paid"), [paid], paid) == {"stage": "won"}


def test_facts_of_deals_are_decided_one_by_one_and_all_others_with_the_last():
    kinds = ["message_received", "application_made", "message_sent", "session_booked", "link_followed"]
    steps = [[one.kind for one in step] for step in rules.steps([fact(kind) for kind in kinds])]
    assert steps == [["application_made"], ["session_booked", "message_received", "message_sent", "link_followed"]]
    assert [len(step) for step in rules.steps([fact("message_sent"), fact("message_sent")])] == [2]


@pytest.mark.parametrize(("said", "is_its"), [({}, True), ({"contour": "test"}, False), ({"subject": "-"}, False), ({"kind": "x"}, False)])
def test_what_concerns_a_lead(said, is_its):
    assert rules.concerns(SimpleNamespace(**{**vars(fact("contacts_changed")), **said}), ()) is is_its


def test_how_far_somebody_came_who_applied_before():
    ticket = SimpleNamespace(created_at=NOW, booked_at=None)
    assert rules.stood(ticket, [Event("session_booked", NOW - HOUR)]) == {}
    assert rules.stood(ticket, [Event("session_booked", NOW + HOUR)]) == {"stage": "agreed"}
    assert rules.stood(SimpleNamespace(created_at=NOW, booked_at=NOW), []) == {"stage": "agreed"}
    paid = Event("payment", NOW + HOUR, "o", amount=5)
    assert rules.stood(ticket, [paid]) == {"stage": "won", "amount": 5, "closed_at": NOW + HOUR}
