"""What is said of a specialist on her page, and how the office reads and decides it."""

import json
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from chalicelib.booking.specialists.profile import Education, Profile
from chalicelib.core.schemas import Answer, Contour, Id, Query, Schema, Text, Whole
from chalicelib.ownpage.door import SecretQuery, Shown

LONGEST_WORDS = 20_000
"""Characters of what is said after a session, as JSON."""

MOST_ROUBLES = 10_000_000
Kind = Literal["profile", "words", "cancel"]
State = Literal["open", "accepted", "rejected"]


BLANK = {"", "none", "null", "undefined"}
MODE = re.compile(r"да|нет|true|false|бесплатно|(от|до)?\s*\d[\d\s\u00a0]{0,8}\s*(₽|р\.?|руб\.?|рублей)?", re.IGNORECASE)
"""How she may see people for less: yes or no, for nothing, or for how much."""


def _course(said: Any) -> Any:
    """A diploma may be one line; None for a blank one."""
    if not isinstance(said, str):
        return said
    return {"program_title": said.strip()[:300]} if said.strip().lower() not in BLANK else None


def _courses(said: Any) -> Any:
    """Diplomas without the lines that a page leaves empty; such lines alone take no diploma away, and `null` is none."""
    if not isinstance(said, list):
        return said
    if any(one is None for one in said):
        raise ValueError("expected diplomas, each a line of text or its fields")
    told = [_course(one) for one in said]
    return [one for one in told if one is not None] or (None if told else [])


def _topics(said: Any) -> Any:
    """Requests, blank ones aside; of blank ones alone none is said."""
    parts = said.split(";") if isinstance(said, str) else said
    if not isinstance(parts, list) or not all(isinstance(one, str) for one in parts):
        return said
    return [one for one in parts if one.strip().lower() not in BLANK] or (None if parts else [])


def _mode(said: Any) -> Any:
    """A mode that the card can show. A number is a price."""
    if isinstance(said, str) and said.strip().lower() in BLANK:
        return None
    if said is None or isinstance(said, bool):
        return said
    if not isinstance(said, str | int) or not MODE.fullmatch(str(said).strip()):
        raise ValueError("expected да, нет, бесплатно, or a price in roubles")
    return str(said).strip()


class Diploma(Education):
    """A diploma as her form has it. Other fields are refused, and one that says nothing."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="after")
    def _says_something(self) -> "Diploma":
        if not self.model_dump(exclude_none=True):
            raise ValueError("expected program_title, year, title or doc_type")
        return self


class Anketa(Schema):
    """What she may change of herself; what is not sent, or blank, stays as it is. Other fields are refused: they would not be saved."""

    model_config = ConfigDict(extra="forbid")

    name: Text = Field(None, max_length=200, description="Whose form it is; a name is the office's to change")
    minPrice: Whole = Field(None, ge=0, le=MOST_ROUBLES, description="Roubles")
    maxPrice: Whole = Field(None, ge=0, le=MOST_ROUBLES, description="Roubles")
    queries: Annotated[list[str] | str | None, BeforeValidator(_topics)] = Field(None, description="A list, or a text with semicolons")
    helpHandMode: Annotated[str | bool | None, BeforeValidator(_mode)] = Field(
        None, description="Whether she sees people for less, or how: да, нет, бесплатно, or a price in roubles"
    )
    education: Annotated[list[Diploma] | None, BeforeValidator(_courses)] = Field(
        None, description="Each a line of text or its fields; blank lines are none"
    )

    @property
    def changes(self) -> dict[str, Any]:
        """The card's fields as they become."""
        education = [one.model_dump(exclude_none=True) for one in self.education] if self.education is not None else None
        said = {"queries": self.queries, "help_hand": self.helpHandMode, "education": education}
        return {name: value for name, value in said.items() if value not in (None, "")}

    @property
    def says_nothing(self) -> bool:
        """Whether a card would stay as it is: a name alone says whose it is."""
        return not self.changes and self.minPrice is None and self.maxPrice is None

    @field_validator("maxPrice", mode="after")
    @classmethod
    def _no_less_than_the_lowest(cls, said: int | None, info: Any) -> int | None:
        lowest = info.data.get("minPrice")
        if said is not None and lowest is not None and said < lowest:
            raise ValueError("expected no less than minPrice")
        return said

    @field_validator("queries", "education", mode="after")
    @classmethod
    def _as_a_card_holds_them(cls, said: Any, info: Any) -> Any:
        """Refused here, so that no proposal waits that cannot be accepted."""
        try:
            Profile.model_validate({info.field_name: said or []})
        except ValidationError as error:
            raise ValueError(error.errors()[0]["msg"]) from None  # its own words quote what was said
        return said


class CardInput(Shown):
    anketa: Anketa
    psychologist_id: Text = Field(None, max_length=200, description="Whose card it is, by id or name; not asked where her secret is shown")


def _says(said: Any) -> bool:
    """Whether anything is said anywhere in it."""
    if isinstance(said, dict | list):
        return any(_says(one) for one in (said.values() if isinstance(said, dict) else said))
    return said is not None and str(said).strip().lower() not in BLANK


def _bounded(said: Any) -> Any:
    if not _says(said):
        raise ValueError("expected her words: a text, or fields that are not all blank")
    if len(json.dumps(said, ensure_ascii=False)) > LONGEST_WORDS:
        raise ValueError(f"expected at most {LONGEST_WORDS} characters")
    return said


class WordsInput(Shown):
    anketa: Annotated[dict[str, Any] | list[Any] | str, AfterValidator(_bounded)] = Field(description="Her words, in whatever fields")
    psychologist_name: Text = Field(
        None, max_length=200, description="Whose words they are, by name or id; not asked where her secret is shown"
    )
    feedback_date: Text = Field(
        None, max_length=60, description="Of which session: DD.MM, YYYY-MM-DD, with HH:mm or without; kept as it is written"
    )


class Taken(Answer):
    applied: bool = Field(description="False: nobody proved to be her, so that the administrator decides")
    message: str = Field(description="What happened, in Russian")


class CancelQuery(SecretQuery):
    slot: Id = Field(description="A slot's id, or DD.MM HH:mm in the business zone")


class Cancelled(Answer):
    cancelled: bool = Field(description="False: a client is booked there, and the administrator is asked to cancel the session")
    message: str = Field(description="What happened, in Russian")


class ProposalsQuery(Query):
    state: State = "open"
    contour: Contour = "live"
    limit: int = Field(50, ge=1, le=100)
    cursor: Text = Field(None, description="Where the last page ended")


class ProposalView(Schema):
    """Something that the office accepts or rejects."""

    id: str
    kind: Kind
    by: Literal["specialist", "nobody"] = Field(description="nobody: without her secret, whoever it was")
    state: State
    specialist_id: str
    specialist_name: str
    said: Any = Field(description="profile: the form; words: anketa and feedback_date; cancel: slot_time")
    made_at: str
    decided_at: str | None
    decided_by: str | None
    ticket_id: str | None = Field(description="Of the session that is to be cancelled")
    session_id: str | None


class ProposalsPage(Answer):
    proposals: list[ProposalView]
    next_cursor: str | None = None


class Decided(Answer):
    proposal: ProposalView
