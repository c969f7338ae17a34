"""What delivery says of recordings beside its own transaction."""

from collections.abc import Mapping
from typing import Any

from chalicelib.core import storage
from chalicelib.sales.calls.models import SalesCall


def kept(row: SalesCall, said: Mapping[str, Any]) -> bool:
    """Have a call say where and how its recording is kept; False where another one is awaited meanwhile."""
    same = SalesCall.recording_at == row.recording_at if row.recording_at else SalesCall.recording_at.does_not_exist()
    return storage.change(SalesCall.row(row.place), _set(said), condition=same)


def runs(row: SalesCall) -> bool:
    """Have a call say that its recording is being heard; False where that is not asked any more."""
    same = (SalesCall.attempt == row.attempt) & (SalesCall.transcript_state == "queued")
    return storage.change(SalesCall.row(row.place), [SalesCall.transcript_state.set("running")], condition=same)


def ended(tx: storage.Transaction, row: SalesCall, said: Mapping[str, Any]) -> None:
    """Have a call say how its hearing ended, while it is the same one; the commit raises ConditionFailed otherwise."""
    same = (SalesCall.attempt == row.attempt) & SalesCall.transcript_state.is_in("queued", "running")
    tx.update(SalesCall.row(row.place), _set(said), condition=same)


def _set(said: Mapping[str, Any]) -> list[Any]:
    return [getattr(SalesCall, name).remove() if value is None else getattr(SalesCall, name).set(value) for name, value in said.items()]
