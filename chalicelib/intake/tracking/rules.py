"""The order of steps, and where people leave. Pure but for reading the shipped order."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from statistics import fmean

START = "Начало"


@cache
def known_order(form_type: str) -> list[str]:
    """The steps whose order is known, from the data file: the form's own, else everyone's."""
    return list(_orders().get(form_type) or _orders()["*"])


@cache
def _orders() -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads((Path(__file__).parent / "data" / "steps.json").read_text(encoding="utf-8"))
    return found


def is_finished(way: Mapping[str, str]) -> bool:
    """Whether a form was sent: it has reached a step whose name says so, see the data file."""
    words = {word.casefold() for word in _orders()["finish"]}
    return any(step.strip().casefold() in words for step in way)


def order(form_type: str, ways: Sequence[Mapping[str, str]]) -> list[str]:
    """All steps seen, first to last: the known ones, then as most people met them. Moments are ISO text."""
    known = [step for step in known_order(form_type) if any(step in way for way in ways)]
    places: dict[str, list[int]] = {}
    for way in ways:
        for place, step in enumerate(sorted(way, key=lambda one: way[one])):
            places.setdefault(step, []).append(place)
    met = sorted((step for step in places if step not in known), key=lambda step: (fmean(places[step]), step))
    return known + met


def furthest(way: Mapping[str, str], steps: Sequence[str]) -> str | None:
    """The last step in `steps`' order that a way has reached."""
    return next((step for step in reversed(steps) if step in way), None)


def funnel(ways: Iterable[Mapping[str, str]], steps: Sequence[str]) -> list[tuple[str, int, int]]:
    """For each step how many reached it or went past it, and how many left there: who finished has not left."""
    found = [(steps.index(last), is_finished(way)) for way in ways if (last := furthest(way, steps)) is not None]
    left = [place for place, finished in found if not finished]
    return [(step, sum(place >= number for place, _ in found), left.count(number)) for number, step in enumerate(steps)]
