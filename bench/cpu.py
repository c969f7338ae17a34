"""CPU of one request: the desk's door, bare boto3 making the same calls, and FastAPI with SQLite, in turns in one process.

The store is recorded once and answers from the recording, at botocore's HTTP session: the desk and bare boto3 both build,
sign and read every call, and nobody's network is in the numbers. That process knows no moto, whose hooks would cost both.
"""

import json
import pickle
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench import desk
from bench.operations import AVAILABLE, CONFIRM, OPERATIONS, SUBMIT, TAKEN, Operation, Request, World
from bench.wire import Call, recorded

COMPARED = (SUBMIT, CONFIRM, TAKEN, AVAILABLE)
LISTED = 100
"""How many slots get-available-slots answers with."""

COLLEAGUES = 9
PROJECT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Cassette:
    """One request and every AWS call it made."""

    request: Request
    calls: list[Call]


@dataclass(frozen=True)
class Cost:
    """Milliseconds of CPU for one request, and the desk's share of the others' (medians over rounds)."""

    operation: str
    desk_ms: float
    boto3_ms: float
    unchecked_ms: float
    fastapi_ms: float
    to_boto3: float
    to_unchecked: float
    to_fastapi: float


def measure() -> list[Cost]:
    """Record, then compare in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        cassettes, result = Path(folder) / "cassettes", Path(folder) / "result"
        cassettes.write_bytes(pickle.dumps({name: _record(_operation(name)) for name in COMPARED}))
        command = [sys.executable, "-W", "ignore", "-m", "bench.replay", str(cassettes), str(result)]
        # Its standard output takes the log lines and metrics that the desk writes.
        subprocess.run(command, cwd=PROJECT, stdout=subprocess.DEVNULL, check=True)
        return [Cost(**row) for row in json.loads(result.read_text())]


def _operation(name: str) -> Operation:
    return next(operation for operation in OPERATIONS if operation.name == name)


def _record(operation: Operation) -> Cassette:
    with desk.opened(COLLEAGUES) as world:
        request = operation.prepare(world)
        if operation.name == AVAILABLE:
            _list(world)
        with recorded() as recorder:
            request.send(world.front).ok()
        return Cassette(request, recorder.calls)


def _list(world: World) -> None:
    """Two slots are there already."""
    for _ in range((LISTED - 2) // 2):
        world.hours(2)


def write(costs: list[Cost], path: Path) -> None:
    """Hand the numbers to the process that asked."""
    path.write_text(json.dumps([asdict(cost) for cost in costs]))


def event(request: Request) -> dict[str, Any]:
    """A request as API Gateway hands it to a Lambda."""
    body = None if request.body is None else json.dumps(request.body)
    headers = {"Content-Type": "application/json", "Host": "desk", **request.headers}
    return {
        "resource": request.path,
        "path": request.path,
        "httpMethod": request.method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": request.query or None,
        "multiValueQueryStringParameters": {name: [value] for name, value in request.query.items()} or None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": request.path,
            "httpMethod": request.method,
            "requestId": "b7e1c0de",
            "identity": {"sourceIp": "127.0.0.1"},
        },
        "body": body,
        "isBase64Encoded": False,
    }
