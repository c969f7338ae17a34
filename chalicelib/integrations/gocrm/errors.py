"""How Go-CRM refuses. No token, phone or secret link is in any of these texts."""

from collections.abc import Mapping
from http import HTTPStatus

from chalicelib.core.vendors import VendorRefused

VENDOR = "gocrm"


class GoCrmInvalid(VendorRefused):
    """Go-CRM does not accept a payload: `fields` are our field names and its words, for the operator."""

    def __init__(self, status: int, reason: str, fields: Mapping[str, str]) -> None:
        super().__init__(VENDOR, status, f"not accepted: {', '.join(fields)}" if fields else reason)
        self.fields = dict(fields)


class GoCrmSessionOver(VendorRefused):
    """The parent's session ended: sign in again."""

    def __init__(self) -> None:
        super().__init__(VENDOR, HTTPStatus.UNAUTHORIZED, "the session is over")


class GoCrmTaken(VendorRefused):
    """The window is taken, or has changed since it was read."""

    def __init__(self, status: int) -> None:
        super().__init__(VENDOR, status, "the window is taken")


class GoCrmWrongCode(VendorRefused):
    """The phone and the code do not sign anybody in."""

    def __init__(self, status: int) -> None:
        super().__init__(VENDOR, status, "the code is not right")
