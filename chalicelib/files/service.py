"""One bucket: an address to which a caller puts a file himself, and what delivery does with files."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from chalicelib.core import clock
from chalicelib.core.settings import settings
from chalicelib.integrations.aws.s3 import Keeping, Reading, Stat, Uploads

OPEN_FOR: Final = timedelta(minutes=15)


class Upload(NamedTuple):
    """Where a file may be put, and with which headers: another length or type is refused by the bucket."""

    method: str
    url: str
    headers: Mapping[str, str]
    expires_at: datetime


def is_set() -> bool:
    """Whether there is a bucket."""
    return settings().files_bucket is not None


def upload(key: str, *, content_type: str, size: int) -> Upload:
    """An address for one file, good for a quarter of an hour; nothing is asked of anybody for it."""
    headers = {"Content-Type": content_type, "Content-Length": str(size)}
    url = Uploads(bucket()).address(key, headers, int(OPEN_FOR.total_seconds()))
    return Upload("PUT", url, headers, clock.wall() + OPEN_FOR)


def head(key: str) -> Stat | None:
    """Size and type of a file; None where there is none. A vendor's call: for delivery alone."""
    return Reading(bucket()).head(key)


def get(key: str) -> bytes:
    """A file whole. A vendor's call."""
    return Reading(bucket()).get(key)


def put(key: str, content: bytes, content_type: str) -> None:
    """Keep a file. A vendor's call."""
    Keeping(bucket()).put(key, content, content_type)


def bucket() -> str:
    """The bucket's name. Raises RuntimeError where there is none: whoever asks has looked."""
    name: Any = settings().files_bucket
    if not name:
        raise RuntimeError("FILES_BUCKET is not set")
    return str(name)
