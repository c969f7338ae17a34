"""Pages of a list as panels turn them: by number, by offset or by cursor, with how many there are.

A list is an index read in its order. Its rows are counted up to `COUNTED`; beyond that the answer says that there are more, and what lies
behind is reached by cursor, so that no list costs more the longer it grows.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, ClassVar, NamedTuple
from zlib import crc32

from pydantic import Field, model_validator

from chalicelib.core import pagination
from chalicelib.core.errors import Invalid
from chalicelib.core.schemas import Query, Schema, Text
from chalicelib.core.synonyms import Names, named

COUNTED = 2000
SHOWN, MOST = 20, 200
LONGEST = 1500
"""Characters of a cursor: a place may be a name of 200 letters of any script, and a number."""


class UseCursor(Invalid):
    """A page by number that lies behind what is counted."""

    code = "use_cursor"
    message = "Pages beyond the first 2,000 rows are reached by next_cursor."


class PageQuery(Query):
    """Which page: `page` and `page_size`, or `offset` and `limit`, or `cursor`; callers know some by other names."""

    CALLED: ClassVar[Names] = {"offset": ("skip",), "page_size": ("size", "per_page")}

    page: int | None = Field(None, ge=1, description="From 1")
    page_size: int | None = Field(None, ge=1, le=MOST, description=f"How many rows a page has; {SHOWN} by default")
    limit: int | None = Field(None, ge=1, le=MOST, description="The same as page_size")
    offset: int | None = Field(None, ge=0, description="Instead of page: how many rows to pass over")
    cursor: Text = Field(None, max_length=LONGEST, description="Where the next page begins, as an earlier answer said")

    @model_validator(mode="before")
    @classmethod
    def _by_one_name_each(cls, said: Any) -> Any:
        return named(cls.CALLED, said) if isinstance(said, dict) else said

    @model_validator(mode="after")
    def _says_one_thing(self) -> "PageQuery":
        if self.page_size and self.limit and self.page_size != self.limit:
            raise ValueError("expected page_size or limit, not both")
        if sum(one is not None for one in (self.page, self.offset, self.cursor)) > 1:
            raise ValueError("expected page, offset or cursor, one of them")
        return self

    @property
    def size(self) -> int:
        """How many rows a page has."""
        return self.page_size or self.limit or SHOWN

    @property
    def skipped(self) -> int:
        """How many rows come before it."""
        return self.offset if self.offset is not None else ((self.page or 1) - 1) * self.size


class PageNumbers(Schema):
    """What a list says beside its `items`."""

    page: int
    page_size: int
    total: int = Field(description="How many there are")
    total_exact: bool = Field(description=f"False where there are more than the {COUNTED} that were counted")
    next_cursor: str | None = Field(description="Where the next page begins; null at the end")


class Part(NamedTuple):
    """The rows of a page, and the numbers beside them."""

    rows: list[Any]
    numbers: dict[str, Any]


Places = Callable[[str | None], Iterator[Any]]
"""After which place (None: from the beginning) → an index' rows in the list's order, read as they are asked for."""


def most(after: str | None) -> int:
    """How many rows a list asks the store for at once: all that are counted from its beginning, a page from a cursor."""
    return MOST + 1 if after else COUNTED + 1


def part(query: PageQuery, rows: Places, place: Callable[[Any], str], *, counted: int = COUNTED) -> Part:
    """A page of a list whose rows stand at `place`, a text that sorts as they do; no more than `counted` are counted.

    Raises UseCursor, Invalid.
    """
    if cursor := begun(query):
        return _after(query, cursor, rows, place)
    if query.skipped + query.size > COUNTED:
        raise UseCursor([{"loc": ["query", "offset" if query.offset else "page"], "msg": UseCursor.message, "type": "use_cursor"}])
    found = [*islice(rows(None), counted + 1)]
    shown = found[query.skipped : query.skipped + query.size]
    total = min(len(found), counted)
    after = place(shown[-1]) if query.skipped + query.size < len(found) else None
    return Part(shown, numbers(query, query.skipped // query.size + 1, total, len(found) <= counted, after))


class Begun(NamedTuple):
    """What a cursor says: after which place, which page was shown, how many there are, and whether that is exact."""

    after: str
    page: int
    total: int
    exact: bool


def begun(query: PageQuery) -> Begun | None:
    """What a page's cursor says; None where it has none. Raises Invalid for what is no cursor of this list and these filters."""
    if query.cursor is None:
        return None
    said = pagination.decode(query.cursor, "after", "page", "total", "exact", "of")
    if said is None:
        raise pagination.refused()
    after, page, total, exact, of = (said[name]["S"] for name in ("after", "page", "total", "exact", "of"))
    if not (page.isdecimal() and total.isdecimal() and len(page + total) < 20 and of == _asked(query)):
        raise pagination.refused()
    return Begun(after, int(page), int(total), exact == "1")


def _asked(query: PageQuery) -> str:
    """Which list it is and by what it is filtered: elsewhere a cursor would begin anywhere, and count something else."""
    return f"{crc32(f'{type(query).__name__} {query.model_dump_json(exclude={*PageQuery.model_fields})}'.encode()):x}"


def _after(query: PageQuery, cursor: Begun, rows: Places, place: Callable[[Any], str]) -> Part:
    """What a cursor says was counted is said again: the list is not counted anew for each of its pages."""
    found = [*islice(rows(cursor.after), query.size + 1)]
    shown = found[: query.size]
    behind = place(shown[-1]) if len(found) > query.size else None
    return Part(shown, numbers(query, cursor.page + 1, cursor.total, cursor.exact, behind))


def numbers(query: PageQuery, page: int, total: int, exact: bool, after: str | None) -> dict[str, Any]:
    """What is said beside the rows of a page; `after` is the place of its last row where there are more behind it."""
    said = {"after": after, "page": page, "total": total, "exact": int(exact), "of": _asked(query)}
    cursor = pagination.encode({name: {"S": str(value)} for name, value in said.items()}) if after else None
    return {"page": page, "page_size": query.size, "total": total, "total_exact": exact, "next_cursor": cursor}
