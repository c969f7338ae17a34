"""Whom the house looks for, as its settings say."""

import json
from functools import cache
from typing import Any

from chalicelib.core.amounts import KOPECKS
from chalicelib.core.observability import logger
from chalicelib.core.settings import settings
from chalicelib.sales.scoring.rules import Profile


def current() -> Profile:
    """The profile that leads are compared with; an empty one where nobody said whom the house looks for."""
    return _read(settings().sales_profile or "{}")


@cache
def _read(text: str) -> Profile:
    """A profile that cannot be read is told to the log, and nobody is judged by it: leads must not stop for a comma."""
    try:
        return _said(json.loads(text))
    except (ValueError, TypeError, AttributeError):
        logger.error("SALES_PROFILE cannot be read")
        return Profile()


def _said(said: dict[str, Any]) -> Profile:
    wanted = {name: frozenset(str(value).casefold() for value in said.get(name, ())) for name in ("industry", "company_size")}
    price = said.get("lowest_price")
    return Profile(**wanted, lowest_price=None if price is None else round(price * KOPECKS))
