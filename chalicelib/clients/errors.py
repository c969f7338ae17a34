"""What can go wrong with who somebody is."""

from chalicelib.core.errors import NotFound


class ClientNotFound(NotFound):
    code = "client_not_found"
    message = "No client is known by this id or lead number."


class IdentityRaced(Exception):
    """Another request made this person a moment ago: look again."""


class TelegramDiffers(Exception):
    """The client is known with another Telegram account."""
