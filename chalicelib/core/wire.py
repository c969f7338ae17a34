"""What arrived, before anyone believes it: headers, query and body of one HTTP request, read tolerantly."""

import base64
import binascii
import math
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from pydantic_core import from_json

from chalicelib.core import forms
from chalicelib.core.errors import Invalid, TooLarge
from chalicelib.core.patterns import pattern

MAX_BODY = 256 * 1024
"""Bytes a body may hold; its raw copy must fit a row of the store."""

CHARSETS = {"utf-8", "utf8", "us-ascii", "ascii", "windows-1251", "cp1251", "koi8-r", "iso-8859-1", "latin-1", "windows-1252"}
"""What a body may be written in. Python knows more, but some are slow, no text, or let half characters through."""

_IN_URL = pattern(r"[A-Za-z0-9\-._~!$&'()*+,;=:@%]*")


class Incoming:
    """One request. Bad bytes raise `Invalid` when they are asked for, not before."""

    def __init__(
        self,
        *,
        method: str,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, list[str]] | None = None,
        path: Mapping[str, str] | None = None,
        body: bytes = b"",
        address: str = "",
    ) -> None:
        self.method = method
        self.headers = {name.lower(): value for name, value in (headers or {}).items()}
        self.query = {name: values[-1] for name, values in (query or {}).items() if values}
        self.path = dict(path or {})
        self.body = body
        self.address = address

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> "Incoming":
        """From API Gateway's proxy event, payload 1.0."""
        return cls(
            method=event["requestContext"]["httpMethod"],
            headers=event.get("headers"),
            query=event.get("multiValueQueryStringParameters"),
            path={name: _part(value) for name, value in (event.get("pathParameters") or {}).items()},
            body=_raw(event),
            address=((event["requestContext"].get("identity") or {}).get("sourceIp") or ""),
        )

    def shown(self, scheme: str) -> str | None:
        """What the ``Authorization`` header shows under a scheme; None where it shows nothing, or something else."""
        named, _, proof = self.headers.get("authorization", "").partition(" ")
        return proof.strip() or None if named.lower() == scheme else None

    @property
    def agent(self) -> str:
        """What the caller says he came with."""
        return self.headers.get("user-agent", "")[:300]

    @property
    def visitor(self) -> str:
        """Where and with what the caller came, as text; never stored as it is."""
        return f"{self.address}|{self.agent}"

    @property
    def content_type(self) -> str:
        """The media type without its parameters, lower case; empty when the caller named none."""
        return self.headers.get("content-type", "").split(";", 1)[0].strip().lower()

    @cached_property
    def fields(self) -> dict[str, Any]:
        """The body's fields: JSON, or a form in either way of writing it. Raises `Invalid` for what is neither."""
        if self.content_type == "multipart/form-data":
            return dict(forms.multipart(self.body, self.headers.get("content-type", "")))
        text = self._text().strip()
        if not text:
            return {}
        # A form's own braces are percent-encoded; JSON under a form's name is what `curl -d` sends.
        if self.content_type == "application/json" or text[0] in "{[":
            return _json(text)
        return dict(forms.urlencoded(text, self.charset, named="charset" in self.headers.get("content-type", "").lower()))

    def listed(self, name: str) -> dict[str, Any]:
        """The same; a body that is a JSON list is one field of this name."""
        text = self._text().strip()
        return _json(f'{{"{name}": {text}}}') if text.startswith("[") else self.fields

    def must_be_utf8(self) -> None:
        """Raises Invalid for JSON that is not UTF-8 and names no other charset.

        The gateway makes text of all but multipart, and puts U+FFFD where bytes were none: then what they said is gone.
        """
        if self.charset not in ("utf-8", "utf8") or self.content_type == "multipart/form-data":
            return
        text = self.body.decode(errors="replace").removeprefix("\ufeff").lstrip()
        if "\ufffd" in text and (text[0] in "{[" or self.content_type == "application/json"):
            raise Invalid.field("body", msg="The body must be UTF-8", kind="encoding")

    def loose_fields(self) -> dict[str, Any]:
        """The body's fields, or none when it cannot be read: for looking at before deciding."""
        try:
            return self.fields
        except Invalid:
            return {}

    @property
    def charset(self) -> str:
        """The charset that the content type names, lower case; UTF-8 where it names none."""
        for part in self.headers.get("content-type", "").split(";")[1:]:
            name, _, value = part.partition("=")
            if name.strip().lower() == "charset":
                return value.strip('" ').lower() or "utf-8"
        return "utf-8"

    def _text(self) -> str:
        text = _decoded(self.body, self.charset)
        if text is None and self.charset == "utf-8" and "\ufffd" not in (old := forms.text_of(self.body)):
            return old  # a site of the old charset that does not say so
        if text is None:
            raise Invalid.field("body", msg="The body must be text in the charset it names, UTF-8 by default", kind="encoding")
        return text.removeprefix("\ufeff")


def _part(value: str) -> str:
    """A path part as it was meant: Amazon's gateway hands it over percent-encoded, others decoded.

    What holds letters that no URL has was decoded already; what is no escape stays as it is.
    """
    if "%" not in value or not _IN_URL.fullmatch(value):
        return value
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError:
        return value


def _raw(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if len(body) > MAX_BODY * 2:
        raise TooLarge
    raw = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    if event.get("isBase64Encoded"):
        try:
            raw = base64.b64decode(raw)
        except binascii.Error as error:
            raise Invalid.field("body", msg="The body must be base64 as it says", kind="encoding") from error
    if len(raw) > MAX_BODY:
        raise TooLarge
    return raw


def _decoded(body: bytes, charset: str) -> str | None:
    try:
        return body.decode(charset) if charset in CHARSETS else None
    except UnicodeDecodeError:
        return None


def _json(text: str) -> dict[str, Any]:
    try:
        value = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise Invalid.field("body", msg="The body must be valid JSON", kind="json_invalid") from error
    if _endless(value):
        raise Invalid.field("body", msg="Numbers must be finite", kind="finite_number")
    if not isinstance(value, dict):
        raise Invalid.field("body", msg="The body must be a JSON object", kind="object_type")
    return value


def _endless(value: Any) -> bool:
    """Whether a number ran over: the parser refuses NaN by name, but reads 1e999 as infinity."""
    if isinstance(value, float):
        return not math.isfinite(value)
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_endless(part) for part in parts)
