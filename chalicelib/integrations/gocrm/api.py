"""One call of Go-CRM: asked as `data/gocrm.json` says, and its answers and refusals told apart."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from chalicelib.core.observability import count
from chalicelib.core.patterns import pattern
from chalicelib.core.vendors import TIMEOUT, Reply, Timeout, Vendor, VendorDown, VendorError, VendorRefused
from chalicelib.integrations.gocrm import mapping, values
from chalicelib.integrations.gocrm.errors import VENDOR, GoCrmInvalid, GoCrmSessionOver, GoCrmTaken, GoCrmWrongCode
from chalicelib.integrations.gocrm.mapping import Manual, Operation, Zones

MOST_PAGES = 50
"""Documented lists have no pages; one that has is read to its end, within reason."""

MOSCOW = Zones(ZoneInfo("Europe/Moscow"))
"""The clock taken where nothing else is said."""

_PHONE = pattern(r"\+?\d(?:[\s().-]{0,3}\d){6,}")
_BAD = (HTTPStatus.OK, HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
"""Statuses under which Go-CRM says what is wrong with a payload: yes, 200 too."""

M = TypeVar("M", bound=BaseModel)


class Api(Vendor):
    """Go-CRM's manners: ``{status, message, validation_errors, data}`` or ``{message, errors}``, refusals within a 200 included."""

    def __init__(
        self,
        base_url: str,
        level: str,
        book: Manual,
        *,
        secrets: tuple[str, ...] = (),
        token: str | None = None,
        zones: Zones = MOSCOW,
        timeout: Timeout = TIMEOUT,
    ) -> None:
        super().__init__(VENDOR, base_url, secrets=secrets, timeout=timeout)
        self._level, self._book, self._token, self._zones = book.levels[level], book, token, zones

    def authorise(self, app_token: str) -> None:
        """Send the application's token, and the session's where there is one, with every call."""
        self._headers[self._level.app_header] = app_token
        if self._token:
            self._headers[self._level.session_header] = f"{self._level.session_prefix}{self._token}"

    def ask(self, name: str, given: Mapping[str, Any] | None = None) -> Reply:
        """An operation's answer that means success."""
        operation = self._book.operations[name]
        if operation.signed_in and not self._token:
            raise GoCrmSessionOver
        try:
            reply = self.call(operation.method, _place(operation, given or {}), **self._request(operation, given or {}))
            failure = self._meaning(operation, reply) if mapping.failed(reply.data, self._book) else None
        except _Answered as answered:
            failure = self._meaning(operation, answered.reply)
        if failure:
            raise failure
        return reply

    def rows(self, model: type[M], name: str, given: Mapping[str, Any] | None = None) -> Iterator[M]:
        """The rows of a list, page after page where it has any."""
        asked = dict(given or {})
        for page in range(1, MOST_PAGES + 1):
            reply = self.ask(name, {**asked, "page": page} if page > 1 else asked)
            yield from self._read_rows(model, name, reply, asked)
            if page >= (values.whole(mapping.first(reply.data, self._book.pages)) or 1):
                return

    def record(self, model: type[M], name: str, reply: Reply, asked: Mapping[str, str | None] | None = None) -> M | None:
        """The one thing that an answer shows."""
        operation = self._book.operations[name]
        found = mapping.find_record(reply.data, operation.rows)
        return mapping.incoming(model, found, self._book, operation.row, self._zones, asked or {})

    def single(self, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """The single values that an operation is asked for."""
        return mapping.answered(self.ask(name, given).data, self._book.operations[name], self._zones.usual)

    def refusal(self, reply: Reply) -> VendorError:
        """What a 4xx stands for depends on what was asked: `ask` says."""
        return _Answered(reply)

    def clean(self, text: str) -> str:
        """Without phones either, whoever's they are."""
        return _PHONE.sub("***", super().clean(text))

    def _request(self, operation: Operation, given: Mapping[str, Any]) -> dict[str, Any]:
        zone = self._zones.usual
        query = {name: str(value) for name, value in mapping.outgoing(given, operation.query, zone).items()}
        body = {**operation.fixed, **mapping.outgoing(given, operation.body, zone)}
        if operation.send == "form":
            others = {name: value for name, value in given.items() if name not in operation.body and value}
            return {"form": {name: str(value) for name, value in {**others, **body}.items()}}
        return {"query": query, "json": body if operation.method != "GET" else None}

    def _read_rows(self, model: type[M], name: str, reply: Reply, asked: Mapping[str, Any]) -> list[M]:
        operation = self._book.operations[name]
        rows = mapping.find_rows(reply.data, operation.rows, self._book.lists)
        known = {our: value for our, value in asked.items() if isinstance(value, str)}
        read = [mapping.incoming(model, row, self._book, operation.row, self._zones, known) for row in rows or []]
        found = [one for one in read if one is not None]
        if rows is None or (rows and not found):  # a mirror must not take what nobody understands for an empty list
            raise VendorDown(VENDOR, f"an answer without one readable {operation.row}")
        if len(found) < len(read):
            count("GoCrmRowsUnread", len(read) - len(found))
        return found

    def _meaning(self, operation: Operation, reply: Reply) -> VendorError:
        """The error that a refusal stands for in this operation."""
        told = {self.clean(our): self.clean(said) for our, said in mapping.problems(reply.data, self._book, operation).items()}
        if reply.status == HTTPStatus.UNAUTHORIZED and operation.signed_in:
            return GoCrmSessionOver()
        meant = operation.refusals.get(str(HTTPStatus.UNPROCESSABLE_ENTITY if reply.status == HTTPStatus.OK else reply.status))
        if meant == "wrong_code":
            return GoCrmWrongCode(reply.status)
        if meant == "taken" or (reply.status in _BAD and _is_taken(operation, told, self.reason(reply))):
            return GoCrmTaken(reply.status)
        if reply.status == HTTPStatus.OK and not told and meant != "invalid":
            return VendorDown(VENDOR, "a failure inside HTTP 200")
        if meant == "invalid" or reply.status in _BAD:
            return GoCrmInvalid(reply.status, self.reason(reply), told)
        return VendorRefused(VENDOR, reply.status, self.reason(reply))


class _Answered(VendorError):
    """A 4xx whose meaning depends on what was asked."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(VENDOR, f"HTTP {reply.status}")
        self.reply = reply


def _place(operation: Operation, given: Mapping[str, Any]) -> str:
    return operation.path.format_map({our: quote(str(value), safe="") for our, value in given.items()})


def _is_taken(operation: Operation, told: Mapping[str, str], reason: str) -> bool:
    said = " ".join([reason, *told.values()]).lower()
    return any(our in told for our in operation.taken_fields) or any(word in said for word in operation.taken_words)
