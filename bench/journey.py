"""A client's whole way, metered step by step: from the form to the mark he gives, with everything that is said to him and of him."""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import app as composition
from bench import desk, usage
from bench.operations import World
from bench.usage import VENDOR_MS, Usage
from chalicelib.core import outbox
from chalicelib.core.settings import settings
from tests.builders import TELEGRAM, Front, press, scheduled, start
from tests.standins.telegram import TelegramStandIn

CLIENT = 7_912_345_678
STEPS = ("opened", "contact", "request", "slots")
TRACKED = "the form is tracked: its opening and four steps"


@dataclass
class Played:
    """What each step used, and what stays in the store."""

    steps: dict[str, Usage] = field(default_factory=dict)
    ticks: Counter[str] = field(default_factory=Counter)
    stored: Counter[str] = field(default_factory=Counter)
    largest: dict[str, int] = field(default_factory=dict)

    @property
    def whole(self) -> Usage:
        """All steps together."""
        total = Usage()
        for step in self.steps.values():
            total.add(step)
        return total


def measure() -> Played:
    """One journey on a desk of its own; Telegram is a stand-in on loopback."""
    with TelegramStandIn() as telegram, desk.opened(9) as world, _spoken_for(telegram):
        before = usage.stored()
        way = _Way(world, telegram)
        way.walk()
        kept = usage.stored()
        kept.subtract(before)
        return Played(way.steps, way.ticks, +kept, {table: max(usage.rows_of(table)) for table in ("messages", "tickets")})


@contextmanager
def _spoken_for(telegram: TelegramStandIn) -> Iterator[None]:
    said = {"TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.api_url}
    os.environ.update(said)
    settings.cache_clear()
    try:
        yield
    finally:
        for name in said:
            del os.environ[name]
        settings.cache_clear()


class _Way:
    """The steps in order; each is one or more requests or ticks, and the effects that they cause."""

    def __init__(self, world: World, telegram: TelegramStandIn) -> None:
        self.world, self.telegram, self.steps = world, telegram, dict[str, Usage]()
        self.ticks = Counter[str]()
        self.moments = world.hours(2)
        self.updates = 0

    def walk(self) -> None:
        """From the form to the mark. What the desk itself was opened with leaves first."""
        outbox.deliver_due(within=timedelta(minutes=10))
        self._ask(TRACKED, self._track)
        self._ask("free slots are listed", lambda front: [front.get("/get-available-slots").ok()])
        form = self.world.form(*self.moments)
        applied = self._ask("the application", lambda front: [front.post("/submit-application", form).ok()])[0]
        self._bot("the link is followed in the bot: booked", start(applied["ticket_id"], CLIENT, update_id=self._next()))
        self._bot("«confirm» is pressed", press(self._action("Подтвердить"), CLIENT, update_id=self._next()))
        begins = self.moments[0]
        self._tick("the reminder's tick, and what it says", "session_reminder", begins - timedelta(hours=1, minutes=58))
        self._tick("the tick after the session, and what it asks", "feedback_reminder", begins + timedelta(hours=2, minutes=3))
        self._bot("the mark is pressed", press(self._action("5"), CLIENT, update_id=self._next()))

    def _track(self, front: Front) -> list[Any]:
        began = front.post("/init-form-tracking", {"ticket_id": "tr-1", "form_type": "main"})
        walked = [front.put("/update-tracking-step", {"ticket_id": "tr-1", "step": step}) for step in STEPS]
        return [answer.ok() for answer in (began, *walked)]

    def _next(self) -> int:
        self.updates += 1
        return self.updates

    def _action(self, label: str) -> str:
        """What the newest button of this name, shown to the client, does."""
        shown = [line for line in reversed(self.telegram.messages(CLIENT)) for row in line.buttons for one in row if label in one[0]]
        return shown[0].action(label)

    def _bot(self, name: str, update: Any) -> None:
        self._ask(name, lambda front: [front.post("/telegram", update, TELEGRAM).ok()])

    def _ask(self, name: str, send: Callable[[Front], list[Any]]) -> list[Any]:
        total, front = self.steps.setdefault(name, Usage()), _MeteredFront(self.world.front)
        answers = send(front)
        for one in front.used:
            total.add(one)
        self._wake(total)
        return answers

    def _tick(self, name: str, tick: str, at: datetime) -> None:
        """A tick and the sweep after it. Both run anyway: what they cost with nothing to do is the idle month's."""
        total = self.steps.setdefault(name, Usage())
        for job in (tick, "sweep"):
            with self._told(usage.of_event()) as used:
                composition.app.handler_map[job](scheduled(at), None)
            total.add(used)
            self.ticks[job] += 1
        self._wake(total)

    def _wake(self, total: Usage) -> None:
        """The stream's Lambda, once for each lane: the worst that can be, as records of one lane come together."""
        for _ in range(9):
            rows = [row for row in outbox.listed(outbox.WAITING, limit=100, start=None).rows if outbox.is_urgent(row.place)]
            if not (lanes := list(dict.fromkeys(row.lane for row in rows if row.due_at <= outbox.horizon()))):
                return
            for lane in lanes:
                with self._told(usage.of_event()) as used:
                    composition.app.handler_map["deliver"](_records([row for row in rows if row.lane == lane]), None)
                total.add(used)
        raise RuntimeError(f"{lanes} do not leave")

    @contextmanager
    def _told(self, metering: Any) -> Iterator[Usage]:
        before = self.telegram.calls
        with metering as used:
            yield used
        used.gb_seconds += (self.telegram.calls - before) * VENDOR_MS / 1000 * usage.MEMORY_GB


class _MeteredFront(Front):
    """The doors, each request metered by itself."""

    def __init__(self, front: Front) -> None:
        super().__init__(front.http)
        self.used: list[Usage] = []

    def call(self, method: str, path: str, *, body: bytes | str = b"", headers: dict[str, str] | None = None) -> Any:
        """One request."""
        with usage.of_request() as used:
            answer = super().call(method, path, body=body, headers=headers)
        used.sent_bytes += len(answer.text.encode()) + sum(len(name) + len(value) for name, value in answer.headers.items())
        self.used.append(used)
        return answer


def _records(rows: list[Any]) -> dict[str, Any]:
    """New rows as the stream tells of them."""
    images = json.loads(json.dumps([row.serialize() for row in rows]))
    source = {"eventName": "INSERT", "eventSource": "aws:dynamodb", "eventSourceARN": "arn:aws:dynamodb:::table/outbox/stream/1"}
    changes = [{"Keys": {name: image[name] for name in ("lane", "effect_id")}, "NewImage": image} for image in images]
    base = {"SequenceNumber": "1", "SizeBytes": 1, "StreamViewType": "NEW_IMAGE", "ApproximateCreationDateTime": 1796115600}
    return {
        "Records": [
            {"eventID": str(number), "awsRegion": "us-east-1", "dynamodb": {**base, **one}, **source} for number, one in enumerate(changes)
        ]
    }
