"""Pins against a copy of the advisories."""

import json
import zipfile

import pytest

from infra import audit
from infra.progress import complain


@pytest.fixture
def pins(tmp_path):
    file = tmp_path / "requirements.txt"
    file.write_text("# what ships\nrequests==2.34.2\ntyping_extensions==4.16.0  # why\n")
    return file


def advisory(name="requests", *, versions=(), events=(), **more):
    affected = {"package": {"ecosystem": "PyPI", "name": name}, "versions": list(versions)}
    if events:
        affected["ranges"] = [{"type": "ECOSYSTEM", "events": list(events)}]
    return {"id": "PYSEC-1", "summary": "It\nleaks", "affected": [affected], **more}


def copy(tmp_path, *advisories):
    file = tmp_path / "all.zip"
    with zipfile.ZipFile(file, "w") as packed:
        for number, one in enumerate(advisories):
            packed.writestr(f"{number}.json", json.dumps(one))
    return file


@pytest.mark.parametrize(
    "hit",
    [
        {"versions": ["2.34.2"]},
        {"events": [{"introduced": "0"}]},
        {"events": [{"introduced": "0"}, {"fixed": "2.34.10"}]},
        {"events": [{"introduced": "0"}, {"last_affected": "2.34.2"}]},
        {"events": [{"fixed": "3.0"}, {"introduced": "2.30"}, {"fixed": "2.0"}, {"introduced": "0"}]},
        {"name": "Typing.Extensions", "versions": ["4.16"]},
    ],
)
def test_a_pin_that_an_advisory_is_about_is_named_with_it(tmp_path, pins, hit):
    with pytest.raises(audit.Vulnerable, match=r"(requests 2.34.2|typing-extensions 4.16.0): PYSEC-1 It leaks"):
        audit.check(pins, copy(tmp_path, advisory(**hit)))


@pytest.mark.parametrize(
    "missed",
    [
        {"versions": ["2.34.1"]},
        {"name": "other", "versions": ["2.34.2"]},
        {"events": [{"introduced": "0"}, {"fixed": "2.34.2"}]},
        {"events": [{"introduced": "2.34.3"}]},
        {"events": [{"introduced": "0"}, {"last_affected": "2.34.1"}]},
        {"versions": ["2.34.2"], "withdrawn": "2026-01-01T00:00:00Z"},
    ],
)
def test_other_versions_other_packages_and_withdrawn_advisories_are_none(tmp_path, pins, missed):
    assert audit.check(pins, copy(tmp_path, advisory(**missed))) == "2 pins, 1 advisories: nothing is known against them"


def test_a_folder_of_advisories_is_a_copy_too(tmp_path, pins):
    folder = tmp_path / "osv"
    folder.mkdir()
    (folder / "PYSEC-1.json").write_text(json.dumps(advisory(versions=["2.34.2"])))

    with pytest.raises(audit.Vulnerable):
        audit.check(pins, folder)


def test_no_copy_is_no_clean_bill_and_has_an_exit_code_of_its_own(tmp_path, pins, capsys):
    (tmp_path / "broken.zip").write_text("<html>no</html>")
    empty = tmp_path / "empty"
    empty.mkdir()

    for where in (tmp_path / "absent.zip", tmp_path / "broken.zip", empty):
        with pytest.raises(audit.NotChecked, match="NOT checked") as refused:
            audit.check(pins, where)
        assert complain(refused.value) == 3
    with pytest.raises(audit.NotChecked, match="NOT checked"):
        audit.check(pins, None, source=(tmp_path / "nowhere.zip").as_uri())
