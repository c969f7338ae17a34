"""The business's days, and index keys that many writers share: each is spread over a few shards that are read together."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
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


def bounds(first: date | str, last: date | str) -> tuple[datetime, datetime]:
    """The moments in which two of the business's days begin and are over."""
    starts, after = date.fromisoformat(str(first)), date.fromisoformat(str(last)) + timedelta(days=1)
    return tuple(datetime.combine(day, time(), settings().zone).astimezone(UTC) for day in (starts, after))  # type: ignore[return-value]


def month_key(contour: str, moment: datetime, key: str) -> str:
    """Where the row of `key` stands in an index of months."""
    return f"{contour}#{day_of(moment)[:7]}#{_shard(key)}"


def month_keys(contour: str, month: str) -> list[str]:
    """Everywhere that rows of a month may stand."""
    return day_keys(contour, month)


def months(first: datetime, before: datetime) -> Iterator[str]:
    """The business's months of a span, the last one first."""
    day, oldest = date.fromisoformat(day_of(before - timedelta(microseconds=1))), day_of(first)[:7]
    while (month := f"{day:%Y-%m}") >= oldest:
        yield month
        day = day.replace(day=1) - timedelta(days=1)


def hour_key(contour: str, moment: datetime, key: str) -> str:
    """Where a fact stands in the log."""
    return f"{contour}#{_hour(moment)}#{_shard(key)}"


def hour_keys(contour: str, hour: datetime) -> list[str]:
    """Everywhere that a contour's facts of an hour may stand."""
    return [f"{contour}#{_hour(hour)}#{shard}" for shard in range(settings().log_shards)]


def spread(name: str, key: str) -> str:
    """Where the row of `key` stands in an index that all writers share under one name."""
    return f"{name}#{_shard(key)}"


def spread_keys(name: str) -> list[str]:
    """Everywhere that rows of such an index may stand."""
    return [f"{name}#{shard}" for shard in range(settings().log_shards)]


def _hour(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H")


def _shard(key: str) -> int:
    return crc32(key.encode()) % settings().log_shards
