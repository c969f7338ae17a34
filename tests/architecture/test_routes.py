"""House rules of the doors: what API Gateway refuses, what a Lambda must be able to import, what the document must say."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import app as composition
from chalicelib.core import storage
from chalicelib.core.http import OPERATIONS
from chalicelib.core.openapi import document
from chalicelib.core.schemes import SCHEMES
from chalicelib.core.tasks import SCHEDULES
from chalicelib.routes import PACKAGES
from tests.standins.alone import played

ROOT = Path(__file__).parents[2]
WEBHOOKS = [operation for operation in OPERATIONS if operation.webhook]
HEAVY = {"phonenumbers", "requests", "chalicelib.core.openapi", "boto3", "jwt", "cryptography"}
"""What a door's cold start must not pay for before it is used."""

MODELS = {
    "clients": 17,
    "booking.slots": 15,
    "booking.sessions": 17,
    "intake.applications": 21,
    "intake.links": 22,
    "intake.rows": 23,
    "intake.diagnostics": 20,
    "consultations.followers": 46,
    "gocrm.leads": 16,
    "bot": 36,
}
"""How many models a door makes as it is imported, at most: a third of a millisecond each, answered with or not."""

LOADED = """
import app, json, sys
from chalicelib.core.schemas import Schema
from chalicelib.core.settings import Settings

def below(model):
    return {model}.union(*map(below, model.__subclasses__()))

print(json.dumps([sorted(app.app.routes), sorted(sys.modules), len(below(Schema)), Settings.__pydantic_complete__]))
"""

JOBS = {source.name: source.handler_string.rpartition(".")[0] for source in composition.app.event_sources}
"""The module that Lambda imports for a job."""


def run(code, **environment):
    import os

    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


def test_one_variable_name_per_level():
    children = {}
    for path in composition.app.routes:
        parts = path.strip("/").split("/")
        for depth, part in enumerate(parts):
            if part.startswith("{"):
                children.setdefault("/".join(re.sub(r"{.*?}", "{}", one) for one in parts[:depth]), set()).add(part)
    assert {place: found for place, found in children.items() if len(found) > 1} == {}


def test_paths_have_no_trailing_slash():
    assert not [path for path in composition.app.routes if path != "/" and path.endswith("/")]


def test_every_operation_says_what_it_does_and_answers():
    assert [operation.name for operation in OPERATIONS if not operation.view.__doc__ or operation.answer is None] == []


def test_operations_have_names_of_their_own():
    names = [operation.name for operation in OPERATIONS]
    assert len(set(names)) == len(names)


def alone(*programs):
    """How each of these ended in a process of its own; what it was given says which it was."""
    import os

    return played(programs, cwd=ROOT, env={**os.environ})


def test_a_door_loads_alone_and_only_its_package():
    broken = {}
    for package, done in zip(PACKAGES, alone(*((LOADED, {"FRONTDESK_DOORS": package}) for package in PACKAGES)), strict=True):
        broken[package] = [done.stderr] if done.returncode else wrong_with(package, *json.loads(done.stdout))
    assert {package: wrong for package, wrong in broken.items() if wrong} == {}


def wrong_with(package, routes, modules, models, built):
    """What a package brings that it should not; of what no door serves, only its routes count."""
    own = {path for operation in OPERATIONS if operation.package == package for path in operation.paths}
    is_door = any(operation.is_door for operation in OPERATIONS if operation.package == package)
    wrong = [
        *(f"another's route: {path}" for path in set(routes) - own),
        *(f"imported: {name}" for name in HEAVY & set(modules) if is_door),
        *([f"{models} models"] if is_door and models > MODELS.get(package, models) else []),
        *(["the settings are built at their first look"] if is_door and built else []),
    ]
    return sorted(wrong)


def test_jobs_are_importable_without_the_app():
    jobs = [*(schedule.name for schedule in SCHEDULES), "deliver"]
    modules = sorted({JOBS[name] for name in jobs})
    code = "import sys, {0}; assert all(callable(getattr({0}, name)) for name in {1}); assert 'app' not in sys.modules"
    ended = alone(*((code.format(module, [name for name in jobs if JOBS[name] == module]), {}) for module in modules))
    assert {module: done.stderr for module, done in zip(modules, ended, strict=True) if done.returncode} == {}


def test_the_outbox_lambdas_know_every_handler():
    sent = {
        match for path in (ROOT / "chalicelib").rglob("*.py") for match in re.findall(r"outbox\.send\(\s*tx,\s*\"(\w+)\"", path.read_text())
    }
    done = run(
        "import chalicelib.ops.jobs, json; from chalicelib.core.outbox import handlers; print(json.dumps(sorted(handlers.registry)))"
    )
    assert sent
    assert set(json.loads(done.stdout)) >= sent


REPLAYED = """
import app, json
from types import SimpleNamespace as Some
from chalicelib.ops import service
service.decide = lambda operation, *_: print(json.dumps([operation.name]))
service.inbox = Some(raw_of=lambda row: b"", Receipt=Some(of=lambda row: Some(sender=Some(kind="public"))))
service._decide(Some(operation="POST /submit-application", content_type=""))
"""
PLAYED = """
import app, json
from types import SimpleNamespace as Some
from chalicelib.core.outbox import handlers
from chalicelib.ops.timemachine import service
service._read = lambda ticket_id: exit(print(json.dumps(sorted(handlers.registry))))
service.advance(Some(ticket_id="t-1"))
"""


@pytest.mark.parametrize(("package", "code", "knows"), [
    ("ops", REPLAYED, {"submit_application"}),
    ("ops.timemachine", PLAYED, {"message", "consultation_chatwoot", "gocrm_lead"}),
])  # fmt: skip
def test_what_needs_every_package_brings_them_whatever_its_worker_has_imported(package, code, knows):
    done = run(code, FRONTDESK_DOORS=package)
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)) >= knows


def test_the_committed_document_is_the_generated_one():
    committed = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    assert committed == json.loads(json.dumps(document())), "run `make openapi` and commit it"


def test_every_webhook_has_a_policy_and_forms_have_an_inbox():
    assert {operation.name for operation in WEBHOOKS if operation.source} >= {
        "submit_application",
        "tilda_zayavka",
        "tilda_zayavka_diagnostic_v2",
        "register_ticket_for_help_hand",
        "diagnostic_session_request",
        "notify_update",
        "telegram",
    }
    open_doors = {operation.name for operation in OPERATIONS if operation.auth.name == "public"}
    assert open_doors == {
        "get_available_slots",
        "get_available_slots_test_contur",
        "cards",
        "edu_keys_pipeline_batch",
        "get_agregated_schedule_v2",
        "schedule_diagnosis_v2",
        "get_agregated_schedule_cards",
        "get_agregated_schedule_helpful_hand",
        "get_aggregated_all",
        "convert_schedule_timezone",
        "get_filtered_psychologists_names_new",
        "get_sheets_row_number",
        "get_sheets_row_number_test_contur",
        "init_form_tracking",
        "init_form_tracking_test_contur",
        "update_tracking_step",
        "update_tracking_step_test_contur",
        "update_analytics_before_slots",
        "update_tracker",
        "step_analytics",
        "web_track",
        "check_allotment_for_slot_confirmation",
        "get_survey",
        "check_fill_survey",
        "gocrm_cities",
        "gocrm_centers",
        "gocrm_staff",
        "health",
        "api_health",
        "docs",
        "docs_file",
        "openapi_json",
        "show_unsubscribing",
        "unsubscribe",
    }


def test_the_document_describes_the_proofs_that_are_asked_for_and_no_others():
    assert {scheme for operation in OPERATIONS for scheme in operation.auth.schemes if scheme} == set(SCHEMES)


def test_tables_have_names_of_their_own():
    keys = [model.table_key() for model in storage.tables()]
    assert len(set(keys)) == len(keys)
