"""The public site's doors to those who work here."""

from chalicelib.booking.cards import service
from chalicelib.booking.cards.schemas import Cards, Diplomas
from chalicelib.core.http import Api

api = Api("booking.cards")


@api.get("/cards", site=True)
def cards() -> Cards:
    """Everybody who may be chosen, with all that is public of him."""
    return service.shown()


@api.get("/edu-keys-pipeline-batch", site=True)
def edu_keys_pipeline_batch() -> Diplomas:
    """Diplomas and courses of everybody who may be chosen."""
    return service.diplomas()
