"""A house with appointments: clients, sessions that the office made, and what they were told."""

from datetime import datetime
from typing import Any

import pytest

from chalicelib.booking.sessions import lifecycle, repository
from chalicelib.booking.sessions.models import Session
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.models import Slot
from chalicelib.booking.slots.service import Owner
from chalicelib.clients.service import Client
from chalicelib.core import clock, ids, storage
from tests.builders import ledger
from tests.integration.staff.conftest import House, staff_sign_in

__all__ = ["staff_sign_in"]

RULES = "/api/v1/admin/communications/reminders/rules"
RUN = "/api/v1/admin/communications/reminders/run"
REMINDERS = "reminder"


class Calendar(House):
    """The doors, the staff, and a calendar whose sessions are made by the booking's own verbs."""

    def client(self, name: str = "Анна Лебедева", zone: str | None = None, **said: Any) -> Client:
        number = storage.next_number("lead-live")
        known = {"name": name, "timezone": zone, "telegram_id": str(7_000_000_000 + number), **said}
        who = Client(ids.new(), contour="live", lead_number=f"br{number:04}", created_at=clock.now(), **known)
        who.save()
        return who

    def slot(self, start_at: datetime, specialist: str) -> Slot:
        who = {"specialist_id": specialist, "specialist_name": "Вера Соколова", "free_in": "live", "free_of": specialist}
        slot = Slot(slot_id=ids.new(), contour="live", start_at=start_at, minutes=60, **who)
        slot.save()
        return slot

    def book(self, start_at: datetime, who: Client | None = None, *, origin: str | None = "crm", confirmed: bool = True) -> Session:
        """A session with a specialist of its own, made by the office unless it is said otherwise."""
        who = who or self.client()
        slot, owner = self.slot(start_at, ids.new()), Owner("live", ids.new(), ids.new(), who.client_id, who.lead_number, who.name)
        tx = storage.Transaction()
        session = lifecycle.book_in(tx, slots.ref(slot), owner, cause="test", confirmed=confirmed)
        tx.commit()
        if origin:
            session.origin = origin
            storage.change(self.handle(session), [Session.origin.set(origin), *repository.notices(session)])
        return self.now(session)

    def move(self, session: Session, start_at: datetime) -> Session:
        session = self.now(session)
        self.slot(start_at, session.specialist_id)
        tx = storage.Transaction()
        lifecycle.move_in(tx, session, start_at)
        tx.commit()
        return self.now(session)

    def cancel(self, session: Session) -> None:
        tx = storage.Transaction()
        lifecycle.cancel_in(tx, self.now(session), None, cause="test")
        tx.commit()

    def confirm(self, session: Session) -> None:
        tx = storage.Transaction()
        lifecycle.confirm_in(tx, self.now(session))
        tx.commit()

    @staticmethod
    def handle(session: Session) -> Session:
        return Session.row(session.ticket_id, session.session_id)

    @staticmethod
    def now(session: Session) -> Session:
        (row,) = storage.read(Session.at(session.ticket_id, session.session_id))
        return row

    @staticmethod
    def told(session: Session) -> list[Any]:
        """What its client was to be told by rules, oldest first."""
        return [row for row in ledger(f"client#{session.client_id}") if row.cause == REMINDERS]


@pytest.fixture
def calendar(front):
    return Calendar(front)
