"""Surveys: kept by the back office, shown to anybody while they are not archived."""

from contextlib import suppress
from typing import Any

from chalicelib.core import pagination, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.schemas import utc_text
from chalicelib.core.sender import Sender
from chalicelib.intake.surveys import facts, repository, rules
from chalicelib.intake.surveys.errors import NotShown, SurveyNotFound
from chalicelib.intake.surveys.models import Survey
from chalicelib.intake.surveys.schemas import (
    Filled,
    SurveyAnswer,
    SurveyBody,
    SurveyCard,
    SurveyRow,
    SurveysAnswer,
    SurveysQuery,
)
from chalicelib.intake.tracking import service as tracking
from chalicelib.staff.members import Member

EXPECTED = "expected small Latin letters, digits, - and _, 100 at most"


def shown(slug: str) -> SurveyBody:
    """A survey as the site reads it. Raises SurveyNotFound, also for an archived one."""
    row = repository.get(slug)
    if row.archived_at:
        raise SurveyNotFound
    return SurveyBody.model_validate(row.body)


def filled(slug: str, sender: Sender) -> Filled:
    """Whether this visitor has told the tracker that he came to the survey's end. Raises SurveyNotFound as `shown` does.

    He is known by the mark of his address and browser, as the gateway saw them: nothing that he says of himself counts.
    """
    visitor = sender.visitor or ""
    survey, track = storage.read(repository.key(slug), tracking.finished_key(slug, visitor))
    if survey is None or survey.archived_at:
        raise SurveyNotFound
    return Filled(is_filled=bool(visitor) and tracking.is_finished(track, visitor))


def put(slug: str, body: SurveyBody, member: Member) -> SurveyAnswer:
    """Make or replace a survey. Raises Invalid that names each wrong place."""
    wrong = [{"loc": ["body", *loc], "msg": msg, "type": "value_error"} for loc, msg in rules.findings(body)]
    if not rules.is_slug(slug):
        wrong.append({"loc": ["path", "slug"], "msg": EXPECTED, "type": "value_error"})
    if wrong:
        raise Invalid(wrong)
    body.results.sort(key=lambda result: result.least)
    tx = storage.Transaction()
    repository.put(tx, slug, title=body.title, body=body.model_dump(mode="json", by_alias=True), by=member.actor)
    facts.saved(tx, slug)
    tx.commit()
    return card(slug)


def card(slug: str) -> SurveyAnswer:
    """A survey with who changed it and when, archived or not. Raises SurveyNotFound."""
    row = repository.get(slug)
    return SurveyAnswer(survey=SurveyCard(**_row(row), survey=SurveyBody.model_validate(row.body)))


def listed(query: SurveysQuery) -> SurveysAnswer:
    """Surveys by their slugs, archived ones too."""
    page = repository.page(query.limit, _start(query.cursor))
    return SurveysAnswer(surveys=[SurveyRow(**_row(row)) for row in page.rows], next_cursor=pagination.encode(page.next_key))


def _start(cursor: str | None) -> dict[str, Any] | None:
    """Where a page begins. Raises Invalid for a cursor that leads out of the surveys: the store would refuse it."""
    start = pagination.decode(cursor, "house", "slug")
    if start and start["house"] != {"S": repository.HOUSE}:
        raise pagination.refused()
    return start


def archive(slug: str, member: Member) -> SurveyAnswer:
    """Have the site show a survey no more; a repeat changes nothing. Raises SurveyNotFound."""
    tx = storage.Transaction()
    repository.archive(tx, slug, by=member.actor)
    facts.archived(tx, slug)
    with suppress(NotShown):  # archived before, or none: the card says which
        tx.commit()
    return card(slug)


def _row(row: Survey) -> dict[str, Any]:
    times = {"created_at": utc_text(row.created_at), "updated_at": utc_text(row.updated_at)}
    gone = utc_text(row.archived_at) if row.archived_at else None
    return {"slug": row.slug, "title": row.title, "version": int(row.version), "by": row.by, **times, "archived_at": gone}
