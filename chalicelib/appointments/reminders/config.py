"""The rules of reminders as the office set them: one row of the settings, changed under its version."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from chalicelib.appointments.reminders.rules import OFFSETS, Rule
from chalicelib.company.directories import SINCE
from chalicelib.company.models import Entry
from chalicelib.core import storage

DIRECTORY, PLACE = "settings", "reminders"
SHIPPED: Final = tuple(Rule(offset, "app", True, "", SINCE) for offset in OFFSETS)
"""What stands where nobody set anything."""


def keys() -> list[storage.Key]:
    """Where they stand: one key."""
    return [Entry.at(DIRECTORY, PLACE)]


def of(rows: Sequence[Any]) -> tuple[Rule, ...]:
    """The rules from the row at `keys`."""
    row = rows[0] if rows else None
    if row is None:
        return SHIPPED
    said = row.said["rules"]
    return tuple(Rule(offset, channel, is_on, text, datetime.fromisoformat(since)) for offset, channel, is_on, text, since in said)


def kept(rules: Iterable[Rule]) -> dict[str, Any]:
    """The same as the row keeps it."""
    return {"rules": [[*rule[:-1], rule.since.isoformat()] for rule in rules]}


def in_force(said: Iterable[Rule], was: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules that are said, in their order; whichever was in force goes on, and others begin when they are said."""
    before = {(rule.offset, rule.carrier, rule.is_enabled): rule.since for rule in was}
    placed = sorted(said, key=lambda rule: (rule.offset, rule.channel))
    return tuple(rule._replace(since=before.get((rule.offset, rule.carrier, rule.is_enabled), rule.since)) for rule in placed)
