"""How likely a lead is to come, and why: two sums over what is known of him, each explained to the point. Pure.

`fit` is what his card says, `engagement` what he did, each event worth less the older it is. Points, limits and half-lives are
`data/rules.json`; words are `data/texts.<language>.json`.
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from chalicelib.core.amounts import KOPECKS
from chalicelib.core.schemas import utc_text
from chalicelib.sales.scoring import wording

FIT, ENGAGEMENT = "fit", "engagement"
MOST: Final = 100
"""What either sum is at most, and the score."""

OURS = "message_sent"
"""An event without points of its own: what we wrote, which he answers or does not."""

SILENT = "silent"
SHOWN_EACH: Final = 5
"""Events of a kind that are reasons of their own; those of them that are worth less are told as one."""

_DAY = timedelta(days=1)


class Event(NamedTuple):
    """Something that happened: `kind` is a rule's name.

    `amount` in kopecks: of a payment how much, of an application what he can pay, and `price` the lowest of whom he asked for.
    `given_back` is a payment of which nothing is left: it won a deal and is no evidence any more.
    """

    kind: str
    at: datetime
    ref: str | None = None
    amount: int | None = None
    price: int | None = None
    given_back: bool = False


class Profile(NamedTuple):
    """Whom the house looks for: what a lead's industry and size should be, where anything is said of them; its lowest price in kopecks."""

    industry: frozenset[str] = frozenset()
    company_size: frozenset[str] = frozenset()
    lowest_price: int | None = None


class Detail(NamedTuple):
    """A judgement: `said` is all of it as lists of reasons whose points sum up to `fit` and `engagement`."""

    score: int | None
    category: str
    rescore_at: datetime
    said: dict[str, Any]


class Weighed(NamedTuple):
    """One reason with its unrounded points."""

    code: str
    kind: str
    points: float
    source: str
    at: datetime | None = None
    ref: str | None = None
    times: int = 1


@cache
def data() -> dict[str, Any]:
    """The rules, with their version."""
    return dict(json.loads((Path(__file__).parent / "data" / "rules.json").read_text(encoding="utf-8")))


def judged(lead: Any, card: Any, events: Iterable[Event], at: datetime, profile: Profile | None = None) -> Detail:
    """The judgement of a lead at a moment. `rescore_at` is when time alone changes its category, or when it is looked at anyway."""
    happened = [*events]
    fits, missing = fitting(lead, card, happened, profile or Profile())
    course = _Course([*(event for event in happened if not event.given_back), *silences(happened)], fits)
    engagement = course.reasons(at)
    score, category = course.verdict(at)
    shown = {kind: _shown(reasons) for kind, reasons in ((FIT, course.fits), (ENGAGEMENT, engagement))}
    again = next((day for day in _days(at) if course.verdict(day)[1] != category), at + data()["looks_again"] * _DAY)
    reasons = sorted((reason for found in shown.values() for reason in found), key=lambda reason: -reason["points"])
    said = {
        **{kind: sum(reason["points"] for reason in found) for kind, found in shown.items()},
        "score": score,
        "score_category": category,
        "reasons": [reason for reason in reasons if reason["points"] > 0 or reason["code"] == "capped"],
        "counter_reasons": [reason for reason in reversed(reasons) if reason["points"] < 0 and reason["code"] != "capped"],
        "missing": missing,
        "win_probability": None,
        "model": {"source": "rules", "version": data()["version"]},
        "rescore_at": utc_text(again),
        "explanation": None,
    }
    return Detail(score, category, again, said)


def _days(at: datetime) -> Iterator[datetime]:
    return (at + day * _DAY for day in range(1, data()["looks_ahead"] + 1))


def fitting(lead: Any, card: Any, events: Sequence[Event], profile: Profile) -> tuple[list[Weighed], list[str]]:
    """What his card, his lead and his applications say for him or against, and what nobody has asked yet."""
    telegram = card.telegram_id or card.telegram_username
    budget, source, price = _budget(lead, events, profile)
    found: dict[str, tuple[str | None, str]] = {
        "phone": ("phone" if card.phone else None, "card"),
        "email": ("email" if card.email else None, "card"),
        "telegram": ("telegram" if telegram else None, "card"),
        "company": ("company" if lead.company else None, "lead"),
        "position": ("position" if lead.position else None, "lead"),
        "budget": (_compared(budget, price), source),
        **dict.fromkeys(_unknown(lead, profile), (None, "lead")),
    }
    known = [(code, source) for code, source in found.values() if code]
    known += [(code, "lead") for code in (_profiled(lead, profile), "won_before" if _won_before(lead) else None) if code]
    points = data()["fit"]
    missing = [name for name, (code, _) in found.items() if code is None and (name != "budget" or budget is None)]
    return [Weighed(code, FIT, points[code], source) for code, source in known], missing


def _budget(lead: Any, events: Sequence[Event], profile: Profile) -> tuple[int | None, str, int | None]:
    """What he can pay, who says so, and the lowest price of what he asked for; what a person wrote down stands before a form."""
    forms = sorted((event for event in events if event.kind == "application"), key=lambda event: event.at, reverse=True)
    price = next((form.price for form in forms if form.price is not None), profile.lowest_price)
    written = _kopecks((lead.custom_fields or {}).get("budget"))
    if written is not None:
        return written, "lead", price
    return next((form.amount for form in forms if form.amount is not None), None), "application", price


def _kopecks(value: Any) -> int | None:
    """A budget as it was written down; None for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = float(str(value).replace(" ", "").replace(",", "."))
    except ValueError:
        return None
    return round(amount * KOPECKS) if math.isfinite(amount) and amount >= 0 else None


def _compared(budget: int | None, price: int | None) -> str | None:
    if budget is None or price is None:
        return None
    return "budget" if budget >= price else "budget_below"


def _unknown(lead: Any, profile: Profile) -> list[str]:
    return [name for name in ("industry", "company_size") if getattr(profile, name) and not getattr(lead, name)]


def _profiled(lead: Any, profile: Profile) -> str | None:
    """Whether he is whom the house looks for: missed by one thing that differs, met once nothing is unknown."""
    asked = [name for name in ("industry", "company_size") if getattr(profile, name)]
    if any((getattr(lead, name) or "").casefold() not in getattr(profile, name) for name in asked if getattr(lead, name)):
        return "profile_missed"
    return "profile" if asked and not _unknown(lead, profile) else None


def _won_before(lead: Any) -> bool:
    """Whether an earlier deal than the one that stands was won."""
    return bool((lead.deals_won or 0) - (1 if lead.outcome == "won" else 0) > 0)


def silences(events: Iterable[Event]) -> list[Event]:
    """Since when he owes an answer: some days after the second of our messages that nothing of his has followed. It may lie ahead."""
    rule, found, waiting = data()["silence"], [], []
    for event in sorted(events, key=lambda event: event.at):
        if event.kind == OURS:
            waiting.append(event)
        elif event.kind in rule["broken_by"]:
            found += _silence(waiting, rule, before=event.at)
            waiting = []
    return found + _silence(waiting, rule)


def _silence(waiting: Sequence[Event], rule: Mapping[str, Any], before: datetime | None = None) -> list[Event]:
    if len(waiting) < rule["messages"]:
        return []
    last = waiting[rule["messages"] - 1]
    since = last.at + rule["days"] * _DAY
    return [Event(SILENT, since, last.ref)] if before is None or since <= before else []


class _Course:
    """A lead's points as time goes by while nothing else happens."""

    def __init__(self, events: Iterable[Event], fits: Sequence[Weighed]) -> None:
        rules = data()["engagement"]
        self.events = [event for event in events if event.kind in rules]
        self.known = len(fits)
        self.fits = [*fits, *_bounded(FIT, sum(reason.points for reason in fits))]
        self.fit = sum(reason.points for reason in self.fits)

    def reasons(self, at: datetime) -> list[Weighed]:
        """What counts at a moment, with what limits take away."""
        weighed = [Weighed(one.kind, ENGAGEMENT, _points(one, at), "facts", one.at, one.ref) for one in self.events if _counts(one, at)]
        over = [Weighed("capped", ENGAGEMENT, -excess, "rules", ref=code) for code, excess in _excesses(self._sums(at))]
        found = [*weighed, *over]
        return [*found, *_bounded(ENGAGEMENT, math.fsum(reason.points for reason in found))]

    def _sums(self, at: datetime) -> dict[str, float]:
        sums: dict[str, float] = {}
        for event in self.events:
            if _counts(event, at):
                sums[event.kind] = sums.get(event.kind, 0.0) + _points(event, at)
        return sums

    def verdict(self, at: datetime) -> tuple[int | None, str]:
        """Score and category at a moment."""
        if self.known < data()["known_enough"] and not any(_counts(event, at) for event in self.events):
            return None, "unknown"
        weights, sums = data()["weights"], self._sums(at)
        engagement = min(max(sum(sums.values()) - sum(excess for _, excess in _excesses(sums)), 0.0), MOST)
        score = _half_up(weights[FIT] * self.fit + weights[ENGAGEMENT] * engagement)
        return score, next((name for name, least in data()["categories"].items() if score >= least), "cold")


def _counts(event: Event, at: datetime) -> bool:
    """Whether an event has come: all have but a silence that is not long enough yet. A tick's clock may stand before what it reads."""
    return event.kind != SILENT or event.at <= at


def _points(event: Event, at: datetime) -> float:
    """What an event is worth by its age."""
    rule = data()["engagement"][event.kind]
    age = max((at - event.at) / _DAY, 0.0)
    return float(rule["points"] * 0.5 ** (age / rule.get("half_life", data()["half_life"])))


def _excesses(sums: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """By how much the sum of a kind is over its limit."""
    for code, points in sums.items():
        cap = data()["engagement"][code].get("cap")
        if cap is not None and points > cap:
            yield code, points - cap


def _bounded(kind: str, points: float) -> list[Weighed]:
    """What brings a sum back between nothing and the most."""
    if points > MOST:
        return [Weighed("capped", kind, MOST - points, "rules", ref=kind)]
    return [Weighed("floored", kind, -points, "rules", ref=kind)] if points < 0 else []


def _shown(reasons: Sequence[Weighed]) -> list[dict[str, Any]]:
    """Reasons with whole points that sum up to the whole points of all: the largest remainders are rounded up. Nothings are left out."""
    told = _gathered(reasons)
    exact = [round(reason.points, 9) for reason in told]
    whole = [math.floor(points) for points in exact]
    left = _half_up(math.fsum(exact)) - sum(whole)
    for place in sorted(range(len(told)), key=lambda place: whole[place] - exact[place])[:left]:
        whole[place] += 1
    return [_said(reason, points) for reason, points in zip(told, whole, strict=True) if points]


def _gathered(reasons: Sequence[Weighed]) -> list[Weighed]:
    """The heaviest of each kind as they are, the others of it as one."""
    by_code: dict[tuple[str, str | None], list[Weighed]] = {}
    for reason in reasons:
        by_code.setdefault((reason.code, reason.ref if reason.source == "rules" else None), []).append(reason)
    found: list[Weighed] = []
    for same in by_code.values():
        same.sort(key=lambda reason: -abs(reason.points))
        found += same[:SHOWN_EACH]
        if rest := same[SHOWN_EACH:]:
            points = math.fsum(reason.points for reason in rest)
            found.append(rest[0]._replace(points=points, ref=None, times=len(rest)))
    return found


def _said(reason: Weighed, points: int) -> dict[str, Any]:
    said = {
        "code": reason.code,
        "points": points,
        "kind": reason.kind,
        "at": utc_text(reason.at) if reason.at else None,
        "source": reason.source,
        "ref": reason.ref,
        "quote": None,
        "count": reason.times,
    }
    return said | {"text": wording.text(said, "ru")}


def _half_up(points: float) -> int:
    """The nearest whole number, halves up; what floats lose behind the ninth place is no half."""
    return math.floor(round(points, 9) + 0.5)
