"""What some work of the desk uses of AWS: requests, Lambdas, store, logs, metrics. Metered at botocore and at our own logger."""

import json
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3

from bench.capacity import Meter, _entry, metered
from bench.ticks import MS
from bench.wire import heard
from chalicelib.core import observability, storage
from chalicelib.core.storage.strict.sizes import size

REQUEST_MS, WOKEN_MS = 12, 5
"""Milliseconds of a Lambda beside its calls of the store: for a request (its own work in `CPU of a request`, at a third of a core), for
an event."""

VENDOR_MS = 150
"""Milliseconds in which Telegram answers. An assumption, as the store's are."""

MEMORY_GB = 0.5
"""What every function has but the wings, as `.chalice/config.json` says."""

PLATFORM_BYTES = 420
"""Lambda's own three lines of a call, START, END and REPORT."""

ACCESS_BYTES = 290
"""The gateway's line of a request."""

LINE_BYTES = 26
"""What CloudWatch adds to each line that it takes in."""


@dataclass
class Usage:
    """What was used; parts add up."""

    requests: float = 0
    invocations: float = 0
    gb_seconds: float = 0
    read: float = 0
    write: float = 0
    log_bytes: float = 0
    sent_bytes: float = 0
    metrics: set[str] = field(default_factory=set)
    written: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Usage", times: float = 1) -> None:
        """Another's, so many times over."""
        for name in ("requests", "invocations", "gb_seconds", "read", "write", "log_bytes", "sent_bytes"):
            setattr(self, name, getattr(self, name) + getattr(other, name) * times)
        self.metrics |= other.metrics
        self.written.update(other.written)


@contextmanager
def of_request() -> Iterator[Usage]:
    """What one request of a door uses."""
    with _of_lambda(REQUEST_MS) as usage:
        usage.requests = 1
        usage.log_bytes += ACCESS_BYTES + LINE_BYTES
        yield usage


@contextmanager
def of_event() -> Iterator[Usage]:
    """What one tick, or one batch of the stream, uses."""
    with _of_lambda(WOKEN_MS) as usage:
        yield usage


@contextmanager
def _of_lambda(milliseconds: float) -> Iterator[Usage]:
    usage, calls = Usage(invocations=1, log_bytes=PLATFORM_BYTES + 3 * LINE_BYTES), Counter[str]()
    with metered() as meter, _heard_calls(calls), _logged(usage):
        yield usage
    _note(usage, meter)
    busy = milliseconds + sum(MS.get(name, 10) * number for name, number in calls.items())
    usage.gb_seconds += busy / 1000 * MEMORY_GB


def _note(usage: Usage, meter: Meter) -> None:
    usage.read, usage.write, usage.written = meter.units.read, meter.units.write, meter.written


@contextmanager
def _heard_calls(calls: Counter[str]) -> Iterator[None]:
    with heard(lambda model, **rest: calls.update([model.name]), lambda **rest: None):
        yield


class _Counting(logging.Handler):
    """Weighs lines instead of writing them."""

    def __init__(self, usage: Usage) -> None:
        super().__init__()
        self._usage = usage

    def emit(self, record: logging.LogRecord) -> None:
        self._usage.log_bytes += len(self.format(record).encode()) + LINE_BYTES


@contextmanager
def _logged(usage: Usage) -> Iterator[None]:
    """Weigh the log lines and metrics that a deployed stage would write."""
    log: Any = observability.logger._logger  # Powertools' own handler writes to the terminal
    handlers, level, flush = list(log.handlers), log.level, observability.metrics.flush_metrics
    counting = _Counting(usage)
    counting.setFormatter(observability.logger.registered_handler.formatter)
    log.handlers[:], log.level = [counting], logging.INFO
    log.manager._clear_cache()
    observability.metrics.clear_metrics()  # switched off, they are never sent and would add up
    observability.metrics.flush_metrics = lambda *given, **named: _flushed(usage, flush)  # type: ignore[method-assign]
    try:
        yield
    finally:
        log.handlers[:], log.level = handlers, level
        log.manager._clear_cache()
        del observability.metrics.flush_metrics  # type: ignore[attr-defined]


def _flushed(usage: Usage, flush: Any) -> None:
    provider: Any = observability.metrics.provider
    if provider.metric_set:
        usage.metrics |= set(provider.metric_set)
        usage.log_bytes += len(json.dumps(provider.serialize_metric_set(), separators=(",", ":"))) + LINE_BYTES
    flush()
    provider.clear_metrics()


def stored() -> Counter[str]:
    """Bytes of every table's rows and of its indexes' entries, with the hundred that DynamoDB adds to each."""
    client, found = boto3.client("dynamodb"), Counter[str]()
    for model in storage.tables():
        for page in client.get_paginator("scan").paginate(TableName=model.Meta.table_name):
            for item in page["Items"]:
                entries = [entry for index in model._indexes.values() if (entry := _entry(index, item)) is not None]
                found[model.table_key()] += sum(size(one) + 100 for one in (item, *entries))
    return found


def rows_of(table: str) -> list[int]:
    """Bytes of each row of a table."""
    model = next(one for one in storage.tables() if one.table_key() == table)
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=model.Meta.table_name)
    return [size(item) for page in pages for item in page["Items"]]
