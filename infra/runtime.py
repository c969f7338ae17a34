"""Which Python a package is for: compiled code and wheels belong to one version, so the builder must have that one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping

from infra import clean
from infra.naming import LOCAL

SUPPORTED = ("python3.11", "python3.12", "python3.13")
OWN = f"python{sys.version_info[0]}.{sys.version_info[1]}"
"""The Python that runs this: what the local cloud runs functions with."""


def chosen(stage: str, environ: Mapping[str, str] = os.environ) -> str:
    """The runtime of a stage's functions: LAMBDA_RUNTIME, else the Python that builds. Raises ValueError for one we do not know."""
    named = environ.get("LAMBDA_RUNTIME", "").strip() or OWN
    runtime = OWN if stage == LOCAL else named
    if runtime not in SUPPORTED:
        raise ValueError(f"LAMBDA_RUNTIME must be one of {', '.join(SUPPORTED)}")
    return runtime


def interpreter(runtime: str, find: Callable[[str], str | None] = shutil.which) -> str:
    """A Python that compiles for a runtime. Raises RuntimeError when there is none here."""
    if runtime == OWN:
        return sys.executable
    found = find(runtime)
    if not found or not _runs(found):
        raise RuntimeError(f"no {runtime} here, and only it compiles code for itself: install it, or choose another LAMBDA_RUNTIME")
    return found


def _runs(command: str) -> bool:
    """A version manager may put a name on the path behind which no Python stands."""
    return subprocess.run([command, "-c", ""], env=clean.environment(), capture_output=True, check=False).returncode == 0


def version(runtime: str) -> str:
    """`python3.12` -> `3.12`."""
    return runtime.removeprefix("python")
