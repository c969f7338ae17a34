"""What the log says of the time that specialists offer. `ref` is the slot, or the plan that several are written by."""

from chalicelib.core import facts, storage
from chalicelib.core.facts import NOBODY, Fact, detailed


@detailed
class HoursChanged(Fact):
    """A specialist offered hours of her own, or withdrew free ones, by hand or by a plan."""

    specialist_id: str
    opened: int
    withdrawn: int


@detailed
class TimeOccupied(Fact):
    """An event takes a specialist's time, or gives it back; `ref` is the event."""

    specialist_id: str
    taken: bool


def hours(tx: storage.Transaction, *, contour: str, ref: str, specialist_id: str, opened: int, withdrawn: int) -> None:
    """Add to a transaction that a specialist's offered hours change."""
    said = HoursChanged(subject=NOBODY, contour=contour, ref=ref, specialist_id=specialist_id, opened=opened, withdrawn=withdrawn)
    facts.record(tx, said)


def occupied(tx: storage.Transaction, *, contour: str, ref: str, specialist_id: str, taken: bool) -> None:
    """Add to a transaction that an event takes a specialist's time, or gives it back."""
    facts.record(tx, TimeOccupied(subject=NOBODY, contour=contour, ref=ref, specialist_id=specialist_id, taken=taken))
