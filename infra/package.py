"""A package: one directory with the template and the zip, all that CloudFormation needs.

`chalice package` runs in a copy of the project without requirements: left alone it would install them again after every
edit, and ship them whole.
"""

import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra import bundle, clean, functions, inventory, runtime, template
from infra.naming import checked
from infra.sizing import Sizing

INPUTS = ("app.py", "requirements.txt", ".chalice/config.json")
ROUTES = "chalicelib/routes.json"
CHALICE = [sys.executable, "-c", "import sys; from chalice.cli import main; sys.exit(main())"]


@dataclass(frozen=True)
class Package:
    """A built package."""

    stage: str
    directory: Path

    @property
    def template_file(self) -> Path:
        """The template, with the code at `./deployment.zip`."""
        return self.directory / "sam.json"

    @property
    def zip_file(self) -> Path:
        """The code of all functions but one."""
        return self.directory / "deployment.zip"

    @property
    def zips(self) -> dict[str, Path]:
        """Every zip, by how the template names it."""
        return {code: self.directory / code for code in (functions.CODE, functions.PAGES_CODE) if (self.directory / code).exists()}

    @property
    def template(self) -> dict[str, Any]:
        """The template as data."""
        return dict(json.loads(self.template_file.read_text()))


def build(project: Path, stage: str) -> Package:
    """Build the stage's package below `.local/build`, unless the one there is of the same sources."""
    cache = project / ".local" / "build"
    package = Package(checked(stage), cache / stage)
    with _alone(cache):
        _sweep(cache)
        fingerprint = _fingerprint(project, stage)
        stamp = package.directory / "fingerprint"
        if not (stamp.exists() and stamp.read_text() == fingerprint):
            shutil.rmtree(package.directory, ignore_errors=True)
            package.directory.mkdir(parents=True)
            _build(project, cache, package)
            stamp.write_text(fingerprint)
    return package


def _sweep(cache: Path) -> None:
    """What a build that was killed left half made: nobody else is at work here."""
    for left in cache.glob("tmp*"):
        shutil.rmtree(left, ignore_errors=True)


def _build(project: Path, cache: Path, package: Package) -> None:
    copy = package.directory / "project"
    found = inventory.take(project)
    _copy_sources(project, copy)
    (copy / ROUTES).write_text(json.dumps(found.routes, separators=(",", ":")))
    merged = template.merge_template(found, package.stage, Sizing.of(project, package.stage))
    (package.directory / "merge.json").write_text(json.dumps(merged, indent=2))
    _run_chalice(copy, package)
    shown = template.without_routes(package.template, merged)
    package.template_file.write_text(json.dumps(shown, separators=(",", ":")))  # CloudFormation takes a megabyte
    plain = package.zip_file.rename(package.directory / "chalice.zip")
    python = runtime.chosen(package.stage)
    bundle.assemble(bundle.dependencies(project / "requirements.txt", cache, python), plain, package.zip_file, python)
    plain.unlink()
    bundle.pages(project, found.document, package.directory / functions.PAGES_CODE, python)


def _copy_sources(project: Path, copy: Path) -> None:
    shutil.copytree(project / "chalicelib", copy / "chalicelib", ignore=shutil.ignore_patterns("__pycache__", "*.md", "static"))
    shutil.copytree(project / ".chalice", copy / ".chalice", ignore=shutil.ignore_patterns("deployments", "deployed"))
    shutil.copyfile(project / "app.py", copy / "app.py")
    (copy / "requirements.txt").write_text("")


def _run_chalice(copy: Path, package: Package) -> None:
    merge = str(package.directory / "merge.json")
    options = ["--stage", package.stage, "--merge-template", merge, str(package.directory)]
    command = [*CHALICE, "--project-dir", str(copy), "package", *options]
    done = subprocess.run(command, env=clean.for_application(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"chalice package failed:\n{(done.stderr or done.stdout).strip()}")


def _fingerprint(project: Path, stage: str) -> str:
    """Changes when anything changes that the package is made from, this package included."""
    digest = hashlib.sha256(runtime.chosen(stage).encode())
    sources = [project / name for name in INPUTS]
    for folder in ("chalicelib", "infra"):
        sources += (path for path in sorted((project / folder).rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    for path in sources:
        digest.update(f"{path.relative_to(project)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


@contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """Two builds at once (tests and `make run`) would write over each other."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
