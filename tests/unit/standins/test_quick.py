"""The in-process store with its work left out answers as it does with all of it, and holds the same afterwards."""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[3]

CALLS = Path(__file__).with_name("played.py")


def played(how: str) -> list[str]:
    """What the store answered, call by call."""
    command = [sys.executable, str(CALLS), how]
    done = subprocess.run(command, cwd=PROJECT, env={**os.environ, "PYTHONPATH": str(PROJECT)}, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_each_call_is_answered_alike() -> None:
    shortened, whole = played("shortened"), played("whole")
    assert len(whole) > 250
    assert shortened == whole
