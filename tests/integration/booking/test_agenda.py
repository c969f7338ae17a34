"""The office's list of sessions: newest first, whole, whatever the page's size and the status."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from chalicelib.booking.sessions import repository
from chalicelib.booking.sessions.models import Session
from chalicelib.core import clock, ids, pagination, storage
from tests.builders import SERVICE, book, moscow, slot, specialist, tomorrow

STATUSES = ("pending", "confirmed", "cancelled", "completed", "missed")
BORDER = datetime(2030, 11, 30, 21, tzinfo=UTC)
"""Where November ends in Moscow."""


def put(start_at: datetime, status: str = "confirmed", specialist_id: str = "p1", contour: str = "live") -> str:
    row = Session(ids.new(), ids.new(), contour=contour, client_id="c1", specialist_id=specialist_id, specialist_name="Мария Орлова")
    row.slot_id, row.minutes, row.status, row.lead_number = "s1", 60, status, "br0001"
    row.start_at, row.end_at = start_at, start_at + timedelta(hours=1)
    row.created_at = row.updated_at = clock.wall()
    tx = storage.Transaction()
    repository.create(tx, row)
    tx.commit()
    return str(row.session_id)


def pages(front: Any, **query: Any) -> Iterator[list[str]]:
    cursor = None
    while True:
        page = front.get("/sessions", SERVICE, **query, **({"cursor": cursor} if cursor else {})).ok()
        yield [row["session_id"] for row in page["sessions"]]
        cursor = page["next_cursor"]
        if cursor is None:
            return


@pytest.fixture
def around_a_border(front: Any) -> list[tuple[datetime, str, str, str]]:
    """(start, session, status, specialist) of sessions that begin within some days of two months, several at one moment."""
    starts = [BORDER + timedelta(hours=hours) for hours in (-50, -30, -1, -1, -1, 0, 0, 1, 30, 31)]
    made = []
    for number, start in enumerate(starts):
        status, person = STATUSES[number % 5], f"p{number % 2}"
        made.append((start, put(start, status, person), status, person))
    return sorted(made, reverse=True)


DAYS = {"date_from": "2030-11-20", "date_to": "2030-12-05"}


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
def test_pages_of_any_size_are_the_list(front, around_a_border, limit):
    found = [*pages(front, **DAYS, limit=limit)]
    assert [one for page in found for one in page] == [session for _, session, _, _ in around_a_border]
    assert {len(page) for page in found[:-1]} <= {limit}


@pytest.mark.parametrize("limit", [1, 50])
@pytest.mark.parametrize("status", STATUSES)
def test_a_page_of_one_status_is_full_while_there_are_so_many(front, around_a_border, status, limit):
    found = [*pages(front, **DAYS, limit=limit, status=status)]
    assert [one for page in found for one in page] == [session for _, session, said, _ in around_a_border if said == status]
    assert {len(page) for page in found[:-1]} <= {limit}


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_one_specialists_are_his_alone_over_any_span(front, around_a_border, limit):
    found = [one for page in pages(front, date_from="2029-01-01", date_to="2032-01-01", specialist_id="p1", limit=limit) for one in page]
    assert found == [session for _, session, _, person in around_a_border if person == "p1"]


def test_a_day_is_the_businesss_own(front, around_a_border):
    (first,) = pages(front, date_from="2030-12-01", date_to="2030-12-01")
    assert first == [session for start, session, _, _ in around_a_border if BORDER <= start < BORDER + timedelta(days=1)]


def test_a_session_stands_where_it_was_moved_to_and_the_test_contour_apart(front, tick):
    person, starts = specialist(front), [tomorrow(12), tomorrow(12, days=40)]
    for start in starts:
        slot(front, person, start)
    ticket_id = book(front, starts[0])
    put(starts[0], contour="test")
    day = {name: f"{starts[0] + timedelta(hours=3):%Y-%m-%d}" for name in ("date_from", "date_to")}
    (row,) = front.get("/sessions", SERVICE, **day).ok()["sessions"]
    assert (row["ticket_id"], row["client_id"], row["status"], row["slot_time"]) == (ticket_id, "br0001", "pending", moscow(starts[0]))
    front.post("/reschedule-session", {"ticket_id": ticket_id, "new_slot_time": moscow(starts[1])}, SERVICE).ok()
    assert front.get("/sessions", SERVICE, **day).ok()["sessions"] == []
    (row,) = front.get("/sessions", SERVICE, date_from=day["date_from"]).ok()["sessions"]
    assert row["slot_time"] == moscow(starts[1])


def test_without_days_a_month_ahead_and_one_back_is_shown(front):
    with time_machine.travel(BORDER):
        shown = [put(BORDER + timedelta(days=days)) for days in (31, 0, -29)]
        put(BORDER + timedelta(days=33))
        put(BORDER - timedelta(days=32))
        assert [*pages(front)] == [shown]


@pytest.mark.parametrize(
    ("said", "loc"),
    [
        ({"date_from": "2030-12-02", "date_to": "2030-12-01"}, ["query", "date_to"]),
        ({"date_from": "2030-01-01", "date_to": "2030-12-01"}, ["query", "date_to"]),
        ({"date_from": "01.12"}, ["query", "date_from"]),
        ({"date_from": "9999-12-31"}, ["query", "date_from"]),
        ({"date_to": "0001-01-01", "specialist_id": "p1"}, ["query", "date_to"]),
        ({"status": "paid"}, ["query", "status"]),
        ({"limit": "201"}, ["query", "limit"]),
        ({"cursor": "x"}, ["query", "cursor"]),
        ({"cursor": pagination.encode({"begins": {"S": "~"}})}, ["query", "cursor"]),
        ({"cursor": pagination.encode({"ticket_id": {"S": "1"}})}, ["query", "cursor"]),
    ],
)
def test_what_cannot_be_listed_is_named(front, said, loc):
    refused = front.get("/sessions", SERVICE, **said)
    assert (refused.status, refused.body["detail"][0]["loc"]) == (422, loc)


def test_a_cursor_from_before_the_span_is_the_end(front, around_a_border):
    old = pagination.encode({"begins": {"S": f"2020-01-01T00:00:00Z {ids.new()}"}})
    assert front.get("/sessions", SERVICE, **DAYS, cursor=old).ok() == {"sessions": [], "next_cursor": None, "success": True}
