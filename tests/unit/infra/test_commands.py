"""What `make deploy` asks before it builds anything."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]


def deploy(home, *arguments, **environment):
    given = {"PATH": os.environ["PATH"], "HOME": str(home), **environment}
    command = [sys.executable, "-m", "infra", "deploy", *arguments]
    return subprocess.run(command, cwd=PROJECT, env=given, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--stage", "prod"), "which AWS region? set AWS_DEFAULT_REGION, or `aws configure set region …`"),
        (("--stage", "much-too-long-a-name"), "a stage is named by 1 to 12 small Latin letters and digits, a letter first"),
        (("--stage", "prod", "--set", "Domain"), "a parameter is given as NAME=value"),
        (("--stage", "local"), "the local stage is deployed by `make run`"),
    ],
)
def test_what_cannot_be_deployed_is_refused_in_one_readable_line(tmp_path, arguments, said):
    done = deploy(tmp_path, *arguments)

    assert (done.returncode, done.stdout, done.stderr.strip()) == (1, "", f"failed: {said}")
