"""Cold import of a webhook's door, and of a wing, against the bare frameworks they stand on, all from the package that ships."""

import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

FRAMEWORKS = (
    "import chalice, botocore.session, pynamodb.models, pydantic, pydantic_settings; from aws_lambda_powertools import Logger, Metrics"
)
DOOR = "import app"
DOORS = (
    "clients",
    "booking.sessions",
    "intake.applications",
    "intake.links",
    "intake.diagnostics",
    "intake.rows",
    "consultations.followers",
    "gocrm.leads",
    "bot",
)
"""The packages whose webhooks are measured here."""

WINGS = {"desk": "ops.timemachine", "help": "gocrm.cabinet", "sales": "staff", "site": "booking.sessions"}
"""Each wing with the package that costs its first request most."""

ASKED = "import app; app.app.register_blueprint(app.app._shipped.load({package!r}))"
ROUNDS = 7
TIMED = "import sys, time; sys.path.insert(0, sys.argv[1]); began = time.process_time(); {code}; print(time.process_time() - began)"


@dataclass(frozen=True)
class Door:
    """One package's door: milliseconds of CPU to import it, and how many times the frameworks' (median of rounds, best of both)."""

    package: str
    median_ms: float
    best_ms: float
    to_frameworks: float
    to_best: float


@dataclass(frozen=True)
class Imports:
    """The frameworks alone, each door with them, and each wing: at its start, and with its heaviest package."""

    median_ms: float
    best_ms: float
    doors: list[Door]
    wings: list[Door]


def measure(code: Path) -> Imports:
    """Fresh processes in turns; `code` is the unpacked package, where nothing needs compiling."""
    bare: list[float] = []
    spent: dict[str, list[float]] = {package: [] for package in DOORS}
    winged: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        bare.append(_import(code, FRAMEWORKS))
        for package in DOORS:
            spent[package].append(_import(code, DOOR, FRONTDESK_DOORS=package))
        for wing, package in WINGS.items():
            winged.setdefault(wing, []).append(_import(code, DOOR, FRONTDESK_WING=wing))
            winged.setdefault(f"{wing}, {package}", []).append(_import(code, ASKED.format(package=package), FRONTDESK_WING=wing))
    return Imports(statistics.median(bare), min(bare), _doors(spent, bare), _doors(winged, bare))


def _doors(spent: dict[str, list[float]], bare: list[float]) -> list[Door]:
    return [Door(name, statistics.median(each), min(each), _ratio(each, bare), min(each) / min(bare)) for name, each in spent.items()]


def _ratio(door: list[float], bare: list[float]) -> float:
    return statistics.median(one / other for one, other in zip(door, bare, strict=True))


def _import(code: Path, statement: str, **settings: str) -> float:
    """Milliseconds of CPU in a process that sees the package and the standard library only."""
    environment = {"PATH": os.environ["PATH"], "AWS_DEFAULT_REGION": "us-east-1", **settings}
    command = [sys.executable, "-I", "-S", "-c", TIMED.format(code=statement), str(code)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout) * 1000
