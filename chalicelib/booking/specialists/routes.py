"""The back office's doors to specialists."""

from chalicelib.booking.specialists import link, service
from chalicelib.booking.specialists.errors import SpecialistExists, SpecialistNotFound
from chalicelib.booking.specialists.schemas import (
    NewSpecialist,
    SecretAnswer,
    SpecialistAnswer,
    SpecialistInput,
    SpecialistsAnswer,
    SpecialistShown,
    SpecialistsQuery,
)
from chalicelib.core import security
from chalicelib.core.errors import Conflict
from chalicelib.core.http import Api
from chalicelib.staff import policies

api = Api("booking.specialists")


@api.get("/specialists", auth=security.SERVICE)
def list_specialists(query: SpecialistsQuery) -> SpecialistsAnswer:
    """All specialists of a contour, by name, each with his assignment coefficient."""
    return service.list_all(query)


@api.post("/specialists", auth=security.SERVICE, errors=[SpecialistExists])
def create_specialist(body: NewSpecialist) -> SpecialistAnswer:
    """Add a specialist."""
    return service.create(body)


@api.get("/specialists/{specialist_id}", auth=policies.ADMIN, errors=[SpecialistNotFound])
def get_specialist(specialist_id: str) -> SpecialistShown:
    """One specialist, with the secret of his own page."""
    return service.show(specialist_id)


@api.post("/specialists/{specialist_id}/secret", auth=policies.ADMIN, errors=[SpecialistNotFound])
def renew_specialist_secret(specialist_id: str) -> SecretAnswer:
    """Give a specialist another secret; his old link opens nothing from now on."""
    return link.renew(specialist_id)


@api.put("/specialists/{specialist_id}", auth=security.SERVICE, errors=[SpecialistNotFound, Conflict])
def update_specialist(specialist_id: str, body: SpecialistInput) -> SpecialistAnswer:
    """Replace what is said of a specialist."""
    return service.update(specialist_id, body)
