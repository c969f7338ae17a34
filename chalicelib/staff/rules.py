"""Roles and what they may do to each other, how long a session lives, what a good password is. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple, get_args

from chalicelib.core.patterns import pattern

Role = Literal["owner", "admin", "analyst", "manager", "operator", "master"]
ROLES: tuple[Role, ...] = get_args(Role)
HEADS: tuple[Role, ...] = ("owner", "admin")
"""Who runs the house: whatever a contract marks "admin"."""

SPEAKERS: tuple[Role, ...] = (*HEADS, "manager", "operator")
"""Who speaks to clients: whose a lead may be, and so who may be a deleted user's heir."""

ONE_OF_THEM = "expected an active manager, operator, admin or owner"
"""What a caller reads who names somebody else."""

ALIASES = {"sales_rep": "manager"}
"""Roles by names that other systems' forms have."""

ACCESS = timedelta(minutes=15)
REFRESH = timedelta(days=30)
GRACE = timedelta(seconds=30)
"""How long a refresh token that was used gives the same answer again: two tabs, or an answer that was lost."""

LONGEST: Mapping[str, timedelta] = {"tokens": timedelta(days=90), "telegram": timedelta(hours=12), "browser": timedelta(hours=12)}
"""After which a session ends, however it was used."""

AN_ACCOUNT_HERE, AN_ADDRESS, AN_ACCOUNT = (5, timedelta(minutes=15)), (30, timedelta(minutes=15)), (50, timedelta(hours=1))
"""Tries to sign in: for one e-mail from one address, from one address, for one e-mail from everywhere."""

SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 256


class Standing(NamedTuple):
    """What counts of a user for those above him; nobody stands nowhere."""

    role: str | None = None
    active: bool = False

    @property
    def owns(self) -> bool:
        """Whether he is an owner now."""
        return self.active and self.role == "owner"

    @property
    def heads(self) -> bool:
        """Whether he runs the house now."""
        return self.active and self.role in HEADS


NOBODY = Standing()


def may_have_leads(user: Any) -> bool:
    """Whether leads may be one's: he works here now, and speaks to clients."""
    return user is not None and not user.deleted_at and bool(user.is_active) and user.role in SPEAKERS


def is_for_owners(before: Standing, after: Standing) -> bool:
    """Whether only an owner may do it: make, change or remove an owner; give or take `admin`."""
    roles = (before.role, after.role)
    return "owner" in roles or (before != after and "admin" in roles)


def is_alive(session: Any, user: Any, now: datetime) -> bool:
    """Whether a session lets its user in now: nobody has ended it, or him, since it was opened."""
    if session is None or user is None or session.user_id != user.user_id:
        return False
    return bool(user.is_active and not user.deleted_at and session.epoch == user.epoch and session.ends_at > now)


Turn = Literal["next", "again", "reused"]


def turn(shown: int, session: Any, now: datetime) -> Turn:
    """What a refresh token means to its session: the one that is good now, the last one within its grace, or one too many."""
    if shown == session.turn:
        return "next"
    return "again" if shown == session.turn - 1 and now - session.renewed_at <= GRACE else "reused"


_TAIL = pattern(r"[\W\d_]+$")
_HEAD = pattern(r"^[\W\d_]+")
_LEET = str.maketrans("013457@$!", "oieastasi")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "abcdefghijklmnopqrstuvwxyz", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")


def password_trouble(password: str, email: str | None, common: frozenset[str]) -> str | None:
    """What is wrong with a password, in words that do not repeat it; None for a good one."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return f"expected {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters"
    folded = password.casefold()
    if email and folded in (email, email.partition("@")[0]):
        return "expected something else than the e-mail"
    return "expected a password that is not among the common ones" if _is_common(folded, common) else None


def _is_common(folded: str, common: frozenset[str]) -> bool:
    """Whether it is a common word with whatever people put around it, one thing repeated, or a run along the keyboard."""
    bare = _HEAD.sub("", _TAIL.sub("", folded))
    spelled = _TAIL.sub("", folded).translate(_LEET)
    return bool({folded, bare, spelled} & common) or _repeats(folded) or _runs(folded)


def _repeats(text: str) -> bool:
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, 6))


def _runs(text: str) -> bool:
    return any(text in (row * 2) or text in (row[::-1] * 2) for row in _ROWS)


def folded(text: str) -> str:
    """A text as it is looked for: without case, ё as е."""
    return text.casefold().replace("ё", "е")


def matches(user: Any, *, words: str | None, status: str | None, role: str | None) -> bool:
    """Whether a user belongs to a list: by default everyone who is not deleted."""
    said = " ".join(folded(text) for text in (user.full_name, user.email, user.username) if text)
    found = all(word in said for word in folded(words or "").split())
    return found and _status(user) in ((status,) if status else ("active", "inactive")) and role in (None, user.role)


def _status(user: Any) -> str:
    return "deleted" if user.deleted_at else "active" if user.is_active else "inactive"
