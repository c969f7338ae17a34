"""MiniStack with functions that start at once: `python -P warmstart.py -m ministack`.

As it comes it unpacks a package anew for each environment of a function, thousands of files, and each of those reads boto, pydantic
and PynamoDB anew: a second and a half of CPU, some two hundred times in a run of the end-to-end tests. Here a package is unpacked
once, as all environments see one read-only `/var/task` on Lambda, and a nursery (`nursery.py`) that has read the package's libraries
forks each environment. That is a process of its own, with its own variables and pipes, and it reads the application itself.

Run as a file, in MiniStack's process: of this project it imports nothing, and puts nothing on a function's path.
"""

import hashlib
import runpy
import subprocess
import sys
import tempfile
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

HERE = Path(__file__).resolve().parent
NURSERIES = 4
"""How many stand at once: the application's and the pages', before and after a deployment."""

_lock = threading.Lock()
_nurseries: dict[Path, subprocess.Popen[bytes]] = {}


class Shared(zipfile.ZipFile):
    """A package whose files stand in one place, however often it is extracted: each folder that wants them is a link to them."""

    def extractall(self, path: Any = None, *_: Any) -> None:
        """Make the folder, which is empty yet, a link to the package's files; a nursery for them stands then."""
        with Path(str(self.filename)).open("rb") as content:
            place = Path(tempfile.gettempdir()) / f"package-{hashlib.file_digest(content, 'sha256').hexdigest()[:16]}"
        code = place / "code"
        with _lock:
            if not code.exists():
                super().extractall(place / "part")
                (place / "part").rename(code)
            _see_to(code)
        folder = Path(path)
        folder.rmdir()
        folder.symlink_to(code)


def _see_to(code: Path) -> None:
    """A nursery for these files; the oldest one goes, where there are many."""
    standing = _nurseries.pop(code, None)
    _nurseries[code] = standing if standing and standing.poll() is None else _opened(code)
    while len(_nurseries) > NURSERIES:
        _close(_nurseries.pop(next(iter(_nurseries))))


def _opened(code: Path) -> subprocess.Popen[bytes]:
    """It ends when its standard input does: with MiniStack, however that ends."""
    command = [sys.executable, "-P", str(HERE / "nursery.py"), str(_script())]
    nursery = subprocess.Popen(command, cwd=code, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert nursery.stdout is not None
    nursery.stdout.readline()  # it listens
    return nursery


def _close(nursery: subprocess.Popen[bytes]) -> None:
    assert nursery.stdin is not None
    nursery.stdin.close()
    nursery.wait()


def _script() -> Path:
    """Where MiniStack's own script stands, which a child of a nursery runs."""
    return Path(tempfile.gettempdir()) / "script.py"


def prepare(runtime: Any) -> None:
    """Have MiniStack's module of local functions start them so."""
    _script().write_text(runtime._PYTHON_WORKER_SCRIPT)
    runtime._PYTHON_WORKER_SCRIPT = (HERE / "worker.py").read_text()
    runtime.zipfile = SimpleNamespace(**vars(zipfile) | {"ZipFile": Shared})


def main() -> None:
    """MiniStack, whose arguments are none; elsewhere than on Linux as it comes, for a fork is not safe there."""
    if sys.platform == "linux":
        from ministack.core import lambda_runtime

        prepare(lambda_runtime)
    sys.argv[1:] = []
    runpy.run_module("ministack", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
