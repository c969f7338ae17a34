"""The club's directories."""

from chalicelib.core.http import Api
from chalicelib.gocrm.directories import service
from chalicelib.gocrm.directories.schemas import Centers, CentersQuery, Cities, Staff, StaffQuery

api = Api("gocrm.directories")


@api.get("/gocrm/cities")
def gocrm_cities() -> Cities:
    """The cities of presence, from the last good copy."""
    return service.cities()


@api.get("/gocrm/centers")
def gocrm_centers(query: CentersQuery) -> Centers:
    """Branches with address, phone and coordinates, from the last good copy."""
    return service.centers(query)


@api.get("/gocrm/staff")
def gocrm_staff(query: StaffQuery) -> Staff:
    """Who works there, from the last good copy."""
    return service.staff(query)
