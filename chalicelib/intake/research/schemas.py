"""The questionnaire as the site sends it, and its row number under every name the site knows."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field, model_validator

from chalicelib.core.schemas import Answer, Schema, Text
from chalicelib.intake.applications.reading import flatten, read, single

ROW = ("rid", "bid", "row", "rowId", "baserowId")
"""Where the row number may stand."""

LONGEST_ROW = 30


class Questionnaire(Schema):
    """The standard request, flat or under ``form``; every field may be missing."""

    name: Text = Field(None, max_length=300)
    contact: Text = Field(None, max_length=300)
    contact_type: Text = Field(None, max_length=60)
    rid: Text = Field(None, max_length=30, description="The row number the site was given")
    answers: dict[str, Any] = Field(default={}, description="Everything the form said, as it was said")

    @model_validator(mode="before")
    @classmethod
    def _read_any_shape(cls, raw: Any) -> Any:
        if not isinstance(raw, Mapping):
            return raw
        flat, said = flatten(raw), read(raw)
        rid = single(next((flat[name] for name in ROW if single(flat.get(name)) is not None), None))
        typed = (said["contact"]["value"], said["phone"], said["email"], said["telegram"])
        return {
            "name": said["name"],
            "contact": next((contact for contact in typed if contact is not None), None),
            "contact_type": said["contact"]["type"],
            "rid": rid if len(str(rid)) <= LONGEST_ROW else None,
            "answers": flat,
        }


class RowNumber(Answer):
    """One number under the three names today's site reads."""

    row: int = Field(description="The questionnaire's row number", examples=[17])
    rowId: int = Field(description="The same number")
    baserowId: int = Field(description="The same number")

    @classmethod
    def of(cls, row: str) -> "RowNumber":
        """The answer that tells a row."""
        number = int(row.rpartition(":")[2])
        return cls(row=number, rowId=number, baserowId=number)
