"""What a month without a single client costs, and a thousand whole journeys, item by item: metered use, times list prices."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

import app as composition
from bench import desk, journey, prices, usage
from bench.journey import TRACKED, Played
from bench.ticks import NOW
from bench.usage import Usage
from chalicelib.core import outbox
from chalicelib.core.tasks import SCHEDULES
from infra.watching import _alarms
from tests.builders import scheduled

DAYS = 30
IDLE_BOUND, JOURNEYS_BOUND = 5.00, 0.20
THOUSAND = 1000

STARTS_A_DAY, SECRETS = 12, 6
"""How often a warm Lambda is replaced, and how many secrets it opens then. Assumptions."""


class Line(NamedTuple):
    """One item of a bill."""

    item: str
    used: str
    dollars: float


@dataclass(frozen=True)
class Bills:
    """Both bills, what one journey leaves in the store, and the metrics that come only with clients."""

    idle: list[Line]
    journeys: list[Line]
    tracked: float
    kept: float
    metrics: float
    played: Played

    @property
    def month(self) -> float:
        """An idle month."""
        return sum(line.dollars for line in self.idle)

    @property
    def thousand(self) -> float:
        """A thousand journeys."""
        return sum(line.dollars for line in self.journeys)


def measure() -> Bills:
    """Meter each tick on an empty desk, and one journey; price both."""
    idle, played = _idle(), journey.measure()
    for job, times in played.ticks.items():
        played.steps[f"less what {job} costs anyway"] = _taken_off(idle[job], times)
    month = _month(idle)
    tracked = played.steps.pop(TRACKED)
    one = _thousand(played.whole)
    kept = sum(played.stored.values()) * THOUSAND / prices.GIGABYTE * (prices.STORED_GB_MONTH + prices.RECOVERABLE_GB_MONTH)
    new = (played.whole.metrics | tracked.metrics) - month.metrics
    return Bills(
        _bill_of_a_month(month), one, sum(line.dollars for line in _thousand(tracked)), kept, len(new) * prices.METRIC_MONTH, played
    )


def _taken_off(tick: Usage, times: int) -> Usage:
    less = Usage()
    less.add(tick, -times)
    return less


def _idle() -> dict[str, Usage]:
    """Every scheduled function once, with nothing to do."""
    found: dict[str, Usage] = {}
    with desk.opened():
        outbox.deliver_due(within=timedelta(minutes=5))
        for job in SCHEDULES:
            with usage.of_event() as used:
                composition.app.handler_map[job.name](scheduled(NOW), None)
            found[job.name] = used
    return found


def _month(idle: dict[str, Usage]) -> Usage:
    total = Usage()
    for job in SCHEDULES:
        total.add(idle[job.name], runs_a_month(job.expression))
    return total


def runs_a_month(expression: str) -> int:
    """How often a schedule comes in a month: `rate(5 minutes)`, or a cron of some minutes of some hours."""
    if rate := re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression):
        a_day = {"minute": 24 * 60, "hour": 24, "day": 1}[rate[2]]
        return DAYS * a_day // int(rate[1])
    minutes, hours = expression.removeprefix("cron(").split()[:2]
    return DAYS * _times(minutes, 60) * _times(hours, 24)


def _times(field: str, of: int) -> int:
    if "/" in field:
        first, every = field.split("/")
        return len(range(int(first), of, int(every)))
    return of if field == "*" else len(field.split(","))


def _bill_of_a_month(month: Usage) -> list[Line]:
    alarms, opened = len(_alarms("prod")), len(SCHEDULES) * STARTS_A_DAY * DAYS * SECRETS
    return [
        *_used(month),
        Line("metrics of ours that come all the time", f"{len(month.metrics)}", len(month.metrics) * prices.METRIC_MONTH),
        Line("alarms", f"{alarms}", alarms * prices.ALARM_MONTH),
        Line("secrets opened (KMS)", f"{opened:,}", opened * prices.DECRYPTION),
        Line("queues of dead letters (SQS), nothing in them", "0 requests", 0),
        *(Line(service, what, 0) for service, what in prices.FREE.items()),
    ]


def _thousand(one: Usage) -> list[Line]:
    total = Usage()
    total.add(one, THOUSAND)
    sent = Line("answers to the internet", f"{total.sent_bytes / 1e6:.1f} MB", total.sent_bytes / prices.GIGABYTE * prices.TRANSFER_GB)
    return [Line("API Gateway, requests", f"{total.requests:,.0f}", total.requests * prices.API_REQUEST), *_used(total), sent]


def _used(total: Usage) -> list[Line]:
    """What both bills have."""
    return [
        Line("Lambda, calls", f"{total.invocations:,.0f}", total.invocations * prices.LAMBDA_REQUEST),
        Line("Lambda, GB-seconds", f"{total.gb_seconds:,.0f}", total.gb_seconds * prices.LAMBDA_GB_SECOND),
        Line("DynamoDB, read units", f"{total.read:,.0f}", total.read * prices.READ_UNIT),
        Line("DynamoDB, write units", f"{total.write:,.0f}", total.write * prices.WRITE_UNIT),
        Line("CloudWatch Logs, taken in and kept", f"{total.log_bytes / 1e6:,.1f} MB", _logged(total.log_bytes)),
    ]


def _logged(of_bytes: float) -> float:
    return of_bytes / prices.GIGABYTE * (prices.LOG_GB + prices.LOG_GB_MONTH)
