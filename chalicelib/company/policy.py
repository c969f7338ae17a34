"""How often a client may be written to whom nobody was asked to write to: the house's policy, as it is shipped."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """Touches are marketing alone: what serves a client is never one."""

    max_touches_per_week: int = 3
    min_hours_between_touches: int = 24


DEFAULT = Policy()
