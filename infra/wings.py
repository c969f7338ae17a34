"""Which Lambda serves an operation: a door its own, everything else a wing's, which the gateway reaches by greedy paths.

A wing is told from the path alone: from the prefix below which it lies (`PREFIXES`), else from its registration. What is read from
outside (a `webhook=True` that is a GET, or `site=True`) is the site's, all else the desk's. So a new operation joins its wing by being
registered, and a new wing is a line here; one whose prefixes nothing is registered below does not exist.
"""

from collections.abc import Iterable
from typing import Any

from chalicelib.core.http import WEBHOOKS
from chalicelib.core.routing import REST

SITE, DESK, PAGES = "site", "desk", "pages"

PREFIXES = {
    "/api/v1/admin": "loyalty",
    "/api/v1/app": "loyalty",
    "/api/v1/feedback": "loyalty",
    "/t": "loyalty",
    "/u": "loyalty",
    "/api/v1": "sales",
    "/staff": "sales",
    "/audit": "sales",
    "/api": "help",
    "/consultations": "help",
    "/gocrm": "help",
    "/health": SITE,
    "/docs": PAGES,
    "/openapi.json": PAGES,
}
"""By a prefix of whole parts, the wing; the longest one counts. Those who work here are signed in where most of them call: sales."""

GREEDY = {f"/{REST}": SITE, f"{WEBHOOKS}/{REST}": SITE}
"""What nobody else answers, and what senders of old read below `WEBHOOKS`."""


def of(operation: Any) -> str:
    """The wing of an operation that is no door."""
    prefix = _prefix(operation.path)
    return PREFIXES[prefix] if prefix else SITE if operation.webhook or operation.site else DESK


def paths(operations: Iterable[Any]) -> dict[str, str]:
    """The gateway's paths for everything that is no door, with their wings."""
    found = dict(GREEDY)
    for operation in operations:
        wing = of(operation)
        if operation.is_door or wing == SITE:
            continue
        place = _prefix(operation.path) or "/" + operation.path.split("/")[1]
        if wing == DESK or operation.path == place:
            found[place] = wing
        if wing == DESK or operation.path != place:
            found[f"{place}/{REST}"] = wing
    return found


def _prefix(path: str) -> str | None:
    below = (prefix for prefix in PREFIXES if f"{path}/".startswith(f"{prefix}/"))
    return max(below, key=len, default=None)
