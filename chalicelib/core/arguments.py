"""What a view is given: the parts of one request that its annotations name, read as they say."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from chalicelib.core import digits, inbox, lines
from chalicelib.core.errors import Invalid, NotFound
from chalicelib.core.lines import in_one_line
from chalicelib.core.operations import Operation
from chalicelib.core.schemas import invalid, validated
from chalicelib.core.security import Caller
from chalicelib.core.sender import Sender
from chalicelib.core.wire import Incoming

MAX_PART = 500
"""Bytes of a path part: longer ones are no id of ours, and the store refuses sort keys over 1 KB."""


KEY, LONGEST_KEY = "Idempotency-Key", 300
"""By what a caller names a request that may come again. A key that was cut would be another's: what came under it would not be done."""


def _digits(part: Any) -> Any:
    """One thing has one address."""
    if not digits.is_whole(str(part)):
        raise ValueError("expected a whole number in digits")
    return part


_ID = Annotated[int, Field(ge=1, le=10**12), BeforeValidator(_digits)]

KINDS: dict[Any, TypeAdapter[Any]] = {int: TypeAdapter(_ID, config=ConfigDict(defer_build=True))}
"""How a part that is no text is read: a number in a path is an id, and those begin at one. A package adds kinds of its own."""


def arguments(operation: Operation, request: Incoming, caller: Caller, receipt: inbox.Receipt | None = None) -> dict[str, Any]:
    """What the operation's view takes, by name. Raises NotFound for a part that can be no id, Invalid for what says something else."""
    hints = operation.hints
    given: dict[str, Any] = {"caller": caller, "contour": operation.contour, "receipt": receipt, "visitor": request.visitor}
    given |= parts(hints, request.path)
    if "sender" in hints:
        given["sender"] = receipt.sender if receipt else Sender.of(request, caller)
    if "idempotency_key" in hints:
        given["idempotency_key"] = _key(request.headers.get("idempotency-key"))
    if "body" in hints:
        if operation.source is None:  # what is stored first is read as well as it can be: its sender will not mend it
            request.must_be_utf8()
        named = getattr(hints["body"], "LISTED", None)
        given["body"] = validated(hints["body"], request.listed(named) if named else request.fields, "body")
    if "query" in hints:
        extra = request.loose_fields() if operation.body_as_query else {}
        given["query"] = validated(hints["query"], {**extra, **request.query}, "query")
    return {name: given[name] for name in hints if name != "return"}


def _key(said: str | None) -> str | None:
    """The key that the header says; None without one. Raises Invalid for a blank one, one too long, or one with control characters."""
    key = None if said is None else said.strip(" \t")
    try:
        if key is not None and (lines.is_blank(key) or len(key) > LONGEST_KEY):
            raise ValueError
        return in_one_line(key)
    except ValueError:
        raise Invalid.field("header", KEY, msg=f"expected 1 to {LONGEST_KEY} characters without control characters") from None


def parts(hints: Mapping[str, Any], path: Mapping[str, str]) -> dict[str, Any]:
    """The path's parts, each as the view annotates it. Raises Invalid that names a part which is something else.

    Raises NotFound for one that is too long to be an id, but where a person is shown a page: it says itself that it knows no such thing.
    """
    if not _shows_page(hints) and any(len(part.encode("utf-8", "replace")) > MAX_PART for part in path.values()):
        raise NotFound
    return {name: part if hints.get(name, str) is str else _typed(hints[name], name, part) for name, part in path.items()}


def _shows_page(hints: Mapping[str, Any]) -> bool:
    """Whether the view answers no model: what it answers is read by a person."""
    answer = hints.get("return")
    return isinstance(answer, type) and not issubclass(answer, BaseModel)


def _typed(kind: Any, name: str, part: str) -> Any:
    try:
        return KINDS[kind].validate_strings(part)
    except ValidationError as error:
        raise invalid(error, "path", name) from error
