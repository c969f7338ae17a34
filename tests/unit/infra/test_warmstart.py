"""Functions that a nursery forks are what MiniStack would have started: processes of their own that share files and nothing else."""

import io
import os
import tempfile
import time
import zipfile

import pytest
from ministack.core import lambda_runtime
from ministack.core.lambda_runtime import Worker, kill_workers

from infra import warmstart
from infra.runtime import OWN

ARN = "arn:aws:lambda:us-east-1:000000000000:function:f"

CODE = """
import os, random
WING = os.environ["WING"]
calls = []
def handler(event, context):
    calls.append(event)
    print("said by", WING)
    if event == "die": os._exit(3)
    return {"wing": WING, "calls": len(calls), "pid": os.getpid(), "drawn": random.random(), "file": __file__, "here": os.getcwd(),
            "others": sorted(name for name in os.environ if name.startswith("ONLY_"))}
"""


def zipped(code):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("place/app.py", code)
        package.writestr("place/__init__.py", "")
    return packed.getvalue()


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """An environment of a function, with its variables; whatever stands at the end is ended."""
    for name in ("_PYTHON_WORKER_SCRIPT", "zipfile"):
        monkeypatch.setattr(lambda_runtime, name, getattr(lambda_runtime, name))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    warmstart.prepare(lambda_runtime)
    made = []

    def make(**variables):
        config = {"FunctionName": "f", "FunctionArn": ARN, "Runtime": OWN, "Handler": "place.app.handler"}
        config["Environment"] = {"Variables": variables}
        made.append(Worker("f", config, zipped(CODE)))
        return made[-1]

    yield make
    kill_workers(made)
    while warmstart._nurseries:
        warmstart._close(warmstart._nurseries.popitem()[1])


def told(worker, event=None):
    answer = worker.invoke(event, "1")
    assert answer["status"] == "ok", answer
    return answer["result"]


def is_alive(pid):
    return os.path.exists(f"/proc/{pid}")  # noqa: PTH110


def comes(look):
    until = time.monotonic() + 10
    while not (found := look()):
        assert time.monotonic() < until
        time.sleep(0.01)
    return found


@pytest.mark.skipif(not os.path.exists("/proc/self"), reason="elsewhere functions are started as MiniStack does")  # noqa: PTH110
def test_environments_share_files_and_nothing_else(environment):
    one, other = environment(WING="one", ONLY_ONE="1"), environment(WING="other")
    first, again, theirs = told(one), told(one), told(other)

    assert (first["wing"], again["calls"], theirs["wing"], theirs["calls"]) == ("one", 2, "other", 1)
    assert first["pid"] == again["pid"] != theirs["pid"]
    assert first["drawn"] != theirs["drawn"]
    assert (first["others"], theirs["others"]) == (["ONLY_ONE"], [])
    assert first["here"] == theirs["here"]
    assert len(warmstart._nurseries) == 1
    assert "said by one" in one.invoke(None, "1")["log"]

    kill_workers([one])
    comes(lambda: not is_alive(first["pid"]))
    assert told(other)["pid"] == theirs["pid"]

    assert other.invoke("die", "1")["status"] == "error"
    anew = told(other)
    assert (anew["calls"], anew["wing"]) == (1, "other") and anew["pid"] != theirs["pid"]

    (nursery,) = warmstart._nurseries.values()
    nursery.kill()
    nursery.wait()
    assert told(environment(WING="after"))["wing"] == "after"
