"""What people read: every template that the code names exists and renders, every sample and setting is told about truly."""

import re
from pathlib import Path

import pytest

from chalicelib.core.settings import Settings
from chalicelib.messaging import rules

ROOT = Path(__file__).parents[2]
TEMPLATES = {path.stem for path in (ROOT / "chalicelib/messaging/templates/ru").glob("*.txt")}
WORDS_OF_STAFF = "client_words_of_staff"
"""What a person of ours wrote, in whatever language: the file is nothing but that."""

SOURCES = {"admin_phone", "admin_manual"}
"""From where an appointment came, as panels say it: no templates."""

CODE = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "chalicelib").rglob("*.py"))


def test_every_template_that_is_named_exists_and_every_one_that_exists_is_named():
    named = set(re.findall(r"\"((?:client|specialist|admin)_[a-z_]+)\"", CODE)) & (
        TEMPLATES | set(re.findall(r"\"(admin_[a-z_]+)\"", CODE))
    )
    assert named - SOURCES == TEMPLATES


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_a_template_renders_whatever_is_missing(name):
    shown = rules.render(name, "ru", {"ref": "T" * 26 + ":" + "S" * 26})
    assert shown.text
    assert all(len(data.encode()) <= 64 for row in shown.buttons for _, data in row)


def test_what_is_said_in_uzbek_is_said_in_russian_too_and_names_the_same():
    folder = ROOT / "chalicelib/messaging/templates"
    uzbek = {path.stem for path in (folder / "uz").glob("*.txt")}
    assert uzbek == {name for name in TEMPLATES if name.startswith("client_consultation_")} | {WORDS_OF_STAFF}
    assert {path.stem for path in (folder / "en").glob("*.txt")} == {WORDS_OF_STAFF}
    for name in uzbek:
        named = [set(re.findall(r"{(\w+)}", (folder / language / f"{name}.txt").read_text(encoding="utf-8"))) for language in ("ru", "uz")]
        assert named[0] == named[1]


def test_the_readme_tells_of_every_setting():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name.upper() for name in Settings.model_fields if f"`{name.upper()}`" not in readme] == []
