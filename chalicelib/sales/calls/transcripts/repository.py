"""Reads and writes of transcripts."""

from typing import Any

from chalicelib.core import outbox, storage
from chalicelib.sales.calls.errors import CallRaced
from chalicelib.sales.calls.transcripts.models import Transcript

ANALYSIS = "call_analysis"


def key(place: str) -> storage.Key:
    """Where a call's transcript stands."""
    return Transcript.at(place)


def lane(number: int) -> str:
    """In which order what is done about a call leaves."""
    return f"call#{number}"


def put(tx: storage.Transaction, row: Transcript, before: Transcript | None, number: int) -> None:
    """Have a call have this transcript, if the one before still stands, and have it looked at; the commit raises CallRaced otherwise."""
    same = Transcript.place.does_not_exist() if before is None else Transcript.stamp == before.stamp
    tx.put(row, condition=same, otherwise=CallRaced())
    outbox.send(tx, ANALYSIS, {"place": row.place, "stamp": row.stamp}, lane=lane(number))


def analysed(tx: storage.Transaction, row: Transcript, analysis: dict[str, Any]) -> None:
    """Keep what was made of a transcript, while it stands; the commit raises ConditionFailed otherwise."""
    tx.update(Transcript.row(row.place), [Transcript.analysis.set(analysis)], condition=Transcript.stamp == row.stamp)
