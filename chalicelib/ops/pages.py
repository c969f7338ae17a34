"""The docs page: Swagger UI from shipped files, and the document that it shows.

Every address in them is relative: the page works at ``/docs`` and below a base path alike, and asks no other host.
"""

import json
from functools import cache

from chalicelib.core.openapi import document
from chalicelib.ops import files


def docs_page() -> str:
    """The page that shows openapi.json."""
    return files.text("docs.html")


@cache
def described() -> str:
    """openapi.json, made once a worker: it takes a third of a second, and anybody may ask for it."""
    return json.dumps(document(), ensure_ascii=False)
