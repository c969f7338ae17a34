"""Trackers: steps come in any order and repeat; all are kept with their first moment, the furthest is shown."""

import json
from datetime import date, datetime, timedelta
from typing import Any

from pydantic_core import to_json

from chalicelib.core import clock, facts, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.sender import Sender
from chalicelib.core.settings import settings
from chalicelib.intake.tracking import repository, rules
from chalicelib.intake.tracking.errors import TrackRaced
from chalicelib.intake.tracking.models import Track
from chalicelib.intake.tracking.schemas import (
    Funnel,
    FunnelQuery,
    FunnelStep,
    TrackAnalytics,
    TrackAnswer,
    Tracked,
    TrackStage,
    TrackStart,
    TrackStep,
)

MOST_STEPS = 200
"""How many different steps one form may have; more is not a form."""

MOST_ANSWERS, MOST_SAID = 500, 256 * 1024
"""How many fields are kept of one form, and how many bytes of them before they are packed."""

MOST_WALKED = 64 * 1024
"""Bytes that the steps of one form may have."""

UNKNOWN = "?"
"""The form of a tracker whose start has not come yet."""

LONGEST = timedelta(days=366)


def begin(body: TrackStart, *, sender: Sender, contour: str = "live") -> Tracked:
    """Start a tracker; a start that comes late or twice finds what is there."""
    return _note(body.ticket_id, body.step or rules.START, sender.visitor, form_type=body.form_type, contour=contour)


def step(body: TrackStep, *, sender: Sender, contour: str = "live") -> Tracked:
    """Note a step; one whose start has not come yet begins the tracker."""
    return _note(body.ticket_id, body.step, sender.visitor, contour=contour)


def analytics(body: TrackAnalytics, *, sender: Sender) -> Tracked:
    """Keep what the form said before the slots were shown."""
    return _note(body.ticket_id, None, sender.visitor, form_type=body.form_type, answers=body.answers)


def answer(body: TrackAnswer, *, sender: Sender) -> Tracked:
    """Keep one answer; the last word to a question counts."""
    return _note(body.ticket_id, None, sender.visitor, answers=body.answers)


def stage(body: TrackStage, *, sender: Sender) -> Tracked:
    """Keep how far a form is; one that says no number is its visitor's own."""
    number = body.number or (repository.numberless(body.formName, sender.visitor) if body.formName and sender.visitor else None)
    return _note(number, body.stage, sender.visitor, form_type=body.formName, answers=body.answers)


def finished_key(form: str, visitor: str) -> storage.Key:
    """Where a visitor's own tracker of a form stands that has no number."""
    return repository.own(form, visitor)


def is_finished(track: Track | None, visitor: str) -> bool:
    """Whether this very visitor has come to the form's end: what somebody else wrote under his name is not his."""
    return track is not None and track.visitor == visitor and rules.is_finished(track.steps)


@storage.again(TrackRaced)
def _note(
    ticket_id: str | None,
    step: str | None,
    visitor: str | None,
    *,
    form_type: str | None = None,
    answers: dict[str, Any] | None = None,
    contour: str = "live",
) -> Tracked:
    if not ticket_id or not (step or answers):
        repository.count_anonymous(_named(_today().isoformat(), contour))
        return Tracked(step=None)
    ticket_id, form_type = _named(ticket_id, contour), form_type and _named(form_type, contour)
    at, mine = clock.now(), f"{ticket_id}~{visitor}"
    old, own = repository.both(ticket_id, mine)
    if old is not None and visitor and old.visitor not in (None, visitor):  # a number can be guessed: his is a tracker of his own
        ticket_id, form_type, old = mine, form_type or old.form_type, own
    row = old or Track(track_id=ticket_id, form_type=UNKNOWN, started_at=at, steps={}, visitor=visitor, version=0)
    changed = _tell(row, step, form_type, answers, at)
    if changed:
        version = int(row.version) if old else None
        row.updated_at, row.version = at, row.version + 1
        repository.save(row, version)
    return Tracked(step=rules.furthest(row.steps, rules.order(row.form_type, [row.steps])))


def _named(text: str, contour: str) -> str:
    """A name as the contour writes it: what is tried out stands in no funnel."""
    return text if contour == "live" else f"{contour}:{text}"


def _tell(row: Track, step: str | None, form_type: str | None, answers: dict[str, Any] | None, at: datetime) -> bool:
    """Write what is new into a tracker; False when nothing is."""
    before = (dict(row.steps), row.form_type, row.analytics)
    if step and step not in row.steps and len(row.steps) < MOST_STEPS:
        walked = {**row.steps, step: at.isoformat()}
        row.steps = walked if len(json.dumps(walked)) <= MOST_WALKED else row.steps
    if form_type and row.form_type == UNKNOWN:
        row.form_type = form_type
    if answers:
        row.analytics = _merged(row.analytics or {}, answers)
    return before != (row.steps, row.form_type, row.analytics)


def _merged(before: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    """What was said before and now; only the last word of a form that says more than a form can, and nothing that no row holds."""
    merged = {**before, **answers}
    fits = (said for said in (merged, answers) if len(said) <= MOST_ANSWERS and len(to_json(said)) <= MOST_SAID)
    return next(fits, before)


def funnel(query: FunnelQuery) -> Funnel:
    """How many forms begun in a period reached each step, and where they left."""
    last = _day(query.date_to, "date_to") if query.date_to else _today()
    first = _day(query.date_from, "date_from") if query.date_from else last - timedelta(days=30)
    if not timedelta() <= last - first <= LONGEST:
        raise Invalid.field("query", "date_from", msg="expected a period of at most 366 days that ends after it begins", kind="period")
    begins, over = facts.bounds(first, last)
    ways = [row.steps for row in repository.of_form(query.form_type, begins, over - timedelta(microseconds=1))]
    steps = [
        FunnelStep(step=name, reached=reached, left=left) for name, reached, left in rules.funnel(ways, rules.order(query.form_type, ways))
    ]
    days = [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]
    return Funnel(
        form_type=query.form_type,
        date_from=first.isoformat(),
        date_to=last.isoformat(),
        started=len(ways),
        finished=sum(rules.is_finished(way) for way in ways),
        steps=steps,
        anonymous=repository.anonymous(days),
    )


def _today() -> date:
    return clock.now().astimezone(settings().zone).date()


def _day(text: str, field: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise Invalid.field("query", field, msg="expected YYYY-MM-DD", kind="date") from error
    if not 2000 <= found.year <= 2999:
        raise Invalid.field("query", field, msg="expected a year from 2000 on", kind="date")
    return found
