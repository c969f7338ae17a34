"""What the admin reads of an effect that was given up, where its kind has no words of its own."""

from chalicelib.core import clock, ids, outbox, storage
from chalicelib.messaging import service
from chalicelib.messaging.models import MessageRow


def tell(effect: outbox.Effect, tx: storage.Transaction, reason: str) -> None:
    """Tell the admin, once an hour of each kind: what died of one cause dies by the hundred, and `GET /outbox` lists it."""
    hour = clock.wall().replace(minute=0, second=0, microsecond=0)
    message_id = ids.derived("given-up", effect.kind, at=hour)
    (told,) = storage.read(MessageRow.at(message_id))
    if told is None:
        values = {"kind": effect.kind, "reason": reason}
        service.tell_admin(tx, "admin_given_up", service.About("effect_given_up", "live"), values, message_id=message_id)
