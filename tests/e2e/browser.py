"""Headless Chromium for end-to-end tests, behind chromedriver's WebDriver protocol."""

import base64
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

PATIENCE = 60
"""Seconds: a page of 2 MB comes through a Lambda that may be starting."""

SCRIPT = 3 * PATIENCE
"""A script waits for its turn while a busy machine draws hundreds of operations; WebDriver's own thirty seconds are over before."""

STARTS = 5
"""How often chromedriver may try for a port."""

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,2200",
]

needs_chromium = pytest.mark.skipif(
    not (shutil.which("chromium") and shutil.which("chromedriver")), reason="needs Chromium: apt-get install chromium chromium-driver"
)


class Browser:
    """Headless Chromium behind chromedriver's WebDriver protocol."""

    def __init__(self, driver: str, profile: Path) -> None:
        self._http = requests.Session()
        self._http.trust_env = False
        options = {"binary": shutil.which("chromium"), "args": [*FLAGS, f"--user-data-dir={profile}"]}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "SEVERE"}}
        wanted["timeouts"] = {"script": SCRIPT * 1000}
        self._url = f"{driver}/session"
        self._url += "/" + self._post("", capabilities={"alwaysMatch": wanted})["sessionId"]

    def open(self, url: str) -> None:
        self._post("/url", url=url)

    def run(self, script: str, *args: Any) -> Any:
        """What a script in the page returns."""
        return self._post("/execute/sync", script=script, args=list(args))

    def wait(self, script: str, *args: Any) -> Any:
        """What a script in the page returns as soon as that is something."""
        until = time.monotonic() + PATIENCE
        while not (found := self.run(script, *args)):
            assert time.monotonic() < until, f"the page never came to: {script} {args}"
            time.sleep(0.1)
        return found

    def down(self, script: str, *args: Any) -> Iterator[Any]:
        """What a script returns at each height of the page, from its top down: of many operations only those in sight are drawn."""
        until = time.monotonic() + 3 * PATIENCE
        self.run("window.scrollTo(0, 0)")
        while time.monotonic() < until:
            time.sleep(0.1)
            yield self.run(script, *args)
            if self.run("return scrollY + innerHeight >= document.body.scrollHeight - 2"):
                return
            self.run("window.scrollBy(0, innerHeight / 2)")

    def complaints(self) -> list[str]:
        """Errors of the page's console since the last look: missing files, broken scripts, what its policy forbids."""
        return [entry["message"] for entry in self._post("/se/log", type="browser")]

    def screenshot(self) -> bytes:
        return base64.b64decode(self._http.get(f"{self._url}/screenshot", timeout=PATIENCE).json()["value"])

    def close(self) -> None:
        self._http.delete(self._url, timeout=PATIENCE)

    def _post(self, path: str, **body: Any) -> Any:
        answer = self._http.post(self._url + path, json=body, timeout=SCRIPT + PATIENCE)
        assert answer.ok, answer.text
        return answer.json()["value"]


@contextmanager
def browsing(profile: Path) -> Iterator[Browser]:
    """A browser with a profile of its own; it and its driver are gone afterwards."""
    with chromedriver() as driver:
        browser = Browser(driver, profile)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def chromedriver(command: tuple[str, ...] = ("chromedriver", "--port=0")) -> Iterator[str]:
    """A chromedriver's address; AssertionError when it found no port in `STARTS` tries.

    It takes whichever port is free for IPv4 and gives up when somebody holds the same one for IPv6.
    """
    for _ in range(STARTS):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            if port := _port(process):
                yield f"http://127.0.0.1:{port}"
                return
        finally:
            _end(process)
    raise AssertionError(f"chromedriver found no port in {STARTS} tries")


def _port(process: "subprocess.Popen[str]") -> str | None:
    """Where a driver listens; None when it ended before it did."""
    assert process.stdout is not None
    started = next((line for line in process.stdout if "started successfully" in line), "")
    return found[1] if (found := re.search(r"port (\d+)", started)) else None


def _end(process: "subprocess.Popen[str]") -> None:
    """Nothing of a driver is left, not even of one that does not listen to a request to end."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    assert process.stdout is not None
    process.stdout.close()
