"""What operators see: one structured log line and one metric per operation, never a name, a contact or a body."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

SERVICE = os.environ.get("POWERTOOLS_SERVICE_NAME", "frontdesk")
"""A deployed stage's own: two stages of one account must not raise each other's alarms."""

BROKEN = "Broken"
"""Counts the answers that only a mistake of ours explains: the one metric whose every count is an alarm."""

logger = Logger(service=SERVICE)
metrics = Metrics(namespace="Frontdesk", service=SERVICE)


def count(name: str, value: float = 1, unit: MetricUnit = MetricUnit.Count) -> None:
    """Add to a metric; sent when the operation ends."""
    metrics.add_metric(name=name, unit=unit, value=value)


def succeeded(operation: str) -> None:
    """The one success metric of a business operation: ``submit_application`` → ``SubmitApplicationSucceeded``."""
    count(f"{_camel(operation)}Succeeded")


def failed(operation: str) -> None:
    """The one failure metric of a business operation."""
    count(f"{_camel(operation)}Failed")


def broke() -> None:
    """Log the exception that is being handled and raise the alarm: nobody meant this, and its caller read 500."""
    logger.exception("unexpected failure")
    count(BROKEN)


@contextmanager
def observed(operation: str) -> Iterator[dict[str, object]]:
    """Time an operation, log one line with what the block put into the yielded facts, flush its metrics."""
    started = time.perf_counter()
    facts: dict[str, object] = {"operation": operation}
    try:
        yield facts
    finally:
        facts["ms"] = round((time.perf_counter() - started) * 1000, 1)
        logger.info("served", extra=facts)
        metrics.flush_metrics()


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
