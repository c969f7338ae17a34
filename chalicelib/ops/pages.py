"""The docs page: Swagger UI from shipped files, all of them text, so that no gateway takes them for binary.

Every address in them is relative: the page works at ``/docs`` and below a base path alike, and asks no other host.
"""

import json
from functools import cache
from pathlib import Path

from chalicelib.core.errors import NotFound
from chalicelib.core.openapi import document

STATIC = Path(__file__).with_name("static")

MEDIA_TYPES = {
    "docs.js": "text/javascript; charset=utf-8",
    "favicon.svg": "image/svg+xml",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "swagger-ui-bundle.js.LICENSE.txt": "text/plain; charset=utf-8",
    "swagger-ui.css": "text/css; charset=utf-8",
}
"""What the page may ask for; nothing else is read from the disk."""


def docs_page() -> str:
    """The page that shows openapi.json."""
    return _text("docs.html")


@cache
def described() -> str:
    """openapi.json, made once a worker: it takes a third of a second, and anybody may ask for it."""
    return json.dumps(document(), ensure_ascii=False)


def asset(name: str) -> tuple[str, str]:
    """One of the page's files and its media type. Raises NotFound for any other name."""
    if name not in MEDIA_TYPES:
        raise NotFound(message="The docs page has no such file.")
    return _text(name), MEDIA_TYPES[name]


def _text(name: str) -> str:
    return (STATIC / name).read_text("utf-8")
