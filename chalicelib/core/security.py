"""Who may call: policies that turn a request into a caller or refuse it.

A policy whose secret is not configured refuses everyone: a door without a lock stays shut.
"""

import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal
from urllib.parse import quote_plus

from pydantic import SecretStr

from chalicelib.core import schemes
from chalicelib.core.errors import Unauthorized
from chalicelib.core.settings import Settings, settings
from chalicelib.core.wire import Incoming

CallerKind = Literal["public", "service", "client", "webhook", "person", "backend", "staff"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking. A `client` is known by the messenger's `account` for which the request was signed, which it calls `name`, or by the
    token he was given; a `person` and a `backend` by what their token's issuer calls them: `subject` names one of them among all issuers.
    `scopes` are what a back end may do; of the `staff` more is known (`staff.members`).
    """

    kind: CallerKind
    account: str | None = None
    username: str | None = None
    name: str | None = None
    client_id: str | None = None
    subject: str | None = None
    scopes: frozenset[str] = frozenset()

    @property
    def named(self) -> str | None:
        """How what he does names him; None for whoever is known by his kind alone."""
        return None


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule of entry and how OpenAPI names it. `schemes` are alternatives; none means anyone.

    `scope` is what a back end needs, `roles` are those of the staff that are let in: whoever has another one reads 403.
    """

    name: str
    admit: Callable[[Incoming, Settings], Caller]
    schemes: tuple[str, ...] = ()
    scope: str | None = None
    roles: tuple[str, ...] = ()


NO_BEARER = {"WWW-Authenticate": "Bearer"}
WRONG_BEARER = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
"""What a refusal asks for (RFC 6750): a token, or a better one than that which was shown."""


def same(given: str | None, secret: SecretStr | None) -> bool:
    """Compare in constant time; a missing secret equals nothing."""
    expected = secret.get_secret_value() if secret else ""
    return bool(given) and bool(expected) and hmac.compare_digest(str(given).encode("utf-8", "surrogatepass"), expected.encode())


def key_of(request: Incoming) -> str | None:
    """What a request shows as the service's key."""
    return request.headers.get("x-api-key")


def _service(request: Incoming, config: Settings) -> Caller:
    if same(key_of(request), config.service_api_key):
        return Caller("service")
    raise Unauthorized


API_KEY = schemes.key("ApiKey", "The back office's and the bots' key.", place="header", called="X-Api-Key")
PUBLIC = Policy("public", lambda request, config: Caller("public"))
SERVICE = Policy("service", _service, (API_KEY,))


REDACTED = "***"
"""What stands where a key was."""


def redacted(body: bytes) -> bytes:
    """A body as it may be kept: a key that came as a field is no part of what was said."""
    for secret in settings().keys_in_forms:
        for written in _written(secret.get_secret_value()):
            body = body.replace(written, REDACTED.encode())
    return body


@cache
def _written(secret: str) -> set[bytes]:
    """A secret as text, as a form writes it, and as JSON does."""
    as_json = {json.dumps(secret, ensure_ascii=ascii_only)[1:-1].encode() for ascii_only in (True, False)}
    return {secret.encode(), quote_plus(secret).encode(), *as_json}


def authorise(policy: Policy, request: Incoming) -> Caller:
    """The caller, if `policy` lets the request in; `Unauthorized` otherwise."""
    return policy.admit(request, settings())
