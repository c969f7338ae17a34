"""How fast each of the gateway's routes may be called: a bucket of its own for every webhook, and for each method of a wing's paths.

So none empties another's: a flood at what is read leaves the webhooks theirs. What one greedy path leads to shares its buckets. The
gateway's entry for all routes is for what has none of its own, of which there is nothing now.
"""

from typing import Any

from chalicelib.core.routing import METHODS
from infra.inventory import Inventory
from infra.naming import LOCAL

Setting = dict[str, Any]


def _number(default: int, says: str) -> dict[str, Any]:
    return {"Type": "Number", "Default": default, "Description": says}


PARAMETERS = {
    "ThrottleRate": _number(50, "Requests a second of each path of a wing for each method that is no read"),
    "ThrottleBurst": _number(200, "Requests above that rate that are let through at once"),
    "ReadRate": _number(50, "Requests a second that read (GET, HEAD), of each path of a wing"),
    "ReadBurst": _number(100, "Requests above that rate that are let through at once"),
    "WebhookRate": _number(50, "Requests a second of each webhook"),
    "WebhookBurst": _number(200, "Requests above that rate that are let through at once"),
}


READS = ("GET", "HEAD")


def settings(inventory: Inventory, stage: str) -> list[Setting]:
    """The stage's method settings: everybody's first, then each route's own."""
    doors = sorted(route for door in inventory.doors for route in door.routes)
    wings = sorted((path, method) for wing in inventory.wings for path in wing.paths for method in METHODS)
    found = [_setting("/*", "*", "Throttle")]
    found += [_setting(_named(path, stage), method, "Webhook") for method, path in doors]
    own = {(path, method) for method, path in doors}
    return found + [
        _setting(_named(path, stage), method, "Read" if method in READS else "Throttle")
        for path, method in wings
        if (path, method) not in own
    ]


def _setting(path: str, method: str, kind: str) -> Setting:
    return {
        "ResourcePath": path,
        "HttpMethod": method,
        "MetricsEnabled": False,  # a metric a method is paid for each month; the whole API's metrics are not
        "ThrottlingRateLimit": {"Ref": f"{kind}Rate"},
        "ThrottlingBurstLimit": {"Ref": f"{kind}Burst"},
    }


def _named(path: str, stage: str) -> str:
    """CloudFormation wants every slash but the first written as `~1`; the local gateway reads paths as they are."""
    return path if stage == LOCAL else "/" + path.replace("/", "~1")
