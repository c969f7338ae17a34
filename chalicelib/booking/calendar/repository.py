"""Writes of days. A specialist's is written under the version that was read, a client's by a guess that is nearly always right."""

from collections.abc import Collection, Sequence
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.booking.calendar import rules
from chalicelib.booking.calendar.models import Day
from chalicelib.booking.calendar.rules import Interval
from chalicelib.core import storage


def rewrite(
    tx: storage.Transaction,
    day_id: str,
    row: Day | None,
    *,
    standing: Collection[Interval],
    cut: Collection[Interval],
    otherwise: Exception,
) -> None:
    """Write a whole day as it was decided from `row`; the commit raises `otherwise` when another one stands there by now."""
    actions = [_put(Day.standing, standing), _put(Day.cut, cut), *_stamp(day_id)]
    tx.put_or_update(Day.row(day_id), actions, condition=_as_seen(row), otherwise=otherwise)


def _put(attribute: Any, intervals: Collection[Interval]) -> Action:
    action: Action = attribute.set({one.pack() for one in intervals}) if intervals else attribute.remove()
    return action


def _stamp(day_id: str) -> list[Action]:
    return [Day.version.add(1), Day.expires_at.set(rules.expiry(day_id.rpartition("#")[2]))]


def _as_seen(row: Day | None) -> Condition:
    return Day.version.does_not_exist() if row is None or row.version is None else Day.version == row.version


class ClientDay(storage.Shared):
    """A client's day as one decision changes it. Nearly always nothing stands in it but what the decision itself moves away."""

    def __init__(self, row: Day) -> None:
        self.row = row
        self._taken: list[tuple[Interval, Exception | None]] = []
        self._left: list[Interval] = []
        self._seen = False
        self._stands: Day | None = None

    def take(self, one: Interval, otherwise: Exception | None) -> None:
        """Have time spoken for; `otherwise` is what another session of that time means, None where it means nothing."""
        self._taken.append((one, otherwise))

    def leave(self, one: Interval) -> None:
        """Give time back, if it is there."""
        self._left.append(one)

    def look(self, row: Day | None) -> None:
        """Learn what stands in the day."""
        self._stands, self._seen = row, True

    def write(self) -> tuple[Sequence[Action], Condition | None]:
        """The day as it becomes. Raises what was said to mean that the time is spoken for."""
        if not self._taken:
            return [Day.standing.delete({one.pack() for one in self._left}), *_stamp(self.row.day_id)], None
        condition = _as_seen(self._stands) if self._seen else self._guess()
        gone = {one.ref for one in self._left}
        after = {one for one in rules.unpack(self._stands.standing if self._stands else None) if one.ref not in gone}
        for one, otherwise in self._taken:
            if otherwise is not None and rules.over(one, after):
                raise otherwise
            after.add(one)
        return [_put(Day.standing, after), *_stamp(self.row.day_id)], condition

    def _guess(self) -> Condition:
        return Day.standing == {one.pack() for one in self._left} if self._left else Day.standing.does_not_exist()
