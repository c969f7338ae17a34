"""A door's cold start counted whole: its import, its settings from Parameter Store, its first request, in a process of its own.

Parameter Store and DynamoDB are a loopback server that knows nothing and takes everything, so that the first request makes both
clients, reads and writes. What is counted is the CPU of the process: the network, TLS and the server are not in it.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from bench.imports import FRAMEWORKS, TIMED

ROUNDS = 5
KEY = "key-of-the-bench"
ANSWERS: dict[str, Any] = {
    "BatchGetItem": {"Responses": {}, "UnprocessedKeys": {}},
    "Query": {"Items": [], "Count": 0, "ScannedCount": 0},
    "UpdateItem": {"Attributes": {"value": {"N": "1"}}},
}
"""By an operation's name; every other one is answered with nothing."""

STARTED = """
import json, sys, time
sys.path.insert(0, sys.argv[1])
began = time.process_time()
import app
answer = app.app(json.loads(sys.argv[2]), None)
print(); print(time.process_time() - began, answer["statusCode"])
"""

FORM = {"name": "Анна", "contact": {"type": "phone", "value": "+7 904 550-15-67"}, "selected_slots": []}
UPDATE = {"update_id": 1, "message": {"message_id": 1, "date": 1, "from": {"id": 7, "is_bot": False, "first_name": "Анна"}}}
SAID = UPDATE | {"message": UPDATE["message"] | {"chat": {"id": 7, "type": "private"}, "text": "Здравствуйте"}}


@dataclass(frozen=True)
class First:
    """A door's first request."""

    package: str
    secrets: str
    method: str
    path: str
    body: Any = None

    @property
    def event(self) -> str:
        """As API Gateway hands it over."""
        headers = {"x-api-key": KEY, "x-telegram-bot-api-secret-token": KEY, "content-type": "application/json"}
        context = {"httpMethod": self.method, "resourcePath": self.path, "identity": {"sourceIp": "192.0.2.1"}}
        said = None if self.body is None else json.dumps(self.body)
        rest = {"pathParameters": None, "stageVariables": None, "isBase64Encoded": False, "multiValueQueryStringParameters": None}
        return json.dumps({"requestContext": context, "headers": headers, "body": said, "path": self.path, **rest})


FIRSTS = (
    First("booking.slots", "none", "GET", "/get-available-slots"),
    First("clients", "service_api_key", "POST", "/client-registration", {"user_id": "7100000001"}),
    First("intake.applications", "service_api_key,tilda_api_key", "POST", "/submit-application", FORM),
    First("intake.links", "service_api_key", "POST", "/process-link", {"user_id": "7100000001", "ticket_id": "t-1"}),
    First("booking.sessions", "service_api_key", "POST", "/cancel-session", {"ticket_id": "t-1"}),
    First("bot", "service_api_key,telegram_webhook_secret,tilda_api_key,telegram_bot_token", "POST", "/telegram", SAID),
)


@dataclass(frozen=True)
class Start:
    """Milliseconds of CPU until the first answer, and how many times the frameworks' import that is (median of rounds)."""

    package: str
    median_ms: float
    to_frameworks: float
    status: int


def measure(code: Path, rounds: int = ROUNDS) -> list[Start]:
    """The frameworks' import and each door in turns; `code` is the unpacked package."""
    bare: list[float] = []
    spent: dict[str, list[tuple[float, int]]] = {first.package: [] for first in FIRSTS}
    with _store() as address:
        for _ in range(rounds):
            bare.append(_run(code, TIMED.format(code=FRAMEWORKS))[0])
            for first in FIRSTS:
                spent[first.package].append(_run(code, STARTED, first.event, **_environment(first, address)))
    return [_start(package, each, bare) for package, each in spent.items()]


def _start(package: str, each: list[tuple[float, int]], bare: list[float]) -> Start:
    ratio = statistics.median(one / other for (one, _), other in zip(each, bare, strict=True))
    return Start(package, statistics.median(one for one, _ in each), ratio, each[0][1])


def _environment(first: First, address: str) -> dict[str, str]:
    keys = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_ENDPOINT_URL": address}
    named = {"FRONTDESK_DOORS": first.package, "FRONTDESK_SECRETS": first.secrets, "SETTINGS_PATH": "/frontdesk/bench/"}
    return keys | named | {"STAGE": "bench", "POWERTOOLS_LOG_LEVEL": "ERROR", "AWS_LAMBDA_FUNCTION_NAME": "bench"}


def _run(code: Path, program: str, *arguments: str, **settings: str) -> tuple[float, int]:
    """Milliseconds of CPU in a process that sees the package and the standard library only, and the status that it told."""
    environment = {"PATH": os.environ["PATH"], "AWS_DEFAULT_REGION": "us-east-1", **settings}
    command = [sys.executable, "-I", "-S", "-c", program, str(code), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    spent, _, status = done.stdout.splitlines()[-1].partition(" ")
    return float(spent) * 1000, int(status or 0)


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        operation = self.headers["X-Amz-Target"].rpartition(".")[2]
        said = json.dumps(_parameters(request) if operation == "GetParameters" else ANSWERS.get(operation, {})).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: Any) -> None:
        """Nothing: the numbers are what is printed."""


def _parameters(request: Any) -> dict[str, Any]:
    values = {name: "STAGE=bench\n" if name.endswith("/settings") else KEY for name in request["Names"]}
    return {"Parameters": [{"Name": name, "Value": value, "Type": "String"} for name, value in values.items()], "InvalidParameters": []}


@contextmanager
def _store() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
