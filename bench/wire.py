"""What passes between us and AWS, seen and answered at botocore's own joints: events above the wire, a session below it."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import botocore.handlers
from botocore.awsrequest import AWSResponse

from chalicelib.core import storage

_connects: list[Any] = []
_watched = False


@dataclass(frozen=True)
class Call:
    """One AWS call: what was asked in the API's own words, and the bytes that came back."""

    service: str
    operation: str
    params: dict[str, Any]
    status: int
    headers: dict[str, str]
    body: bytes
    parsed: dict[str, Any]


class Recorder:
    """Notes every call of the clients it hears of, in order."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._asked: list[dict[str, Any]] = []

    @property
    def operations(self) -> list[str]:
        """The calls' names."""
        return [call.operation for call in self.calls]

    def asked(self, params: dict[str, Any], **rest: Any) -> None:
        """botocore is about to serialise these parameters."""
        self._asked.append(dict(params))

    def answered(self, http_response: Any, parsed: dict[str, Any], model: Any, **rest: Any) -> None:
        """The store has answered, also where it refused."""
        service = model.service_model.service_name
        headers = dict(http_response.headers)
        self.calls.append(Call(service, model.name, self._asked.pop(), http_response.status_code, headers, http_response.content, parsed))


@contextmanager
def recorded() -> Iterator[Recorder]:
    """Every AWS call made inside the block."""
    recorder = Recorder()
    with heard(recorder.asked, recorder.answered):
        yield recorder


@contextmanager
def heard(asked: Callable[..., None], answered: Callable[..., None]) -> Iterator[None]:
    """Tell of every AWS call inside the block: of the store's shared client, and of any client that is made meanwhile."""
    events, handlers = storage.connection().client.meta.events, [("provide-client-params", asked), ("after-call", answered)]
    for name, handler in handlers:
        events.register(name, handler)
    botocore.handlers.BUILTIN_HANDLERS.extend(handlers)
    try:
        yield
    finally:
        for name, handler in handlers:
            events.unregister(name, handler)
            botocore.handlers.BUILTIN_HANDLERS.remove((name, handler))


@contextmanager
def connections() -> Iterator[list[Any]]:
    """Every address that a socket of this process connects to inside the block: a vendor's, for AWS is in the process."""
    global _watched
    if not _watched:  # an audit hook cannot be taken away again, so there is one
        sys.addaudithook(lambda event, args: _connects.append(args[1]) if event == "socket.connect" else None)
        _watched = True
    _connects.clear()
    yield _connects


class Canned:
    """An HTTP session that gives recorded answers in turn: the wire without the wire."""

    def __init__(self, calls: Sequence[Call]) -> None:
        self._calls = calls
        self._next = 0

    def send(self, request: Any) -> AWSResponse:
        """The answer to the next call of the recording, which starts again at its end."""
        call = self._calls[self._next % len(self._calls)]
        self._next += 1
        return AWSResponse(request.url, call.status, call.headers, _Raw(call.body))

    def close(self) -> None:
        """Nothing is open."""


class _Raw:
    """A body as urllib3 gives it."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Iterator[bytes]:
        yield self._body
