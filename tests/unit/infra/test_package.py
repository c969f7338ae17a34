"""The real package: small enough, complete, and a template that CloudFormation's linter accepts."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from infra import package
from infra.naming import function_name
from infra.template import with_code
from tests.proofs import FULL
from tests.standins.alone import played
from tests.standins.thinned import kind, thinned

pytestmark = pytest.mark.xdist_group("package")  # what its tests share is made once

PROJECT = Path(__file__).resolve().parents[3]
MOST_MEGABYTES = 14
"""Of which `cryptography` takes five: signatures are nobody's own work here."""
MOST_RESOURCES = 390
"""Of CloudFormation's 500: campaigns and the desk are to come."""


@pytest.fixture(scope="module")
def built():
    return package.build(PROJECT, "prod")


@pytest.fixture(scope="module")
def unpacked(built, tmp_path_factory):
    folder = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(built.zip_file) as packed:
        packed.extractall(folder)
    return folder


def functions(built):
    return {name: one["Properties"] for name, one in built.template["Resources"].items() if one["Type"] == "AWS::Serverless::Function"}


def test_cloudformations_linter_accepts_the_template(built, tmp_path):
    """Of each kind of resource one, unless all is proven: a function's likes are linted no otherwise than it is."""
    linter, thin = Path(sys.executable).with_name("cfn-lint"), tmp_path / "thin.json"
    thin.write_text(json.dumps(thinned(built.template)), encoding="utf-8")
    checked = subprocess.run([linter, built.template_file if FULL else thin], capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout


def test_what_is_linted_has_every_kind_of_resource_and_none_is_missed(built):
    whole, thin = built.template, thinned(built.template)
    kept = thin["Resources"]

    assert len(kept) < len(whole["Resources"]) / 3
    assert {kind(one) for one in kept.values()} == {kind(one) for one in whole["Resources"].values()}
    assert {name: whole[name] for name in whole.keys() - {"Resources"}} == {name: thin[name] for name in thin.keys() - {"Resources"}}


def test_the_template_stays_far_below_cloudformations_limit(built, monkeypatch):
    """Counted after SAM's transform, which adds stages, deployments, rules and mappings."""
    from samtranslator.translator.transform import transform  # a second for whoever only collects

    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    placed = with_code(built.template, "bucket", dict.fromkeys(built.zips, "key"))

    expanded = transform(placed, {}, SimpleNamespace(load=dict))

    assert "Transform" not in expanded
    assert len(expanded["Resources"]) <= MOST_RESOURCES


def test_what_runs_by_the_clock_and_what_serves_many_have_the_time_they_need(built):
    """A tick that nobody gave a time ends after ten seconds, wherever it is; a wing that counts pay or lists people needs more too."""
    ticks = {name for name, one in functions(built).items() if any("Schedule" in str(event) for event in one.get("Events", {}).values())}
    hasty = {name for name, one in functions(built).items() if one["Timeout"] < 20}

    assert len(ticks) > 10
    assert {name for name in hasty if name in ticks or name.endswith("Wing")} == {"PagesWing", "SiteWing"}


def test_the_zip_is_small_and_only_what_runs(built):
    with zipfile.ZipFile(built.zip_file) as packed:
        names = packed.namelist()

    assert built.zip_file.stat().st_size < MOST_MEGABYTES * 1e6
    assert "app.py" in names
    assert len(names) == len(set(names))
    assert not [name for name in names if name.endswith((".pyi", ".dist-info/METADATA")) or name.startswith(("tests/", "infra/"))]


def test_the_bill_of_materials_and_the_licences_travel_with_the_zip(built):
    bill = json.loads((built.directory / "sbom.cdx.json").read_text())
    with zipfile.ZipFile(built.zip_file) as packed:
        inside, names = json.loads(packed.read("licenses/sbom.cdx.json")), packed.namelist()
    lines = (PROJECT / "requirements.txt").read_text().lower().replace("_", "-").splitlines()
    pins = {f"pkg:pypi/{line.replace('==', '@')}" for line in lines if "==" in line}
    purls = {one["purl"] for one in bill["components"]}

    assert inside == bill
    assert {purl for purl in purls if purl.startswith("pkg:pypi")} == pins
    assert all(one["licenses"] for one in bill["components"])
    licensed = {name.split("/")[1] for name in names if name.startswith("licenses/") and name.count("/") == 2}
    assert licensed == {pin.partition("pypi/")[2].partition("@")[0] for pin in pins}
    assert not [name for name in names if "swagger" in name], "the pages have a zip of their own"
    assert "chalicelib/ops/static/swagger-ui.LICENSE" in zipfile.ZipFile(built.zips["./pages.zip"]).namelist()


def told(function):
    """How a function is told what it is."""
    named = function.get("Environment", {}).get("Variables", {})
    return tuple((name, named[name]) for name in ("FRONTDESK_DOORS", "FRONTDESK_WING") if name in named)


def test_every_handler_can_be_imported_from_the_zip_alone(built, unpacked):
    """Imported as Lambda does: this zip and Python's own library, nothing that happens to be installed here."""
    ours = [one for one in functions(built).values() if one["CodeUri"] == "./deployment.zip"]
    handlers = sorted({(one["Handler"].rpartition(".")[0], told(one)) for one in ours})
    programs = [(f"import importlib; importlib.import_module({module!r})", dict(named)) for module, named in handlers]
    given = {"PATH": os.environ["PATH"], "TABLE_PREFIX": "frontdesk-prod-", "AWS_DEFAULT_REGION": "us-east-1"}

    ended = played(programs, "-I", "-S", cwd=unpacked, env=given)

    assert {handler: done.stderr for handler, done in zip(handlers, ended, strict=True) if done.returncode} == {}


ASKED = """
import json, sys; sys.path.insert(0, "."); import app
context = {"resourcePath": "/{path+}", "identity": {"sourceIp": "192.0.2.1"}}
rest = {"headers": {}, "body": None, "isBase64Encoded": False, "multiValueQueryStringParameters": None, "stageVariables": None}
for method, path in json.loads(sys.argv[1]):
    event = {"requestContext": context | {"httpMethod": method}, "path": "/" + path, "pathParameters": {"path": path}, **rest}
    answer, ours = app.app(event, None), sorted(name for name in sys.modules if name.endswith(".routes") and name.count(".") > 1)
    print(json.dumps([answer["statusCode"], answer["headers"].get("Allow"), ours]))
"""


def test_a_wing_imports_a_package_when_it_is_asked_and_knows_the_methods_of_all_others(unpacked):
    refused = [("PUT", "submit-application"), ("GET", "webhook/cancel-session/"), ("GET", "nowhere")]
    asked = [*refused, ("GET", "get-ticket-info"), ("GET", "webhook/get-schedule")]
    given = {"PATH": os.environ["PATH"], "TABLE_PREFIX": "frontdesk-prod-", "AWS_DEFAULT_REGION": "us-east-1", "FRONTDESK_WING": "site"}
    quiet = {"POWERTOOLS_LOG_LEVEL": "CRITICAL", "POWERTOOLS_METRICS_DISABLED": "true"}
    command = [sys.executable, "-I", "-S", "-c", ASKED, json.dumps(asked)]
    done = subprocess.run(command, cwd=unpacked, env=given | quiet, capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]

    assert [answer[:2] for answer in answers] == [[405, "OPTIONS, POST"], [405, "OPTIONS, POST"], [404, None], [422, None], [401, None]]
    assert [answer[2] for answer in answers[:3]] == [[], [], []], "a refusal imports nothing"
    links, schedules = "chalicelib.intake.links.routes", "chalicelib.booking.schedules.routes"
    assert [answer[2] for answer in answers[3:]] == [[links], [schedules, links]]


def test_the_pages_are_served_from_their_zip_by_pythons_own_library(built, tmp_path):
    with zipfile.ZipFile(built.zips["./pages.zip"]) as packed:
        packed.extractall(tmp_path)
    asked = "[handler({'requestContext': {'httpMethod': 'GET', 'resourcePath': one}}, None) for one in ('/docs', '/openapi.json')]"
    code = f"import json, sys; sys.path.insert(0, '.'); from chalicelib.ops.files import handler; print(json.dumps({asked}))"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    page, document = json.loads(done.stdout)

    assert page["statusCode"] == document["statusCode"] == 200 and "<html" in page["body"]
    assert json.loads(document["body"]) == json.loads((PROJECT / "docs" / "openapi.json").read_text(encoding="utf-8"))


def test_every_webhook_of_the_code_has_its_function_and_every_function_its_name(built):
    merged = json.loads((built.directory / "merge.json").read_text())
    doors = [name for name in functions(built) if name.endswith("Door")]

    assert doors
    assert set(doors) == {name for name in merged["Resources"] if name.endswith("Door")}
    assert all(one["FunctionName"].startswith("frontdesk-prod-") for one in functions(built).values())
    names = {one["FunctionName"].removeprefix("frontdesk-prod-") for one in functions(built).values()}
    assert len({function_name("environments", name) for name in names}) == len(names), "shortened, they stay different"


def test_building_again_builds_nothing(built):
    before = built.zip_file.stat().st_mtime_ns

    assert package.build(PROJECT, "prod") == built
    assert built.zip_file.stat().st_mtime_ns == before
