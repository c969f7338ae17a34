"""The public site's doors to those who work here."""

from chalicelib.booking.cards import service
from chalicelib.booking.cards.schemas import Cards, Diplomas
from chalicelib.core import security
from chalicelib.core.http import Api

api = Api("booking.cards")


@api.get("/cards", auth=security.PUBLIC, site=True)
def cards() -> Cards:
    """Everybody who may be chosen, with all that is public of him."""
    return service.shown()


@api.get("/edu-keys-pipeline-batch", auth=security.PUBLIC, site=True)
def edu_keys_pipeline_batch() -> Diplomas:
    """Diplomas and courses of everybody who may be chosen."""
    return service.diplomas()
