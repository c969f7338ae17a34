"""What the house's own lists refuse."""

from chalicelib.core.errors import Conflict, NotFound


class NameTaken(Conflict):
    """A name, SKU, barcode or code that another entry bears already; `detail.field` says which."""

    code = "name_taken"
    message = "Another one bears this already."


class LocationNotFound(NotFound):
    """A location that nobody made; `detail.field` says where it was named."""

    message = "No location has this id."


class LocationClosed(Conflict):
    """Goods are neither brought to a location that is closed nor taken from it."""

    code = "location_closed"
    message = "This location is closed."


class ChannelNotFound(NotFound):
    """A traffic channel that nobody made."""

    message = "No traffic channel has this id."


class TimezoneFixed(Conflict):
    """The zone is a setting of the deployment: days that were counted are cut by it."""

    code = "timezone_fixed"
    message = "The time zone is set where the product is deployed (BUSINESS_TIMEZONE); it cannot be changed here."
