"""One log of what happened, written by the transactions that made it happen.

A decision records a typed fact with its own writes: one put more, no call more. Whoever wants to know follows the log
(`facts.followers`, which doors do not import, so that their roles need not allow its tables). A client's facts are his timeline.
"""

from chalicelib.core.facts.actors import CLIENT, OFFICE, OUTSIDE, SPECIALIST, SYSTEM, acting, by_the_house, current
from chalicelib.core.facts.days import bounds, day_key, day_keys, day_of, month_key, month_keys, months
from chalicelib.core.facts.kinds import KINDS, NOBODY, Fact, detailed
from chalicelib.core.facts.rows import FactRow, by_house, of_subject, pass_on, record

__all__ = [
    "CLIENT",
    "KINDS",
    "NOBODY",
    "OFFICE",
    "OUTSIDE",
    "SPECIALIST",
    "SYSTEM",
    "Fact",
    "FactRow",
    "acting",
    "bounds",
    "by_house",
    "by_the_house",
    "current",
    "day_key",
    "day_keys",
    "day_of",
    "detailed",
    "month_key",
    "month_keys",
    "months",
    "of_subject",
    "pass_on",
    "record",
]
