"""What the log says of surveys."""

from chalicelib.core import facts, storage
from chalicelib.core.facts import NOBODY, Fact


class SurveySaved(Fact):
    """A survey was made, or another put in its place; `ref` is its slug."""


class SurveyArchived(Fact):
    """The site shows a survey no more; `ref` is its slug."""


def saved(tx: storage.Transaction, slug: str) -> None:
    """Add to a transaction that a survey is written."""
    facts.record(tx, SurveySaved(subject=NOBODY, contour="live", ref=slug))


def archived(tx: storage.Transaction, slug: str) -> None:
    """Add to a transaction that a survey is archived."""
    facts.record(tx, SurveyArchived(subject=NOBODY, contour="live", ref=slug))
