"""Sales whose deals are told by the log, and the doors of forecasts."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.analytics.counts import service as counting
from chalicelib.core import clock, facts, storage
from chalicelib.core.facts import followers
from chalicelib.core.facts.followers import Follower
from chalicelib.core.settings import settings
from chalicelib.sales.forecasts.models import Period
from chalicelib.sales.leads.facts import LeadChanged, LeadOpened
from tests.builders import SERVICE, Answer
from tests.integration.staff.conftest import JWT_SECRET, House

FORECASTS = "/api/v1/forecasts"
NOON = datetime(2026, 11, 10, 9, tzinfo=UTC)
"""Noon of the tenth of November, in Moscow."""

FIRST_OF_OCTOBER = datetime(2026, 10, 1, 9, tzinfo=UTC)


@dataclass
class Desk:
    """The doors of forecasts, asked by the service key or by somebody who is signed in."""

    front: Any
    house: House

    def of(self, who: str | None) -> dict[str, str]:
        return self.house.of(who) if who else SERVICE

    def generate(self, who: str | None = None, key: str | None = None, **said: Any) -> Answer:
        headers = {**self.of(who), **({"Idempotency-Key": key} if key else {})}
        return self.front.post(f"{FORECASTS}/generate", {"period_type": "monthly"} | said, headers)

    def write(self, who: str | None = None, key: str | None = None, **said: Any) -> Answer:
        headers = {**self.of(who), **({"Idempotency-Key": key} if key else {})}
        return self.front.post(FORECASTS, BY_HAND | said, headers)

    def get(self, number: int | str, who: str | None = None) -> Answer:
        return self.front.get(f"{FORECASTS}/{number}", self.of(who))

    def put(self, number: int | str, who: str | None = None, **said: Any) -> Answer:
        return self.front.put(f"{FORECASTS}/{number}", said, self.of(who))

    def found(self, who: str | None = None, **query: Any) -> list[int]:
        answer = self.front.get(FORECASTS, self.of(who), **query).ok()
        return [one["id"] for one in answer["items"]]


BY_HAND = {"period_type": "monthly", "period_start": "2026-11-01", "period_end": "2026-11-30", "predicted_revenue": 1000}


@pytest.fixture(autouse=True)
def staff_sign_in(monkeypatch, settings_as_they_stand):
    monkeypatch.setenv("JWT_SECRET", JWT_SECRET)
    settings.cache_clear()
    with clock.pinned(NOON):
        yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def desk(front):
    return Desk(front, House(front))


def deal(number: int, owner: int | None, stage: str, column: str, roubles: float | None, close: str | None, **said: Any) -> dict[str, Any]:
    """An open deal, told by the fact of its opening; how it stands."""
    worth = None if roubles is None else round(roubles * 100)
    now = {"source": "call", "furthest": stage, "opened_at": FIRST_OF_OCTOBER.isoformat(), "stage": stage, "column": column, **said}
    now |= {name: value for name, value in (("owner", owner), ("worth", worth), ("expected", close)) if value is not None}
    _tell(LeadOpened, number, now, now=now)
    return now


def won(number: int, was: dict[str, Any], roubles: float, day: str) -> None:
    """The deal is won."""
    gone = ("stage", "column", "worth", "expected")
    now = {name: value for name, value in was.items() if name not in gone}
    now |= {
        "outcome": "won",
        "furthest": "won",
        "completed": True,
        "closed": day,
        "amount": round(roubles * 100),
        "stays": {was["stage"]: 24},
    }
    _tell(LeadChanged, number, was, was=was, now=now)


def _tell(kind: Any, number: int, stood: dict[str, Any], **said: Any) -> None:
    at = datetime.fromisoformat(stood["opened_at"])
    tx = storage.Transaction()
    facts.record(tx, kind(subject=f"client-{number}", contour="live", ref=str(number), day_at=at, deal=1, **said))
    tx.commit()


def counted_until(moment: datetime) -> None:
    """What was told is counted, and the follower of counts says that it has read everything until then, whenever that is."""
    followers.read_on(counting.NAME)
    Follower.row(counting.NAME).update(actions=[Follower.as_of.set(moment)])


def period(kind: str, start: str, came: int, foreseen: int | None = None, around: int = 0, owner: Any = "all", **said: Any) -> None:
    """A period that is over: what came, and what its first day said, in roubles."""
    row = Period(whose=f"{kind}#{owner}", starts=start)
    row.came = {"revenue": came * 100, "deals": 1, "leads": 1, "new_revenue": 0, "new_deals": 0} | said
    if foreseen is not None:
        row.foreseen_on = start
        row.foreseen = {
            "revenue": foreseen * 100,
            "low": (foreseen - around) * 100,
            "high": (foreseen + around) * 100,
            "spread": around * 78.0,
        }
    row.save()
