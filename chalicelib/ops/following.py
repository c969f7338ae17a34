"""The minute in which the log is read on: what time alone brings to leads, then all followers."""

from collections.abc import Callable

from chalicelib.core import turns
from chalicelib.core.facts import followers
from chalicelib.core.observability import logger
from chalicelib.sales.following import ticking as sales

SALES_SHARE = 16.0
"""Seconds that leads may take at most before the log is read."""


def follow() -> dict[str, int]:
    """How much of each was done. What fails stops nothing else, and is raised at the end, for Lambda's alarms to see.

    Leads come first: a log that is longer than a tick, minute after minute, must not keep those waiting who wait for an answer.
    """
    done: dict[str, int] = {}
    trouble: list[Exception] = []
    for name, stage in STAGES.items():
        try:
            done |= stage()
        except Exception as error:  # the others have work of their own
            logger.exception("a stage of following failed", extra={"stage": name})
            trouble.append(error)
    if trouble:
        raise trouble[0]
    return done


def _leads() -> dict[str, int]:
    with turns.share(SALES_SHARE):
        return sales.sales_tick()


STAGES: dict[str, Callable[[], dict[str, int]]] = {"leads": _leads, "log": followers.catch_up}
