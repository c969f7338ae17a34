"""Pages as files: what a small Lambda of their own serves, with nothing but this module and the files in its zip.

In process `pages` serves the same ones. All of them are text, so that no gateway takes them for binary.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chalicelib.core import cors
from chalicelib.core.errors import AppError, MethodNotAllowed, NotFound

STATIC = Path(__file__).with_name("static")
CACHED = "public, max-age=3600"

MEDIA_TYPES = {
    "docs.js": "text/javascript; charset=utf-8",
    "favicon.svg": "image/svg+xml",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "swagger-ui-bundle.js.LICENSE.txt": "text/plain; charset=utf-8",
    "swagger-ui.css": "text/css; charset=utf-8",
}
"""What the docs page may ask for; nothing else is read from the disk."""

PAGES = {"/docs": ("docs.html", "text/html; charset=utf-8"), "/openapi.json": ("openapi.json", "application/json; charset=utf-8")}
"""By its path, a page's file. The document is written into the zip when that is built."""


def text(name: str) -> str:
    """A file's text."""
    return (STATIC / name).read_text("utf-8")


def asset(name: str) -> tuple[str, str]:
    """One of the docs page's files and its media type. Raises NotFound for any other name."""
    if name not in MEDIA_TYPES:
        raise NotFound(message="The docs page has no such file.")
    return text(name), MEDIA_TYPES[name]


def handler(event: Mapping[str, Any], _context: Any) -> dict[str, Any]:
    """The answer to one proxy event, in the gateway's shape."""
    method, given = event["requestContext"]["httpMethod"], event.get("headers") or {}
    if method == "OPTIONS":
        return _answer(204, "", cors.preflight({name.lower(): value for name, value in given.items()}))
    try:
        body, media_type = _found(event)
        if method != "GET":
            raise MethodNotAllowed(headers={"Allow": "GET, OPTIONS"})
    except AppError as error:
        return _answer(error.status, json.dumps(error.body()), {"Content-Type": "application/json", **error.headers})
    return _answer(200, body, {"Content-Type": media_type, "Cache-Control": CACHED})


def _found(event: Mapping[str, Any]) -> tuple[str, str]:
    if page := PAGES.get(event["requestContext"]["resourcePath"]):
        return text(page[0]), page[1]
    return asset((event.get("pathParameters") or {}).get("path", "").strip("/"))


def _answer(status: int, body: str, headers: Mapping[str, str]) -> dict[str, Any]:
    return {"statusCode": status, "headers": {**cors.CORS, **headers}, "body": body}
