"""Fields that callers know by several names: each payload names its own, the document shows the canonical ones."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import model_validator

from chalicelib.core.errors import WrongField
from chalicelib.core.schemas import Query, Schema

Names = Mapping[str, tuple[str, ...]]
"""The canonical name of a field → others by which it comes."""


def named(names: Names, said: Mapping[str, Any]) -> dict[str, Any]:
    """What came under other names, under the canonical ones. Raises WrongField where two names say different things."""
    given = dict(said)
    for name, others in names.items():
        found = {other: given.pop(other) for other in others if other in given and other != name}
        _agree(name, given, found)
    return given


class _Synonymous:
    ALSO: ClassVar[Names] = {}

    @model_validator(mode="before")
    @classmethod
    def _by_one_name(cls, said: Any) -> Any:
        """What came under another name, under the canonical one. Two names that say different things are refused."""
        return named(cls.ALSO, said) if isinstance(said, dict) else said


def _agree(name: str, given: dict[str, Any], found: Mapping[str, Any]) -> None:
    for other, value in found.items():
        if name in given and given[name] != value:
            raise WrongField(name, f"expected {name} alone: {other} says something else")
        given[name] = value


class Synonymous(_Synonymous, Schema):
    """A body whose fields have `ALSO` other names."""


class SynonymousQuery(_Synonymous, Query):
    """The same of a query."""
