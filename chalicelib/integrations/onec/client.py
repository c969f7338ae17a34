"""1C by its standard OData interface: rows are found, made and changed, one request each, slowly.

A POST that is repeated makes a second row: look for your own id before making anything.
"""

import base64
import re
from html import unescape
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.core.vendors import TIMEOUT, Reply, Timeout, Vendor, VendorDown, VendorError, VendorRefused
from chalicelib.integrations.onec import literals

PASSING_WORDS = (
    "конфликт блокировок",
    "взаимоблокировк",
    "предоставления блокировки",
    "ошибка блокировки",
    "не удалось заблокировать",
    "несоответствия версии",
    "монопольн",
    "свободной лицензии",
    "ключ защиты программы",
    "сеанс заверш",
    "сеанс работы заверш",
    "сеанс отсутствует",
    "начало сеанса",
    "соединени",
    "превышено время ожидания",
    "временно недоступ",
    "попытку позже",
    "повторите позже",
    "попробуйте позже",
)
"""What the platform says of trouble that time mends. Broader words would take a base's own rules for an outage: a customer that is
blocked or whose licence has ended stays so."""

JSON = "application/json; charset=utf-8"
_VENDOR = "1C"
_XML_MESSAGE = re.compile(rb"<m:message[^>]*>([^<]*)</m:message>")
_NO_ENTRY = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
_JUDGED = {HTTPStatus.BAD_REQUEST, HTTPStatus.INTERNAL_SERVER_ERROR}
"""Where 1C's words alone tell a refusal from an outage."""

Row = dict[str, Any]


class OneCRefused(VendorRefused):
    """1C's own refusal: its business rules, or a body or filter it does not take."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(_VENDOR, status, reason)


class OneCNotPublished(OneCRefused):
    """No such set behind this address: it is not ticked among what OData gives, or the publication is another."""


class OneCChanged(OneCRefused):
    """The row was changed by somebody else since its version was read."""


def eq(field: str, literal: str) -> str:
    """Rows whose field equals."""
    return f"{field} eq {literal}"


def at_least(field: str, literal: str) -> str:
    """Rows whose field is this or more."""
    return f"{field} ge {literal}"


def both(one: str, other: str) -> str:
    """Rows that pass both."""
    return f"{one} and {other}"


class OneCClient:
    """One publication. Every call raises `VendorDown`, `VendorBusy` or `VendorRefused`; moments are the base's wall time."""

    def __init__(
        self,
        url: str,
        user: str,
        password: str,
        *,
        zone: ZoneInfo,
        timeout: Timeout = TIMEOUT,
        passing_words: tuple[str, ...] = PASSING_WORDS,
    ) -> None:
        self.zone = zone
        self._api = _OneCApi(url, user, password, timeout, passing_words)

    def rows(self, entity: str, where: str, *, top: int, order: str | None = None, skip: int = 0) -> list[Row]:
        """Rows that pass a filter. Raises `OneCNotPublished` where there is no such set."""
        query = {"$filter": where, "$top": str(top), **({"$orderby": order} if order else {}), **({"$skip": str(skip)} if skip else {})}
        found = self._of_set("GET", literals.escaped(entity), query).field("value")
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            raise VendorDown(_VENDOR, "a list that is none")
        return [_plain(row) for row in found]

    def first(self, entity: str, where: str, *, order: str | None = None) -> Row | None:
        """The first row that passes a filter."""
        return next(iter(self.rows(entity, where, top=1, order=order)), None)

    def get(self, entity: str, ref: str) -> Row | None:
        """A row by its reference; None when there is none. Raises `OneCNotPublished` where there is no such set."""
        try:
            return _row(self._api.ask("GET", _address(entity, ref)))
        except OneCRefused as refused:
            if refused.status != HTTPStatus.NOT_FOUND:
                raise
        self._is_published(entity)
        return None

    def create(self, entity: str, fields: Row) -> Row:
        """Make a row; its Ref_Key is 1C's. Raises `OneCNotPublished` where there is no such set."""
        return _row(self._of_set("POST", literals.escaped(entity), body=fields))

    def change(self, entity: str, ref: str, fields: Row, *, version: str | None = None) -> Row:
        """Change fields of a row. Raises `OneCChanged` when its DataVersion is not `version` any more, `OneCNotPublished`."""
        headers = {"If-Match": version} if version else {}
        try:
            return _row(self._api.ask("PATCH", _address(entity, ref), body=fields, headers=headers))
        except OneCRefused as refused:
            if refused.status == HTTPStatus.NOT_FOUND:
                self._is_published(entity)
            raise

    def _is_published(self, entity: str) -> None:
        """Raise `OneCNotPublished` for a set that is not there: the same status says that a row is not."""
        self.rows(entity, eq("Ref_Key", literals.guid(literals.ZERO)), top=1)

    def _of_set(self, method: str, path: str, query: dict[str, str] | None = None, body: Row | None = None) -> Reply:
        try:
            return self._api.ask(method, path, query, body)
        except OneCRefused as refused:
            if refused.status != HTTPStatus.NOT_FOUND:
                raise
            raise OneCNotPublished(refused.status, refused.reason) from refused


def _address(entity: str, ref: str) -> str:
    return f"{literals.escaped(entity)}({literals.guid(ref)})"


def _row(reply: Reply) -> Row:
    if not isinstance(reply.data, dict) or literals.reference(reply.data.get("Ref_Key")) is None:
        raise VendorDown(_VENDOR, "a row without its reference", sent_maybe=True)
    return _plain(reply.data)


def _plain(row: Row) -> Row:
    """A row whose texts are what somebody wrote: 1C fills strings of a fixed length up with spaces."""
    return {name: value.strip() if isinstance(value, str) else value for name, value in row.items()}


class _OneCApi(Vendor):
    """1C's manners: Basic of UTF-8, ``{"odata.error": {"message": {"value": …}}}``, business refusals as 500."""

    def __init__(self, url: str, user: str, password: str, timeout: Timeout, passing_words: tuple[str, ...]) -> None:
        pair = base64.b64encode(f"{user}:{password}".encode()).decode()
        headers = {"Authorization": f"Basic {pair}", "Accept": "application/json"}
        super().__init__(_VENDOR, f"{url.rstrip('/')}/odata/standard.odata", secrets=(password, pair), headers=headers, timeout=timeout)
        self._passing_words = passing_words

    def ask(self, method: str, path: str, query: dict[str, str] | None = None, body: Row | None = None, **more: Any) -> Reply:
        """One request, encoded the way every publication reads it."""
        options = "&".join(f"{name}={literals.escaped(value)}" for name, value in {"$format": "json", **(query or {})}.items())
        headers = {**more.get("headers", {}), **({"Content-Type": JSON} if body is not None else {})}
        return self.call(method, f"{path}?{options}", json=body, headers=headers)

    def failure(self, reply: Reply) -> VendorError:
        told = self._told(reply)
        if told and reply.status in _JUDGED and any(word in told.casefold() for word in self._passing_words):
            return VendorDown(_VENDOR, self.clean(told))
        own = told and (reply.status == HTTPStatus.INTERNAL_SERVER_ERROR or reply.status < 300)
        return self.refusal(reply) if own else super().failure(reply)

    def refusal(self, reply: Reply) -> VendorError:
        if reply.status == HTTPStatus.PRECONDITION_FAILED:
            return OneCChanged(reply.status, self.reason(reply))
        if reply.status in _NO_ENTRY or self._told(reply) is None:
            return super().refusal(reply)
        return OneCRefused(reply.status, self.reason(reply))

    def reason(self, reply: Reply) -> str:
        told = self._told(reply)
        return self.clean(told) if told else super().reason(reply)

    def unreadable(self, status: int, content: bytes) -> VendorError:
        """1C answers XML where it did not read what was asked for; the web server before it answers HTML."""
        found = _XML_MESSAGE.search(content)
        if found is not None:
            told = unescape(found[1].decode("utf-8", "replace"))
            return self.failure(Reply(status, {}, {"odata.error": {"message": {"value": told}}}))
        if status in _NO_ENTRY or status == HTTPStatus.PRECONDITION_FAILED:  # the status says it all, whoever wrote the page
            return self.refusal(Reply(status, {}, None))
        return super().unreadable(status, content)

    def _told(self, reply: Reply) -> str | None:
        """1C's own words, empty where it gave an error without any; None where it said nothing."""
        error = reply.field("odata.error")
        message = error.get("message") if isinstance(error, dict) else None
        words = message.get("value") if isinstance(message, dict) else None
        return words.strip() if isinstance(words, str) else None
