"""An OpenID Connect issuer on loopback: its discovery document, its keys, and tokens signed with them.

with IssuerStandIn() as issuer:
    claims = oidc.verify(issuer.token(sub="u-1"), issuer=issuer.issuer, audience=issuer.audience, jwks_url=None)
"""

import base64
import json
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from chalicelib.core import clock
from tests.standins.server import Answer, Asked, Refusal, StandIn

AUDIENCE = "frontdesk-of-tests"
LIFETIME = 3600
DISCOVERY, JWKS = ".well-known/openid-configuration", "keys"


Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
HASHES = {"SHA-1": hashes.SHA1, "SHA-224": hashes.SHA224, "SHA-256": hashes.SHA256, "SHA-384": hashes.SHA384, "SHA-512": hashes.SHA512}


@cache
def private_key(number: int = 0, bits: int = 2048) -> rsa.RSAPrivateKey:
    """One of the session's keys: making one takes a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def curve_key(number: int = 0, curve: type[ec.EllipticCurve] = ec.SECP256R1) -> ec.EllipticCurvePrivateKey:
    """One of the session's keys on a curve."""
    return ec.generate_private_key(curve())


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def number(value: int, size: int = 0) -> str:
    """A number as a JWK writes it."""
    return base64url(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def jwk(key: Key, kid: str | None, /, **more: Any) -> dict[str, Any]:
    """The public half as an issuer publishes it; a field given as None is left out."""
    said = {"use": "sig", "kid": kid, **_numbers(key), **more}
    return {name: value for name, value in said.items() if value is not None}


def _numbers(key: Key) -> dict[str, Any]:
    public = key.public_key().public_numbers()
    if isinstance(public, rsa.RSAPublicNumbers):
        return {"kty": "RSA", "alg": "RS256", "n": number(public.n), "e": number(public.e)}
    size = (key.key_size + 7) // 8
    return {"kty": "EC", "alg": f"ES{key.key_size}", "crv": f"P-{key.key_size}", "x": number(public.x, size), "y": number(public.y, size)}


def signed(header: Any, claims: Any, key: Key, hash_name: str = "SHA-256") -> str:
    """A token of any header and claims; bytes go in as they are."""
    parts = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, claims)]
    message = ".".join(base64url(part) for part in parts)
    return f"{message}.{base64url(_signature(message.encode(), key, HASHES[hash_name]()))}"


def _signature(message: bytes, key: Key, digest: hashes.HashAlgorithm) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, padding.PKCS1v15(), digest)
    size = (key.key_size + 7) // 8
    return b"".join(half.to_bytes(size, "big") for half in decode_dss_signature(key.sign(message, ec.ECDSA(digest))))


class IssuerStandIn(StandIn):
    """An issuer with one key. `published` is what it shows, `document` what it says of itself, `down` answers 503 to all."""

    def __init__(self) -> None:
        super().__init__()
        self.issuer, self.audience, self.down = f"{self.address}/realms/desk", AUDIENCE, False
        self.jwks_url = f"{self.issuer}/{JWKS}"
        self.document: dict[str, Any] = {"issuer": self.issuer, "jwks_uri": self.jwks_url}
        self.published: list[Any] = []
        self._turn = -1
        self.rotate()

    @property
    def key(self) -> rsa.RSAPrivateKey:
        """What it signs with now."""
        return private_key(self._turn)

    @property
    def kid(self) -> str:
        return f"key-{self._turn}"

    def rotate(self) -> None:
        """Sign with another key from now on, and show only that."""
        self._turn += 1
        self.published = [jwk(self.key, self.kid)]

    def claims(self, **more: Any) -> dict[str, Any]:
        """What a good token says; a claim given as None is left out."""
        at = int(clock.wall().timestamp())
        said = {"iss": self.issuer, "aud": self.audience, "sub": "u-1", "iat": at, "exp": at + LIFETIME, **more}
        return {name: value for name, value in said.items() if value is not None}

    def token(self, **claims: Any) -> str:
        return signed({"alg": "RS256", "typ": "JWT", "kid": self.kid}, self.claims(**claims), self.key)

    def answer(self, asked: Asked) -> Answer:
        if self.down:
            raise Refusal(503, {"error": "temporarily_unavailable"})
        self.require(asked.method == "GET" and not asked.body and not asked.query, f"{asked.method} {asked.path}", 405)
        pages = {f"/realms/desk/{DISCOVERY}": self.document, f"/realms/desk/{JWKS}": {"keys": self.published}}
        self.require(asked.path in pages, f"GET {asked.path}", 404, {"error": "not_found"})
        return 200, pages[asked.path]
