"""A forecast drawn up from what counts say: the numbers, and what they were made of."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from chalicelib.sales.forecasts import repository, rules
from chalicelib.sales.forecasts.ground import Ground
from chalicelib.sales.forecasts.models import Period
from chalicelib.sales.forecasts.rules import Actual, Fresh, Odds, Open, Worked
from chalicelib.sales.leads.rules import STAGES

METHOD, MODEL, EDITION = "stages", "rules", "1"
Said = dict[str, Any]


@dataclass(frozen=True)
class Past:
    """What is known of the periods before: what they brought, and how far forecasts of their first days were off."""

    new: Fresh | None
    scale: float
    scaled_by: int


def is_judged(row: Period) -> bool:
    """Whether a period is over and was forecast on its first day; later some of it was known."""
    return row.came is not None and row.foreseen is not None and row.foreseen_on == row.starts


def past(before: Sequence[Period]) -> Past:
    """By the rows of the periods before, the newest first."""
    came = [Actual(**row.came) for row in before if row.came is not None]
    judged = [row for row in before if is_judged(row)]
    misses = [(abs(row.came["revenue"] - row.foreseen["revenue"]), row.foreseen["spread"]) for row in judged]
    return Past(rules.fresh(came), *rules.scale(misses))


@dataclass(frozen=True)
class Learned:
    """What the ends of deals taught of stages, and when."""

    odds: dict[str, Odds]
    on: str | None


def learned(row: Period | None) -> Learned:
    """By the row that the night wrote; nothing before the first."""
    return Learned({stage: Odds(*seen) for stage, seen in row.odds.items()}, str(row.starts)) if row is not None else Learned({}, None)


@dataclass(frozen=True)
class Drawn:
    """One forecast, of one's deals or of everybody's."""

    ground: Ground
    owner: int | None
    learned: Learned
    past: Past

    @cached_property
    def open_deals(self) -> Open:
        """What it is made of."""
        return self.ground.open_deals(self.owner)

    @cached_property
    def so_far(self) -> Actual:
        """What is won already."""
        return self.ground.so_far(self.owner)

    @cached_property
    def worked(self) -> Worked:
        """The numbers."""
        return rules.worked(self.open_deals, self.so_far, self.learned.odds, self.past.new, self.ground.rest, self.past.scale)

    @property
    def columns(self) -> Said:
        """Every deal in one column."""
        return rules.columns(self.open_deals, self.so_far)

    @property
    def made(self) -> Said:
        """All that is kept of how it was made: what it rests on, by which model, and whose deals bring what. Amounts in kopecks."""
        return {
            **self.worked._asdict(),
            "columns": self.columns,
            "inputs": self._inputs,
            "parameters": self._parameters,
            "managers": self._managers if self.owner is None else None,
        }

    @property
    def _inputs(self) -> Said:
        found = self.open_deals
        said: Said = {"open_deals": found.counted.deals, "sum": found.counted.amount, "by_stage": self._by_stage}
        said |= {"closed": _told(rules.Sums(self.so_far.deals, self.so_far.revenue)), "leads": self.so_far.leads}
        said |= {"omitted": _told(found.aside), "overdue": _told(found.overdue), "no_date": _told(found.undated)}
        return said | {"no_amount": found.counted.unpriced, "new_business": self._new}

    @property
    def _by_stage(self) -> Said:
        sums: dict[str, rules.Sums] = {}
        for (stage, _), more in self.open_deals.inside.items():
            sums[stage] = sums.get(stage, rules.NONE) + more
        return {stage: {**_told(sums[stage]), "probability": self._chance(stage)} for stage in rules.OPEN_STAGES if stage in sums}

    def _chance(self, stage: str) -> float:
        return round(float(rules.chance(stage, self.learned.odds)), 4)

    @property
    def _new(self) -> Said | None:
        """New business as it is told; None where too few periods are known."""
        new, rest = self.past.new, self.ground.rest
        if new is None:
            return None
        means = {"mean": rules.whole(new.mean), "most": new.most, "expected": rules.whole(new.mean * rest)}
        return {"periods": new.periods, "left": round(float(rest), 4), **means}

    @property
    def _parameters(self) -> Said:
        stages = {}
        for stage in rules.OPEN_STAGES:
            seen = self.learned.odds.get(stage, Odds())
            stages[stage] = {"p0": STAGES[stage].p0, "won": seen.won, "closed": seen.closed, "probability": self._chance(stage)}
        said = {"stages": stages, "learned_on": self.learned.on, "prior": rules.PRIOR, "deviations": rules.DEVIATIONS}
        return said | {"scale": round(self.past.scale, 4), "scaled_by": self.past.scaled_by}

    @property
    def _managers(self) -> list[Said]:
        """Whose deals bring what, without new business: that is nobody's yet."""
        return [self._manager(owner) for owner in self.ground.owners]

    def _manager(self, owner: int) -> Said:
        found, so_far = self.ground.open_deals(owner), self.ground.so_far(owner)
        his = rules.worked(found, so_far, self.learned.odds, None, self.ground.rest)
        open_deals = {"open_deals": found.counted.deals, "sum": found.counted.amount}
        return {"assigned_to": owner or None, "predicted_revenue": his.revenue, "closed": so_far.revenue, **open_deals}

    @property
    def fingerprint(self) -> str:
        """The same where it is made of the same."""
        return hashlib.sha256(json.dumps(self.made, sort_keys=True).encode()).hexdigest()


def _told(sums: rules.Sums) -> Said:
    return {"count": sums.deals, "amount": sums.amount}


def drawn(ground: Ground, owner: int | None, learned_of: Learned) -> Drawn:
    """A forecast of one's deals in a period, or of everybody's: one query more."""
    before = repository.periods(ground.kind, owner, ground.first, most=rules.KEPT)
    return Drawn(ground, owner, learned_of, past(before))
