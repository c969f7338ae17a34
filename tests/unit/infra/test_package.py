"""The real package: small enough, complete, and a template that CloudFormation's linter accepts."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from samtranslator.translator.transform import transform

from infra import package
from infra.naming import function_name
from infra.template import with_code

PROJECT = Path(__file__).resolve().parents[3]
MOST_MEGABYTES = 14
"""Of which `cryptography` takes five: signatures are nobody's own work here."""
MOST_RESOURCES = 500


@pytest.fixture(scope="module")
def built():
    return package.build(PROJECT, "prod")


@pytest.fixture(scope="module")
def unpacked(built, tmp_path_factory):
    folder = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(built.zip_file) as packed:
        packed.extractall(folder)
    return folder


def import_alone(folder, module, **environment):
    """Import as Lambda does: this zip and Python's own library, nothing that happens to be installed here."""
    code = f"import sys; sys.path.insert(0, '.'); import importlib; importlib.import_module({module!r})"
    given = {"PATH": os.environ["PATH"], "TABLE_PREFIX": "frontdesk-prod-", "AWS_DEFAULT_REGION": "us-east-1", **environment}
    return subprocess.run([sys.executable, "-I", "-S", "-c", code], cwd=folder, env=given, capture_output=True, text=True, check=False)


def functions(built):
    return {name: one["Properties"] for name, one in built.template["Resources"].items() if one["Type"] == "AWS::Serverless::Function"}


def test_cloudformations_linter_accepts_the_template(built):
    linter = Path(sys.executable).with_name("cfn-lint")
    checked = subprocess.run([linter, built.template_file], capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout


def test_the_template_stays_below_cloudformations_limit(built, monkeypatch):
    """Counted after SAM's transform, which adds stages, deployments, rules and mappings."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    placed = with_code(built.template, "bucket", "key")

    expanded = transform(placed, {}, SimpleNamespace(load=dict))

    assert "Transform" not in expanded
    assert len(expanded["Resources"]) < MOST_RESOURCES


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
    assert "chalicelib/ops/static/swagger-ui.LICENSE" in names


def test_every_handler_can_be_imported_from_the_zip_alone(built, unpacked):
    entries = {
        (one["Handler"].rpartition(".")[0], one.get("Environment", {}).get("Variables", {}).get("FRONTDESK_DOORS"))
        for one in functions(built).values()
    }

    for module, door in sorted(entries, key=str):
        done = import_alone(unpacked, module, **({"FRONTDESK_DOORS": door} if door else {}))
        assert done.returncode == 0, f"{module} ({door}):\n{done.stderr}"


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
