"""The process in which CPU is measured: three sides answer the same requests in turns."""

import gc
import pickle
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bench import environment

environment.as_deployed()

import boto3  # noqa: E402
from botocore import xform_name  # noqa: E402
from botocore.config import Config  # noqa: E402

import app as composition  # noqa: E402
from bench.cpu import COLLEAGUES, LISTED, Cassette, Cost, event, write  # noqa: E402
from bench.fastapi_side import Side  # noqa: E402
from bench.wire import Canned  # noqa: E402
from chalicelib.core import storage  # noqa: E402

WARM_UP = 25
ROUNDS = 21
CALLS_A_ROUND = 10
CONTEXT = SimpleNamespace(function_name="door", memory_limit_in_mb=512, invoked_function_arn="arn:aws:lambda:::door", aws_request_id="b7e1")

Once = Callable[[], Any]


def compare(name: str, cassette: Cassette, side: Side) -> Cost:
    """Rounds in which each side answers the same number of requests; the ratio is taken within a round."""
    sides = {
        "desk": _desk(cassette),
        "boto3": _bare(cassette, Config()),
        "unchecked": _bare(cassette, Config(parameter_validation=False)),
        "fastapi": _fastapi(side, cassette.request.path),
    }
    for once in sides.values():
        _spent(once, WARM_UP)
    gc.collect()
    gc.freeze()  # one side's imports must not make the other side's collections longer
    rounds = [{label: _spent(once, CALLS_A_ROUND) for label, once in sides.items()} for _ in range(ROUNDS)]
    shown = {f"{label}_ms": statistics.median(spent[label] for spent in rounds) for label in sides}
    ratios = {f"to_{label}": statistics.median(spent["desk"] / spent[label] for spent in rounds) for label in sides if label != "desk"}
    return Cost(name, **shown, **ratios)


def _spent(once: Once, times: int) -> float:
    """Milliseconds of this process's CPU, all threads, for one call."""
    started = time.process_time()
    for _ in range(times):
        once()
    return (time.process_time() - started) / times * 1000


def _desk(cassette: Cassette) -> Once:
    """The Lambda's own door: Chalice, the edge, the service, PynamoDB, botocore, a log line and a metric."""
    client, arrived = storage.connection().client, event(cassette.request)

    def once() -> None:
        client._endpoint.http_session = Canned(cassette.calls)
        answer = composition.app(arrived, CONTEXT)
        if answer["statusCode"] != 200:
            raise RuntimeError(f"the desk answered {answer['statusCode']}: {answer['body']}")

    return once


def _bare(cassette: Cassette, config: Config) -> Once:
    """boto3's client with the finished parameters in hand: no routing, no validation, no decision, no row."""
    client = boto3.client("dynamodb", config=config)
    calls = [(getattr(client, xform_name(call.operation)), call.params) for call in cassette.calls]

    def once() -> None:
        client._endpoint.http_session = Canned(cassette.calls)
        for method, params in calls:
            method(**params)

    return once


def _fastapi(side: Side, path: str) -> Once:
    requests = side.requests(path)
    return lambda: side.call(next(requests))


def main(cassettes: Path, result: Path) -> None:
    """Compare every cassette's operation."""
    with tempfile.TemporaryDirectory() as folder:
        side = Side(Path(folder), WARM_UP + ROUNDS * CALLS_A_ROUND, COLLEAGUES, LISTED)
        costs = [compare(name, cassette, side) for name, cassette in pickle.loads(cassettes.read_bytes()).items()]
        side.close()
    write(costs, result)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
