"""The minute in which the log is read on: what time alone brings to leads, then all followers."""

from collections.abc import Callable

from chalicelib.core import turns
from chalicelib.core.facts import followers
from chalicelib.sales.crm.connections import service as crms
from chalicelib.sales.following import ticking as sales

SALES_SHARE = 16.0
"""Seconds that leads may take at most before the log is read."""


def follow() -> dict[str, int]:
    """How much of each was done. What fails stops nothing else, and is raised at the end, for Lambda's alarms to see.

    Leads come first: a log that is longer than a tick, minute after minute, must not keep those waiting who wait for an answer.
    """
    return {name: number for stage in turns.each(STAGES).values() for name, number in stage.items()}


def _leads() -> dict[str, int]:
    with turns.share(SALES_SHARE):
        return sales.sales_tick()


def _crms() -> dict[str, int]:
    return {"crm_runs": crms.begin_due()}


STAGES: dict[str, Callable[[], dict[str, int]]] = {"leads": _leads, "crms": _crms, "log": followers.catch_up}
