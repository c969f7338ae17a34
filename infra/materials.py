"""What a package is made of: a bill of materials (CycloneDX) and the licences, both from what the installed wheels say of themselves.

Both lie in the zip below `licenses/`, since whoever is handed the code is owed them, and the bill stands beside the zip too.
"""

import importlib.metadata
import json
import re
import uuid
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

FOLDER = "licenses"
BILL = "sbom.cdx.json"
NAMES = ("LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS")
OF_THE_BUILD = ("chalice",)
"""Shipped from the environment that builds: Chalice packs its own runtime part into the code."""


def shipped(code: Path) -> list[Distribution]:
    """Every distribution in the zip, by name: those installed into `code`, and those that come with the code."""
    found = [*importlib.metadata.distributions(path=[str(code)]), *map(importlib.metadata.distribution, OF_THE_BUILD)]
    return sorted(found, key=_name)


def write(distributions: Iterable[Distribution], pages: Path, folder: Path) -> None:
    """The bill and every licence, below `folder`. Raises RuntimeError for a distribution that comes without one.

    `pages` is the docs page's script, which ships with the code and has its licence beside it.
    """
    folder.mkdir(parents=True)
    known = list(distributions)
    for one in known:
        _copy(one, folder / _name(one))
    (folder / BILL).write_text(
        json.dumps(bill(known, pages.read_text(encoding="utf-8")), indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )


def bill(distributions: Iterable[Distribution], pages: str) -> dict[str, Any]:
    """The bill of materials. The same distributions give the same bill: no date, and a number made from its content."""
    components = [*(_component(one) for one in distributions), _swagger_ui(pages)]
    content = json.dumps(components, sort_keys=True)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, content)}",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "frontdesk", "bom-ref": "frontdesk"}},
        "components": components,
        "dependencies": [{"ref": "frontdesk", "dependsOn": [one["bom-ref"] for one in components]}],
    }


def _component(one: Distribution) -> dict[str, Any]:
    purl = f"pkg:pypi/{_name(one)}@{one.version}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": one.metadata["Name"],
        "version": one.version,
        "purl": purl,
        "licenses": _licences(one),
    }


def _swagger_ui(script: str) -> dict[str, Any]:
    """The docs page's library says its version in its own text."""
    found = re.search(r'PACKAGE_VERSION:"([^"]+)"', script)
    release = found[1] if found else "unknown"
    purl = f"pkg:npm/swagger-ui-dist@{release}"
    licences = [{"expression": "Apache-2.0"}]
    return {"type": "library", "bom-ref": purl, "name": "swagger-ui-dist", "version": release, "purl": purl, "licenses": licences}


def _licences(one: Distribution) -> list[dict[str, Any]]:
    """As the distribution says it: an expression where it gives one, else the words of older metadata."""
    if expression := one.metadata.json.get("license_expression"):
        return [{"expression": expression}]
    names = [line.rpartition(" :: ")[2] for line in one.metadata.json.get("classifier") or [] if line.startswith("License ::")]
    said = str(one.metadata.json.get("license") or "").strip()
    return [{"license": {"name": name}} for name in names or [said.partition("\n")[0]] if name]


def _copy(one: Distribution, folder: Path) -> None:
    found = list(_licence_files(one))
    if not found:
        raise RuntimeError(f"{_name(one)} {one.version} comes without a licence file: add one to the package, or another library")
    folder.mkdir()
    for file in found:
        (folder / file.name).write_bytes(file.read_bytes())


def _licence_files(one: Distribution) -> Iterator[Path]:
    """Below its metadata only: a module may be called `license.py` too."""
    for file in one.files or ():
        if ".dist-info" in file.parts[0] and file.name.upper().startswith(NAMES):
            yield Path(str(one.locate_file(file)))


def _name(one: Distribution) -> str:
    """As PyPI normalises it."""
    return str(one.metadata["Name"]).lower().replace("_", "-").replace(".", "-")
