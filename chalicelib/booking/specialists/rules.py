"""The assignment coefficient and who fits whom. Pure: no store, no clock."""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from chalicelib.booking.specialists import reasons
from chalicelib.booking.specialists.names import fold, name_key
from chalicelib.booking.specialists.reasons import Asked

__all__ = ["Candidate", "Match", "Wishes", "coefficient", "fold", "gender_of", "name_key", "provided_this_month", "rank"]

HOUSE = "company"
"""Whose the sessions are of a house in which nobody works by name. He has no row, so no list shows him and no ranking finds him."""

Ages = tuple[int | None, int | None]
"""From and to, both included; None where there is no such end."""

_MALE = {"мужчина", "мужской", "male", "man", "м", "m"}
_FEMALE = {"женщина", "женский", "female", "woman", "ж", "f"}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a client asks of a specialist, and whether he chose times. Money is kopecks.

    `ages` is what he wants the specialist's to be, `age` his own; `shown` are the names that the site showed him, in order.
    """

    gender: str | None = None
    price_max: int | None = None
    specialisations: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    chose_times: bool = True
    states: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    diagnoses: tuple[str, ...] = ()
    ages: Ages | None = None
    age: int | None = None
    shown: tuple[str, ...] = ()

    @property
    def topics(self) -> dict[str, tuple[str, ...]]:
        """What he asks help with, by what he says it is."""
        return {"specialisations": self.specialisations, "events": self.events, "states": self.states, "diagnoses": self.diagnoses}


@dataclass(frozen=True, slots=True)
class Candidate:
    """What ranking knows of a specialist; `coefficient` is how many more clients he is owed this month."""

    specialist_id: str
    name: str
    gender: str | None = None
    price_min: int | None = None
    specialisations: tuple[str, ...] = ()
    coefficient: int = 0
    age: int | None = None
    client_ages: Ages = (None, None)


@dataclass(frozen=True, slots=True)
class Match:
    """A ranked specialist: `score` sorts, `reasons` explain."""

    candidate: Candidate
    score: tuple[int, ...]
    reasons: list[str] = field(default_factory=list)


def own_id(number: int) -> str:
    """The id of a specialist who is made here. It guards nothing, and is short: ranking reads everybody's for each application."""
    return f"sp{number}"


def gender_of(text: str | None) -> str | None:
    """male, female, or None when it does not matter."""
    folded = fold(text or "")
    return "male" if folded in _MALE else "female" if folded in _FEMALE else None


def coefficient(debt: int, provided: int, assigned_days: Iterable[str], today: date) -> int:
    """debt - number_of_clients_provided - sessions assigned after today until the month's end; may be negative.

    Source rule: «Коэффициент = debt - number_of_clients_provided - назначенные после сегодняшнего числа до конца месяца».
    """
    last = today.replace(day=calendar.monthrange(today.year, today.month)[1]).isoformat()
    return debt - provided - sum(today.isoformat() < day <= last for day in assigned_days)


def provided_this_month(number: int, through: str | None, today: date) -> int:
    """What of a count made on the day `through` is of today's month: on the first of a month the old count says nothing."""
    return 0 if through and through[:7] < today.isoformat()[:7] else number


def rank(candidates: Sequence[Candidate], wishes: Wishes, free_slots: Mapping[str, int]) -> list[Match]:
    """Who fits best first: named, then gender, price, ages, shared topics, chosen times, the site's order, and what he is owed.

    Nobody is dropped: a short list that explains itself beats an empty one.
    """
    asked = Asked(wishes.topics)
    matches = [_match(candidate, wishes, asked, free_slots.get(candidate.specialist_id, 0)) for candidate in candidates]
    return sorted(matches, key=lambda match: (*(-part for part in match.score), fold(match.candidate.name)))


def _match(candidate: Candidate, wishes: Wishes, asked: Asked, free: int) -> Match:
    key = name_key(candidate.name, "live")
    named = key in {name_key(name, "live") for name in wishes.names}
    gender = bool(wishes.gender) and candidate.gender == wishes.gender
    price = wishes.price_max is not None and candidate.price_min is not None and candidate.price_min <= wishes.price_max
    age = wishes.ages is not None and candidate.age is not None and _lies_in(candidate.age, wishes.ages)
    takes = wishes.age is None or _lies_in(wishes.age, candidate.client_ages)
    topics = asked.shared(candidate.specialisations)
    shown = [name_key(name, "live") for name in wishes.shown]
    place = shown.index(key) + 1 if key in shown else None
    told = reasons.told(
        named=named,
        gender=gender,
        price=price,
        age=age,
        client_age=takes and wishes.age is not None and candidate.client_ages != (None, None),
        topics=topics,
        free=reasons.free_times(free, chosen=wishes.chose_times),
        place=place,
    )
    order = -place if place else -len(shown) - 1
    score = (named, gender, price, age, takes, sum(map(len, topics.values())), free, order, candidate.coefficient)
    return Match(candidate, tuple(map(int, score)), [*told, reasons.owed(candidate.coefficient)])


def _lies_in(age: int, ages: Ages) -> bool:
    first, last = ages
    return (first is None or first <= age) and (last is None or age <= last)
