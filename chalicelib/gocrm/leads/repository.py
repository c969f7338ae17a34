"""Reads and writes of leads."""

from collections.abc import Mapping
from typing import Any

from chalicelib.core import storage
from chalicelib.gocrm.leads.errors import LeadNotRefused
from chalicelib.gocrm.leads.models import LeadRow


def at(lead_id: str) -> LeadRow | None:
    """A lead by its id."""
    row: LeadRow | None = storage.read(LeadRow.at(lead_id))[0]
    return row


def of(state: str, *, limit: int, start: dict[str, Any] | None) -> storage.Page:
    """Leads of a state, the newest first: the index names them, the rows themselves are read as they stand."""
    page = storage.query(LeadRow.of_state, state, newest_first=True, limit=limit, start=start)
    return storage.Page([row for row in storage.whole(page.rows) if row.state == state], page.next_key)


def sent(tx: storage.Transaction, row: LeadRow, remote_id: str | None, at: Any) -> None:
    """Go-CRM has it."""
    told = [LeadRow.remote_id.set(remote_id)] if remote_id else []
    tx.update(row, [LeadRow.state.set("sent"), LeadRow.sent_at.set(at), LeadRow.reason.remove(), LeadRow.fields.remove(), *told])


def refused(tx: storage.Transaction, row: LeadRow, reason: str, fields: Mapping[str, str]) -> None:
    """Go-CRM will not have it as it is."""
    objections = LeadRow.fields.set(dict(fields)) if fields else LeadRow.fields.remove()
    tx.update(row, [LeadRow.state.set("refused"), LeadRow.reason.set(reason[:500]), objections])


def moved(tx: storage.Transaction, row: LeadRow, effect_id: str) -> None:
    """Another outbox row sends it from now on."""
    tx.update(row, [LeadRow.effect_id.set(effect_id)], condition=LeadRow.effect_id == row.effect_id)


def again(tx: storage.Transaction, row: LeadRow, said: Mapping[str, Any], effect_id: str) -> None:
    """A refused lead waits again; the commit raises LeadNotRefused where somebody was faster."""
    actions = [LeadRow.state.set("waiting"), LeadRow.said.set(dict(said)), LeadRow.effect_id.set(effect_id)]
    actions += [LeadRow.reason.remove(), LeadRow.fields.remove()]
    seen = (LeadRow.state == "refused") & (LeadRow.effect_id == row.effect_id)
    tx.update(row, actions, condition=seen, otherwise=LeadNotRefused())
