"""Reads and writes of surveys."""

from typing import Any

from chalicelib.core import clock, storage
from chalicelib.intake.surveys.errors import SurveyNotFound
from chalicelib.intake.surveys.models import Survey

HOUSE = "surveys"
SHOWN = ("house", "slug", "title", "version", "by", "created_at", "updated_at", "archived_at")
"""What a list tells of each: all but what it asks."""


def key(slug: str) -> storage.Key:
    """Where a survey stands."""
    return Survey.at(HOUSE, slug)


def get(slug: str) -> Survey:
    """One survey, archived or not. Raises SurveyNotFound."""
    (row,) = storage.read(key(slug))
    if row is None:
        raise SurveyNotFound
    return row


def page(limit: int, start: dict[str, Any] | None) -> storage.Page:
    """Surveys by their slugs, without what they ask."""
    return storage.query(Survey, HOUSE, limit=limit, start=start, only=SHOWN)


def put(slug: str, *, title: str, body: dict[str, Any], by: str) -> None:
    """Make a survey, or put a new one in its place, archived or not: the last word counts."""
    at, tx = clock.wall(), storage.Transaction()
    said = [Survey.title.set(title), Survey.body.set(body), Survey.by.set(by), Survey.updated_at.set(at), Survey.archived_at.remove()]
    tx.put_or_update(Survey(HOUSE, slug), [*said, Survey.created_at.set(Survey.created_at | at), Survey.version.add(1)])
    tx.commit()


def archive(slug: str, *, by: str) -> None:
    """Have the site show a survey no more; one that is archived stays as it is. Raises SurveyNotFound."""
    at = clock.wall()
    actions = [Survey.archived_at.set(at), Survey.updated_at.set(at), Survey.by.set(by), Survey.version.add(1)]
    if not storage.change(Survey(HOUSE, slug), actions, condition=Survey.archived_at.does_not_exist()):
        get(slug)
