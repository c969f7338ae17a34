"""What becomes of a lead, decided in one place: whoever opens, moves, scores or removes one adds it to his own transaction.

A lead who was changed since he was read makes the commit raise LeadRaced: read again and decide anew (`storage.again`). `by` is who
does it (`staff#7`, `service`, `system`); `events` is what the client did, by which he is scored, and None leaves his score as it is.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.core import storage
from chalicelib.sales.leads import judging, repository, rules
from chalicelib.sales.leads.errors import LeadRaced
from chalicelib.sales.leads.judging import Judge
from chalicelib.sales.leads.models import Lead
from chalicelib.staff import repository as staff

_DEAL = ("stage", "outcome", "status", "forecast_category")
"""Words of a deal's stage and column, which rules read; everything else is kept as it is said."""


def open_in(
    tx: storage.Transaction,
    *,
    person: Any,
    client_id: str,
    place: str,
    source: str,
    at: datetime,
    by: str,
    events: Sequence[Any] | None,
    before: Lead | None = None,
    source_data: dict[str, Any] | None = None,
    owner: int | None = None,
    said: Mapping[str, Any] | None = None,
    judge: Judge = judging.scored,
) -> Lead:
    """A new lead, or the next deal of who was one (`before`: removed, or his deal is over).

    `person` is his card, `said` what else is known of him. Raises Unclear.
    """
    told = said or {}
    stage = rules.meant({name: told[name] for name in ("stage", "outcome", "status") if told.get(name) is not None})
    deal = rules.begun(stage, at) if before is None else rules.following(before, stage, at)
    new = {"client_id": client_id, "source": source, "source_data": source_data, "assigned_to": owner, **deal, **_own(told, None)}
    if before is None:
        new |= {"first_opened_at": at}
    after = repository.with_said(before, place, new)
    _score(after, person, events if events is not None else (), at, judge)
    _give(tx, after)
    repository.write(tx, before, after, at=at, by=by)
    return after


def change_in(
    tx: storage.Transaction,
    lead: Lead,
    person: Any,
    said: Mapping[str, Any],
    *,
    by: str,
    at: datetime,
    events: Sequence[Any] | None,
    only_forwards: bool = False,
    judge: Judge = judging.scored,
) -> Lead:
    """The lead as he is then: fields as they are said (None clears), his deal by its rules. Nothing is written where nothing differs.

    Where the clock or an event moves him (`only_forwards`), what is not further than he is changes nothing but his score. Who is
    opened again keeps nothing of the deal before but who he is. Raises Unclear.
    """
    stage = rules.target(lead, said)
    if only_forwards and not rules.is_ahead(stage, lead.stage):
        stage, said = lead.stage, {}
    deal: dict[str, Any] = {}
    if rules.reopens(lead, stage):
        deal = rules.following(lead, stage, at)
    elif stage != lead.stage:
        deal = rules.moved(lead, stage, at)
    new = {**deal, **_own(said, lead.forecast_category)}
    after = repository.with_said(lead, lead.place, new)
    if events is not None:
        _score(after, person, events, at, judge)
    if any(getattr(after, name) != getattr(lead, name) for name in {*new, *rules.SCORED} - {"scored_at"}):
        if after.assigned_to != lead.assigned_to:
            _give(tx, after)
        repository.write(tx, lead, after, at=at, by=by)
    return after


def _give(tx: storage.Transaction, lead: Lead) -> None:
    """Have him be somebody's who is there: who was deleted since he was read would keep him, for what was his is handed over once."""
    if lead.assigned_to:
        staff.hold(tx, int(lead.assigned_to), LeadRaced())


def note_contact_in(tx: storage.Transaction, lead: Lead, person: Any, *, by: str, at: datetime) -> Lead:
    """One of ours spoke to him: the first time is our answer."""
    last = max(at, lead.last_contacted) if lead.last_contacted else at
    said = {"last_contacted": last, "first_response_at": lead.first_response_at or at, "contacts": int(lead.contacts) + 1}
    return change_in(tx, lead, person, said, by=by, at=at, events=None)


def remove_in(tx: storage.Transaction, lead: Lead, *, by: str, at: datetime) -> Lead:
    """He leaves lists and figures; the person stays, with all that he booked."""
    after = repository.with_said(lead, lead.place, {"removed_at": at})
    repository.write(tx, lead, after, at=at, by=by)
    return after


def move_in(
    tx: storage.Transaction,
    lead: Lead,
    before: Lead | None,
    *,
    person: Any,
    client_id: str,
    place: str,
    by: str,
    at: datetime,
    events: Sequence[Any] | None,
    judge: Judge = judging.scored,
) -> Lead:
    """The lead as another client's, who turned out to be the same person and has none; `before` is what he had, and was removed.

    The one whom it is taken from is removed by whoever asks.
    """
    new = {**lead.attribute_values, "client_id": client_id}
    if before is not None:  # a deal that comes after all that he had
        new |= {"deal_no": int(before.deal_no) + int(lead.deal_no), "deals_won": int(before.deals_won) + int(lead.deals_won)}
    after = repository.with_said(before, place, {**new, "removed_at": None})
    _score(after, person, events if events is not None else (), at, judge)
    repository.write(tx, before, after, at=at, by=by)
    return after


def _own(said: Mapping[str, Any], column: str | None) -> dict[str, Any]:
    """What is said beside the stage. A column of the forecast that is said as it stands is nobody's word."""
    own = {name: value for name, value in said.items() if name not in _DEAL}
    return own | ({"category_by_hand": said["forecast_category"]} if said.get("forecast_category", column) != column else {})


def _score(after: Lead, person: Any, events: Sequence[Any], at: datetime, judge: Judge) -> None:
    after.attribute_values.update(judge(after, person, events, at))
