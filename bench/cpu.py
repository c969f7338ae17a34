"""CPU of one request: the desk's door, bare boto3 making the same calls, and FastAPI with SQLite, in turns in one process.

The store is recorded once and answers from the recording, at botocore's HTTP session: the desk and bare boto3 both build,
sign and read every call, and nobody's network is in the numbers. That process knows no moto, whose hooks would cost both.
"""

import json
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench import desk, till
from bench.operations import AVAILABLE, CONFIRM, OPERATIONS, SUBMIT, TAKEN, Operation, Request, World
from bench.wire import Call, recorded

WEBHOOKS = (SUBMIT, CONFIRM, TAKEN, AVAILABLE)
LISTED = 100
"""How many slots get-available-slots answers with."""

COLLEAGUES = 9
TO_BOTO3, TO_FASTAPI, PURCHASE_TO_BOTO3 = 1.5, 0.7, 1.6
"""How many times the others' CPU a request may take; a purchase is one large transaction of many rows."""
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

    @property
    def most_to_boto3(self) -> float:
        """Its bound."""
        return PURCHASE_TO_BOTO3 if self.operation == till.PURCHASE.name else TO_BOTO3


def compared() -> list[Operation]:
    """Whose CPU is measured: four webhooks, and a purchase."""
    return [*(next(one for one in OPERATIONS if one.name == name) for name in WEBHOOKS), till.PURCHASE]


def measure(operations: Sequence[Operation] | None = None) -> list[Cost]:
    """Record, then compare in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        cassettes, result = Path(folder) / "cassettes", Path(folder) / "result"
        cassettes.write_bytes(pickle.dumps({one.name: _record(one) for one in operations or compared()}))
        command = [sys.executable, "-W", "ignore", "-m", "bench.replay", str(cassettes), str(result)]
        # Its standard output takes the log lines and metrics that the desk writes.
        subprocess.run(command, cwd=PROJECT, stdout=subprocess.DEVNULL, check=True)
        return [Cost(**row) for row in json.loads(result.read_text())]


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
