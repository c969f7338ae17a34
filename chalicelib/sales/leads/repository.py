"""Reads and writes of leads: each change is one transaction with a person's row, the past and the log."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from pynamodb.expressions.operand import Path

from chalicelib.clients.index import repository as people
from chalicelib.clients.index.rules import contour
from chalicelib.core import facts as days
from chalicelib.core import places, storage
from chalicelib.sales.leads import facts, rules
from chalicelib.sales.leads.errors import LeadRaced
from chalicelib.sales.leads.models import Lead, Past


def with_said(lead: Lead | None, place: str, said: Mapping[str, Any]) -> Lead:
    """The lead as he will be."""
    after = Lead(place=place)
    after.attribute_values.update({**(lead.attribute_values if lead is not None else {}), **said, "place": place})
    return after


def write(tx: storage.Transaction, before: Lead | None, after: Lead, *, at: datetime, by: str) -> None:
    """Have a lead be as `after` says, if he is still as `before` was read; the commit raises LeadRaced otherwise.

    With him his person's row, his past and the log. His deal's status is his stage's, and where he is listed follows from him.
    """
    _finish(before, after, at)
    if before is None:
        tx.create(after, otherwise=LeadRaced())
    else:
        tx.update(Lead.row(after.place), _actions(before, after), condition=Lead.revision == before.revision, otherwise=LeadRaced())
    _mirror(tx, before, after)
    for row in _past(before, after, at, by):
        tx.put(row)
    _tell(tx, before, after)


def same(tx: storage.Transaction, place: str, seen: Lead | None) -> None:
    """Write what rests on a lead only while he is as he was seen, or is none; the commit raises LeadRaced otherwise."""
    as_seen = Lead.place.does_not_exist() if seen is None else Lead.revision == seen.revision
    tx.check(Lead.row(place), as_seen, otherwise=LeadRaced())


def _finish(before: Lead | None, after: Lead, at: datetime) -> None:
    """What follows from the rest of him."""
    after.status, after.outcome = rules.STAGES[after.stage].status, rules.outcome(after.stage)
    after.forecast_category = rules.category(after.stage, after.category_by_hand)
    differs = _differing(before, after) if before is not None else {"place"}
    if differs - {*rules.SCORED}:
        after.updated_at = at
    after.version = int(before.version) + bool(differs - rules.BESIDE_THE_FORM) if before is not None else 1
    after.revision = int(before.revision) + 1 if before is not None else 1
    for name, where in rules.indexed(after, contour(after.place)).items():
        setattr(after, name, where)


def _differing(before: Lead, after: Lead) -> set[str]:
    names = before.attribute_values.keys() | after.attribute_values.keys()
    return {name for name in names if getattr(before, name) != getattr(after, name)}


def _actions(before: Lead, after: Lead) -> list[Any]:
    attributes = Lead.get_attributes()
    values = {name: getattr(after, name) for name in sorted(_differing(before, after))}
    return [attributes[name].remove() if value is None else attributes[name].set(value) for name, value in values.items()]


def _mirror(tx: storage.Transaction, before: Lead | None, after: Lead) -> None:
    was = _shown(before)
    actions = [_told(name, value) for name, value in _shown(after).items() if value != was[name]]
    if actions:
        people.note_in(tx, after.place, actions)


def _shown(lead: Lead | None) -> dict[str, str | None]:
    return rules.mirrored(lead, days.day_of(lead.opened_at) if lead is not None else "")


def _told(name: str, value: str | None) -> Any:
    return Path([name]).remove() if value is None else Path([name]).set(value)


def behind(lead: Lead | None, said: Mapping[str, Any]) -> list[Any]:
    """What a person's row must be told that says this, so that it says what his lead does."""
    return [_told(name, value) for name, value in _shown(lead).items() if value != said.get(name)]


def _past(before: Lead | None, after: Lead, at: datetime, by: str) -> Iterator[Past]:
    """What is kept of how he was: the score that he has now, the stage and the owner that he had, a deal that another follows."""
    if before is not None and before.deal_no != after.deal_no:
        yield _deal(before, at, by)
    elif before is not None and before.stage != after.stage:
        yield _entry(after, "stage", {"was": before.stage, "now": after.stage, "deal": int(after.deal_no)}, at, by)
    if before is not None and before.assigned_to != after.assigned_to:
        yield _entry(after, "owner", {"was": before.assigned_to, "now": after.assigned_to}, at, by)
    known = (before.score, before.score_category) if before is not None else (None, "unknown")
    if (after.score, after.score_category) != known:
        said = {"score": after.score, "score_category": after.score_category, "detail": after.detail, "deal": int(after.deal_no)}
        yield _entry(after, "score", said, at, by)


def _entry(lead: Lead, kind: str, said: dict[str, Any], at: datetime, by: str) -> Past:
    """One thing of his past; two of one moment are told apart by his revision."""
    entry = f"{kind}#{places.of_both(at, int(lead.revision))}"
    return Past(place=lead.place, entry=entry, noted_at=at, by=by, said=said)


def _deal(lead: Lead, at: datetime, by: str) -> Past:
    """A deal that is over, as figures know it; one whose lead was removed is in none."""
    listed = contour(lead.place) if rules.stands(lead) else None
    entry = f"deal#{int(lead.deal_no):04d}"
    past = Past(place=lead.place, entry=entry, noted_at=at, by=by, said=facts.standing(lead), listed_in=listed)
    past.opened_at, past.closed_at = lead.opened_at, lead.closed_at
    return past


def _tell(tx: storage.Transaction, before: Lead | None, after: Lead) -> None:
    if not rules.stands(after):
        facts.removed(tx, before if before is not None else after)
    elif before is None or before.deal_no != after.deal_no:
        facts.opened(tx, after)
    else:
        differs = _differing(before, after)
        facts.changed(tx, before, after, ", ".join(name for name in rules.TOLD if name in differs) or None)
