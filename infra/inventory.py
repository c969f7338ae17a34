"""What the application has: webhooks, jobs, tables, and which tables each function can reach.

The application is asked in a process of its own with a clean environment, once whole and once for every door and every
module of jobs: what such a process has not imported, its Lambda cannot touch, and so its role need not allow it.
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra import clean
from infra.naming import API_FUNCTION

PROBE = "infra.probe"


@dataclass(frozen=True)
class Webhook:
    """A route that is served by a Lambda of its own."""

    name: str
    method: str
    path: str
    package: str


@dataclass(frozen=True)
class Job:
    """A Lambda that is woken by a schedule, or by the stream of the table with this key."""

    name: str
    module: str
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
class Inventory:
    """Everything the template is made from. `reach` maps a function's name to the keys of the tables it can use,
    `reads` are the paths of every GET, whichever function serves it."""

    webhooks: tuple[Webhook, ...]
    jobs: tuple[Job, ...]
    tables: tuple[Table, ...]
    reach: dict[str, tuple[str, ...]] = field(default_factory=dict)
    reads: tuple[str, ...] = ()

    def tables_of(self, function: str) -> tuple[Table, ...]:
        """The tables that a function's role must allow."""
        return tuple(table for table in self.tables if table.key in self.reach.get(function, ()))

    def table(self, key: str) -> Table:
        """The table of a key."""
        return next(table for table in self.tables if table.key == key)


def take(project: Path) -> Inventory:
    """Ask the application in `project` what it has."""
    whole = _ask(project, "app")
    webhooks = tuple(Webhook(**item) for item in whole["webhooks"])
    jobs = tuple(Job(**item) for item in whole["jobs"])
    _refuse_namesakes([API_FUNCTION, *(hook.name for hook in webhooks), *(job.name for job in jobs)])
    reach = _reach(project, webhooks, jobs) | {API_FUNCTION: tuple(table["key"] for table in whole["tables"])}
    return Inventory(webhooks, jobs, tuple(_table(item) for item in whole["tables"]), reach, tuple(whole["reads"]))


def _refuse_namesakes(names: list[str]) -> None:
    """A function's name names its role and its log group too: a second one would silently take the first one's place."""
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"two functions are called {', '.join(twice)}")


def _reach(project: Path, webhooks: tuple[Webhook, ...], jobs: tuple[Job, ...]) -> dict[str, tuple[str, ...]]:
    entries = {hook.name: ("app", hook.package) for hook in webhooks} | {job.name: (job.module, "") for job in jobs}
    distinct = sorted(set(entries.values()))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = pool.map(lambda entry: _ask(project, *entry), distinct)
    found = {entry: tuple(table["key"] for table in answer["tables"]) for entry, answer in zip(distinct, answers, strict=True)}
    return {name: found[entry] for name, entry in entries.items()}


def _ask(project: Path, module: str, door: str = "") -> dict[str, Any]:
    """Import `module` in a fresh interpreter, as a Lambda would, and have it say what is there."""
    command = [sys.executable, "-m", PROBE, module]
    doors = {"FRONTDESK_DOORS": door} if door else {}
    done = subprocess.run(command, cwd=project, env=clean.for_application(**doors), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{module} cannot be imported alone ({door or 'all doors'}):\n{done.stderr.strip()}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _table(item: dict[str, Any]) -> Table:
    indexes = tuple(Index(one["name"], _pairs(one["keys"]), one["projection"]) for one in item["indexes"])
    return Table(item["key"], _pairs(item["attributes"]), _pairs(item["keys"]), indexes, item["ttl"], item["stream"])


def _pairs(items: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((first, second) for first, second in items)
