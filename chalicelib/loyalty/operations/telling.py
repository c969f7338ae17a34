"""What clients read of the till."""

from chalicelib.core import storage
from chalicelib.core.amounts import shown
from chalicelib.loyalty.ledger.models import Operation
from chalicelib.messaging import service as messaging

CONTOUR = "live"


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
