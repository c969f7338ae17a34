"""The docs page in a real browser: it shows every operation, can call one, and asks no other host for anything."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.e2e.browser import PATIENCE, Browser, browsing, needs_chromium

SCREENSHOT = Path(__file__).parents[2] / ".local" / "docs-page.png"
METHODS = {"get", "post", "put", "delete", "patch"}

SHOWN = """return [...document.querySelectorAll(".opblock")].map(block =>
    block.querySelector(".opblock-summary-method").innerText + " " + block.querySelector("[data-path]").dataset.path)"""
SERVED_BY = """return [...new Set(performance.getEntriesByType("resource").map(entry => new URL(entry.name).origin))]"""
CLICK = """const found = document.querySelector(arguments[0]); if (found) found.click(); return !!found"""
TEXT = """return document.querySelector(arguments[0])?.innerText"""


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    with browsing(tmp_path / "profile") as browser:
        yield browser


@needs_chromium
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
