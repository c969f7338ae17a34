"""The door of a letter's link. It names its address itself, so that a mail program needs no page: RFC 8058."""

from typing import Annotated

from chalicelib.core import security
from chalicelib.core.http import Api, Page, page
from chalicelib.messaging.unsubscribing import service

api = Api("messaging.unsubscribing")
GUARDED = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
"""The address is the key: no page that it leads to learns it, and no engine keeps it."""


@api.get("/u/{token}", auth=security.PUBLIC)
def show_unsubscribing(token: str) -> Annotated[Page, "text/html"]:
    """A page with a button that ends marketing; looking at it changes nothing, for previews of links look too."""
    return _shown(*service.asked(token))


@api.post("/u/{token}", auth=security.PUBLIC)
def unsubscribe(token: str) -> Annotated[Page, "text/html"]:
    """End marketing to whom this link was sent: the page's button, or one click in a mail program. Repeated it is the same."""
    return _shown(*service.pressed(token))


def _shown(text: str, known: bool) -> Page:
    answer = page(text, "text/html; charset=utf-8", cache="no-store")
    answer.headers.update(GUARDED)
    answer.status_code = 200 if known else 404
    return answer
