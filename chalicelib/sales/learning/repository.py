"""What is learned from, and the model."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core import facts, storage
from chalicelib.sales.leads.models import Lead, Past
from chalicelib.sales.learning.rules import Example
from chalicelib.sales.scoring import learned
from chalicelib.sales.scoring.models import Learned

LIVE, EXAMPLES = "live", "examples"
TICK = timedelta(microseconds=1)


def opened_on(day: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The deals of a day: whose (a lead's place), and what is learned of each."""
    first, after = facts.bounds(day, day)
    for index, at in ((Lead.by_opened, Lead.opened_at), (Past.by_opened, Past.opened_at)):
        named = storage.query(index, LIVE, between=at.between(first, after - TICK)).rows
        for row in storage.whole(named):
            if row.listed_in == LIVE and first <= row.opened_at < after:
                yield str(row.place), _deal(row)


def _deal(row: Any) -> dict[str, Any]:
    """A deal as its lead's row says it, or as an earlier one is kept."""
    said: dict[str, Any] = {"outcome": row.outcome, "owner": row.assigned_to} if isinstance(row, Lead) else row.said
    times = {"opened": row.opened_at, "closed": row.closed_at}
    return {**times, "outcome": said.get("outcome"), "owner": int(said.get("owner") or 0)}


def scores(place: str) -> list[tuple[datetime, Mapping[str, Any]]]:
    """The scores that were kept of a lead, each with its moment and its reasons."""
    rows = storage.query(Past, place, between=Past.entry.startswith("score#")).rows
    return [(row.noted_at, row.said["detail"]) for row in rows if row.said.get("detail")]


def keep(day: str, examples: Sequence[Example], not_judged: int) -> None:
    """Keep what a day teaches; written again it is the same."""
    tx = storage.Transaction()
    said = [[one.owner, list(one.reasons), one.won] for one in examples]
    tx.put(Learned(kind=EXAMPLES, day=day, said={"examples": said, "not_judged": not_judged}))
    tx.commit()


def days(first: str, last: str) -> list[str]:
    """The days from one to another of which that is kept."""
    between = Learned.day.between(first, last)
    return [row.day for row in storage.query(Learned, EXAMPLES, between=between, only=["kind", "day"]).rows]


def examples(first: str, last: str) -> tuple[list[Example], int]:
    """What the days from one to another teach, and how many deals were judged by no score."""
    rows = storage.query(Learned, EXAMPLES, between=Learned.day.between(first, last), consistent=True).rows
    found = [Example(row.day, owner, tuple(reasons), won) for row in rows for owner, reasons, won in row.said["examples"]]
    return found, sum(int(row.said["not_judged"]) for row in rows)


def write(said: Mapping[str, Any]) -> None:
    """Have the model be this."""
    tx = storage.Transaction()
    tx.put(Learned(kind=learned.MODEL, day=learned.NOW, said=dict(said)))
    tx.commit()


def model() -> Mapping[str, Any] | None:
    """The model as it stands; None before the first night."""
    row: Learned | None = storage.read(learned.key())[0]
    return row.said if row is not None else None
