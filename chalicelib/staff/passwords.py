"""Passwords: Argon2id as OWASP asks, by `cryptography`, in the standard text that names its own parameters."""

import os
import unicodedata
from functools import cache
from pathlib import Path

from chalicelib.core.errors import Invalid
from chalicelib.core.settings import PASSWORD_KIB, settings
from chalicelib.staff import rules

PASSES, LANES, LENGTH, SALT = 2, 1, 32, 16
COMMON = Path(__file__).parent / "data" / "common.txt"


def checked(password: str, email: str | None, *loc: str) -> str:
    """The password, if it is a good one. Raises Invalid, which says at `loc` what was expected."""
    if trouble := rules.password_trouble(password, email, _common()):
        raise Invalid.field(*(loc or ("body", "password")), msg=trouble, kind="password")
    return password


def hashed(password: str) -> str:
    """What is kept of a password."""
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # only who signs in pays for it

    salted = Argon2id(salt=os.urandom(SALT), length=LENGTH, iterations=PASSES, lanes=LANES, memory_cost=_memory())
    return salted.derive_phc_encoded(_bytes(password))


def matches(password: str, kept: str | None) -> bool:
    """Whether this is the password that was kept; for nobody's it takes as long, so that time does not tell who exists."""
    if kept is None:
        hashed(password)
        return False
    from cryptography.exceptions import InvalidKey
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    try:
        Argon2id.verify_phc_encoded(_bytes(password), kept)
    except InvalidKey:
        return False
    return True


def is_outdated(kept: str) -> bool:
    """Whether it was kept with parameters that are not today's."""
    return f"$m={_memory()},t={PASSES},p={LANES}$" not in kept


def _memory() -> int:
    """A setting may make tests fast, and never a real stage's passwords cheap."""
    asked = settings().password_kib
    return asked if settings().is_for_development else max(asked, PASSWORD_KIB)


def _bytes(password: str) -> bytes:
    """The same letters as the same bytes, whichever keyboard composed them."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text(encoding="utf-8").split())
