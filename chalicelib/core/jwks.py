"""The keys an issuer signs with: which of them may vouch for a token, and how often we ask for them.

They are kept by the process. Anybody can send tokens, so that what makes us call the issuer is bounded: by age, by a pause
between searches for unknown keys, and by a pause after a failure. What cannot be known during a pause is no bad token.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from threading import Lock
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from jwt import PyJWK
from jwt.exceptions import InvalidKeyError, PyJWKError

from chalicelib.core import clock
from chalicelib.core.errors import IssuerUnavailable
from chalicelib.core.observability import logger
from chalicelib.core.vendors import Reply, Timeout, Vendor, VendorDown, VendorError

RSA = ("RS256", "RS384", "RS512")
EC = ("ES256",)
ALGORITHMS = (*RSA, *EC)
"""What a token may be signed with: no shared secret among them, so that a public key is never taken for one."""

MIN_KEY_BITS = 2048
CURVE = "P-256"

FRESH = timedelta(minutes=10)
OUTAGE = timedelta(hours=24)
"""How long keys serve while the issuer cannot be asked for new ones."""

SEARCH_PAUSE = timedelta(seconds=30)
"""Between two searches for keys that we do not know, and before a failed renewal is tried again."""

EMPTY_PAUSE = timedelta(seconds=5)
"""The same while there are no keys at all and everyone is refused."""

_TIMEOUT: Timeout = (2.0, 3.0)
_VENDOR = "issuer"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Key:
    """A key as the issuer publishes it; `kid` and `alg` are compared with a token's and may be anything."""

    kid: object
    alg: object
    family: tuple[str, ...]
    public: Any

    def serves(self, kid: str | None, alg: str) -> bool:
        """Whether it may vouch for a token of this header. What its type cannot do, its `alg` does not allow either."""
        return kid in (None, self.kid) and self.alg in (None, alg) and alg in self.family


def find(issuer: str, jwks_url: str | None, *, kid: str | None, alg: str) -> Key | None:
    """The issuer's key of this name for this algorithm; None where it has none. Raises `IssuerUnavailable`."""
    issuer = issuer.removesuffix("/")
    return _keyrings.setdefault((issuer, jwks_url), _Keyring(issuer, jwks_url)).find(kid, alg)


def forget_all() -> None:
    """Start as a fresh process does."""
    _keyrings.clear()


def same_issuer(one: object, other: str) -> bool:
    """Whether two addresses name one issuer: a slash at the end makes no other."""
    return isinstance(one, str) and one.removesuffix("/") == other.removesuffix("/")


class _Keyring:
    """The keys of an issuer, read when they are needed and not more often than they may be."""

    def __init__(self, issuer: str, jwks_url: str | None) -> None:
        self._issuer, self._jwks_url = issuer, jwks_url
        self._keys: tuple[Key, ...] = ()
        self._withdrawn: set[str] = set()
        self._read_at = self._search_at = self._retry_at = _NEVER
        self._lock = Lock()

    def find(self, kid: str | None, alg: str) -> Key | None:
        """The key for a token's header, after a search where that may be made. Raises `IssuerUnavailable`."""
        with self._lock:
            moment = clock.wall()
            just_read = moment - self._read_at > FRESH and self._ask(moment)
            if moment - self._read_at > OUTAGE:
                raise _not_now(self._retry_at - moment)
            found = self._known(kid, alg)
            if found is None and not just_read and self._may_be_new(kid):  # the issuer may have just begun to use it
                self._search(moment)
                found = self._known(kid, alg)
            return found

    def _may_be_new(self, kid: str | None) -> bool:
        return kid is not None and kid not in self._withdrawn and all(key.kid != kid for key in self._keys)

    def _search(self, moment: datetime) -> None:
        """Read the keys anew. Raises `IssuerUnavailable` while that may not be done or does not succeed."""
        allowed = moment >= max(self._search_at, self._retry_at)
        if allowed:
            self._search_at = moment + SEARCH_PAUSE
        if not (allowed and self._ask(moment)):
            raise _not_now(max(self._search_at, self._retry_at) - moment)

    def _known(self, kid: str | None, alg: str) -> Key | None:
        if kid is None and len(self._keys) != 1:
            return None
        return next((key for key in self._keys if key.serves(kid, alg)), None)

    def _ask(self, moment: datetime) -> bool:
        """Whether the keys were read anew: not where that failed a moment ago; what was read before stays until then."""
        if moment < self._retry_at:
            return False
        try:
            keys = _read_keys(self._issuer, self._jwks_url)
        except (VendorError, ValueError) as error:  # ValueError: an address that is none
            logger.warning("the issuer's keys cannot be read", extra={"reason": getattr(error, "reason", type(error).__name__)})
            self._retry_at = moment + (SEARCH_PAUSE if moment - self._read_at <= OUTAGE else EMPTY_PAUSE)
            return False
        self._withdrawn = (self._withdrawn | _names(self._keys)) - _names(keys)
        self._keys, self._read_at = keys, moment
        return True


def _names(keys: Sequence[Key]) -> set[str]:
    return {key.kid for key in keys if isinstance(key.kid, str)}


def _not_now(wait: timedelta) -> IssuerUnavailable:
    return IssuerUnavailable(max(1, ceil(wait.total_seconds())))


_keyrings: dict[tuple[str, str | None], _Keyring] = {}


def _read_keys(issuer: str, jwks_url: str | None) -> tuple[Key, ...]:
    """What the issuer signs with now. An empty list is an answer too: it may have withdrawn every key."""
    published = _get(jwks_url or _discovered(issuer)).field("keys")
    if not isinstance(published, list):
        raise VendorDown(_VENDOR, "no list of keys")
    return tuple(key for key in map(key_of, published) if key)


def _discovered(issuer: str) -> str:
    document = _get(f"{issuer}/.well-known/openid-configuration")
    address = document.field("jwks_uri")
    if not same_issuer(document.field("issuer"), issuer) or not isinstance(address, str):
        raise VendorDown(_VENDOR, "a discovery document of another issuer, or without jwks_uri")
    return address


def _get(url: str) -> Reply:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise VendorDown(_VENDOR, "an address that is not https")
    path = urlunsplit(("", "", parts.path, parts.query, ""))
    return Vendor(_VENDOR, f"{parts.scheme}://{parts.netloc}", timeout=_TIMEOUT).call("GET", path.lstrip("/"))


def key_of(jwk: object) -> Key | None:
    """A key that may vouch for a token; None for one that is for something else, too short or not to be read."""
    if not isinstance(jwk, dict) or jwk.get("use", "sig") != "sig":
        return None
    family = _family(jwk)
    try:
        # Only what makes a public key: a private half that somebody published by mistake is not read either.
        public = PyJWK({name: jwk[name] for name in ("kty", "crv", "n", "e", "x", "y") if name in jwk}, algorithm=family[0]).key
    except (PyJWKError, InvalidKeyError, ValueError, TypeError, IndexError):
        return None
    return Key(jwk.get("kid"), jwk.get("alg"), family, public) if public.key_size >= (MIN_KEY_BITS if family is RSA else 256) else None


def _family(jwk: dict[str, Any]) -> tuple[str, ...]:
    """The algorithms that a key of this type may serve; none for other types and curves."""
    if jwk.get("kty") == "RSA":
        return RSA
    return EC if jwk.get("kty") == "EC" and jwk.get("crv") == CURVE else ()
