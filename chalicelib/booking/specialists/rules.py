"""Names, the assignment coefficient and who fits whom. Pure: no store, no clock."""

import calendar
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

_MALE = {"мужчина", "мужской", "male", "man", "м", "m"}
_FEMALE = {"женщина", "женский", "female", "woman", "ж", "f"}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a client asks of a specialist, and whether he chose times. Money is kopecks."""

    gender: str | None = None
    price_max: int | None = None
    specialisations: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    chose_times: bool = True


@dataclass(frozen=True, slots=True)
class Candidate:
    """What ranking knows of a specialist; `coefficient` is how many more clients he is owed this month."""

    specialist_id: str
    name: str
    gender: str | None = None
    price_min: int | None = None
    specialisations: tuple[str, ...] = ()
    coefficient: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """A ranked specialist: `score` sorts, `reasons` explain."""

    candidate: Candidate
    score: tuple[int, ...]
    reasons: list[str] = field(default_factory=list)


_APOSTROPHES = str.maketrans(dict.fromkeys("ʻʼʹ‘’‛`´′", "'"))
_LOOKALIKES = str.maketrans("aeopcxykmhtb", "аеорсхукмнтв")
_CYRILLIC = re.compile(r"[а-я]")


def fold(text: str) -> str:
    """Text as names and wishes are compared: lower case, ё as е, single spaces, one apostrophe, nothing that cannot be seen.

    Latin letters among Cyrillic ones are taken for what they look like; a wholly Latin name stays as it is.
    """
    plain = unicodedata.normalize("NFKC", text.translate(_APOSTROPHES)).casefold().translate(_APOSTROPHES).replace("ё", "е")
    seen = "".join(" " if sign.isspace() else sign for sign in plain if unicodedata.category(sign) != "Cf")
    seen = seen.translate(_LOOKALIKES) if _CYRILLIC.search(seen) else seen
    return " ".join(seen.split())


def name_key(name: str, contour: str) -> str:
    """One key for "Имя Фамилия" and "Фамилия Имя"."""
    words = " ".join(sorted(fold(name).split()))
    return words if contour == "live" else f"{contour}:{words}"


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
    """Who fits best first: named, then gender, price, shared topics, chosen times he is free at, and what he is owed.

    Nobody is dropped: a short list that explains itself beats an empty one.
    """
    matches = [_match(candidate, wishes, free_slots.get(candidate.specialist_id, 0)) for candidate in candidates]
    return sorted(matches, key=lambda match: (*(-part for part in match.score), fold(match.candidate.name)))


def _match(candidate: Candidate, wishes: Wishes, free: int) -> Match:
    named = bool(wishes.names) and name_key(candidate.name, "live") in {name_key(name, "live") for name in wishes.names}
    gender = 1 if wishes.gender and candidate.gender == wishes.gender else 0
    price = 1 if wishes.price_max is not None and candidate.price_min is not None and candidate.price_min <= wishes.price_max else 0
    shared = _shared(candidate.specialisations, wishes.specialisations)
    reasons = [
        "выбран в заявке" if named else "",
        "подходит по полу" if gender else "",
        "подходит по цене" if price else "",
        f"работает с запросом: {', '.join(shared)}" if shared else "",
        (f"свободен в выбранное время: {free}" if wishes.chose_times else f"свободных окон впереди: {free}") if free else "",
        f"осталось назначить: {candidate.coefficient}",
    ]
    score = (int(named), gender, price, len(shared), free, candidate.coefficient)
    return Match(candidate, score, [reason for reason in reasons if reason])


def _shared(offered: Sequence[str], wanted: Sequence[str]) -> list[str]:
    topics = {fold(topic): topic for topic in offered}
    return [topics[fold(topic)] for topic in wanted if fold(topic) in topics]
