"""What the figures of sales mean. Pure: numbers are those of `counts.deals`, of a day or of many days added up."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from chalicelib.analytics.counts import buckets
from chalicelib.analytics.counts.deals import CYCLE, FURTHEST, STAY
from chalicelib.analytics.figures.rates import FEW
from chalicelib.sales.leads.rules import STAGES

Numbers = Mapping[str, int]
LADDER: Final = (*(stage.name for stage in STAGES.values() if stage.status != "completed"), "won")
"""The stages that a deal goes through to be won; a lost one keeps the furthest that it reached."""

A_DAY: Final = 86_400


class Step(NamedTuple):
    """One stage: how many came so far, and how many of them went further; None behind the last."""

    stage: str
    reached: int
    further: int | None


def steps(numbers: Numbers) -> list[Step]:
    """The funnel. Every deal that was opened has reached the first stage."""
    reached = [sum(numbers.get(f"{FURTHEST}{stage}", 0) for stage in LADDER[place:]) for place in range(1, len(LADDER))]
    counts = [numbers.get("opened", 0), *reached]
    return [Step(stage, count, further) for stage, count, further in zip(LADDER, counts, [*reached, None], strict=True)]


def closed(numbers: Numbers) -> int:
    """Deals that were won or lost."""
    return numbers.get("won", 0) + numbers.get("lost", 0)


def still_open(numbers: Numbers) -> int:
    """Deals that have not come to an end."""
    return numbers.get("opened", 0) - closed(numbers) - numbers.get("done", 0)


def is_few(numbers: Numbers) -> bool:
    """Whether so few were won or lost that their share says little."""
    return closed(numbers) < FEW


def days_in(numbers: Numbers, stage: str) -> float | None:
    """Days that half of those who left a stage spent in it at most."""
    return _days(buckets.median(numbers, f"{STAY}{stage}."))


def cycle(numbers: Numbers) -> float | None:
    """Days from its opening to its end of a deal that was won or lost: half of them took no longer."""
    return _days(buckets.median(numbers, CYCLE))


def _days(seconds: int | None) -> float | None:
    return None if seconds is None else round(seconds / A_DAY, 2)
