"""The bill of materials and the licences."""

import importlib.metadata
import json

import pytest

from infra import materials

PAGES = 'a={PACKAGE_VERSION:"5.35.0",b:1}'


def wheel(folder, name="demo", *, licences=("licenses/LICENSE",), headers="License-Expression: MIT"):
    info = folder / f"{name}-1.2.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.2\n{headers}\n")
    (folder / name).mkdir()
    (folder / name / "license.py").write_text("")
    for licence in licences:
        (info / licence).parent.mkdir(exist_ok=True)
        (info / licence).write_text("do as you like")
    files = [f"{name}/license.py", *(f"{info.name}/{one}" for one in ("METADATA", *licences))]
    (info / "RECORD").write_text("".join(f"{one},,\n" for one in files))
    return list(importlib.metadata.distributions(path=[str(folder)]))


@pytest.fixture
def pages(tmp_path):
    file = tmp_path / "pages.js"
    file.write_text(PAGES)
    return file


def test_a_bill_names_each_part_with_its_version_and_licence_and_is_the_same_each_time(tmp_path):
    found = wheel(tmp_path / "code", "Demo_Part")

    bill = materials.bill(found, PAGES)

    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert bill["components"][0] == {
        "type": "library",
        "bom-ref": "pkg:pypi/demo-part@1.2",
        "name": "Demo_Part",
        "version": "1.2",
        "purl": "pkg:pypi/demo-part@1.2",
        "licenses": [{"expression": "MIT"}],
    }
    assert bill["components"][1]["purl"] == "pkg:npm/swagger-ui-dist@5.35.0"
    assert bill["dependencies"][0]["dependsOn"] == [one["bom-ref"] for one in bill["components"]]
    assert materials.bill(found, PAGES) == bill
    assert materials.bill([], PAGES)["serialNumber"] != bill["serialNumber"]


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ("License: BSD\nClassifier: Programming Language :: Python", ["BSD"]),
        ("License: Dual\nClassifier: License :: OSI Approved :: BSD License\nClassifier: License :: OSI Approved :: MIT License", None),
        ("Summary: nothing said", []),
    ],
)
def test_older_metadata_says_its_licence_in_words(tmp_path, headers, said):
    component = materials.bill(wheel(tmp_path, headers=headers), PAGES)["components"][0]

    assert [one["license"]["name"] for one in component["licenses"]] == (["BSD License", "MIT License"] if said is None else said)


def test_licence_files_travel_and_modules_of_that_name_do_not(tmp_path, pages):
    materials.write(wheel(tmp_path / "code", licences=("LICENSE.txt", "NOTICE")), pages, tmp_path / "out")

    written = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert written == {"sbom.cdx.json", "demo/LICENSE.txt", "demo/NOTICE"}
    assert json.loads((tmp_path / "out" / materials.BILL).read_text())["components"][0]["name"] == "demo"


def test_a_part_without_a_licence_is_not_shipped(tmp_path, pages):
    with pytest.raises(RuntimeError, match=r"demo 1\.2 comes without a licence"):
        materials.write(wheel(tmp_path / "code", licences=()), pages, tmp_path / "out")
