"""Eskiz: a token for an account's e-mail and password, then one SMS a call.

UNVERIFIED: how it words a number that is none, and for how long a token is good (thirty days are seen); so the first is a setting, and
the token is used for a day at most and renewed once where it is refused.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus

from chalicelib.core import clock
from chalicelib.core.vendors import TIMEOUT, Reply, Timeout, VendorDown, VendorError, VendorRefused
from chalicelib.integrations.recipients import RecipientRefused
from chalicelib.integrations.tokens import Token, TokenVendor

PUBLIC_API = "https://notify.eskiz.uz/api"
VENDOR = "eskiz"
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class EskizAccount:
    """Who sends, under which name; `bad_number` is the field that a refusal names where the number is dead."""

    email: str
    password: str = field(repr=False)
    sender: str = "4546"
    bad_number: str | None = "mobile_phone"


class EskizClient:
    """Every call raises `VendorDown`, `VendorBusy` or `RecipientRefused`."""

    def __init__(self, account: EskizAccount, api_url: str = PUBLIC_API, *, timeout: Timeout = TIMEOUT) -> None:
        self._account, self._api = account, _Eskiz(account, api_url, timeout)

    def send(self, phone: str, text: str) -> str:
        """Send an SMS to a number in E.164 and return its id. No key of repeats: after `VendorDown.sent_maybe` it may come twice."""
        asked = {"mobile_phone": phone.removeprefix("+"), "message": text, "from": self._account.sender}
        sent = self._api.authorised("POST", "message/sms/send", form=asked).field("id")
        if not isinstance(sent, str) or not sent:
            raise VendorDown(VENDOR, "a sent SMS without its id", sent_maybe=True)
        return sent


class _Eskiz(TokenVendor):
    def __init__(self, account: EskizAccount, api_url: str, timeout: Timeout) -> None:
        super().__init__(VENDOR, api_url, secrets=(account.password,), timeout=timeout)
        self._account, self.whose = account, (VENDOR, api_url, account.email)

    def fetch(self) -> Reply:
        try:
            return self.call("POST", "auth/login", form={"email": self._account.email, "password": self._account.password})
        except VendorRefused as refused:
            raise RecipientRefused(VENDOR, refused.status, refused.reason, ours=True) from None

    def _read_token(self, reply: Reply) -> Token:
        data = reply.field("data")
        value = data.get("token") if isinstance(data, dict) else None
        if not isinstance(value, str) or not value:
            raise VendorDown(VENDOR, "a token's answer without a token")
        return Token(value, clock.wall() + KEPT)

    def refusal(self, reply: Reply) -> VendorError:
        named, ours = self._account.bad_number, reply.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.FORBIDDEN)
        dead = bool(named) and not ours and named in _fields(reply)
        return RecipientRefused(VENDOR, reply.status, self.reason(reply), unreachable=dead, ours=ours)


def _fields(reply: Reply) -> set[str]:
    """What a refusal finds fault with: the names in its `errors`, or in a `message` or `data` that is no text."""
    found = (reply.field(name) for name in ("errors", "message", "data"))
    return {str(name) for one in found if isinstance(one, dict) for name in one}
