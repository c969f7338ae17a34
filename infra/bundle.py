"""The zip that Lambda runs: pinned dependencies, pruned and compiled, and the code as Chalice packs it.

The dependencies take half a minute and change rarely, so they are kept by the hash of the requirements. Entries are in
order, dated 1980, compiled in a process of their own with a fixed hash seed: the same input gives the same bytes, and a
package that did not change deploys as no change. Compiled code ships because Lambda's disk is read-only: a function
would compile everything it imports at each cold start. Nothing else ships but licences and the bill of materials: sources are
a quarter of the zip, and a traceback names file and line without them. Docstrings and assertions stay out too: the document of the
operations is made before, and what was typed is refused by raising.
"""

import hashlib
import json
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra import awsmodels, clean, materials
from infra.runtime import OWN, interpreter, version

PIP = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile"]
LAMBDA_PLATFORMS = ["--platform", "manylinux2014_x86_64", "--platform", "manylinux_2_17_x86_64"]
LAMBDA_PYTHON = ["--implementation", "cp", "--only-binary=:all:", "--python-version"]
DROPPED_FOLDERS = {
    "aws_lambda_powertools/event_handler",
    *(
        f"aws_lambda_powertools/utilities/{name}"
        for name in (
            *("auth_alpha", "batch", "circuit_breaker", "data_classes", "feature_flags", "idempotency", "kafka", "parameters", "parser"),
            *("streaming", "validation"),
        )
    ),
    *(f"phonenumbers/{name}" for name in ("geodata", "carrierdata", "tzdata")),
    "cffi",  # builds bindings; what they need to run is the module beside it
    "dateutil/zoneinfo",
    "pydantic/v1",
    "urllib3/contrib/emscripten",  # for browsers
    "boto3/data",
    "boto3/examples",
    "bin",
}
DROPPED_FILES = ("botocore/cacert.pem", "charset_normalizer/*.so", "pydantic/mypy.py", "tzdata/zoneinfo/*.tab", "tzdata/zoneinfo/tzdata.zi")
"""What a sibling says as well (certifi's authorities, what guesses an answer's letters in Python, where nobody waits for it, the zones
one by one), and what a type checker needs."""

READ_AS_SOURCE = r"phonenumbers/(data|shortdata)/"
"""Hundreds of small files of which a process reads two: compiled they would only make the zip slower to unpack."""

STATIC = "chalicelib/ops/static"
PAGES = f"{STATIC}/swagger-ui-bundle.js"
SERVING_FILES = (
    "chalicelib/__init__.py",
    *(f"chalicelib/core/{name}.py" for name in ("__init__", "cors", "errors", "patterns")),
    *("chalicelib/ops/__init__.py", "chalicelib/ops/files.py"),
)
"""None of them imports anything but Python's own library."""

ENTRY = "app.py"
"""Stays a source: a few lines, and what whoever opens the zip looks for first."""

STEMMED = ("english", "russian")
DROPPED_NAMES = ("tests", "test", "__pycache__")
DROPPED_SUFFIXES = (".pyi", ".md", ".rst", ".txt")
EPOCH = (1980, 1, 1, 0, 0, 0)


def dependencies(requirements: Path, cache: Path, runtime: str) -> Path:
    """The zip of everything in `requirements` for a Python, built once for each content of that file and of those that make it."""
    kept = cache / f"dependencies-{_digest(requirements, runtime)}.zip"
    if not kept.exists():
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            target = Path(folder)
            _install(requirements, target / "code", runtime)
            materials.write(materials.shipped(target / "code"), requirements.parent / PAGES, target / materials.FOLDER)
            prune(target / "code")
            _leave_stemmers(target / "code" / "snowballstemmer")
            awsmodels.cut(target / "code" / "botocore" / "data")
            compile_all(target / "code", runtime)
            (target / materials.FOLDER).rename(target / "code" / materials.FOLDER)
            write_zip(target / "code", target / "done.zip", "w")
            (target / "done.zip").rename(kept)
    return kept


def assemble(dependency_zip: Path, chalice_zip: Path, out: Path, runtime: str) -> None:
    """Dependencies and code in one zip, and beside it the bill of what that is made of."""
    with tempfile.TemporaryDirectory() as folder:
        code = Path(folder)
        with zipfile.ZipFile(chalice_zip) as packed:
            packed.extractall(code)
        compile_all(code, runtime)
        shutil.copyfile(dependency_zip, out)
        write_zip(code, out, "a")
    with zipfile.ZipFile(out) as packed:
        (out.parent / materials.BILL).write_bytes(packed.read(f"{materials.FOLDER}/{materials.BILL}"))


def pages(project: Path, document: dict[str, Any], out: Path, runtime: str) -> None:
    """The zip of what is only files: those of the docs page, the document that it shows, and the few modules that serve them."""
    with tempfile.TemporaryDirectory() as folder:
        code = Path(folder)
        shutil.copytree(project / STATIC, code / STATIC)
        (code / STATIC / "openapi.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        for module in SERVING_FILES:
            (code / module).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(project / module, code / module)
        compile_all(code, runtime)
        write_zip(code, out, "w")


def _digest(requirements: Path, runtime: str) -> str:
    makers = (requirements, Path(__file__), Path(materials.__file__), Path(awsmodels.__file__), requirements.parent / PAGES)
    parts = (*(maker.read_bytes() for maker in makers), f"{_wheels_for_lambda()} {runtime}".encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _wheels_for_lambda() -> bool:
    """On any other machine the local cloud would not run Lambda's wheels; there the package is for local use."""
    return platform.system() == "Linux" and platform.machine() == "x86_64"


def _install(requirements: Path, target: Path, runtime: str) -> None:
    """Every line is pinned, so nothing needs resolving. Chalice's runtime part comes with the code, its tools stay out."""
    lines = [line for line in requirements.read_text().splitlines() if line and not line.startswith(("#", "chalice=="))]
    foreign = [*LAMBDA_PLATFORMS, *LAMBDA_PYTHON, version(runtime)] if _wheels_for_lambda() else []
    command = [*PIP, "--target", str(target), *foreign, *lines]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"pip could not install the requirements:\n{done.stderr.strip()}")


def prune(code: Path) -> None:
    """Leave out what no request can need: data of phone numbers' places, tests, stubs, metadata. AWS's models are cut by `awsmodels`."""
    for path in sorted(code.rglob("*"), reverse=True):
        if path.is_dir() and _is_dropped_folder(path.relative_to(code)):
            shutil.rmtree(path)
        elif path.is_file() and (path.suffix in DROPPED_SUFFIXES or any(path.relative_to(code).match(name) for name in DROPPED_FILES)):
            path.unlink()


def _leave_stemmers(package: Path) -> None:
    """Two languages of thirty: whoever stems asks for one by its own module, and the package's first page would import them all."""
    for path in sorted(package.glob("*_stemmer.py")):
        if path.stem.removesuffix("_stemmer") not in STEMMED:
            path.unlink()
    if package.exists():
        (package / "__init__.py").write_text("", encoding="utf-8")


def _is_dropped_folder(folder: Path) -> bool:
    return folder.as_posix() in DROPPED_FOLDERS or folder.name in DROPPED_NAMES or folder.name.endswith(".dist-info")


def compile_all(code: Path, runtime: str = OWN) -> None:
    """Bytecode in the place of its source, by the Python that will run it. It is trusted without looking at dates; the set order
    in it must not change from run to run."""
    command = [
        interpreter(runtime),
        "-m",
        "compileall",
        "-q",
        "-b",
        "-o",
        "2",
        "--invalidation-mode",
        "unchecked-hash",
        "-x",
        READ_AS_SOURCE,
    ]
    subprocess.run([*command, "-s", str(code), str(code)], env=clean.environment(PYTHONHASHSEED="0"), check=True)
    for source in sorted(code.rglob("*.py")):
        compiled = source.with_suffix(".pyc")
        if compiled.exists():
            (compiled if source == code / ENTRY else source).unlink()


def write_zip(code: Path, out: Path, mode: str) -> None:
    """Every file below `code`, in order, without dates and owners."""
    with zipfile.ZipFile(out, "a" if mode == "a" else "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path in _files(code):
            entry = zipfile.ZipInfo(path.relative_to(code).as_posix(), EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, path.read_bytes())


def _files(code: Path) -> Iterator[Path]:
    return (path for path in sorted(code.rglob("*")) if path.is_file())
