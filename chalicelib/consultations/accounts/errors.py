"""What can go wrong with whose consultation it is."""

from chalicelib.core.errors import BadRequest, Busy, NotFound


class ClientUnknown(NotFound):
    code = "client_not_found"
    message = "Client not found"


class ClientNeeded(BadRequest):
    code = "client_needed"
    message = "Client data or client_id is required"


class AccountRaced(Busy):
    """Another request changed this account a moment ago: look again."""
