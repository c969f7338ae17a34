"""The effect of a specialist's coming under a name."""

from chalicelib.booking.specialists import service as specialists
from chalicelib.core import outbox, storage
from chalicelib.core.outbox import Effect
from chalicelib.intake.rows import coming


@outbox.handles(specialists.NAMED)
def specialist_named(effect: Effect, tx: storage.Transaction) -> None:
    """Rows that waited for him are decided, and the admin hears of others of his name; running it twice changes nothing."""
    specialist_id = effect.payload["specialist_id"]
    specialists.tell_of_homonyms(specialist_id)
    coming.arrived(specialist_id)
