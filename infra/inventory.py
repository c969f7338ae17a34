"""What the application has: doors, wings, jobs, tables, and what each function does to which tables and with which secrets.

The application is asked in a process of its own with a clean environment. What a function's code does not come to (see `reach`),
its role does not allow.
"""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra import clean
from infra.naming import door_id, function_id, wing_id

PROBE = "infra.probe"


@dataclass(frozen=True)
class Door:
    """A webhook with a Lambda of its own, and the (method, path) of each route that leads to it."""

    name: str
    package: str
    routes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Wing:
    """A Lambda that serves many operations, and the gateway's paths that lead to it."""

    name: str
    paths: tuple[str, ...]


@dataclass(frozen=True)
class Job:
    """A Lambda that is woken by a schedule, or by the stream of the table with this key."""

    name: str
    stream: str | None = None


@dataclass(frozen=True)
class Index:
    """A global secondary index."""

    name: str
    keys: tuple[tuple[str, str], ...]
    projection: dict[str, Any]


@dataclass(frozen=True)
class Table:
    """A table as its PynamoDB model describes it. `keys` are (attribute, HASH or RANGE), hash first."""

    key: str
    attributes: tuple[tuple[str, str], ...]
    keys: tuple[tuple[str, str], ...]
    indexes: tuple[Index, ...] = ()
    ttl: str | None = None
    stream: str | None = None


@dataclass(frozen=True)
class Grant:
    """What a function's role must allow. `accesses` are (table's key, action, index or ""); `secrets` the settings that it names,
    `needs` actions of Amazon's other services."""

    accesses: tuple[tuple[str, str, str], ...] = ()
    secrets: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Inventory:
    """Everything the template is made from. `grants` are by a function's name; `routes` are what a wing is shipped with, `document` is
    the OpenAPI document."""

    doors: tuple[Door, ...]
    wings: tuple[Wing, ...]
    jobs: tuple[Job, ...]
    tables: tuple[Table, ...]
    grants: dict[str, Grant] = field(default_factory=dict)
    routes: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)

    @property
    def functions(self) -> dict[str, str]:
        """Every function's name by its logical id."""
        doors = {door_id(one.name): one.name for one in self.doors}
        return doors | {wing_id(one.name): one.name for one in self.wings} | {function_id(one.name): one.name for one in self.jobs}

    def table(self, key: str) -> Table:
        """The table of a key."""
        return next(table for table in self.tables if table.key == key)


def take(project: Path) -> Inventory:
    """Ask the application in `project` what it has."""
    whole = _ask(project)
    doors = tuple(Door(item["name"], item["package"], _pairs(item["routes"])) for item in whole["doors"])
    wings = tuple(Wing(name, tuple(paths)) for name, paths in whole["wings"].items())
    jobs = tuple(Job(**item) for item in whole["jobs"])
    _refuse_namesakes([*(door.name for door in doors), *(wing.name for wing in wings), *(job.name for job in jobs)])
    grants = {name: _grant(item) for name, item in whole["grants"].items()}
    tables = tuple(_table(item) for item in whole["tables"])
    return Inventory(doors, wings, jobs, tables, grants, whole["routes"], whole["document"])


def _refuse_namesakes(names: list[str]) -> None:
    """A function's name names its role and its log group too: a second one would silently take the first one's place."""
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"two functions are called {', '.join(twice)}")


def _grant(item: dict[str, Any]) -> Grant:
    return Grant(tuple((table, action, index) for table, action, index in item["accesses"]), tuple(item["secrets"]), tuple(item["needs"]))


def _ask(project: Path) -> dict[str, Any]:
    """Import the application in a fresh interpreter, as a Lambda would, and have it say what is there."""
    command = [sys.executable, "-m", PROBE, "app"]
    done = subprocess.run(command, cwd=project, env=clean.for_application(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the application cannot be asked what it has:\n{done.stderr.strip()}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _table(item: dict[str, Any]) -> Table:
    indexes = tuple(Index(one["name"], _pairs(one["keys"]), one["projection"]) for one in item["indexes"])
    return Table(item["key"], _pairs(item["attributes"]), _pairs(item["keys"]), indexes, item["ttl"], item["stream"])


def _pairs(items: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((first, second) for first, second in items)
