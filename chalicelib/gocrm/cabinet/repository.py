"""Reads and writes of sessions, codes, bookings and links."""

from datetime import datetime, timedelta
from typing import Any

from chalicelib.core import storage
from chalicelib.gocrm.cabinet.errors import Raced
from chalicelib.gocrm.cabinet.models import Booking, CabinetCode, CabinetSession, LiveLink
from chalicelib.gocrm.cabinet.rules import MAKING, TRIES

KEPT = timedelta(days=1)
BOOKINGS_KEPT = timedelta(days=60)


def codes(*holders: str) -> list[CabinetCode | None]:
    """What was asked before."""
    return storage.read(*(CabinetCode.at(holder) for holder in holders))


def ask(tx: storage.Transaction, row: CabinetCode, before: CabinetCode | None) -> None:
    """Count a code that is asked for; the commit raises Raced when another one was asked for meanwhile."""
    seen = CabinetCode.holder.does_not_exist() if before is None else CabinetCode.asked_at == before.asked_at
    tx.put(row, condition=seen, otherwise=Raced())


def spend_try(row: CabinetCode) -> bool:
    """Count a try before it is made; False when there are none left, or another code was asked for."""
    left = (CabinetCode.tries < TRIES) & (CabinetCode.asked_at == row.asked_at)
    return storage.change(CabinetCode.row(row.holder), [CabinetCode.tries.add(1)], condition=left)


def open_session(tx: storage.Transaction, session: CabinetSession, code: CabinetCode) -> None:
    """Write a session; the code that opened it opens nothing more."""
    tx.put(session)
    tx.delete(CabinetCode.row(code.holder))


def session(token_hash: str) -> CabinetSession | None:
    """A session by its token's digest."""
    (row,) = storage.read(CabinetSession.at(token_hash))
    return row


def end(token_hash: str) -> None:
    """Forget a session."""
    storage.remove(CabinetSession.row(token_hash))


def booking(key: str) -> Booking | None:
    """A booking that was made or begun."""
    (row,) = storage.read(Booking.at(key))
    return row


def begin_booking(key: str, starts_at: datetime, now: datetime) -> None:
    """Note that a child is about to be put into a window."""
    row = Booking(booking=key, state="asked", starts_at=starts_at, expires_at=now + BOOKINGS_KEPT)
    storage.put_new(row, Booking.booking.does_not_exist())


def finish_booking(key: str, lesson: dict[str, Any] | None) -> None:
    """Note that he is in."""
    storage.change(Booking.row(key), [Booking.state.set("done"), Booking.lesson.set(lesson) if lesson else Booking.lesson.remove()])


def drop_booking(key: str) -> None:
    """Forget one that Go-CRM refused."""
    storage.remove(Booking.row(key), condition=Booking.state == "asked")


def link(key: str) -> LiveLink | None:
    """A link, alive or not."""
    (row,) = storage.read(LiveLink.at(key))
    return row


def begin_link(key: str, now: datetime) -> bool:
    """The right to make a link; False while a live one stands, or somebody makes one."""
    row = LiveLink(link=key, until=now + MAKING, expires_at=now + KEPT)
    return storage.put_new(row, LiveLink.link.does_not_exist() | (LiveLink.until <= now)) is None


def finish_link(key: str, url: str, until: datetime) -> None:
    """Keep the link for repeats."""
    storage.change(LiveLink.row(key), [LiveLink.url.set(url), LiveLink.until.set(until)])


def drop_link(key: str) -> None:
    """Let another try make it."""
    storage.remove(LiveLink.row(key), condition=LiveLink.url.does_not_exist())
