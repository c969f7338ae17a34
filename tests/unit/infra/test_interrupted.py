"""A first `make run` that was killed, wherever it was: the next one mends it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from infra import package, stack
from infra.localcloud import LocalCloud
from tests.unit.infra.test_stack import Amazon

PROJECT = Path(__file__).parents[3]


class Lambdas:
    """Event source mappings, and a killer at the n-th call."""

    def __init__(self, standing, dies_at=None):
        self.standing, self.calls, self.dies_at = list(standing), 0, dies_at

    def _called(self):
        self.calls += 1
        if self.calls == self.dies_at:
            raise KeyboardInterrupt

    def list_event_source_mappings(self):
        return {"EventSourceMappings": [dict(one) for one in self.standing]}

    def delete_event_source_mapping(self, UUID):
        self._called()
        self.standing = [one for one in self.standing if one["UUID"] != UUID]

    def create_event_source_mapping(self, **properties):
        self._called()
        assert properties["EventSourceArn"] not in [one["EventSourceArn"] for one in self.standing]
        self.standing.append({**properties, "UUID": f"new-{self.calls}", "FunctionArn": properties["FunctionName"]})


@pytest.fixture
def cloud(tmp_path, monkeypatch):
    def made(client):
        cloud = LocalCloud(tmp_path, port=0)
        monkeypatch.setattr(cloud, "client", lambda service: client)
        return cloud

    return made


@pytest.mark.parametrize("dies_at", [1, 2, 3])
def test_the_stream_is_found_again_whenever_its_renewal_was_killed(cloud, dies_at):
    lambdas = Lambdas(
        [
            {"UUID": "a", "EventSourceArn": "outbox", "FunctionArn": "deliver"},
            {"UUID": "b", "EventSourceArn": "outbox", "FunctionArn": "deliver"},
        ],
        dies_at,
    )
    with pytest.raises(KeyboardInterrupt):
        cloud(lambdas)._renew_stream()
    cloud(lambdas)._renew_stream()
    assert [(one["EventSourceArn"], one["FunctionArn"]) for one in lambdas.standing] == [("outbox", "deliver")]


@pytest.mark.parametrize("step", ["_map_domain", "_renew_stream"])
def test_a_deployment_that_was_killed_is_finished_though_nothing_changed(cloud, monkeypatch, step):
    done = []
    answers = iter([True, False, False])
    monkeypatch.setattr(stack, "deploy", lambda *given, **more: next(answers))

    def run(killed):
        one = cloud(None)
        for name in ("_make_bucket", "_map_domain", "_renew_stream"):
            monkeypatch.setattr(
                one, name, lambda name=name: (_ for _ in ()).throw(KeyboardInterrupt) if killed and name == step else done.append(name)
            )
        return one.deploy(type("P", (), {"template": {}})(), {})

    with pytest.raises(KeyboardInterrupt):
        run(killed=True)
    done.clear()
    assert run(killed=False) is False and done == ["_make_bucket", "_map_domain", "_renew_stream"]
    done.clear()
    assert run(killed=False) is False and done == ["_make_bucket"]


def test_the_port_is_noted_before_the_process_starts(tmp_path, monkeypatch):
    cloud = LocalCloud(tmp_path, port=0)

    def killed(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(type(cloud.ministack), "start", killed)
    with pytest.raises(KeyboardInterrupt):
        cloud.start()
    assert LocalCloud(tmp_path).ministack.port == cloud.ministack.port


def test_a_stack_that_is_still_at_work_is_waited_for():
    amazon = Amazon("CREATE_IN_PROGRESS")
    amazon.settles_as = "CREATE_COMPLETE"
    stack._settle(amazon, "frontdesk-local", 0)
    assert amazon.status == "CREATE_COMPLETE"


@pytest.mark.parametrize(
    ("status", "left"), [("CREATE_IN_PROGRESS", None), ("UPDATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"), ("CREATE_COMPLETE", "CREATE_COMPLETE")]
)
def test_a_stack_that_nobody_finishes_is_forgotten_only_while_it_holds_nothing(status, left):
    amazon = Amazon(status)
    stack.forget_unfinished(amazon, "local")
    assert amazon.status == left


def test_what_a_killed_build_left_is_swept_up(tmp_path):
    (tmp_path / "tmpabc" / "code").mkdir(parents=True)
    (tmp_path / "dependencies-1.zip").write_text("")
    package._sweep(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["dependencies-1.zip"]


def makes(folder, *, killed):
    """Run the Makefile's installation with a pip that is killed, or is not."""
    return made_by(folder, f"exit {137 if killed else 0}")


def made_by(folder, pip, *, at_once=1):
    """What so many makes at once came to, where pip does as it is told."""
    (folder / "Makefile").write_text((PROJECT / "Makefile").read_text())
    for name in ("requirements.txt", "requirements-dev.txt"):
        (folder / name).write_text("")
    python = folder / "python"  # what it makes of `-m venv --clear .venv` is a python whose pip does as it is told
    steps = (
        "rm -rf .venv",
        "mkdir -p .venv/bin",
        "echo venv >> made",
        f"printf '#!/bin/sh\\n{pip}\\n' > .venv/bin/python",
        "chmod +x .venv/bin/python",
    )
    python.write_text("#!/bin/sh\n" + " && ".join(steps) + "\n")
    python.chmod(0o755)
    makes = [subprocess.Popen(["make", "-s", "url", f"PYTHON={python}"], cwd=folder, stderr=subprocess.DEVNULL) for _ in range(at_once)]
    return max(one.wait() for one in makes)


def test_an_installation_that_was_killed_is_begun_anew_and_a_whole_one_is_left_alone(tmp_path):
    assert makes(tmp_path, killed=True) != 0
    assert not list((tmp_path / ".venv").glob(".installed-*"))
    assert makes(tmp_path, killed=False) == 0
    assert makes(tmp_path, killed=False) == 0
    assert (tmp_path / "made").read_text().split() == ["venv", "venv"]


@pytest.mark.skipif(not shutil.which("flock"), reason="nothing locks here")
def test_makes_at_once_install_once(tmp_path):
    assert made_by(tmp_path, "sleep 0.2", at_once=3) == 0
    assert (tmp_path / "made").read_text().split() == ["venv"]


def test_files_that_were_written_later_say_nothing_new(tmp_path):
    assert makes(tmp_path, killed=False) == makes(tmp_path, killed=True) == 0
