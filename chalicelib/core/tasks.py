"""Lambdas without a door: scheduled ticks and tables' streams.

A blueprint's handler is packaged as ``chalicelib.<package>.jobs.<function>``: Lambda imports it without ``app.py`` and its
middleware, so every wrapper below brings all it needs. A tick's now is its event's ``time``.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalice import Blueprint

from chalicelib.core import clock, turns
from chalicelib.core.observability import failed, observed

PLACEHOLDER_STREAM = "arn:aws:dynamodb:us-east-1:000000000000:table/{table}/stream/placeholder"
"""Replaced by the table's real stream in the generated template."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """One scheduled Lambda: its contract id and its EventBridge expression."""

    name: str
    expression: str


SCHEDULES: list[Schedule] = []


class Tasks(Blueprint):
    """A package's jobs."""

    def __init__(self, package: str) -> None:
        super().__init__(f"chalicelib.{package}.jobs")

    def every(self, expression: str) -> Callable[[Any], Any]:
        """Run a job on a schedule, under its own function's name."""

        def register(job: Callable[[], Any]) -> Any:
            SCHEDULES.append(Schedule(job.__name__, expression))
            return self.schedule(expression, name=job.__name__)(ticking(job))

        return register

    def stream(self, table: str, *, most: int = 10) -> Callable[[Any], Any]:
        """Run a job on the new rows of a table's stream, as raw images, `most` at once."""

        def register(job: Callable[[list[dict[str, Any]]], Any]) -> Any:
            arn = PLACEHOLDER_STREAM.format(table=table)
            return self.on_dynamodb_record(arn, name=job.__name__, batch_size=most)(_streaming(job))

        return register


def ticking(job: Callable[[], Any]) -> Callable[[Any], Any]:
    """Pin the tick's time, time it, count it; a failure is raised so that Lambda's own retries and alarms see it."""

    @functools.wraps(job)
    def run(event: Any) -> Any:
        data = event.to_dict() if hasattr(event, "to_dict") else event
        with clock.pinned(_moment(data)), turns.opened(getattr(event, "context", None)), observed(job.__name__) as facts:
            return _counted(job.__name__, job, facts)

    return run


def _streaming(job: Callable[[list[dict[str, Any]]], Any]) -> Callable[[Any], Any]:
    @functools.wraps(job)
    def run(event: Any) -> Any:
        # Our own claims and put-offs come back as MODIFY; only a new row is news.
        images = [record.new_image for record in event if record.event_name == "INSERT"]
        with observed(job.__name__) as facts:
            return _counted(job.__name__, lambda: job(images), facts)

    return run


def _counted(name: str, job: Callable[[], Any], facts: dict[str, object]) -> Any:
    """What the job returned. Success is not counted: Lambda does, and a metric that comes every minute is paid for all month."""
    try:
        result = job()
    except BaseException:
        failed(name)
        raise
    facts["result"] = result
    return result


def _moment(event: dict[str, Any]) -> datetime:
    """The event's time; wall time for a hand-made event that has none."""
    text = event.get("time")
    return datetime.fromisoformat(text) if text else clock.wall()
