"""A house whose sessions are made as forms and the office make them, as the office and masters read them."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.booking.sessions import repository
from chalicelib.booking.sessions.models import Session
from chalicelib.core import clock, ids, storage
from tests.builders import SERVICE, Answer
from tests.integration.staff.conftest import staff_sign_in
from tests.integration.team.conftest import Team

__all__ = ["staff_sign_in"]

APPOINTMENTS = "/api/v1/admin/appointments"


def put(start_at: datetime, status: str = "confirmed", specialist_id: str = "p1", **said: Any) -> Session:
    """A session, as it stands; with `number` one that the office made."""
    about = {"contour": "live", "client_id": "c1", "lead_number": "br0001", "client_name": "Анна", "specialist_name": "Мария Орлова"}
    row = Session(ids.new(), ids.new(), **about | {"specialist_id": specialist_id, "slot_id": "s1", "minutes": 60, "status": status} | said)
    row.start_at, row.end_at = start_at, start_at + timedelta(hours=1)
    row.created_at = row.updated_at = clock.wall()
    tx = storage.Transaction()
    repository.create(tx, row)
    tx.commit()
    return row


def name(row: Session) -> int | str:
    """What callers know it by."""
    return f"s.{row.ticket_id}.{row.session_id}" if row.number is None else int(row.number)


class Salon(Team):
    """The doors, the staff, their cards, and the list of appointments."""

    def bookable(self, full_name: str = "Мария Орлова", **said: Any) -> tuple[int, str]:
        """A card of whom clients come to: its number, and his specialist."""
        card = self.card(full_name, is_bookable=True, **said)
        return card["id"], card["specialist_id"]

    def listed(self, header: dict[str, str] = SERVICE, **query: Any) -> dict[str, Any]:
        return self.front.get(APPOINTMENTS, header, **query).ok()

    def ids_of(self, header: dict[str, str] = SERVICE, **query: Any) -> list[int | str]:
        return [one["id"] for one in self.listed(header, **query)["items"]]

    def say(self, appointment: Any, status: Any, header: dict[str, str] = SERVICE) -> Answer:
        """Say how one ended."""
        kind = {"Content-Type": "application/json"}
        return self.front.call("PATCH", f"{APPOINTMENTS}/{appointment}/status", body=json.dumps({"status": status}), headers=kind | header)

    def pages(self, **query: Any) -> Iterator[dict[str, Any]]:
        """Pages, one cursor after another."""
        page = self.listed(**query)
        yield page
        while page["next_cursor"]:
            page = self.listed(**query, cursor=page["next_cursor"])
            yield page


@pytest.fixture
def salon(front):
    return Salon(front)
