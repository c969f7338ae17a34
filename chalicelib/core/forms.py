"""The two ways in which a browser writes a form, read as fields. What is no text in the charset it names is read as what it is."""

from email.message import Message
from email.parser import Parser
from email.utils import collapse_rfc2231_value
from urllib.parse import parse_qsl

from chalicelib.core.errors import Invalid
from chalicelib.core.patterns import pattern

MAX_FIELDS = 500
"""Fields a form may hold; a site form has some thirty."""

CYRILLIC = "windows-1251"
"""What old sites write without saying so."""

_WORD = pattern(r"[А-Яа-яЁё]{2}")


def urlencoded(text: str, charset: str, *, named: bool) -> dict[str, str | list[str]]:
    """The fields of ``a=1&b=2``. Raises Invalid for too many of them."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, encoding=charset, max_num_fields=MAX_FIELDS)
        if not named and any("\ufffd" in value for pair in pairs for value in pair):
            pairs = [(_again(name), _again(value)) for name, value in parse_qsl(text, True, encoding="latin-1", max_num_fields=MAX_FIELDS)]
    except ValueError as error:
        raise _too_many() from error
    return _gathered(pairs)


def _again(text: str) -> str:
    """A text that was read byte by byte, as UTF-8 or as Russian in the old charset."""
    return text_of(text.encode("latin-1")) if all(letter <= "ÿ" for letter in text) else text


def text_of(raw: bytes) -> str:
    """Bytes as UTF-8; as Russian in the old charset where they are words of it and no UTF-8."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        old = raw.decode(CYRILLIC, "replace")
        return old if _WORD.search(old) and "\ufffd" not in old else raw.decode(errors="replace")


def multipart(body: bytes, content_type: str) -> dict[str, str | list[str]]:
    """The fields of ``multipart/form-data``; of a file its name, for its bytes have no place here. Raises Invalid for what is none.

    Read byte by byte as latin-1, so that each part keeps its bytes whatever charset it is written in.
    """
    head = " ".join(content_type.split())
    whole = Parser().parsestr(f"Content-Type: {head}\r\n\r\n{body.decode('latin-1')}")
    if not whole.is_multipart():
        raise Invalid.field("body", msg="The body must be multipart/form-data with the boundary it names", kind="multipart_invalid")
    parts = [part for part in whole.get_payload() if isinstance(part, Message)]
    if len(parts) > MAX_FIELDS:
        raise _too_many()
    return _gathered([pair for part in parts if (pair := _field(part))])


def _field(part: Message) -> tuple[str, str] | None:
    name, file = _said(part, "name"), _said(part, "filename")
    if name is None:
        return None
    payload = part.get_payload()
    raw = payload.encode("latin-1", "replace") if isinstance(payload, str) else b""
    return name, text_of(raw) if file is None else file


def _said(part: Message, parameter: str) -> str | None:
    value = part.get_param(parameter, header="content-disposition")
    if value is None:
        return None
    return collapse_rfc2231_value(value) if isinstance(value, tuple) else text_of(value.encode("latin-1", "replace"))


def _gathered(pairs: list[tuple[str, str]]) -> dict[str, str | list[str]]:
    """A repeated name has a list."""
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in fields.items()}


def _too_many() -> Invalid:
    return Invalid.field("body", msg=f"A form may hold at most {MAX_FIELDS} fields", kind="form_invalid")
