"""How fast messages leave: the outbox's deliveries over an in-process store and a stand-in Bot API on loopback."""

import os
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from bench import desk
from bench.operations import World
from bench.wire import recorded
from chalicelib.core import outbox
from chalicelib.core.settings import settings
from chalicelib.messaging import service as messaging
from tests.builders import TELEGRAM, start
from tests.standins.telegram import TelegramStandIn

PEOPLE = 60
MESSAGES = 2
"""Each person's messages leave in order, so a lane holds this many."""


@dataclass(frozen=True)
class Deliveries:
    """Messages a second, CPU of one, and its AWS calls by name."""

    count: int
    per_second: float
    cpu_ms: float
    calls: dict[str, float]

    @property
    def calls_each(self) -> float:
        """AWS calls of one delivery."""
        return sum(self.calls.values())


def measure() -> Deliveries:
    """Have many people greet the bot, then deliver what it says to them."""
    with TelegramStandIn() as telegram, desk.opened() as world:
        os.environ.update(TELEGRAM_BOT_TOKEN=telegram.token, TELEGRAM_API_URL=telegram.api_url)
        settings.cache_clear()
        _greet(world)
        rows, _ = outbox.listed(outbox.WAITING, messaging.EFFECT, limit=PEOPLE * MESSAGES * 2, start=None)
        lanes = [lane for lane in dict.fromkeys(row.lane for row in rows) if lane.startswith("client#")]
        with recorded() as recorder:
            began, spent = time.perf_counter(), time.process_time()
            count = outbox.deliver_lanes(lanes, within=timedelta(minutes=10))
            took, spent = time.perf_counter() - began, time.process_time() - spent
    if count != len(telegram.sent) or count != PEOPLE * MESSAGES:
        raise RuntimeError(f"{count} delivered, {len(telegram.sent)} arrived")
    calls = {name: number / count for name, number in Counter(recorder.operations).items()}
    return Deliveries(count, count / took, spent / count * 1000, calls)


def _greet(world: World) -> None:
    for person in range(PEOPLE):
        for time_ in range(MESSAGES):
            update = start("", 7_300_000_000 + person, update_id=person * MESSAGES + time_ + 1, username=None)
            world.front.post("/telegram", update, TELEGRAM).ok()
