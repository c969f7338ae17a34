"""Speech to text by a server that speaks as OpenAI's does: one file a call, answered with its parts and their times."""

import uuid
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from chalicelib.core.vendors import Reply, Timeout, Vendor, VendorDown, VendorError, VendorRefused

VENDOR = "speech"
LARGEST: Final = 25 * 1024 * 1024
PATIENCE: Timeout = (3.0, 30.0)
"""A file is heard while the caller waits: longer than this his Lambda does not live."""


class Part(NamedTuple):
    """What was heard between two moments, in seconds."""

    start: float
    end: float
    text: str


class Heard(NamedTuple):
    """A file as it was heard."""

    language: str | None
    parts: list[Part]


class SpeechRefused(VendorRefused):
    """Refused for good; `ours` says that no other file would escape it."""

    @property
    def ours(self) -> bool:
        """Whether the key or the address is wrong."""
        return self.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)


class SpeechClient:
    """Every call raises `VendorDown`, `VendorBusy` or `SpeechRefused`."""

    def __init__(self, url: str, key: str, model: str, *, timeout: Timeout = PATIENCE) -> None:
        self._model = model
        self._api = _Speech(VENDOR, url, secrets=(key,), headers={"Authorization": f"Bearer {key}"}, timeout=timeout)

    def hear(self, audio: bytes, file_name: str, content_type: str, language: str) -> Heard:
        """What is said in a file."""
        fields = [("model", self._model), ("language", language), ("response_format", "verbose_json")]
        body, kind = _multipart([*fields, ("timestamp_granularities[]", "segment")], audio, file_name, content_type)
        found = self._api.call("POST", "audio/transcriptions", body=body, headers={"Content-Type": kind})
        return Heard(_text(found.field("language")), [*_parts(found.field("segments"))])


def _multipart(fields: Sequence[tuple[str, str]], audio: bytes, file_name: str, content_type: str) -> tuple[bytes, str]:
    mark = uuid.uuid4().hex
    parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields]
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{file_name}"\r\nContent-Type: {content_type}\r\n\r\n'
    return b"".join([*parts, head.encode(), audio, f"\r\n--{mark}--\r\n".encode()]), f"multipart/form-data; boundary={mark}"


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _parts(said: Any) -> list[Part]:
    if not isinstance(said, list):
        raise VendorDown(VENDOR, "a file without its parts", sent_maybe=True)
    found = [one for one in said if isinstance(one, dict) and isinstance(one.get("text"), str) and one["text"].strip()]
    return [Part(_number(one.get("start")), _number(one.get("end")), one["text"].strip()) for one in found]


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


class _Speech(Vendor):
    def refusal(self, reply: Reply) -> VendorError:
        error = reply.field("error")
        words = error.get("message") if isinstance(error, dict) else None
        return SpeechRefused(self.name, reply.status, self.clean(words if isinstance(words, str) else self.reason(reply)))
