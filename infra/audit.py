"""Whether an advisory is known for anything that ships: the pins, compared with a copy of OSV's database for PyPI.

The copy is a zip (or its folder) of one JSON document an advisory, as <https://osv.dev> publishes it. It is looked for where
`ADVISORIES` says, else fetched. Three ends, and three exit codes of `make audit`: nothing known (0), something known (1), and not
checked (3), which says nothing of the pins and must not look as if it did.
"""

import io
import json
import re
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

SOURCE = "https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip"
SECONDS = 60


class NotChecked(RuntimeError):
    """No copy of the advisories could be had."""

    exit_code = 3


class Vulnerable(RuntimeError):
    """Something that ships has a known advisory."""


def check(requirements: Path, copy: Path | None, source: str = SOURCE) -> str:
    """What was found where nothing is wrong. Raises Vulnerable, naming each advisory, or NotChecked."""
    pins, known = _pins(requirements), 0
    found = []
    for advisory in _documents(copy, source):
        known += 1
        found += _of_pins(advisory, pins)
    if not known:
        raise NotChecked("the pins were NOT checked: the copy holds no advisories")
    if found:
        raise Vulnerable("\n  ".join(["advisories are known for what ships:", *sorted(found)]))
    return f"{len(pins)} pins, {known} advisories: nothing is known against them"


def _pins(requirements: Path) -> dict[str, Version]:
    lines = (line.partition("#")[0].strip() for line in requirements.read_text(encoding="utf-8").splitlines())
    return {_normal(name): Version(release) for name, _, release in (line.partition("==") for line in lines if line)}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _documents(copy: Path | None, source: str) -> Iterator[dict[str, Any]]:
    if copy and copy.is_dir():
        yield from (json.loads(file.read_bytes()) for file in sorted(copy.glob("*.json")))
        return
    with _zip(copy, source) as packed:
        yield from (json.loads(packed.read(name)) for name in packed.namelist() if name.endswith(".json"))


def _zip(copy: Path | None, source: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(copy or io.BytesIO(_fetched(source)))
    except (OSError, zipfile.BadZipFile) as error:
        where = copy or source
        raise NotChecked(
            f"the pins were NOT checked: no copy of the advisories at {where} ({error}); ADVISORIES=<zip> names one"
        ) from error


def _fetched(source: str) -> bytes:
    with urllib.request.urlopen(source, timeout=SECONDS) as answer:  # noqa: S310 - OSV's own address
        return bytes(answer.read())


def _of_pins(advisory: dict[str, Any], pins: dict[str, Version]) -> list[str]:
    if advisory.get("withdrawn"):
        return []
    said = " ".join((advisory.get("summary") or "").split())
    hit = {
        name
        for affected in advisory.get("affected", [])
        if (name := _normal(affected.get("package", {}).get("name", ""))) in pins and _is_hit(affected, pins[name])
    }
    return [f"{name} {pins[name]}: {advisory['id']} {said}".rstrip() for name in hit]


def _is_hit(affected: dict[str, Any], pin: Version) -> bool:
    if any(_version(listed) == pin for listed in affected.get("versions") or []):
        return True
    return any(_within(one["events"], pin) for one in affected.get("ranges") or [] if one["type"] in {"ECOSYSTEM", "SEMVER"})


def _within(events: list[dict[str, str]], pin: Version) -> bool:
    """OSV's own rule: events in the order of versions, each of which opens or closes the range for those that follow."""
    within = False
    for kind, release in sorted(((kind, text) for event in events for kind, text in event.items()), key=lambda one: _order(one[1])):
        if kind == "introduced" and pin >= _order(release):
            within = True
        elif (kind == "fixed" and pin >= _order(release)) or (kind == "last_affected" and pin > _order(release)):
            within = False
    return within


def _order(release: str) -> Version:
    """OSV writes 0 for the very first version. What is no version at all is taken for the first: rather heard than missed."""
    return _version(release) or Version("0.dev0")


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None
