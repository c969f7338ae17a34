"""One bucket of Amazon S3. Each class is what a role may be allowed alone: to hand out an upload, to read, to write."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import quote

from chalicelib.core.vendors import Reply, Timeout, Vendor, VendorBusy, VendorError, VendorRefused
from chalicelib.integrations.aws import signing

VENDOR = "s3"
PATIENCE: Timeout = (3.0, 25.0)


class Stat(NamedTuple):
    """What stands in the bucket."""

    size: int
    content_type: str


class Bucket:
    """A bucket by its name. Calls raise `VendorDown`, `VendorBusy` or `VendorRefused`."""

    def __init__(self, name: str) -> None:
        self.name = name
        own = f"https://{name}.s3.{signing.region()}.amazonaws.com"
        base = signing.endpoint(VENDOR, own)
        self.base = base if base == own else f"{base}/{name}"

    def url(self, key: str) -> str:
        """Where a file stands."""
        return f"{self.base}/{quote(key)}"

    def ask(self, method: str, key: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Reply:
        """Ask for a file, or say one."""
        told = signing.signed(VENDOR, method, self.url(key), body, headers or {})
        return _S3(VENDOR, self.base, timeout=PATIENCE).call(method, quote(key), body=body, headers=told)


class Uploads(Bucket):
    """Hands out addresses to which others put a file: an address does what the role that signed it may."""

    ROLE_NEEDS = ("s3:PutObject",)

    def address(self, key: str, headers: Mapping[str, str], seconds: int) -> str:
        """Where a file with these headers may be put, for so long."""
        return signing.address("PUT", self.url(key), headers, seconds)


class Reading(Bucket):
    """Looks at files and reads them."""

    ROLE_NEEDS = ("s3:GetObject", "s3:ListBucket")
    """Without the second a missing file would look forbidden."""

    def head(self, key: str) -> Stat | None:
        """What stands there; None where nothing does."""
        try:
            found = self.ask("HEAD", key)
        except VendorRefused as refused:
            if refused.status == HTTPStatus.NOT_FOUND:
                return None
            raise
        return Stat(int(found.headers.get("Content-Length") or 0), found.headers.get("Content-Type", ""))

    def get(self, key: str) -> bytes:
        """The whole of a file."""
        found: bytes = self.ask("GET", key).data
        return found


class Keeping(Bucket):
    """Writes files."""

    ROLE_NEEDS = ("s3:PutObject",)

    def put(self, key: str, content: bytes, content_type: str) -> None:
        """Keep a file, in the place of any that stood there."""
        self.ask("PUT", key, body=content, headers={"Content-Type": content_type})


class _S3(Vendor):
    """Files are bytes, and S3's refusals XML: of those the status says enough."""

    def _read(self, response: Any) -> Reply | VendorError:
        reply = Reply(response.status_code, response.headers, response.content)
        if reply.status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
            return VendorBusy(self.name)
        return reply if 200 <= reply.status < 300 else self.failure(Reply(reply.status, reply.headers, None))
