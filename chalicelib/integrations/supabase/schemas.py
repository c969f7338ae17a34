"""What a database trigger posts, and the rows of the old database inside it. Unsigned, unordered, repeated, sometimes lost."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AliasChoices, Field, PrivateAttr, model_validator

from chalicelib.core.schemas import AS_TEXT, Id, Schema, Text
from chalicelib.integrations.supabase import values

FREE = "Свободен"
"""The one word for a free slot; any other state is taken."""


Cell = Annotated[Annotated[str, Field(max_length=200)] | None, AS_TEXT]
"""A column whose text decides what becomes of the row."""

TOPICS = {"queries", "topics", "works_with"}
"""Columns that together say what a specialist works with."""


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

    @property
    def news(self) -> dict[str, Any]:
        """The row's id and name, and those of its columns that the change changed, where the old row tells; lists make one group."""
        old = self.old_record or {} if self.record else {}
        changed = {name for name, value in self.row.items() if name in ("id", "name") or name not in old or old[name] != value}
        return {name: value for name, value in self.row.items() if name in changed or (name in TOPICS and changed & TOPICS)}


class Row(Schema):
    """A row as its columns read. A side column that cannot be read is absent and named in `unread`: no row is lost for it.

    A column without a reader is refused by its name.
    """

    READERS: ClassVar[Mapping[str, Any]] = {}
    _unread: list[str] = PrivateAttr([])  # copied for each row

    @property
    def unread(self) -> list[str]:
        """Columns that said something which was not understood."""
        return self._unread

    @property
    def warnings(self) -> list[str]:
        """The same in words, for the answer."""
        return [f"{column}: not understood, left as it was" for column in self._unread]

    @model_validator(mode="wrap")
    @classmethod
    def _tolerate(cls, raw: Any, build: Any) -> Any:
        if not isinstance(raw, Mapping):
            return build(raw)
        told = values.said(raw)
        read = {name: cls.READERS[name](value) if name in cls.READERS else value for name, value in told.items()}
        unread = [name for name, value in read.items() if value is None or value == []]
        row = build({name: value for name, value in read.items() if name not in unread})
        row._unread = unread
        return row


def _within(lowest: float, highest: float) -> Any:
    """A reader of numbers that takes those outside for not understood."""
    return lambda value: read if (read := values.number(value)) is not None and lowest <= read <= highest else None


def _minutes(value: Any) -> int | None:
    """A length in minutes; 0 means the usual one, and so does what is no length."""
    read = values.whole(value)
    return read if read is not None and 5 <= read <= 24 * 60 else None


def _short(most: int) -> Any:
    """A reader of texts that takes what is no text, or a longer one, for not understood."""
    return lambda value: value if values.is_text(value) and len(str(value).strip()) <= most else None


def _moment_part(value: Any) -> Any:
    """A date or a time as text; ``true`` and ``false`` go on, to be refused by the column's name."""
    return value if isinstance(value, bool) else _short(200)(value)


_MONEY = _within(0, 10_000_000)
_COUNT = _within(-100_000, 100_000)


class SlotRow(Row):
    """A row of ``hraniteli_slots``. Date and time are the business zone's.

    Whose time it is and whether it is taken must be readable: a state taken for none would free somebody's time.
    """

    READERS = {
        "date": lambda value: _moment_part(values.day(value)),
        "time": lambda value: _moment_part(values.time(value)),
        "ticket": _short(200),
        "client_id": _short(200),
        "confirmed": values.yes,
        "minutes": _minutes,
        "updated_at": values.moment,
    }

    id: Id
    psychologist: Cell = None
    date: Cell = None
    time: Cell = None
    state: Cell = None
    ticket: Text = None
    client_id: Text = None
    confirmed: bool | None = None
    minutes: int | None = None
    updated_at: datetime | None = None

    @property
    def taken(self) -> bool:
        """No state at all is no owner."""
        return bool(self.state) and self.state != FREE

    @property
    def time_text(self) -> str | None:
        """``<date> <time>`` as the slot parsers read it."""
        return f"{self.date} {self.time}" if self.date and self.time else None


_AGE = _within(0, 120)
PRICES = {"min": ("min_price", "price_min", "min_session_price"), "max": ("max_price", "price_max", "max_session_price")}
"""Under which names a row's prices come."""


class CardRow(Row):
    """What a specialist's row says for his card on the site."""

    READERS = {
        **dict.fromkeys(("group", "experience", "main_modal", "personal_therapy_type", "personal_therapy_duration"), _short(300)),
        **dict.fromkeys(("link_photo", "link_video", "site", "vk"), values.link),
        **dict.fromkeys(("in_community", "verified", "is_married", "has_children", "first_free", "all_with_price"), values.yes),
        **dict.fromkeys(("min_client_age", "max_client_age"), lambda value: values.whole(value) if _AGE(value) is not None else None),
        "telegram": values.telegram,
        "short_description": _short(5000),
        "additional_modals": values.topics,
        "help_hand": lambda value: said if (said := values.yes(value)) is not None else _short(300)(value),
        "education": values.education,
    }

    group: Text = None
    experience: Text = None
    link_photo: str | None = None
    link_video: str | None = None
    main_modal: Text = None
    additional_modals: list[str] = []
    short_description: Text = None
    in_community: bool | None = None
    verified: bool | None = None
    is_married: bool | None = None
    has_children: bool | None = None
    personal_therapy_type: Text = None
    personal_therapy_duration: Text = None
    help_hand: bool | str | None = None
    first_free: bool | None = None
    all_with_price: bool | None = None
    min_client_age: int | None = None
    max_client_age: int | None = None
    telegram: str | None = None
    vk: str | None = None
    site: str | None = None
    education: list[dict[str, str]] = []


class SpecialistRow(CardRow):
    """A row of ``hraniteli_psychologists``. Prices are roubles, under any pair of names."""

    READERS = {
        **CardRow.READERS,
        "telegram_id": lambda value: whole if (whole := values.whole(value)) is not None and 0 < whole < 10**16 else None,
        "sex": _short(60),
        "age": lambda value: age if (age := values.whole(value)) is not None and 18 <= age <= 120 else None,
        **dict.fromkeys((*PRICES["min"], *PRICES["max"]), _MONEY),
        **dict.fromkeys(TOPICS, values.texts),
        "debt": lambda value: values.whole(value) if _COUNT(value) is not None else None,
        "number_of_clients_provided": lambda value: values.whole(value) if _within(0, 100_000)(value) is not None else None,
        "secret": _short(200),
        "updated_at": values.moment,
    }

    id: Id
    name: str = Field(min_length=1, max_length=200)
    telegram_id: Text = None
    sex: Text = None
    age: int | None = None
    min_price: float | None = Field(None, validation_alias=AliasChoices(*PRICES["min"]))
    max_price: float | None = Field(None, validation_alias=AliasChoices(*PRICES["max"]))
    topics: list[str] = Field(default=[], validation_alias=AliasChoices("queries", "topics"))
    works_with: list[str] = []
    debt: int | None = None
    number_of_clients_provided: int | None = None
    secret: Text = None
    updated_at: datetime | None = None
