"""The deployed API keeps to its own document, whatever is sent: no 5xx, no undocumented status, in no way breakable."""

import json
import subprocess
import sys

import pytest

from tests.builders import SERVICE, SUPABASE, TELEGRAM, Front
from tests.e2e.crowd import Call
from tests.e2e.test_repeats import DEEDS
from tests.proofs import FULL, size

CASES = size(2, full=6)
"""Generated cases for each operation, beside its examples; the same ones in every run."""

CHECKS = "not_a_server_error,status_code_conformance,response_schema_conformance"

TEXTS = ["", " ", "\x00", "\ud800", "я" * 3000, "😀" * 600, "x" * 30_000, "null", "²"]
NUMBERS = [10**40, 1e308, -1, 0]
OTHERS = [True, None, [], [None], {}, {"a": [{}]}]
MOMENTS = ["31.02 10:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"]
KINDS = (TEXTS, NUMBERS, OTHERS, MOMENTS)
IN_TURN = 1 if FULL else 3
"""Of each kind of value a place gets every one, or each third; the places beside it get the others."""


ELSEWHERE = {"X-Forwarded-For": "198.51.100.77"}
"""Its wrong secrets are another visitor's: too many from one address close doors that other tests open."""


def test_nothing_that_the_document_allows_or_forbids_is_answered_otherwise_than_it_says(cloud, tmp_path):
    """The gateway's own 403 for methods nobody declared is not asked for: undeclared methods are the coverage phase's."""
    program = [sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"]
    where = [f"{cloud.base_url}/openapi.json", "--url", cloud.base_url]
    what = ["--phases", "examples,fuzzing", "--max-examples", str(CASES), "--generation-deterministic", "--checks", CHECKS]
    keys = [part for pair in {**SERVICE, **SUPABASE, **TELEGRAM, **ELSEWHERE}.items() for part in ("--header", "{}: {}".format(*pair))]
    patience = ["--request-timeout", "60", "--suppress-health-check", "all", "--warnings", "off", "--no-color"]

    done = subprocess.run([*program, "run", *where, *what, *keys, *patience], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


@pytest.fixture(scope="module")
def documented(deployed_front):
    """The statuses that each operation's document names."""
    paths = deployed_front.get("/openapi.json").ok()["paths"]
    return {
        (method.upper(), path): {int(status) for status in said["responses"]} for path, one in paths.items() for method, said in one.items()
    }


def places(value, path=()):
    """Where in a payload something stands."""
    yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield from places(part, (*path, name))


def values(number):
    """What is put at a place, by its number: some of each kind."""
    return [value for kind in KINDS for value in kind[number % IN_TURN :: IN_TURN]]


def replaced(value, path, by):
    """A payload with something else at a place."""
    if not path:
        return by
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], by)
    return copy


@pytest.mark.parametrize("name", DEEDS)
def test_no_value_at_any_place_of_a_payload_breaks_its_webhook(crowd, crowd_tables, documented, name):
    front = Front(crowd)
    front.tables = crowd_tables
    call = DEEDS[name](front, 100 + list(DEEDS).index(name))
    bodies = [replaced(call.body, place, value) for number, place in enumerate(places(call.body)) for value in values(number)]

    answers = crowd.in_turn([Call(call.method, call.path, json.dumps(body), call.headers) for body in bodies])

    wrong = [
        (body, answer.text) for body, answer in zip(bodies, answers, strict=True) if answer.status not in documented["POST", call.path]
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/submit-application", b'{"name": "' + b"x" * 300_000 + b'"}', 413),
        ("POST", "/submit-application", b'{"name": "\xed\xa0\x80", "phone": "1"}', 200),  # the gateway mends what is no UTF-8
        ("POST", "/submit-application", b'{"name": ' * 20_000, 422),
        ("POST", "/submit-application", b"", 422),
        ("POST", "/submit-application", b"Name=%00&Phone=%00&tranid=%00", 200),
        ("POST", "/telegram", b"\x00", 200),
        ("POST", "/notify-update", b"[]", 422),
        ("GET", "/specialists/%00", b"", 404),
        ("GET", "/specialists/%F0%9F%98%80", b"", 404),
        ("GET", "/specialists/" + "x" * 3000, b"", 404),
        ("DELETE", "/slots/%20", b"", 404),
        ("GET", "/get-available-slots?limit=99999999999999999999", b"", 422),
        ("GET", "/get-available-slots?date_from=%00", b"", 422),
        ("GET", "/get-available-slots?cursor=AAAA", b"", 422),
        ("GET", "/get-available-slots?psychologist=" + "%D1%8F" * 1200, b"", 422),
    ],
)
def test_what_no_generator_sends_is_answered_clearly_through_the_gateway(deployed_front, method, path, body, status):
    answer = deployed_front.call(method, path, body=body, headers={**SERVICE, **SUPABASE, **TELEGRAM})

    assert (answer.status, answer.text[:300]) == (status, answer.text[:300])
    if answer.status != 200:
        assert answer.body["success"] is False
        assert set(answer.body) == {"success", "error", "message", "detail"}
