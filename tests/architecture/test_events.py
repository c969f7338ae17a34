"""Samples: ``events/<package>/<operation>.json``, and ``<operation>.<variant>`` for another shape of the same;
``events/site`` has once more what the public site calls, in its own words.

A sample is the body; of an operation without one the query; of one without either what stands in its path.
"""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from pydantic import ValidationError

import app as composition
from chalicelib.core.http import OPERATIONS
from chalicelib.core.tasks import SCHEDULES
from chalicelib.core.wire import Incoming
from tests.site import EVENING

EVENTS = Path(__file__).parents[2] / "events"
VENDORS = {"supabase": "notify_update", "telegram": "telegram"}
"""Folders whose samples all go to one operation."""

SITE = "site"
"""The folder of what the public site calls, as it calls it: `tests/site.py` plays all of it."""

TABLES = "import"
"""The folder of what `scripts/import_csv.py` reads."""

SAMPLES = sorted(path for path in EVENTS.rglob("*") if path.is_file() and path.parent.name != TABLES)
BY_NAME = {operation.name: operation for operation in OPERATIONS}
TICKS = {schedule.name for schedule in SCHEDULES}
MODULES = {source.name: source.handler_string for source in composition.app.event_sources}


def name_of(path):
    return VENDORS.get(path.parent.name) or path.name.partition(".")[0]


def label(path):
    return str(path.relative_to(EVENTS))


def fields_of(path):
    if path.suffix == ".form":
        return Incoming(method="POST", body=path.read_bytes().strip()).fields
    return json.loads(path.read_text(encoding="utf-8"))


def home_of(name):
    package = BY_NAME[name].package if name in BY_NAME else MODULES[name].removeprefix("chalicelib.")
    return package.partition(".")[0]


ASKED = [path for path in SAMPLES if name_of(path) in BY_NAME]
TICKED = [path for path in SAMPLES if name_of(path) in TICKS]


def test_every_operation_and_schedule_has_a_sample_where_one_looks_for_it():
    names, shown = [*BY_NAME, *sorted(TICKS)], {name_of(path) for path in SAMPLES}
    own = {name: EVENTS / home_of(name) / f"{name}.json" for name in names}
    assert [path for name, path in own.items() if not path.is_file() and name not in VENDORS.values()] == []
    assert [name for name in names if name not in shown] == []


def test_nothing_in_events_is_unknown():
    assert [label(path) for path in SAMPLES if name_of(path) not in {*BY_NAME, *TICKS}] == []
    stray = [label(path) for path in SAMPLES if path.parent.name not in (*VENDORS, SITE, home_of(name_of(path)))]
    assert stray == []
    assert {path.suffix for path in (EVENTS / TABLES).iterdir()} == {".csv"}


def misread(path):
    """What the operation of a sample has against it; nothing where it is read."""
    operation, fields = BY_NAME[name_of(path)], fields_of(path)
    model = operation.hints.get("body") or operation.hints.get("query")
    if model is None:
        return "" if sorted(fields) == sorted(re.findall(r"{(\w+)}", operation.path)) else f"not what stands in {operation.path}"
    if operation.source and operation.source.is_probe(fields):
        return ""
    try:
        model.model_validate(fields)
    except ValidationError as error:
        return str(error)
    return ""


def test_a_sample_is_what_its_operation_reads():
    assert ASKED
    assert {label(path): wrong for path in ASKED if (wrong := misread(path))} == {}


@pytest.mark.parametrize(
    "path", [path for path in ASKED if "query" in (hints := BY_NAME[name_of(path)].hints) and "body" not in hints], ids=label
)
def test_a_query_asks_only_for_what_is_read(path):
    fields = fields_of(path)
    assert set(fields) <= set(BY_NAME[name_of(path)].hints["query"].model_fields)
    assert all(isinstance(value, str) for value in fields.values()), "a URL's query is text"


@pytest.mark.parametrize("path", TICKED, ids=label)
def test_a_tick_is_one_of_eventbridges_at_its_own_second(path):
    event = fields_of(path)
    assert (event["source"], event["detail-type"]) == ("aws.events", "Scheduled Event")
    moment = datetime.fromisoformat(event["time"])
    assert moment.tzinfo == UTC and moment.microsecond == 0


def test_the_sites_samples_are_played_and_no_other():
    assert sorted(EVENING) == sorted(path.stem for path in (EVENTS / SITE).iterdir())


def test_a_form_sample_is_a_form():
    forms = [path for path in SAMPLES if path.suffix == ".form"]
    assert forms
    assert all(parse_qsl(path.read_text(encoding="utf-8").strip(), strict_parsing=True) for path in forms)
