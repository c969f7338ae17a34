"""Reads and writes of surveys."""

from typing import Any

from chalicelib.core import clock, storage
from chalicelib.intake.surveys.errors import NotShown, SurveyNotFound
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


def put(tx: storage.Transaction, slug: str, *, title: str, body: dict[str, Any], by: str) -> None:
    """Make a survey, or put a new one in its place, archived or not: the last word counts."""
    at = clock.wall()
    said = [Survey.title.set(title), Survey.body.set(body), Survey.by.set(by), Survey.updated_at.set(at), Survey.archived_at.remove()]
    tx.put_or_update(Survey(HOUSE, slug), [*said, Survey.created_at.set(Survey.created_at | at), Survey.version.add(1)])


def archive(tx: storage.Transaction, slug: str, *, by: str) -> None:
    """Have the site show a survey no more; the commit raises NotShown where one that is shown does not stand."""
    at = clock.wall()
    actions = [Survey.archived_at.set(at), Survey.updated_at.set(at), Survey.by.set(by), Survey.version.add(1)]
    shown = Survey.slug.exists() & Survey.archived_at.does_not_exist()
    tx.update(Survey(HOUSE, slug), actions, condition=shown, otherwise=NotShown())
