"""Where a transcript's segments are: in its row, or in the bucket where no row has room for them."""

import gzip
from typing import Any, Final

from pydantic_core import from_json, to_json

from chalicelib.core.errors import Busy
from chalicelib.core.vendors import VendorError
from chalicelib.files import service as files
from chalicelib.sales.calls.transcripts import rules
from chalicelib.sales.calls.transcripts.models import Transcript
from chalicelib.sales.calls.transcripts.rules import Segment

LARGEST: Final = 300 * 1024
"""Bytes of packed segments that a row has room for, with what is made of them beside."""


def laid(row: Transcript, segments: list[Segment]) -> None:
    """Have a transcript have these segments. Those that are too many are put into the bucket: a vendor's call, for delivery alone; what
    a request takes is never so long."""
    plain = [*map(list, segments)]
    packed = gzip.compress(to_json(plain), 6, mtime=0)
    if len(packed) <= LARGEST:
        row.segments = plain
    else:
        row.kept_at = f"kept/transcripts/{row.place.rpartition('#')[2]}/{row.stamp.lower()}.json.gz"
        files.put(row.kept_at, packed, "application/gzip")


def segments(row: Any) -> list[Segment]:
    """A transcript's segments. Raises Busy where the bucket does not give them now."""
    if row.kept_at is None:
        return rules.of_rows(row.segments or ())
    try:
        return rules.of_rows(from_json(gzip.decompress(files.get(str(row.kept_at)))))
    except VendorError:
        raise Busy from None
