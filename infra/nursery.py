"""Forks the environments of one package's functions: `python -P nursery.py <MiniStack's worker script>`, in the folder of its code.

It has read the libraries that every function begins with, none of which reads a setting when it is imported. `worker.py` hands over
an environment's variables and pipes; the child puts them in the place of its own and is from there on what MiniStack would have started.
"""

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import threading
from importlib import import_module
from pathlib import Path
from typing import Any

SOCKET = "../nursery"
"""Beside the code, which is where both sides work: a whole path may be longer than a socket's name."""

LIBRARIES = (
    "botocore.client",
    "botocore.endpoint",
    "botocore.handlers",
    "botocore.session",
    "chalice.app",
    "pydantic.root_model",
    "pydantic_settings",
    "pynamodb.attributes",
    "pynamodb.connection",
    "pynamodb.indexes",
    "pynamodb.models",
    "pynamodb.transactions",
    "aws_lambda_powertools",
    "aws_lambda_powertools.logging",
    "aws_lambda_powertools.metrics",
)
LIMIT = 1 << 20


def main(script: Path) -> None:
    """Serve until standard input ends; returns in a child too, when its function has ended."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    Path(SOCKET).unlink(missing_ok=True)
    listener.bind(SOCKET)
    listener.listen(128)
    os.write(1, b"\n")
    code = compile(script.read_text(), str(script), "exec")
    _read_libraries()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a child here
    while (ready := select.select([0, listener.fileno()], [], [])[0]) and 0 not in ready:
        caller = listener.accept()[0]
        if os.fork() == 0:
            listener.close()
            _live(caller, code)
            return
        caller.close()


def _read_libraries() -> None:
    """From the package, as a function does; the package of the pages has none of them."""
    sys.path.insert(0, str(Path.cwd()))
    gc.disable()
    for name in LIBRARIES:
        with contextlib.suppress(ImportError):
            import_module(name)
    gc.freeze()
    gc.enable()


def _live(caller: socket.socket, code: Any) -> None:
    said, pipes, _, _ = socket.recv_fds(caller, LIMIT, 3)
    told = json.loads(said)
    for number, pipe in enumerate(pipes):
        os.dup2(pipe, number)
        os.close(pipe)
    os.environ.clear()
    os.environ.update(told["environment"])
    os.chdir(told["folder"])
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    threading.Thread(target=_end_with, args=(caller,), daemon=True).start()
    exec(code, {"__name__": "__main__"})  # noqa: S102 - MiniStack's own


def _end_with(caller: socket.socket) -> None:
    """MiniStack ends the process that it knows, the caller; that one's end is ours."""
    caller.recv(1)
    os._exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
