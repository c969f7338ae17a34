"""Where continuous integration runs, a test that was skipped is a failure."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[2] / "conftest.py"
SKIPPING = """
import pytest

@pytest.mark.skipif(True, reason="no browser here")
def test_marked(): pass

def test_by_itself(): pytest.skip("later")

@pytest.mark.xfail(strict=True)
def test_known(): assert False

def test_runs(): pass
"""


@pytest.mark.parametrize(
    ("no_skips", "code", "told"),
    [("1", 1, "1 failed, 1 passed, 1 xfailed, 1 error"), ("", 0, "1 passed, 2 skipped, 1 xfailed")],
)
def test_a_skip_is_a_failure_only_where_everything_must_run(tmp_path, no_skips, code, told):
    (tmp_path / "conftest.py").write_text(CONFTEST.read_text())
    (tmp_path / "test_it.py").write_text(SKIPPING)
    environment = os.environ | {"NO_SKIPS": no_skips, "PYTHONPATH": str(CONFTEST.parents[1])}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, told in done.stdout) == (code, True), done.stdout
