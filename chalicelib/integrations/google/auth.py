"""Service accounts: a signed assertion buys a token for an hour, for one scope, as itself or as a person of the domain.

PyJWT signs; the calls are ours, so that time-outs, errors and secrets are treated as everywhere else.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from chalicelib.core import clock
from chalicelib.core.vendors import TIMEOUT, Reply, Timeout, Vendor, VendorBusy, VendorDown, VendorError, VendorRefused
from chalicelib.integrations.tokens import TokenVendor

TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105 (an address)
LIFETIME = 3600
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"

_VENDOR = "google"
_SLOW_DOWN = {"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"}


class BadServiceAccount(ValueError):
    """The setting is not a service account's key file."""


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A key file's content, as far as it is needed; `subject` is the person it acts for."""

    client_email: str
    key_id: str
    private_key: str = field(repr=False)
    token_url: str = TOKEN_URL
    subject: str | None = None

    @classmethod
    def from_json(cls, text: str, subject: str | None = None) -> "ServiceAccount":
        """The account of a key file's JSON. Raises BadServiceAccount, which quotes nothing of it."""
        try:
            found = json.loads(text)
            return cls(found["client_email"], found["private_key_id"], found["private_key"], found.get("token_uri") or TOKEN_URL, subject)
        except (ValueError, KeyError, TypeError, AttributeError):
            pass
        raise BadServiceAccount("expected the JSON of a service account's key file")

    def assertion(self, scope: str) -> str:
        """What is shown for a token of `scope`. Raises BadServiceAccount for a key that cannot sign."""
        import jwt  # a tenth of a second that only the one who calls Google pays

        now = int(clock.wall().timestamp())
        claims: dict[str, Any] = {"iss": self.client_email, "scope": scope, "aud": self.token_url, "iat": now, "exp": now + LIFETIME}
        said = {**claims, **({"sub": self.subject} if self.subject else {})}
        try:
            return jwt.encode(said, self.private_key, algorithm="RS256", headers={"kid": self.key_id})
        except (ValueError, TypeError, jwt.InvalidKeyError):
            pass
        raise BadServiceAccount("the private key cannot be read")


class GoogleApi(TokenVendor):
    """Google's manners: ``{error: {code, message, status, errors: [{reason}]}}``."""

    def __init__(self, account: ServiceAccount, base_url: str, scope: str, *, timeout: Timeout = TIMEOUT) -> None:
        super().__init__(_VENDOR, base_url, secrets=(account.private_key,), timeout=timeout)
        self._account, self._scope = account, scope
        self._door = _TokenDoor(_VENDOR, account.token_url, timeout=timeout)
        self.whose = (_VENDOR, account.token_url, account.client_email, account.key_id, account.subject or "", scope)

    def fetch(self) -> Reply:
        """A token of this scope. Raises `VendorRefused` where our own key cannot ask for one."""
        try:
            assertion = self._account.assertion(self._scope)
        except BadServiceAccount as error:
            raise VendorRefused(_VENDOR, HTTPStatus.FORBIDDEN, str(error)) from None
        return self._door.call("POST", "", form={"grant_type": GRANT, "assertion": assertion})

    def failure(self, reply: Reply) -> VendorError:
        """As everywhere, but Google says "slow down" with a 403 too."""
        if reply.status == HTTPStatus.FORBIDDEN and _reasons(reply) & _SLOW_DOWN:
            return VendorBusy(_VENDOR, self.retry_after(reply))
        return super().failure(reply)

    def reason(self, reply: Reply) -> str:
        """Google's words and its names of the reasons."""
        error = _error(reply)
        told = " ".join([str(error.get("message") or f"HTTP {reply.status}"), *sorted(_reasons(reply))])
        return self.clean(told)


class _TokenDoor(Vendor):
    """The token's door: ``{error, error_description}``. Refused credentials are refused for good: no token renews them."""

    def refusal(self, reply: Reply) -> VendorError:
        words = [reply.field(name) for name in ("error", "error_description")]
        told = ": ".join(word for word in words if isinstance(word, str) and word)
        return VendorRefused(_VENDOR, HTTPStatus.FORBIDDEN, self.clean(f"no token: {told or f'HTTP {reply.status}'}"))


def _error(reply: Reply) -> Mapping[str, Any]:
    error = reply.field("error")
    return error if isinstance(error, dict) else {}


def _reasons(reply: Reply) -> set[str]:
    found = _error(reply).get("errors")
    return {str(one.get("reason")) for one in found if isinstance(one, dict)} if isinstance(found, list) else set()


def unreadable(what: str) -> VendorDown:
    """An answer of success that does not say what it must."""
    return VendorDown(_VENDOR, f"an answer that is no {what}", sent_maybe=True)
