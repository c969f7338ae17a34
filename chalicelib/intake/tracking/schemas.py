"""What forms say of their progress. A missing ticket id is counted, never refused: a refusal would break the page."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field, model_validator

from chalicelib.core.schemas import Answer, Id, Query, Schema, Text
from chalicelib.intake.applications.schemas import flatten


class TrackStart(Schema):
    ticket_id: Text = Field(None, max_length=200, description="The form's own number of the application")
    form_type: Text = Field(None, max_length=200)
    step: Text = Field(None, max_length=200, examples=["Начало"])


class TrackStep(Schema):
    ticket_id: Text = Field(None, max_length=200)
    step: Text = Field(None, max_length=200)


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
        return {"ticket_id": _scalar(flat.get("ticket_id")), "form_type": _scalar(flat.get("form_type")), "answers": flat}


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
