"""Who gets what for whom he brought, as the owner set it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from chalicelib.company.models import Entry
from chalicelib.core import storage

Unit = Literal["points", "money"]
GENERATIONS: Final = 6
DIRECTORY, PLACE = "settings", "referrals"
PERCENTS: Final = (1000, 500, 300, 200, 100, 50)
"""What the generations get by default, in hundredths of a percent."""


class Rule(NamedTuple):
    """What a generation gets of what is paid, in hundredths of a percent."""

    generation: int
    percent: int
    is_enabled: bool


@dataclass(frozen=True, slots=True)
class Config:
    """The programme. `rules` are six, the generations in order; `base` in kopecks or hundredths of a point, for the preview alone."""

    is_active: bool
    unit: Unit
    base: int
    depth: int
    rules: tuple[Rule, ...]

    @property
    def percents(self) -> dict[int, int]:
        """What is promised, by generation; nothing while it is off."""
        return {rule.generation: rule.percent for rule in self.rules if self.is_active and rule.is_enabled and rule.percent}


DEFAULT: Final = Config(
    is_active=False,
    unit="points",
    base=10_000,
    depth=3,
    rules=tuple(Rule(number, percent, number <= 3) for number, percent in enumerate(PERCENTS, 1)),
)


def keys() -> list[storage.Key]:
    """Where it stands: one key."""
    return [Entry.at(DIRECTORY, PLACE)]


def of(rows: Sequence[Any]) -> Config:
    """The programme from the row at `keys`; off where nobody set it."""
    row = rows[0] if rows else None
    if row is None:
        return DEFAULT
    said = row.said
    rules = tuple(Rule(*rule) for rule in said["rules"])
    return Config(said["is_active"], said["unit"], said["base"], said["depth"], rules)


def promised(config: Config) -> int:
    """All generations' percents together, whether the programme is on or not."""
    return sum(rule.percent for rule in config.rules if rule.is_enabled)


def changed(was: Config, now: Config) -> list[str]:
    """What panels call the fields that differ."""
    names = {
        "is_active": "is_active",
        "unit": "reward_unit",
        "base": "base_reward_value",
        "depth": "max_generations",
        "rules": "generation_rules",
    }
    return [name for field, name in names.items() if getattr(was, field) != getattr(now, field)]


def kept(config: Config) -> dict[str, Any]:
    """The same as the row keeps it."""
    listed = [[*rule] for rule in config.rules]
    return {"is_active": config.is_active, "unit": config.unit, "base": config.base, "depth": config.depth, "rules": listed}
