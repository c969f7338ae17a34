"""What forms say of their progress. A missing ticket id is counted, never refused: a refusal would break the page."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field, model_validator

from chalicelib.core.schemas import Answer, Id, Query, Schema, Text
from chalicelib.intake.applications.reading import flatten, number_of

_OF_THE_CLIENT = ("client_name", "client_age", "client_sex", "client_preferences", "client_state", "client_experience")
FIELDS = frozenset((*_OF_THE_CLIENT, "psychologist_sex", "psychologist_category", "psy_queries", "traumatic_events", "diagnose"))
"""What the site asks step by step."""

MOST_PARTS, LONGEST_PART = 100, 2_000
"""How much of one answer is kept: a list's parts, and the characters of each."""


class Numbered(Schema):
    """Says which form it is about, under any of the names that its number has."""

    ticket_id: Text = Field(None, max_length=200, description="The form's own number of the application")

    @model_validator(mode="before")
    @classmethod
    def _read_number(cls, raw: Any) -> Any:
        return {**raw, "ticket_id": number_of(dict(raw))} if isinstance(raw, Mapping) else raw


class TrackStart(Numbered):
    form_type: Text = Field(None, max_length=200)
    step: Text = Field(None, max_length=200, examples=["Начало"])


class TrackStep(Numbered):
    step: Text = Field(None, max_length=200)


class TrackAnswer(Numbered):
    """One answer, as the site asks for it; a field that it does not know is counted and not kept."""

    field: Text = Field(None, max_length=200, examples=["client_state"], description=" ".join(sorted(FIELDS)))
    value: Any = Field(None, description="A text, a list of texts, or nothing", examples=["Упадок сил"])

    @property
    def answers(self) -> dict[str, Any]:
        """What is kept of it."""
        return {self.field: _short(self.value)} if self.field in FIELDS else {}


class TrackStage(Schema):
    """The older site's word: how far a form is, with what it holds. Its number stands in `data`."""

    data: Any = Field(None, description="What the form holds so far")
    formName: Text = Field(None, max_length=200)
    stage: Text = Field(None, max_length=200)

    @property
    def answers(self) -> dict[str, Any]:
        """What is kept of it."""
        return flatten(self.data) if isinstance(self.data, Mapping) else {"data": _short(self.data)} if self.data else {}

    @property
    def number(self) -> str | None:
        """The form's own number."""
        return number_of(self.answers)


def _short(value: Any) -> str | list[str] | None:
    """An answer as it is kept: whatever is no text and no list of texts is none."""
    if isinstance(value, list):
        return [text for part in value[:MOST_PARTS] if (text := _text(part))]
    return _text(value)


def _text(value: Any) -> str | None:
    said = isinstance(value, str | int | float) and not isinstance(value, bool)
    return str(value)[:LONGEST_PART] if said else None


class TrackAnalytics(Schema):
    """The standard request, flat or under ``form``."""

    ticket_id: Text = Field(None, max_length=200)
    form_type: Text = Field(None, max_length=200)
    answers: dict[str, Any] = Field(default={}, description="Everything the form said so far")

    @model_validator(mode="before")
    @classmethod
    def _read_any_shape(cls, raw: Any) -> Any:
        if not isinstance(raw, Mapping):
            return raw
        flat = flatten(raw)
        return {"ticket_id": number_of(flat), "form_type": _scalar(flat.get("form_type")), "answers": flat}


def _scalar(value: Any) -> Any:
    return value if isinstance(value, str | int | float) else None


class Tracked(Answer):
    counted: bool = Field(True, description="True also where no ticket was named")
    step: str | None = Field(None, description="The furthest step seen so far")


class FunnelQuery(Query):
    form_type: Id
    date_from: Text = Field(None, description="YYYY-MM-DD, business zone; thirty days ago by default")
    date_to: Text = Field(None, description="YYYY-MM-DD, business zone; today by default")


class FunnelStep(Schema):
    step: str
    reached: int = Field(description="How many forms got here")
    left: int = Field(description="How many got here and no further, without having finished")


class Funnel(Answer):
    form_type: str
    date_from: str
    date_to: str
    started: int
    finished: int = Field(description="How many reached a step that says the form was sent")
    steps: list[FunnelStep]
    anonymous: int = Field(description="Calls in the period that named no ticket, of all forms")
