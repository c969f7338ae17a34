"""What a time zone is called in a message. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

MOSCOW = ZoneInfo("Europe/Moscow")
_RUSSIAN = {"Europe": "Kaliningrad Moscow Kirov Volgograd Astrakhan Saratov Ulyanovsk Samara Simferopol"}
_RUSSIAN |= {
    "Asia": "Yekaterinburg Omsk Novosibirsk Barnaul Tomsk Novokuznetsk Krasnoyarsk Irkutsk Chita Yakutsk Khandyga Vladivostok Ust-Nera "
    "Magadan Sakhalin Srednekolymsk Kamchatka Anadyr"
}
RUSSIAN = frozenset(f"{part}/{city}" for part, cities in _RUSSIAN.items() for city in cities.split())
"""Zones whose people reckon from Moscow."""


def short_name(zone: ZoneInfo, at: datetime) -> str:
    """``МСК`` or ``МСК+2`` in Russia, ``UTC+5`` or ``UTC+5:30`` elsewhere: as it is at a moment."""
    if zone.key not in RUSSIAN:
        return "UTC" + _ahead(at.astimezone(zone).utcoffset())
    return "МСК" + _ahead((at.astimezone(zone).utcoffset() or timedelta()) - (at.astimezone(MOSCOW).utcoffset() or timedelta()))


def _ahead(offset: timedelta | None) -> str:
    minutes = round((offset or timedelta()).total_seconds() / 60)
    if not minutes:
        return ""
    hours, rest = divmod(abs(minutes), 60)
    return ("+" if minutes > 0 else "-") + (f"{hours}:{rest:02d}" if rest else f"{hours}")
