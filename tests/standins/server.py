"""A company's JSON API on loopback: records what arrives, refuses what is not to the letter, misbehaves on demand.

A subclass answers requests in `answer`; `wrong` lists what it refused as our mistake: it should stay empty.
"""

import json
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request. `path` is as it came, percent-encoding and all."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=True))


@dataclass(eq=False)
class Refusal(Exception):
    """An answer outside 2xx."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Dropped:
    """The request is carried out and the caller is hung up on."""


Answer = tuple[int, Any]


class StandIn:
    """The server; port and address are known once it is made."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.wrong: list[str] = []
        self.before: Callable[[Asked], None] = lambda asked: None
        self._plan: deque[tuple[str, Refusal | Dropped | bytes]] = deque()
        self._lock = Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, asked: Asked) -> Answer:
        """What a right request is answered with; `Refusal` for others."""
        raise NotImplementedError

    def calls(self, method: str, path: str = "") -> list[Asked]:
        """The requests of a method whose path holds `path`."""
        return [one for one in self.asked if one.method == method and path in one.path]

    def fail_next(self, status: int = 503, body: Any = None, *, n: int = 1, path: str = "", headers: dict[str, str] | None = None) -> None:
        """Refuse the next `n` requests whose path holds `path`."""
        self._plan.extend([(path, Refusal(status, body, headers or {}))] * n)

    def page_next(self, page: bytes, *, path: str = "") -> None:
        """Answer the next such request with raw bytes and status 200."""
        self._plan.append((path, page))

    def drop_next(self, *, n: int = 1, path: str = "") -> None:
        """Carry out the next such requests and hang up: whether they were, the caller cannot know."""
        self._plan.extend([(path, Dropped())] * n)

    def serve(self, asked: Asked) -> tuple[int, bytes, dict[str, str]] | None:
        self.before(asked)
        with self._lock:
            self.asked.append(asked)
            planned = self._planned(f"{asked.method} {asked.path}")
            if isinstance(planned, bytes):
                return 200, planned, {}
            if isinstance(planned, Refusal):
                return planned.status, _dump(planned.body), planned.headers
            status, body, headers = self._judge(asked)
            return None if planned else (status, _dump(body), headers)

    def _planned(self, line: str) -> Refusal | Dropped | bytes | None:
        for place, (path, what) in enumerate(self._plan):
            if path in line:
                del self._plan[place]
                return what
        return None

    def _judge(self, asked: Asked) -> tuple[int, Any, dict[str, str]]:
        try:
            return *self.answer(asked), {}
        except Refusal as refusal:
            return refusal.status, refusal.body, refusal.headers

    def mistake(self, words: str, status: int = 400, body: Any = None) -> Refusal:
        """Our fault: remembered, and refused as the company would."""
        self.wrong.append(words)
        return Refusal(status, body)

    def require(self, holds: bool, words: str, status: int = 400, body: Any = None) -> None:
        if not holds:
            raise self.mistake(words, status, body)


def match(pattern: str, path: str) -> tuple[str, ...] | None:
    """The parts of a path that fits `pattern` whole."""
    found = re.fullmatch(pattern, path)
    return found.groups() if found else None


def _dump(body: Any) -> bytes:
    return b"" if body is None else json.dumps(body, ensure_ascii=False).encode()


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _any(self) -> None:
            url = urlsplit(self.path)
            query = parse_qsl(url.query, keep_blank_values=True)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            assert len(dict(query)) == len(query), "a parameter was sent twice"
            answer = stand_in.serve(Asked(self.command, url.path, dict(query), headers, body))
            if answer is None:
                self.close_connection = True
                return
            status, content, extra = answer
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", "Content-Length": str(len(content)), **extra}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_HEAD = do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _any

        def log_message(self, *args: Any) -> None:
            pass

    return Handler
