"""The business's days, and index keys that many writers share: each is spread over a few shards that are read together."""

from datetime import UTC, datetime
from zlib import crc32

from chalicelib.core.settings import settings


def day_of(moment: datetime) -> str:
    """The business zone's day of a moment, as ISO text."""
    return moment.astimezone(settings().zone).date().isoformat()


def day_key(contour: str, moment: datetime, key: str) -> str:
    """Where the row of `key` stands in an index of days."""
    return f"{contour}#{day_of(moment)}#{_shard(key)}"


def day_keys(contour: str, day: str) -> list[str]:
    """Everywhere that rows of a day may stand."""
    return [f"{contour}#{day}#{shard}" for shard in range(settings().log_shards)]


def hour_key(contour: str, moment: datetime, key: str) -> str:
    """Where a fact stands in the log."""
    return f"{contour}#{_hour(moment)}#{_shard(key)}"


def hour_keys(contour: str, hour: datetime) -> list[str]:
    """Everywhere that a contour's facts of an hour may stand."""
    return [f"{contour}#{_hour(hour)}#{shard}" for shard in range(settings().log_shards)]


def _hour(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H")


def _shard(key: str) -> int:
    return crc32(key.encode()) % settings().log_shards
