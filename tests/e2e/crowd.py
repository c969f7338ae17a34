"""Many callers at once: the application's typed edge in threads, in a process of its own, over tables of a real store.

Over HTTP each concurrent request is a worker process of the local cloud: sixteen fit, two hundred do not. A process of
its own because models are bound to their tables when they are imported, and the tests' own process binds them to others.

The parent writes one line of JSON for each job and reads one line of answers.
"""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote

from tests.builders import Answer

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Call:
    """One request of one caller."""

    method: str
    path: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def raw(self) -> str:
        """The body as it is sent: JSON, unless it is text already."""
        return self.body if isinstance(self.body, str) else json.dumps(self.body)


def post(path: str, body: Any, headers: dict[str, str] | None = None) -> Call:
    """A POST of JSON."""
    return Call("POST", path, body, {**JSON, **(headers or {})})


class Crowd:
    """The callers, as the tests command them. Also a `Front`'s HTTP: one caller, one call."""

    table_prefix = "frontdesk-crowd-"

    def __init__(self, store: str, project: Path, settings: dict[str, str]) -> None:
        command = [sys.executable, "-m", "tests.e2e.crowd"]
        environment = os.environ | settings | {"TABLE_PREFIX": self.table_prefix, "STORE_ENDPOINT": store}
        self._process = subprocess.Popen(
            command, cwd=project, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)

    def at_once(self, calls: Sequence[Call]) -> list[Answer]:
        """All calls at the same moment, each in a thread."""
        return self._calls(calls, at_once=True)

    def in_turn(self, calls: Sequence[Call]) -> list[Answer]:
        """One call after the other."""
        return self._calls(calls, at_once=False)

    def request(self, method: str, path: str, *, body: bytes = b"", headers: dict[str, str] | None = None) -> SimpleNamespace:
        (answer,) = self._ask(calls=[asdict(Call(method, path, body.decode(), headers or {}))], at_once=False)
        return _response(answer)

    def tick(self, function: str, at: datetime) -> Any:
        """Run a scheduled function as EventBridge would at a moment."""
        return self._ask(tick=function, at=at.astimezone(UTC).isoformat())

    def _calls(self, calls: Sequence[Call], *, at_once: bool) -> list[Answer]:
        answers = self._ask(calls=[asdict(call) | {"body": call.raw} for call in calls], at_once=at_once)
        return [Answer(_response(answer)) for answer in answers]

    def _ask(self, **job: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the crowd's process died; its last words are above"
        return json.loads(line)


def _response(answer: dict[str, Any]) -> SimpleNamespace:
    return SimpleNamespace(status_code=answer["status"], headers=answer["headers"], body=answer["body"].encode())


# --- the process itself -----------------------------------------------------------------------------------------------


def main() -> None:
    """Make the tables, then serve jobs until there are no more."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else is printed must not mix with the answers
    import app as composition
    from chalicelib.core import storage

    for model in storage.tables():
        model.create_table(billing_mode="PAY_PER_REQUEST")
    for line in sys.stdin:
        print(json.dumps(_serve(composition.app, json.loads(line))), file=answers, flush=True)


def _serve(app: Any, job: dict[str, Any]) -> Any:
    if "tick" in job:
        event = {"id": "1", "source": "aws.events", "account": "0", "region": "us-east-1", "detail-type": "", "detail": {}}
        return app.handler_map[job["tick"]](event | {"version": "0", "resources": [], "time": job["at"]}, None)
    if not job["at_once"]:
        return [_answer(call) for call in job["calls"]]
    answers: list[Any] = [None] * len(job["calls"])
    start = threading.Barrier(len(answers))

    def run(place: int) -> None:
        start.wait()
        answers[place] = _answer(job["calls"][place])

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(answers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _answer(call: dict[str, Any]) -> dict[str, Any]:
    """One request through everything but Chalice's routing, which keeps its current request for one caller only."""
    from chalicelib.core.http import respond

    path, _, query = call["path"].partition("?")
    operation, parts = _operation(call["method"], path)
    event = {
        "requestContext": {"httpMethod": call["method"]},
        "headers": call["headers"],
        "multiValueQueryStringParameters": parse_qs(query) or None,
        "pathParameters": parts,
        "body": call["body"],
    }
    answer = respond(operation, event)
    body = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
    return {"status": answer.status_code, "headers": answer.headers, "body": body}


def _operation(method: str, path: str) -> tuple[Any, dict[str, str]]:
    from chalicelib.core.http import OPERATIONS

    for operation in OPERATIONS:
        match = re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", operation.path), path)
        if match and operation.method == method:
            return operation, {name: unquote(value) for name, value in match.groupdict().items()}
    raise LookupError(f"{method} {path}")


if __name__ == "__main__":
    main()
