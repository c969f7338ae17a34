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
    orders = json.loads((Path(__file__).parent / "data" / "steps.json").read_text(encoding="utf-8"))
    return list(orders.get(form_type) or orders["*"])


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
    """For each step how many reached it or went past it, and how many went no further."""
    last = [found for way in ways if (found := furthest(way, steps)) is not None]
    places = [steps.index(step) for step in last]
    return [(step, sum(place >= number for place in places), places.count(number)) for number, step in enumerate(steps)]
