"""What other origins' pages may read and send."""

from collections.abc import Mapping

from chalicelib.core.patterns import pattern

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Authorization,Content-Type,Idempotency-Key,X-Api-Key",
    "Access-Control-Allow-Methods": "GET,POST,PUT,PATCH,DELETE,OPTIONS",
    "Access-Control-Expose-Headers": "Allow,Retry-After,WWW-Authenticate",
}
"""Site forms call from any page; nothing here rides on cookies, so any origin is safe."""

ASKED_FIRST = {"Access-Control-Max-Age": "7200", "Vary": "Access-Control-Request-Headers"}
"""A preflight holds for two hours: Chrome keeps none longer."""

MAX_ASKED = 40
"""Headers that a preflight may ask for; a browser's own libraries add three or four."""

OURS_ALONE = "x-frontdesk-desk"
"""The header that makes the desk's cookie count: no page of another origin may send it."""

_HEADER_NAME = pattern(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")


def preflight(headers: Mapping[str, str]) -> dict[str, str]:
    """The answer's headers: a page may send whatever it asks to. Libraries add their own, and none gives rights that a key does not."""
    known = CORS["Access-Control-Allow-Headers"]
    asked = [name.strip() for name in headers.get("access-control-request-headers", "").split(",")[:MAX_ASKED]]
    taken = {*known.lower().split(","), OURS_ALONE}
    more = [name for name in asked if _HEADER_NAME.fullmatch(name) and name.lower() not in taken]
    return {**CORS, **ASKED_FIRST, "Access-Control-Allow-Headers": ",".join([known, *dict.fromkeys(more)])}
