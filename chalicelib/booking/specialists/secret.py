"""The secret in the link of a specialist's own page: whoever shows it is the specialist, so it is guarded as a password is.

It stands in a row of its own, which no list reads, and is found by its hash. Only `of` and `renew` tell it, to the office.
"""

import secrets
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from math import ceil
from typing import TYPE_CHECKING, TypeVar

from chalicelib.booking.specialists import facts, repository
from chalicelib.booking.specialists.errors import SecretRaced, SpecialistNotFound, TooManySecrets
from chalicelib.booking.specialists.models import Specialist, SpecialistName, SpecialistSecret
from chalicelib.core import clock, storage, tally
from chalicelib.core.sender import Sender
from chalicelib.messaging import service as messaging

if TYPE_CHECKING:
    from chalicelib.booking.specialists.schemas import SecretAnswer, Unauthored

T = TypeVar("T")
Also = Callable[[storage.Transaction, Specialist], None]

LENGTH = 26
SHORTEST = 12
"""Characters of a secret that the old database gave; with fewer it works, and the admin is asked to have it renewed."""

WRONG, WITHIN = 20, timedelta(minutes=15)
"""How many wrong ones an address may show, and in what time."""

_SIGNS = "abcdefghijkmnpqrstuvwxyz23456789"
"""Without those that are taken for each other where a link is read out: 26 of them are 130 bits."""


def hashed(secret: str) -> str:
    """Under which name the one who bears a secret is found; no name of a person holds a #."""
    return "secret#" + sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


@storage.again(SecretRaced)
def of(specialist_id: str) -> str:
    """A specialist's secret, made when it is asked for first. Raises SpecialistNotFound."""
    person, standing = storage.read(Specialist.at(specialist_id), SpecialistSecret.at(specialist_id))
    if person is None:
        raise SpecialistNotFound
    return standing.secret if standing else _made(person, None, renewed=False)


@storage.again(SecretRaced)
def renew(specialist_id: str, also: Also = lambda tx, person: None) -> "SecretAnswer":
    """Another secret in the old one's place: that opens nothing from now on. `also` is written with it. Raises SpecialistNotFound."""
    from chalicelib.booking.specialists.schemas import SecretAnswer  # only the doors that show specialists pay for it

    person, standing = storage.read(Specialist.at(specialist_id), SpecialistSecret.at(specialist_id))
    if person is None:
        raise SpecialistNotFound
    return SecretAnswer(secret=_made(person, standing, renewed=True, also=also))


def _made(person: Specialist, standing: SpecialistSecret | None, *, renewed: bool, also: Also = lambda tx, person: None) -> str:
    secret, tx = "".join(secrets.choice(_SIGNS) for _ in range(LENGTH)), storage.Transaction()
    repository.keep_secret(tx, person.specialist_id, secret, hashed(secret), standing, _old_hash(standing), renewed=renewed)
    if renewed:
        facts.renewed(tx, person.specialist_id)
    also(tx, person)
    tx.commit()
    return secret


def _old_hash(standing: SpecialistSecret | None) -> str | None:
    return hashed(standing.secret) if standing else None


def is_news(given: str | None, standing: SpecialistSecret | None) -> bool:
    """Whether the old database's secret takes the place of what stands: never after a renewal here."""
    return bool(given) and (standing is None or (not standing.renewed and standing.secret != given))


def take_in(tx: storage.Transaction, specialist_id: str, name: str, given: str, standing: SpecialistSecret | None) -> None:
    """Keep the old database's secret; a weak one is told to the admin. The commit raises SecretRaced where another was faster."""
    repository.keep_secret(tx, specialist_id, given, hashed(given), standing, _old_hash(standing), renewed=False)
    if len(given) < SHORTEST:
        messaging.tell_admin(tx, "admin_weak_secret", messaging.About("secrets", "live"), {"specialist_name": name, "shortest": SHORTEST})


def forget_in(tx: storage.Transaction, standing: SpecialistSecret | None) -> None:
    """Let nobody in by a removed specialist's secret."""
    if standing is not None:
        repository.drop_secret(tx, standing, hashed(standing.secret))


def by_secret(secret: str | None) -> Specialist | None:
    """Whose a secret is; None for a wrong one, for one that two bear, and for whoever stopped working. Counts no tries: see `behind`."""
    (found,) = storage.read(_key(secret))
    return _bearer(found)


def _key(secret: str | None) -> storage.Key:
    return SpecialistName.at(hashed((secret or "").strip()))


def _bearer(found: SpecialistName | None) -> Specialist | None:
    known = list((found.specialist_ids or ()) if found else ())
    person: Specialist | None = storage.read(Specialist.at(known[0]))[0] if len(known) == 1 else None
    return person if person is not None and person.active else None


def opened(secret: str | None, sender: Sender) -> Specialist | None:
    """The same for a door: a wrong one counts for the address. Raises TooManySecrets when there were too many, whatever this one is."""
    try:
        return _opened(secret, ("specialist-secret", sender.address or ""))
    except tally.Full as full:
        raise TooManySecrets(max(1, ceil((full.until - clock.wall()).total_seconds()))) from None


@storage.again(SecretRaced)
def _opened(secret: str | None, counted: tuple[str, ...]) -> Specialist | None:
    """A right one is refused too while the address has no tries left: an answer would tell which guess was right."""
    tries, found = storage.read(tally.at(*counted), _key(secret))
    if tries is not None and tries.until is not None and tries.until > clock.wall() and tries.times >= WRONG:
        raise tally.Full(tries.until)
    person = _bearer(found)
    if person is None:
        tx = storage.Transaction()
        tally.add_within_in(tx, tries, *counted, most=WRONG, within=WITHIN, raced=SecretRaced())
        tx.commit()
    return person


def behind(secret: str | None, sender: Sender, show: Callable[[Specialist], T]) -> "T | Unauthored":
    """What a door of the specialist's own page answers: `show` of whom the secret names, or that it names nobody (status 200)."""
    from chalicelib.booking.specialists.schemas import Unauthored  # only the doors that show specialists pay for it

    person = opened(secret, sender)
    return Unauthored() if person is None else show(person)
