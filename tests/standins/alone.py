"""Programs that import for themselves, each in a process of its own: forked from one that has imported libraries and nothing of ours.

Most of a start is the libraries' own, and the same for all. What a program imports of ours, it imports; what it has not imported of
the libraries, it has not by name.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LIBRARIES = ("pydantic_settings", "pynamodb.models", "botocore.client", "chalice", "aws_lambda_powertools.metrics")
"""What every function of ours imports."""

FORKS = """
import gc, importlib, json, os, sys, tempfile, traceback
sys.path.insert(0, ".")
libraries, programs = json.load(sys.stdin)
for name in libraries:
    importlib.import_module(name)
assert not [name for name in sys.modules if name.partition(".")[0] in ("app", "chalicelib", "tests")]
gc.freeze()

def play(code, environment):
    os.environ.update(environment)
    try:
        exec(compile(code, "<alone>", "exec"), {"__name__": "__main__"})
    except SystemExit as end:
        return int(end.code or 0)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0

told = []
for code, environment in programs:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        if not (child := os.fork()):
            os.dup2(out.fileno(), 1), os.dup2(err.fileno(), 2)
            status = play(code, environment)
            sys.stdout.flush(), sys.stderr.flush()
            os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        out.seek(0), err.seek(0)
        told.append([status, out.read().decode(), err.read().decode()])
print(json.dumps(told))
"""


@dataclass(frozen=True)
class Done:
    """How a program ended."""

    returncode: int
    stdout: str
    stderr: str


def played(programs: Sequence[tuple[str, dict[str, str]]], *options: str, cwd: Path, env: dict[str, str]) -> list[Done]:
    """How each of these programs ended, told by its code and by what its environment has beside `env`; `options` are Python's."""
    asked = json.dumps([LIBRARIES, programs])
    command = [sys.executable, *options, "-c", FORKS]
    done = subprocess.run(command, cwd=cwd, env=env, input=asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [Done(*one) for one in json.loads(done.stdout)]
