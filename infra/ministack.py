"""The MiniStack process: started on loopback, known by its pid file, stopped by its pid.

It answers only after start, saves its state only on SIGTERM, and leaves folders of its Lambda workers behind: all of its
temporary files go below our own folder, so that cleaning up can touch nobody else's.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from infra import clean, loopback

ENVIRONMENT = {
    "AUTH": "true",  # functions act under their roles: what a role does not allow fails here as it would on Amazon
    "BIND_HOST": "127.0.0.1",
    "MINISTACK_HOST": "127.0.0.1",
    "IOT_MTLS_ENABLED": "0",
    "PERSIST_STATE": "1",
    "LAMBDA_WARM_TTL_SECONDS": "30",
    "LOG_LEVEL": "WARNING",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}
STARTER = Path(__file__).with_name("warmstart.py")
START_SECONDS = 60
STOP_SECONDS = 60


@dataclass(frozen=True)
class MiniStack:
    """One MiniStack, up or down, with everything it keeps below `home`."""

    home: Path
    port: int

    @property
    def address(self) -> str:
        """Where its AWS services answer."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log_file(self) -> Path:
        """What it printed since it was started last."""
        return self.home / "ministack.log"

    @property
    def pid(self) -> int | None:
        """The pid of the running process, None when it is down."""
        try:
            pid = int(self._pid_file.read_text())
        except (FileNotFoundError, ValueError):
            return None
        return pid if _is_ministack(pid) else None

    @property
    def _pid_file(self) -> Path:
        return self.home / "ministack.pid"

    @property
    def _temporary(self) -> Path:
        return self.home / "tmp"

    def start(self) -> None:
        """Start it unless it is up, and wait until it answers."""
        if self.pid is not None:
            self._wait_until_it_answers(lambda: self.pid is not None)
        else:
            process = self._launch()
            self._pid_file.write_text(str(process.pid))
            try:
                self._wait_until_it_answers(lambda: process.poll() is None)
            except BaseException:
                process.terminate()
                process.wait(STOP_SECONDS)  # one that is still ending would be taken for one that is up
                raise

    def stop(self) -> bool:
        """Stop it and wait until its state is saved. False when it was not up."""
        pid = self.pid
        if pid is not None:
            os.kill(pid, signal.SIGTERM)
            _wait_until_gone(pid)
        self._pid_file.unlink(missing_ok=True)
        self._sweep_up()
        return pid is not None

    def _launch(self) -> subprocess.Popen[bytes]:
        """In a session of its own: Ctrl-C in the terminal that started it is not meant for it."""
        self._sweep_up()
        self._temporary.mkdir(parents=True)
        own = {"GATEWAY_PORT": str(self.port), "STATE_DIR": str(self.home / "state"), "TMPDIR": str(self._temporary)}
        environment = clean.environment() | ENVIRONMENT | own
        command = [sys.executable, "-P", str(STARTER), "-m", "ministack"]
        with self.log_file.open("w") as log:
            return subprocess.Popen(
                command, env=environment, cwd=self.home, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def _wait_until_it_answers(self, is_alive: Callable[[], bool]) -> None:
        until = time.monotonic() + START_SECONDS
        while not self.answers():
            if not is_alive() or time.monotonic() > until:
                raise RuntimeError(f"MiniStack did not start:\n{self._last_words()}")
            time.sleep(0.1)

    def answers(self) -> bool:
        """Whether it serves requests."""
        return loopback.get(f"{self.address}/_ministack/health", timeout=2)[0] == 200

    def _last_words(self) -> str:
        return "\n".join(self.log_file.read_text().splitlines()[-15:])

    def _sweep_up(self) -> None:
        shutil.rmtree(self._temporary, ignore_errors=True)


def is_free(port: int) -> bool:
    """Whether nobody listens on a loopback port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def free_port() -> int:
    """Any port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_ministack(pid: int) -> bool:
    """A pid file can outlive its process, and the number can be given to another: look at what runs there."""
    command = Path(f"/proc/{pid}/cmdline")
    if command.parent.parent.joinpath("self").exists():
        return command.exists() and b"-m\0ministack\0" in command.read_bytes() and not _is_defunct(pid)
    shown = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False)
    return "-m ministack" in shown.stdout


def _is_defunct(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True


def _wait_until_gone(pid: int) -> None:
    until = time.monotonic() + STOP_SECONDS
    while _is_ministack(pid):
        if time.monotonic() > until:
            raise RuntimeError(f"MiniStack (pid {pid}) did not stop within {STOP_SECONDS} seconds")
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        time.sleep(0.05)
