"""OpenID Connect: whether a bearer token was signed by the issuer we trust, for us, and is good at this moment.

Only RS256, RS384 and RS512. PyJWT checks RSA with `cryptography`, which is too heavy to ship; here it does so with `rsa`, in
an instance of its own that knows no other algorithm, so that development and Lambda check with the same code.

The issuer's keys are kept by the process. Anybody can send tokens, so that what makes us call the issuer is bounded: by age,
by a pause between searches for unknown keys, and by a pause after a failure.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, NoReturn
from urllib.parse import urlsplit, urlunsplit

import rsa
from jwt import InvalidTokenError, PyJWS
from jwt.algorithms import Algorithm
from jwt.utils import from_base64url_uint
from pydantic_core import from_json

from chalicelib.core import clock
from chalicelib.core.errors import AppError, Unauthorized
from chalicelib.core.observability import logger
from chalicelib.core.vendors import Reply, Timeout, Vendor, VendorDown, VendorError

HASHES = {"RS256": "SHA-256", "RS384": "SHA-384", "RS512": "SHA-512"}
"""The algorithms we accept, and the hash that a signature by each must name."""

MAX_TOKEN = 8 * 1024
MIN_KEY_BITS = 2048
MAX_SUBJECT = 255
"""The longest `sub` that OpenID Connect allows."""

LEEWAY = 60
"""Seconds by which the issuer's clock may be ahead of ours: a token made this moment must not be too early."""

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
_LAST_SECOND = 253_402_300_799
"""The end of the year 9999: milliseconds, infinity and NaN are no dates."""

MALFORMED = "The token is malformed."
ALGORITHM = "The token is not signed with RS256, RS384 or RS512."
ISSUER = "The token is from another issuer."
UNKNOWN_KEY = "The token is signed with an unknown key."
SIGNATURE = "The token's signature is not right."
EXPIRED = "The token has expired."
EARLY = "The token is not yet valid."
AUDIENCE = "The token is for another audience."


class BadBearer(Unauthorized):
    """A token that proves nothing; `detail` says which check it failed."""

    code = "bad_token"
    message = "The bearer token is not valid."


class IssuerUnavailable(AppError):
    """No token can be verified: the issuer's keys are not known and cannot be read."""

    status = 503
    code = "issuer_unavailable"
    message = "Tokens cannot be verified at the moment; please repeat later."

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": str(int(EMPTY_PAUSE.total_seconds()))})


def verify(token: str, *, issuer: str, audience: str | None, jwks_url: str | None) -> dict[str, Any]:
    """The token's claims. `audience` None checks no audience, `jwks_url` None asks the issuer's discovery document.

    Raises `BadBearer`, or `IssuerUnavailable` where the signature cannot be checked.
    """
    header, claims = _read(token)
    # Before the key is looked up: a stranger's token must not send us to our issuer for it.
    if not _same_issuer(claims.get("iss"), issuer):
        raise BadBearer(ISSUER)
    _check_signature(token, _keyring(issuer, jwks_url).find(header.get("kid"), header["alg"]))
    _check_times(claims, clock.wall().timestamp())
    _check_subject(claims)
    _check_audience(claims, audience)
    return claims


def forget_all() -> None:
    """Start as a fresh process does."""
    _keyrings.clear()


class _RsaSignature(Algorithm):
    """PKCS #1 v1.5 by the `rsa` library, verification only."""

    def __init__(self, hash_name: str) -> None:
        self._hash_name = hash_name

    def prepare_key(self, key: rsa.PublicKey) -> rsa.PublicKey:
        return key

    def verify(self, msg: bytes, key: rsa.PublicKey, sig: bytes) -> bool:
        try:
            # The library takes the hash from the signature, MD5 included: it must be the one that `alg` promises.
            return rsa.verify(msg, sig, key) == self._hash_name
        except rsa.VerificationError:
            return False

    def sign(self, msg: bytes, key: Any) -> NoReturn:
        raise NotImplementedError

    @staticmethod
    def to_jwk(key_obj: Any, as_dict: bool = False) -> NoReturn:
        raise NotImplementedError

    @staticmethod
    def from_jwk(jwk: Any) -> NoReturn:
        raise NotImplementedError


def _only_rsa() -> PyJWS:
    signatures = PyJWS(algorithms=[])
    for name, hash_name in HASHES.items():
        signatures.register_algorithm(name, _RsaSignature(hash_name))
    return signatures


_signatures = _only_rsa()


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
    if parts["header"].get("alg") not in tuple(HASHES):  # a list or an object has no hash, but can be compared
        raise BadBearer(ALGORITHM)
    return parts["header"], claims


def _check_signature(token: str, key: rsa.PublicKey) -> None:
    try:
        # PyJWT's types name cryptography's keys only; what it does with a key is our algorithm's business.
        _signatures.decode(token, key, algorithms=list(HASHES))  # type: ignore[arg-type]
    except InvalidTokenError:
        raise BadBearer(SIGNATURE) from None


def _check_times(claims: dict[str, Any], moment: float) -> None:
    if moment >= _seconds(claims, "exp"):
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


def _unusable(name: str) -> BadBearer:
    return BadBearer(f"The token's {name} is missing or malformed.")


def _same_issuer(one: object, other: str) -> bool:
    return isinstance(one, str) and one.removesuffix("/") == other.removesuffix("/")


@dataclass(frozen=True, slots=True)
class _Key:
    """A key as the issuer publishes it; `kid` and `alg` are compared with a token's and may be anything."""

    kid: object
    alg: object
    public: rsa.PublicKey


class _Keyring:
    """The keys of an issuer, read when they are needed and not more often than they may be."""

    def __init__(self, issuer: str, jwks_url: str | None) -> None:
        self._issuer, self._jwks_url = issuer, jwks_url
        self._keys: tuple[_Key, ...] = ()
        self._read_at = self._search_at = self._retry_at = _NEVER
        self._lock = Lock()

    def find(self, kid: str | None, alg: str) -> rsa.PublicKey:
        """The key of this name for this algorithm. Raises `BadBearer` or `IssuerUnavailable`."""
        with self._lock:
            moment = clock.wall()
            old = moment - self._read_at > FRESH
            if old:
                self._ask(moment)
            if moment - self._read_at > OUTAGE:
                raise IssuerUnavailable
            found = self._known(kid, alg)
            if found is None and not old and moment >= self._search_at:  # the issuer may have just begun to use it
                self._search_at = moment + SEARCH_PAUSE
                self._ask(moment)
                found = self._known(kid, alg)
        if found is None:
            raise BadBearer(UNKNOWN_KEY)
        return found

    def _known(self, kid: str | None, alg: str) -> rsa.PublicKey | None:
        if kid is None and len(self._keys) != 1:
            return None
        return next((key.public for key in self._keys if kid in (None, key.kid) and key.alg in (None, alg)), None)

    def _ask(self, moment: datetime) -> None:
        """Read the keys anew, unless that failed a moment ago; what was read before stays until then."""
        if moment < self._retry_at:
            return
        try:
            self._keys, self._read_at = _read_keys(self._issuer, self._jwks_url), moment
        except (VendorError, ValueError) as error:  # ValueError: an address that is none
            logger.warning("the issuer's keys cannot be read", extra={"reason": getattr(error, "reason", type(error).__name__)})
            self._retry_at = moment + (SEARCH_PAUSE if moment - self._read_at <= OUTAGE else EMPTY_PAUSE)


_keyrings: dict[tuple[str, str | None], _Keyring] = {}


def _keyring(issuer: str, jwks_url: str | None) -> _Keyring:
    issuer = issuer.removesuffix("/")
    return _keyrings.setdefault((issuer, jwks_url), _Keyring(issuer, jwks_url))


def _read_keys(issuer: str, jwks_url: str | None) -> tuple[_Key, ...]:
    """What the issuer signs with now. An empty list is an answer too: it may have withdrawn every key."""
    published = _get(jwks_url or _discovered(issuer)).field("keys")
    if not isinstance(published, list):
        raise VendorDown(_VENDOR, "no list of keys")
    return tuple(key for key in map(_key, published) if key)


def _discovered(issuer: str) -> str:
    document = _get(f"{issuer}/.well-known/openid-configuration")
    address = document.field("jwks_uri")
    if not _same_issuer(document.field("issuer"), issuer) or not isinstance(address, str):
        raise VendorDown(_VENDOR, "a discovery document of another issuer, or without jwks_uri")
    return address


def _get(url: str) -> Reply:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise VendorDown(_VENDOR, "an address that is not https")
    path = urlunsplit(("", "", parts.path, parts.query, ""))
    return Vendor(_VENDOR, f"{parts.scheme}://{parts.netloc}", timeout=_TIMEOUT).call("GET", path.lstrip("/"))


def _key(jwk: object) -> _Key | None:
    """A key that may vouch for a token; None for one that is for something else, too short or not to be read."""
    if not isinstance(jwk, dict) or jwk.get("kty") != "RSA" or jwk.get("use", "sig") != "sig":
        return None
    modulus, exponent = _number(jwk.get("n")), _number(jwk.get("e"))
    if modulus.bit_length() < MIN_KEY_BITS or exponent < 3 or exponent % 2 == 0:  # to the first power, anybody could sign
        return None
    return _Key(jwk.get("kid"), jwk.get("alg"), rsa.PublicKey(modulus, exponent))


def _number(value: object) -> int:
    try:
        return from_base64url_uint(value) if isinstance(value, str) else 0
    except ValueError:
        return 0
