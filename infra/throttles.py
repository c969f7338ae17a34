"""How fast each route may be called: a bucket of its own for every read and every webhook, so that none empties another's.

The gateway's entry for all routes is for what has none of its own: the back office's writes and preflights.
"""

from typing import Any

from chalicelib.core.strays import ANYWHERE, METHODS
from infra.inventory import Inventory
from infra.naming import LOCAL

Setting = dict[str, Any]


def _number(default: int, says: str) -> dict[str, Any]:
    return {"Type": "Number", "Default": default, "Description": says}


PARAMETERS = {
    "ThrottleRate": _number(50, "Requests a second of the routes that have no bucket of their own"),
    "ThrottleBurst": _number(200, "Requests above that rate that are let through at once"),
    "ReadRate": _number(50, "Requests a second of each read (GET), and of paths that nothing serves"),
    "ReadBurst": _number(100, "Requests above that rate that are let through at once"),
    "WebhookRate": _number(50, "Requests a second of each webhook that is no read"),
    "WebhookBurst": _number(200, "Requests above that rate that are let through at once"),
}


def settings(inventory: Inventory, stage: str) -> list[Setting]:
    """The stage's method settings: everybody's first, then each route's own."""
    reads = {("GET", path) for path in inventory.reads} | {("GET", hook.path) for hook in inventory.webhooks if hook.method == "GET"}
    writes = {(hook.method, hook.path) for hook in inventory.webhooks if hook.method != "GET"}
    found = [_setting("/*", "*", "Throttle")]
    found += [_setting(_named(path, stage), method, "Read") for method, path in sorted(reads)]
    found += [_setting(_named(path, stage), method, "Webhook") for method, path in sorted(writes)]
    return found + [_setting(_named(ANYWHERE, stage), method, "Read") for method in METHODS]


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
