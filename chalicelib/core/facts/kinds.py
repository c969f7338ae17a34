"""What a fact says. A package lists its kinds in its `facts.py`; `docs/facts.md` is made from them.

A fact holds ids, numbers, statuses and moments: never a name, a contact or somebody's words.
"""

import re
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Final, TypeVar, dataclass_transform

T = TypeVar("T")

NOBODY: Final = "-"
"""The subject of what is no client's."""

KINDS: dict[str, type["Fact"]] = {}
"""Every kind that has been imported, by its name."""


@dataclass_transform(kw_only_default=True, frozen_default=True)
def detailed(kind: type[T]) -> type[T]:
    """A kind of fact that says more than every fact does.

    Facts are written, never compared or shown: what else a dataclass has made for that is half of what it costs, and a door imports dozens.
    """
    return dataclass(frozen=True, kw_only=True, eq=False, repr=False)(kind)


@detailed
class Fact:
    """Something that happened: to whom, in which contour, to what, and when.

    `at` is the moment that the business would name, now where nobody says; `day_at` lies in the day that it is counted for, where
    that is another one.
    """

    kind: ClassVar[str]

    subject: str
    contour: str
    ref: str
    at: datetime | None = None
    day_at: datetime | None = None

    def __init_subclass__(cls, *, abstract: bool = False) -> None:
        super().__init_subclass__()
        cls.kind = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        if not abstract:
            KINDS[cls.kind] = cls

    @classmethod
    def names(cls) -> list[str]:
        """What this kind says beside what every fact does."""
        return [field.name for field in fields(cls) if field.name not in _COMMON]

    def data(self) -> dict[str, Any]:
        """The same with its values; what is unknown is left out."""
        said = {name: getattr(self, name) for name in self.names()}
        return {name: _plain(value) for name, value in said.items() if value is not None}


_COMMON = {field.name for field in fields(Fact)}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
