"""The club's directories."""

from chalicelib.core import security
from chalicelib.core.http import Api
from chalicelib.gocrm.directories import service
from chalicelib.gocrm.directories.schemas import Centers, CentersQuery, Cities, Staff, StaffQuery

api = Api("gocrm.directories")


@api.get("/gocrm/cities", auth=security.PUBLIC)
def gocrm_cities() -> Cities:
    """The cities of presence, from the last good copy."""
    return service.cities()


@api.get("/gocrm/centers", auth=security.PUBLIC)
def gocrm_centers(query: CentersQuery) -> Centers:
    """Branches with address, phone and coordinates, from the last good copy."""
    return service.centers(query)


@api.get("/gocrm/staff", auth=security.PUBLIC)
def gocrm_staff(query: StaffQuery) -> Staff:
    """Who works there, from the last good copy."""
    return service.staff(query)
