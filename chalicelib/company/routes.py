"""The doors of the house's own lists and settings."""

from chalicelib.company import lists, settings
from chalicelib.company.errors import LocationClosed, LocationNotFound, NameTaken, TimezoneFixed
from chalicelib.company.schemas import Location, Locations, LocationsQuery, NewChannel, NewLocation, TrafficChannel, TrafficChannels
from chalicelib.company.settings_schemas import SettingsChange, SystemSettings
from chalicelib.core.http import Api
from chalicelib.core.once import KeyReused
from chalicelib.core.paging import PageQuery
from chalicelib.staff.members import Member
from chalicelib.staff.policies import ADMIN, OFFICE, staff

api = Api("company")
OWNER = staff("owner")


@api.get("/api/v1/admin/products/locations", auth=OFFICE)
def locations_list(query: LocationsQuery) -> Locations:
    """Where goods lie."""
    return lists.locations(query)


@api.post("/api/v1/admin/products/locations", auth=ADMIN, errors=[NameTaken, KeyReused])
def locations_create(body: NewLocation, caller: Member, idempotency_key: str | None) -> Location:
    """A new location; its name is its alone."""
    return lists.make_location(body, key=idempotency_key, actor=caller.actor)


@api.get("/api/v1/admin/traffic-channels", auth=ADMIN)
def traffic_channels_list(query: PageQuery) -> TrafficChannels:
    """Where clients come from, newest first."""
    return lists.channels(query)


@api.post("/api/v1/admin/traffic-channels", auth=ADMIN, errors=[NameTaken, KeyReused])
def traffic_channels_create(body: NewChannel, caller: Member, idempotency_key: str | None) -> TrafficChannel:
    """A new traffic channel; its name and its promo code are its alone."""
    return lists.make_channel(body, key=idempotency_key, actor=caller.actor)


@api.get("/api/v1/admin/system-settings", auth=ADMIN)
def system_settings_get() -> SystemSettings:
    """What the owner has set."""
    return settings.shown()


@api.put("/api/v1/admin/system-settings", auth=OWNER, errors=[TimezoneFixed, LocationNotFound, LocationClosed])
def system_settings_update(body: SettingsChange, caller: Member) -> SystemSettings:
    """Set what is said; the rest stays. The time zone is a setting of the deployment."""
    return settings.change(body, actor=caller.actor)
