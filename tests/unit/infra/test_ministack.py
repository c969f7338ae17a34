"""Whose process is it, and whose port."""

import os
import socket
import subprocess
import sys

import pytest

from infra.localcloud import LocalCloud
from infra.ministack import MiniStack, free_port, is_free


@pytest.fixture
def taken():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_pid_file_that_outlived_its_process_is_not_believed(tmp_path):
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        for pid in (stranger.pid, os.getpid(), 4_000_000):
            (tmp_path / "ministack.pid").write_text(str(pid))
            assert MiniStack(tmp_path, 1).pid is None
            assert MiniStack(tmp_path, 1).stop() is False
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_port_that_another_holds_is_passed_over(tmp_path, taken):
    assert not is_free(taken)
    assert LocalCloud(tmp_path, taken).ministack.port > taken


def test_the_port_comes_from_the_environment_and_is_remembered(tmp_path, monkeypatch):
    monkeypatch.setenv("FRONTDESK_PORT", str(port := free_port()))
    assert LocalCloud(tmp_path).ministack.port == port

    (tmp_path / "port").write_text(str(other := free_port()))
    assert LocalCloud(tmp_path).ministack.port == other
    assert LocalCloud(tmp_path).url == f"http://127.0.0.1:{other}/frontdesk"


def test_leftovers_of_its_workers_are_swept_up(tmp_path):
    leftover = tmp_path / "tmp" / "ministack-lambda-x" / "code"
    leftover.mkdir(parents=True)

    MiniStack(tmp_path, 1).stop()

    assert not leftover.exists()
