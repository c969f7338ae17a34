"""Whom clients can come to: the employees whom the calendar has, or the house itself where nobody works."""

from collections.abc import Mapping

from chalicelib.booking.specialists.rules import HOUSE
from chalicelib.core import briefly
from chalicelib.team.employees import repository as cards
from chalicelib.team.employees.models import Employee

WHOLE_HOUSE: Mapping[int, str] = {0: HOUSE}
"""Of a business without employees: nobody's number, and the specialist who is nobody: no list and no ranking holds him."""


def bookable() -> list[Employee]:
    """Whom clients can come to, by number: one query."""
    return [card for card in cards.everyone() if works(card)]


def works(card: Employee) -> bool:
    """Whether clients can come to somebody."""
    return bool(card.is_bookable and not card.is_archived and card.specialist_id)


def known() -> Mapping[int, str]:
    """The specialists of all whom clients can come to, by their cards' numbers, as it was a moment ago.

    Who has left since rests in the calendar, which is read: a name in this table lets nobody in.
    """
    return briefly.remembered(_read, "bookable")


def _read() -> Mapping[int, str]:
    found = [card for card in cards.everyone() if not card.is_archived]
    return {card.number: str(card.specialist_id) for card in found if works(card)} if found else WHOLE_HOUSE
