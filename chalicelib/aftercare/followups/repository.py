"""Reads and writes of follow-ups."""

from collections.abc import Sequence

from chalicelib.aftercare.followups.errors import FollowUpRaced
from chalicelib.aftercare.followups.models import FollowUp
from chalicelib.core import storage


def get(client_id: str, plan: str) -> FollowUp | None:
    """One client's plan, or None."""
    (row,) = storage.read(FollowUp.at(client_id, plan))
    return row


def planned(client_id: str, plans: Sequence[str]) -> list[FollowUp]:
    """A client's plans that still wait: one read."""
    rows = storage.read(*(FollowUp.at(client_id, plan) for plan in plans))
    return [row for row in rows if row is not None and row.state == "planned"]


def save(tx: storage.Transaction, row: FollowUp, standing: FollowUp | None) -> None:
    """Write a plan where none is, or over one that has ended."""
    free = FollowUp.client_id.does_not_exist() if standing is None else FollowUp.planned_at == standing.planned_at
    tx.put(row, condition=free, otherwise=FollowUpRaced())


def end(tx: storage.Transaction, row: FollowUp, state: str) -> None:
    """Write down how a plan ended, once."""
    same = (FollowUp.state == "planned") & (FollowUp.planned_at == row.planned_at)
    tx.update(FollowUp.row(row.client_id, row.plan), [FollowUp.state.set(state)], condition=same, otherwise=FollowUpRaced())
