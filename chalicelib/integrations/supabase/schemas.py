"""What a database trigger posts, and the rows of the old database inside it. Unsigned, unordered, repeated, sometimes lost."""

from datetime import datetime
from typing import Any, Literal

from pydantic import AliasChoices, Field, model_validator

from chalicelib.core.schemas import Id, Schema, Text

FREE = "Свободен"
"""The one word for a free slot; any other state is taken."""


class Change(Schema):
    """One row's change. INSERT has no `old_record`, DELETE no `record`."""

    type: Literal["INSERT", "UPDATE", "DELETE"]
    table: str = Field(max_length=200, examples=["hraniteli_slots"])
    schema_name: Text = Field(None, alias="schema")
    record: dict[str, Any] | None = None
    old_record: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _has_its_row(self) -> "Change":
        if self.type == "DELETE" and not self.old_record:
            raise ValueError("a DELETE carries old_record")
        if self.type != "DELETE" and not self.record:
            raise ValueError("an INSERT or UPDATE carries record")
        return self

    @property
    def row(self) -> dict[str, Any]:
        """The row the change is about: the new one, or the one that is gone."""
        return self.record or self.old_record or {}


class SlotRow(Schema):
    """A row of ``hraniteli_slots``. Date and time are the business zone's."""

    id: Id
    psychologist: Text = Field(None, max_length=200)
    date: Text = Field(None, max_length=200)
    time: Text = Field(None, max_length=200)
    state: Text = Field(None, max_length=200)
    ticket: Text = Field(None, max_length=200)
    client_id: Text = Field(None, max_length=200)
    confirmed: bool | None = None
    minutes: int | None = Field(None, ge=5, le=24 * 60)
    updated_at: datetime | None = None

    @property
    def taken(self) -> bool:
        """No state at all is no owner."""
        return bool(self.state) and self.state != FREE

    @property
    def time_text(self) -> str | None:
        """``<date> <time>`` as the slot parsers read it."""
        return f"{self.date} {self.time}" if self.date and self.time else None


class SpecialistRow(Schema):
    """A row of ``hraniteli_psychologists``. Prices are roubles."""

    id: Id
    name: str = Field(min_length=1, max_length=200)
    telegram_id: Text = None
    sex: Text = None
    age: int | None = None
    min_price: float | None = Field(None, ge=0, le=10_000_000)
    max_price: float | None = Field(None, ge=0, le=10_000_000)
    topics: list[str] = Field(default=[], validation_alias=AliasChoices("queries", "topics"))
    works_with: list[str] = []
    debt: int | None = None
    number_of_clients_provided: int | None = None
    updated_at: datetime | None = None

    @model_validator(mode="before")
    @classmethod
    def _tolerate(cls, raw: Any) -> Any:
        """Some rows lack anything but id and name; blanks and nulls are absent."""
        return {key: value for key, value in raw.items() if value not in (None, "")} if isinstance(raw, dict) else raw
