"""What clients read of the till."""

from dataclasses import dataclass
from datetime import date

from chalicelib.core import storage
from chalicelib.core.amounts import shown
from chalicelib.loyalty.ledger.models import Operation
from chalicelib.loyalty.ledger.rules import CONTOUR
from chalicelib.messaging import rules as reading
from chalicelib.messaging import service as messaging


def said(amount: int) -> str:
    """Roubles or points as people write them: ``1 500``, ``99,50``."""
    number = shown(amount)
    return (f"{number:,}" if isinstance(number, int) else f"{number:,.2f}").replace(",", " ").replace(".", ",")


def receipt(tx: storage.Transaction, client_id: str, row: Operation) -> None:
    """Tell a client what he paid, earned and has now."""
    values = {"amount": said(int(row.amount)), "cash": said(int(row.cash)), "balance": said(int(row.balance_after))}
    values |= {name: said(int(amount)) for name, amount in (("spent", row.points), ("earned", row.earned)) if amount}
    about = messaging.About("operation_made", CONTOUR)
    messaging.say(tx, messaging.client(client_id), "client_receipt", about, values, message_id=f"receipt-{row.place}")


@dataclass(frozen=True, slots=True)
class Told:
    """One telling of points that end: its id is its day's, so that it is told once."""

    message_id: str

    @property
    def key(self) -> storage.Key:
        """Where it stands once it was told."""
        return messaging.MessageRow.at(self.message_id)


def warning_of(place: str, ends_on: str, today: str) -> Told:
    """The telling of today, of points of a client that end on a day."""
    return Told(f"points-end-{place.replace('#', '-')}-{ends_on}-{today}")


def points_end(tx: storage.Transaction, client_id: str, warning: Told, points: int, day: str) -> None:
    """Tell a client what ends on a day: nobody asked for it, so he must have agreed to be told."""
    values = {"points": said(points), "day": date.fromisoformat(day).strftime("%d.%m.%Y")}
    about, to = messaging.About("points_end", CONTOUR), messaging.client(client_id)
    messaging.say(tx, to, "client_points_end", about, values, message_id=warning.message_id, purpose=reading.MARKETING)
