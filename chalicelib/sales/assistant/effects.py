"""What the outbox must know of the assistant: its kinds of jobs, and how the admin hears of budgets and refusals."""

from chalicelib.ai import effects, purposes
from chalicelib.core import clock, ids, storage
from chalicelib.messaging import service as messaging
from chalicelib.messaging.models import MessageRow
from chalicelib.sales.assistant import explaining, listening, narrating, writing


def _over_budget(tx: storage.Transaction, day: str) -> None:
    """The day's first refusal: whoever stops a day tells of it."""
    messaging.tell_admin(tx, "admin_ai_budget", messaging.About("ai_budget", "live"), {"day": day})


def _refused(tx: storage.Transaction, day: str, reason: str) -> None:
    """The vendor of the models will not have us: told once a day."""
    midnight = clock.wall().replace(hour=0, minute=0, second=0, microsecond=0)
    message_id = ids.derived("ai-refused", day, at=midnight)
    if storage.read(MessageRow.at(message_id))[0] is None:
        messaging.tell_admin(tx, "admin_ai_refused", messaging.About("ai_refused", "live"), {"reason": reason}, message_id=message_id)


purposes.tellers.over_budget.append(_over_budget)
purposes.tellers.refused.append(_refused)

__all__ = ["effects", "explaining", "listening", "narrating", "writing"]
