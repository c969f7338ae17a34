"""The docs page in a real browser: it shows every operation, can call one, and asks no other host for anything."""

import base64
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

SCREENSHOT = Path(__file__).parents[2] / ".local" / "docs-page.png"
PATIENCE = 60
"""Seconds: the page's 2 MB come through a Lambda that may be starting."""

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

METHODS = {"get", "post", "put", "delete"}

SHOWN = """return [...document.querySelectorAll(".opblock")].map(block =>
    block.querySelector(".opblock-summary-method").innerText + " " + block.querySelector("[data-path]").dataset.path)"""
SERVED_BY = """return [...new Set(performance.getEntriesByType("resource").map(entry => new URL(entry.name).origin))]"""
CLICK = """const found = document.querySelector(arguments[0]); if (found) found.click(); return !!found"""
TEXT = """return document.querySelector(arguments[0])?.innerText"""


class Browser:
    """Headless Chromium behind chromedriver's WebDriver protocol."""

    def __init__(self, driver: str, profile: Path) -> None:
        self._http = requests.Session()
        self._http.trust_env = False
        options = {"binary": shutil.which("chromium"), "args": [*FLAGS, f"--user-data-dir={profile}"]}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "SEVERE"}}
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
        answer = self._http.post(self._url + path, json=body, timeout=PATIENCE)
        assert answer.ok, answer.text
        return answer.json()["value"]


@contextmanager
def chromedriver() -> Iterator[str]:
    """A chromedriver on a free port."""
    process = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        started = next(line for line in process.stdout if "started successfully" in line)
        yield "http://127.0.0.1:" + re.findall(r"port (\d+)", started)[0]
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    with chromedriver() as driver:
        browser = Browser(driver, tmp_path / "profile")
        yield browser
        browser.close()


@pytest.mark.skipif(
    not (shutil.which("chromium") and shutil.which("chromedriver")), reason="needs Chromium: apt-get install chromium chromium-driver"
)
def test_the_docs_page_shows_every_operation_and_calls_one(browser: Browser, cloud: Any) -> None:
    document = requests.get(f"{cloud.base_url}/openapi.json", timeout=PATIENCE).json()
    browser.open(f"{cloud.base_url}/docs")

    browser.wait('return document.querySelector(".opblock")')
    wanted = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in METHODS & set(methods)}
    seen: set[str] = set()
    for shown in browser.down(SHOWN):
        seen |= set(shown)
        if seen >= wanted:
            break
    assert seen == wanted
    assert browser.run(SERVED_BY) == ["{0.scheme}://{0.netloc}".format(urlsplit(cloud.base_url))]
    assert browser.complaints() == []

    operation = document["paths"]["/health"]["get"]
    health = f"#operations-{operation['tags'][0]}-{operation['operationId']}"
    assert any(browser.down(CLICK, f"{health} .opblock-summary-control"))
    browser.wait(TEXT, f"{health} [data-code='200']")  # an operation is resolved when it is opened, a moment after its button
    browser.wait(CLICK, f"{health} button.execute")
    status = browser.wait(TEXT, f"{health} .live-responses-table tbody .response-col_status")
    SCREENSHOT.parent.mkdir(exist_ok=True)
    SCREENSHOT.write_bytes(browser.screenshot())
    assert status.split()[0] == "200"
    assert browser.run(TEXT, f"{health} .request-url pre") == f"{cloud.base_url}/health"
