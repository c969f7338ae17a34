"""Vendors that take a bearer token for an hour: fetched once a process, renewed before it ends and when it is refused.

Lambda keeps a process for many requests; asking for a token each time would double the calls, and Zoom counts them.
"""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from chalicelib.core import clock
from chalicelib.core.vendors import Reply, Vendor, VendorDown, VendorRefused, seconds

MARGIN = timedelta(minutes=1)
"""A token is not used in its last minute: it could end on its way."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and the moment from which it is not used any more."""

    value: str
    until: datetime


_tokens: dict[tuple[str, ...], Token] = {}


def forget_all() -> None:
    """Start as a fresh process does."""
    _tokens.clear()


class TokenVendor(Vendor):
    """A vendor whose calls carry a token that `fetch` gets; `whose` names the account and what the token may do."""

    whose: tuple[str, ...]

    @abstractmethod
    def fetch(self) -> Reply:
        """A new token, as the vendor answers: ``access_token`` and ``expires_in``."""

    def authorised(self, method: str, path: str, **request: Any) -> Reply:
        """As `call`, with the token. A refused token is renewed once: it may have been revoked before its time."""
        token = self._token()
        try:
            return self.call(method, path, headers=_bearer(token), **request)
        except VendorRefused as refused:
            if refused.status != HTTPStatus.UNAUTHORIZED:
                raise
        _tokens.pop(self.whose, None)
        return self.call(method, path, headers=_bearer(self._token()), **request)

    def clean(self, text: str) -> str:
        """Without the token either."""
        known = _tokens.get(self.whose)
        return super().clean(text.replace(known.value, "***") if known else text)

    def _token(self) -> Token:
        known = _tokens.get(self.whose)
        if known is None or known.until <= clock.wall():
            known = _tokens[self.whose] = self._read_token(self.fetch())
        return known

    def _read_token(self, reply: Reply) -> Token:
        value, lifetime = reply.field("access_token"), seconds(reply.field("expires_in"))
        if not isinstance(value, str) or not value or lifetime is None:
            raise VendorDown(self.name, "a token's answer without a token")
        return Token(value, clock.wall() + timedelta(seconds=lifetime) - MARGIN)


def _bearer(token: Token) -> dict[str, str]:
    return {"Authorization": f"Bearer {token.value}"}
