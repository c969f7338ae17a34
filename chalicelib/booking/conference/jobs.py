"""What the outbox does with video meetings."""

from chalicelib.booking.conference import service
from chalicelib.core import outbox, storage


def _given_up(effect: outbox.Effect, tx: storage.Transaction, reason: str) -> None:
    service.given_up(effect.payload["ticket_id"], effect.payload["session_id"], reason)


@outbox.handles("conference", bury=_given_up)
def conference(effect: outbox.Effect, tx: storage.Transaction) -> None:
    """Bring a session's meeting in line with it; running it twice changes nothing."""
    service.align(effect.payload["ticket_id"], effect.payload["session_id"], attempt=effect.attempts)


@outbox.handles("conference_drop")
def conference_drop(effect: outbox.Effect, tx: storage.Transaction) -> None:
    """Remove a meeting that lost a race; one that is gone is no trouble."""
    service.drop(effect.payload["provider"], effect.payload["meeting_id"])
