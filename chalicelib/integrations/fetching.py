"""A file of somebody else's, by an address that a caller named: from a public address of a host that is allowed, and no further.

The name is resolved once, and the connection goes to what was found, under the host's own certificate: a name that means another
address a moment later leads nowhere. Redirects are not followed.
"""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from chalicelib.core.vendors import VendorDown, VendorRefused

VENDOR = "recording"
PATIENCE = (3.0, 15.0)
CHUNK = 256 * 1024
LONGEST = 30.0
"""Seconds that a file may take: whoever sends a byte now and then would outlive the caller's Lambda."""

Resolve = Callable[[str], list[str]]
"""The addresses that a name means."""


class File(NamedTuple):
    """What was fetched."""

    content: bytes
    content_type: str


class NotFetched(VendorRefused):
    """It is not fetched, now or later; the reason names no address."""

    def __init__(self, reason: str, status: int = 0) -> None:
        super().__init__(VENDOR, status, reason)


def host_of(url: str) -> str | None:
    """The host of an address that may be asked at all: https, its own port, nobody's name and password in it."""
    try:
        parts = urlsplit(url)
        plain = parts.scheme == "https" and parts.port in (None, 443) and not parts.username and not parts.password
    except ValueError:
        return None
    return parts.hostname.lower().rstrip(".") if plain and parts.hostname else None


def is_allowed(url: str, hosts: frozenset[str]) -> bool:
    """Whether an address is of one of these hosts."""
    return host_of(url) in hosts


def fetch(url: str, *, most: int, resolve: Resolve | None = None, opened: Any = None) -> File:
    """The file at an address, at most so many bytes. Raises `NotFetched`, or `VendorDown` where another try may help."""
    host = host_of(url)
    if host is None:
        raise NotFetched("the address is not one of https")
    where = _public(host, resolve or _resolve)
    with (opened or _opened)(where, host, _path(url)) as answer:
        if answer.status >= 500 or answer.status == 429:
            raise VendorDown(VENDOR, f"HTTP {answer.status}")
        if answer.status != 200:
            raise NotFetched(f"HTTP {answer.status}", answer.status)
        return File(_content(answer, most), str(answer.headers.get("Content-Type", "")).partition(";")[0].strip().lower())


def _public(host: str, resolve: Resolve) -> str:
    """An address of a host all of whose addresses are public: one that is not means that somebody tries what is ours."""
    found = resolve(host)
    if not found:
        raise VendorDown(VENDOR, "the host has no address")
    if not all(_is_public(one) for one in found):
        raise NotFetched("the host is not a public one")
    return found[0]


def _is_public(address: str) -> bool:
    found = ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None) or found
    return found.is_global and inner.is_global and not found.is_multicast


def _resolve(host: str) -> list[str]:
    try:
        found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except OSError as error:
        raise VendorDown(VENDOR, "the host has no address") from error
    return [*dict.fromkeys(str(one[4][0]) for one in found)]


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


@contextmanager
def _opened(address: str, host: str, path: str) -> Iterator[Any]:
    import certifi
    from urllib3 import HTTPSConnectionPool, Timeout
    from urllib3.exceptions import HTTPError

    patience = Timeout(connect=PATIENCE[0], read=PATIENCE[1])
    named: Any = {"server_hostname": host, "assert_hostname": host, "cert_reqs": "CERT_REQUIRED", "ca_certs": certifi.where()}
    pool = HTTPSConnectionPool(address, 443, timeout=patience, retries=False, **named)
    try:
        answer = pool.request("GET", path, headers={"Host": host}, redirect=False, preload_content=False)
        yield answer
    except HTTPError as error:
        raise VendorDown(VENDOR, f"no answer ({type(error).__name__})") from None
    finally:
        pool.close()


def _content(answer: Any, most: int) -> bytes:
    said = str(answer.headers.get("Content-Length", ""))
    if said.isascii() and said.isdigit() and len(said) < 19 and int(said) > most:
        raise NotFetched("the file is too large")
    parts: list[bytes] = []
    size, until = 0, time.monotonic() + LONGEST
    for part in answer.stream(CHUNK):
        size += len(part)
        if size > most:
            raise NotFetched("the file is too large")
        if time.monotonic() > until:
            raise VendorDown(VENDOR, "the file came too slowly")
        parts.append(part)
    return b"".join(parts)
