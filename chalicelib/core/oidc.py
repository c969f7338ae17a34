"""OpenID Connect: whether a bearer token is an access token that the issuer we trust signed, for us, good at this moment.

Signatures are PyJWT's and `cryptography`'s business, keys are `jwks`'s. What is decided here: which tokens are none of ours,
and which are no access tokens though the issuer signed them (`docs/decisions/0015`).
"""

from typing import Any

from jwt import InvalidTokenError, PyJWS
from pydantic_core import from_json

from chalicelib.core import clock, jwks
from chalicelib.core.errors import IssuerUnavailable, Unauthorized
from chalicelib.core.jwks import ALGORITHMS, same_issuer
from chalicelib.core.security import WRONG_BEARER

__all__ = ["ALGORITHMS", "BadBearer", "IssuerUnavailable", "verify"]

MAX_TOKEN = 8 * 1024
MAX_SUBJECT = 255
"""The longest `sub` that OpenID Connect allows."""

LEEWAY = 60
"""Seconds by which the issuer's clock and ours may differ: a token made this moment must not be too early."""

ACCESS_TOKEN_TYPES = {"jwt", "at+jwt", "application/jwt", "application/at+jwt"}
"""What a header's `typ` may say. Logout tokens, security events and the rest name themselves."""

ACCESS_TOKEN_USES = {"token_use": ("access",), "typ": ("bearer",)}
"""Claims by which Cognito and Keycloak tell their kinds of token apart, and what an access token says there."""

ID_TOKEN_MARKS = ("nonce", "at_hash", "c_hash", "s_hash", "events")
"""Claims of ID tokens and of logout tokens: they tell an application something, and let nobody in anywhere."""

_LAST_SECOND = 253_402_300_799
"""The end of the year 9999: milliseconds, infinity and NaN are no dates."""

MALFORMED = "The token is malformed."
ALGORITHM = "The token is not signed with RS256, RS384, RS512 or ES256."
ISSUER = "The token is from another issuer."
UNKNOWN_KEY = "The token is signed with an unknown key."
SIGNATURE = "The token's signature is not right."
EXPIRED = "The token has expired."
EARLY = "The token is not yet valid."
AUDIENCE = "The token is for another audience."
NO_ACCESS_TOKEN = "The token is no access token."  # noqa: S105 (words)
BOUND = "The token is bound to a key that a bearer does not show."

_signatures = PyJWS(algorithms=list(ALGORITHMS))


class BadBearer(Unauthorized):
    """A token that proves nothing; `detail` says which check it failed."""

    code = "bad_token"
    message = "The bearer token is not valid."

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers=WRONG_BEARER)


def verify(token: str, *, issuer: str, audience: str | None, jwks_url: str | None) -> dict[str, Any]:
    """The token's claims. `audience` None checks no audience, `jwks_url` None asks the issuer's discovery document.

    Raises `BadBearer`, or `IssuerUnavailable` where the signature cannot be checked.
    """
    header, claims = _read(token)
    # Before the key is looked up: a stranger's token must not send us to our issuer for it.
    if not same_issuer(claims.get("iss"), issuer):
        raise BadBearer(ISSUER)
    _check_signature(token, header, jwks.find(issuer, jwks_url, kid=header.get("kid"), alg=header["alg"]))
    _check_times(claims, clock.wall().timestamp())
    _check_subject(claims)
    _check_audience(claims, audience)
    _check_kind(header, claims)
    return claims


def forget_all() -> None:
    """Start as a fresh process does."""
    jwks.forget_all()


def _read(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims as the token has them, believed by nobody yet."""
    if len(token) > MAX_TOKEN:
        raise BadBearer(MALFORMED)
    try:
        parts = _signatures.decode_complete(token, options={"verify_signature": False})
        claims = from_json(parts["payload"], allow_inf_nan=False)  # stricter than json: UTF-8, no NaN, no half characters
    except (InvalidTokenError, ValueError):
        raise BadBearer(MALFORMED) from None
    if not isinstance(claims, dict):
        raise BadBearer(MALFORMED)
    if parts["header"].get("alg") not in ALGORITHMS:  # a list or an object has no hash, but can be compared
        raise BadBearer(ALGORITHM)
    return parts["header"], claims


def _check_signature(token: str, header: dict[str, Any], key: jwks.Key | None) -> None:
    if key is None:
        raise BadBearer(UNKNOWN_KEY)
    try:
        _signatures.decode(token, key.public, algorithms=[header["alg"]])
    except InvalidTokenError:
        raise BadBearer(SIGNATURE) from None


def _check_times(claims: dict[str, Any], moment: float) -> None:
    if moment >= _seconds(claims, "exp") + LEEWAY:
        raise BadBearer(EXPIRED)
    if any(_seconds(claims, name) > moment + LEEWAY for name in ("nbf", "iat") if name in claims):
        raise BadBearer(EARLY)


def _seconds(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LAST_SECOND:
        raise _unusable(name)
    return value


def _check_subject(claims: dict[str, Any]) -> None:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject.strip() or len(subject) > MAX_SUBJECT:
        raise _unusable("sub")


def _check_audience(claims: dict[str, Any], audience: str | None) -> None:
    meant = claims.get("aud", [claims.get("azp")])
    if audience is not None and audience not in (meant if isinstance(meant, list) else [meant]):
        raise BadBearer(AUDIENCE)


def _check_kind(header: dict[str, Any], claims: dict[str, Any]) -> None:
    """What the issuer signed for another purpose opens nothing, whoever holds it."""
    if str(header.get("typ", "jwt")).lower() not in ACCESS_TOKEN_TYPES:
        raise BadBearer(NO_ACCESS_TOKEN)
    says_so = any(name in claims and str(claims[name]).lower() not in uses for name, uses in ACCESS_TOKEN_USES.items())
    if says_so or any(mark in claims for mark in ID_TOKEN_MARKS) or _is_for_who_asked(header, claims):
        raise BadBearer(NO_ACCESS_TOKEN)
    if "cnf" in claims:  # taken as a bearer's, it would be worth as much to the thief from whom the key protects it
        raise BadBearer(BOUND)


def _is_for_who_asked(header: dict[str, Any], claims: dict[str, Any]) -> bool:
    """Whether it is meant for the very application that asked for it, and says nothing that an access token says."""
    asked = claims.get("azp")
    alone = asked is not None and claims.get("aud") in (asked, [asked])
    marked = "at+jwt" in str(header.get("typ", "")).lower() or any(name in claims for name in ("scope", "scp", *ACCESS_TOKEN_USES))
    return alone and not marked


def _unusable(name: str) -> BadBearer:
    return BadBearer(f"The token's {name} is missing or malformed.")
