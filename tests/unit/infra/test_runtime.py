"""The Pythons that the code runs on, and which one a package is for."""

import ast
import importlib.metadata
import re
import sys
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from infra import runtime
from infra.template import merge_template

PROJECT = Path(__file__).resolve().parents[3]
SHIPPED = [PROJECT / "app.py", *sorted((PROJECT / "chalicelib").rglob("*.py"))]
OURS = [*SHIPPED, *sorted((PROJECT / "infra").rglob("*.py")), *sorted((PROJECT / "scripts").rglob("*.py"))]
GONE = set(
    re.findall(
        r"\w+",
        "aifc asynchat asyncore audioop cgi cgitb chunk crypt distutils imghdr imp lib2to3 mailcap msilib nis nntplib ossaudiodev "
        "pipes smtpd sndhdr spwd sunau telnetlib uu xdrlib",
    )
)
"""Modules that 3.12 or 3.13 has no more."""

CHANGED = re.compile(
    r"datetime\.utcnow|utcfromtimestamp|locale\.resetlocale|\.findSource|unittest\.makeSuite|ssl\.wrap_socket|re\.template\("
)
VERSIONS = [name.removeprefix("python") for name in runtime.SUPPORTED]
UNSAID = {"pynamodb", "phonenumbers", "python-dateutil", "six", "tzdata"}
"""Pure Python whose makers list no 3.13 among the classifiers, though their metadata allows it."""


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_the_code_is_written_in_the_oldest_python_and_uses_nothing_that_the_newest_has_lost():
    for path in OURS:
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text, str(path), feature_version=(3, 11))
        assert not GONE & set(imports(tree)), path
        assert not CHANGED.search(text), path


def pins():
    lines = (PROJECT / "requirements.txt").read_text().splitlines()
    return [line.partition("==")[0] for line in lines if "==" in line]


@pytest.mark.parametrize("name", pins())
def test_every_pin_runs_on_every_python(name):
    known = importlib.metadata.distribution(name)
    allowed = SpecifierSet(known.metadata["Requires-Python"] or "")
    said = {line.rpartition(" :: ")[2] for line in known.metadata.get_all("Classifier") or [] if "Python :: 3." in line}

    assert all(f"{version}.1" in allowed for version in VERSIONS)
    is_pure = "Root-Is-Purelib: true" in (known.read_text("WHEEL") or "")
    assert set(VERSIONS) <= said or (is_pure and name in UNSAID)


def test_the_project_promises_what_the_packages_can_be_built_for():
    assert f'requires-python = ">={VERSIONS[0]},<3.{int(VERSIONS[-1].partition(".")[2]) + 1}"' in (PROJECT / "pyproject.toml").read_text()


def test_a_runtime_is_chosen_by_a_setting_and_the_local_cloud_has_our_own():
    assert runtime.chosen("prod", {"LAMBDA_RUNTIME": "python3.13"}) == "python3.13"
    assert runtime.chosen("prod", {}) == runtime.chosen("prod", {"LAMBDA_RUNTIME": " "}) == runtime.OWN
    assert runtime.chosen("local", {"LAMBDA_RUNTIME": "python3.13"}) == runtime.OWN
    with pytest.raises(ValueError, match=r"LAMBDA_RUNTIME must be one of python3\.11, python3\.12, python3\.13"):
        runtime.chosen("prod", {"LAMBDA_RUNTIME": "python2.7"})


def test_every_function_has_the_chosen_runtime(inventory, sizing, monkeypatch):
    monkeypatch.setenv("LAMBDA_RUNTIME", "python3.13")
    resources = merge_template(inventory, "prod", sizing)["Resources"]

    found = {name: one["Properties"]["Runtime"] for name, one in resources.items() if "Runtime" in one.get("Properties", {})}
    assert set(found) == {"Sweep", "Deliver", "AddSlotsDoor", "TelegramDoor", "DeskWing", "PagesWing", "SiteWing"}
    assert set(found.values()) == {"python3.13"}


def test_code_is_compiled_by_the_python_that_runs_it_or_not_at_all(tmp_path):
    other = next(name for name in runtime.SUPPORTED if name != runtime.OWN)
    shim = tmp_path / other
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)

    assert runtime.interpreter(runtime.OWN, lambda name: None) == sys.executable
    assert runtime.interpreter(other, lambda name: sys.executable) == sys.executable
    for found in (None, str(shim)):
        with pytest.raises(RuntimeError, match=f"no {other} here"):
            runtime.interpreter(other, lambda name, found=found: found)
