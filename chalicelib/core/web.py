"""Addresses of the web, as payloads say them."""

from urllib.parse import urlsplit

from chalicelib.core.patterns import pattern

_SAID = pattern(r"""[^\s"'<>\\^`{|}\x00-\x20\x7f]+""")
_HOST = pattern(r"[\w-]+(\.[\w-]+)*\.?|[0-9a-f.]*:[0-9a-f:.]*")


def address(said: str) -> str:
    """A web address as it was said. Raises ValueError for what no browser would open: without a host, or with blanks and quotes."""
    try:
        parts = urlsplit(said)
        is_one = parts.scheme in ("http", "https") and bool(_HOST.fullmatch(parts.hostname or "")) and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one or not _SAID.fullmatch(said):
        raise ValueError("expected an address that begins with http:// or https://")
    return said
