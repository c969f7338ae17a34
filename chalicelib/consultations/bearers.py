"""Whose bearer token it is: a person's, who may do what is his own, or a trusted back end's, which may do what its scopes say.

The issuer decides which is which by whom it grants our scopes. Refusals speak RFC 6750, so that a standard client knows what to do.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Literal

from chalicelib.core.errors import ScopeNeeded, Unauthorized
from chalicelib.core.security import NO_BEARER, WRONG_BEARER, Caller
from chalicelib.core.settings import Settings

SCOPES = frozenset({"consultations:create", "clients:read", "clients:write"})
"""What a back end may be allowed: to ask for anybody, to read anybody's card and tickets, to change anybody's card."""

NEEDED = "Authorization: Bearer <token> is required"
NOBODY_VERIFIES = "OIDC_ISSUER is not set, so that no token can be verified"
NOBODY_IS_MEANT = "OIDC_AUDIENCE is not set, so that a token for any other application of the issuer would pass"


def state(config: Settings) -> Literal["verified", "any", "closed"]:
    """How tokens are taken: only those the issuer signed for us, any at all, or none."""
    if config.is_for_development:
        return "verified" if config.oidc_issuer else "any"
    return "verified" if config.oidc_issuer and config.oidc_audience else "closed"


def closed_because(config: Settings) -> str:
    """Why no token passes, where none does."""
    return NOBODY_VERIFIES if not config.oidc_issuer else NOBODY_IS_MEANT


def admitted(authorization: str, config: Settings, *, scope: str) -> Caller:
    """The caller whom an ``Authorization`` header names. Raises Unauthorized, ScopeNeeded or IssuerUnavailable."""
    caller = _caller(authorization, config)
    if caller.kind == "backend" and scope not in caller.scopes:
        raise ScopeNeeded(scope)
    return caller


def _caller(authorization: str, config: Settings) -> Caller:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthorized(NEEDED, headers=NO_BEARER)
    taken = state(config)
    if taken == "closed":
        raise Unauthorized(closed_because(config), headers=WRONG_BEARER)
    if taken == "any":
        return Caller("backend", scopes=SCOPES)
    from chalicelib.core import oidc

    return caller_of(
        oidc.verify(token.strip(), issuer=str(config.oidc_issuer), audience=config.oidc_audience, jwks_url=config.oidc_jwks_url)
    )


def caller_of(claims: Mapping[str, Any]) -> Caller:
    """Whom verified claims name: a back end where they carry a scope of ours or were given to a machine, else a person."""
    subject, scopes = subject_of(claims), scopes_of(claims)
    return Caller("backend" if scopes or _is_a_machine(claims) else "person", subject=subject, scopes=scopes)


def subject_of(claims: Mapping[str, Any]) -> str:
    """One name for what an issuer calls somebody: a digest, since a name may be an e-mail address."""
    issuer = str(claims["iss"]).removesuffix("/")
    return sha256(f"{issuer}\x1f{claims['sub']}".encode()).hexdigest()


def scopes_of(claims: Mapping[str, Any]) -> frozenset[str]:
    """Our scopes among those that a token carries, in `scope` or in `scp`, as one text or as a list."""
    said: set[str] = set()
    for name in ("scope", "scp"):
        value = claims.get(name)
        said |= set(value.split(" ") if isinstance(value, str) else _texts(value))
    return SCOPES & said


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _is_a_machine(claims: Mapping[str, Any]) -> bool:
    """Whether the token was given to an application for itself: then it is refused for its scopes, and opens no account of its own."""
    return claims["sub"] in (claims.get("client_id"), claims.get("azp")) or claims.get("gty") == "client-credentials"
