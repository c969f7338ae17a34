"""The outbox's Lambdas: they know every handler, so they live at the top."""

from collections.abc import Mapping
from typing import Any

from chalicelib.core.tasks import Tasks
from chalicelib.ops import service
from chalicelib.routes import apis

apis()  # what the sweep takes up is decided by its own operation
tasks = Tasks("ops")


@tasks.every("rate(1 minute)")
def sweep() -> dict[str, int]:
    """Deliver, retry, expire, take up and report whatever waits."""
    return service.sweep()


@tasks.stream
def deliver(images: list[Mapping[str, Any]]) -> int:
    """Deliver what was just written."""
    return service.deliver(images)
