"""Managers and sources: one row each."""

from collections.abc import Mapping
from typing import Any

from chalicelib.analytics.counts.deals import WALL
from chalicelib.analytics.counts.rules import FUNNEL_MINE, FUNNEL_OWNERS, FUNNEL_SOURCES
from chalicelib.core.amounts import shown
from chalicelib.sales.reports import rules
from chalicelib.sales.reports.asking import Asked, asked, part, win_rate
from chalicelib.sales.reports.rules import Numbers
from chalicelib.sales.reports.schemas import Manager, ManagerRow, Managers, MedianDays, ReportQuery, SourceRow, Sources
from chalicelib.staff import repository as staff

NOBODY = "0"


def managers(query: ReportQuery, mine: int | None) -> Managers:
    """Three calls for a year: the last one is for names. A manager reads his own row, also where there is nothing in it."""
    ground = asked(query, mine)
    rows = {owner: numbers for owner, numbers in ground.rows(FUNNEL_OWNERS).items() if numbers.get("opened")}
    unassigned = rows.pop(NOBODY, {}).get("opened", 0)
    if mine is not None:
        rows = {str(mine): rows.get(str(mine), {})}
    names = {int(user.user_id): user.full_name for user in staff.some(map(int, rows))}
    items = [_manager(Manager(id=int(owner), full_name=names.get(int(owner))), rows[owner]) for owner in _most_first(rows)]
    return Managers(**ground.named, items=items, unassigned=unassigned if mine is None else None)


def _manager(manager: Manager, numbers: Numbers) -> ManagerRow:
    return ManagerRow(manager=manager, assigned=numbers.get("opened", 0), contacts=numbers.get("contacts", 0), **_common(numbers))


def sources(query: ReportQuery, mine: int | None) -> Sources:
    """Two calls for a year."""
    ground = asked(query, mine)
    rows = {source: numbers for source, numbers in _by_source(ground).items() if numbers.get("opened")}
    created = sum(numbers["opened"] for numbers in rows.values())
    return Sources(**ground.named, created=created, items=[_source(one, rows[one], created) for one in _most_first(rows)])


def _by_source(ground: Asked) -> Mapping[str, Numbers]:
    if ground.mine is None:
        return ground.rows(FUNNEL_SOURCES)
    his = f"{ground.mine}."
    return {key.removeprefix(his): numbers for key, numbers in ground.rows(FUNNEL_MINE).items() if key.startswith(his)}


def _source(source: str, numbers: Numbers, all_of_them: int) -> SourceRow:
    created = numbers["opened"]
    return SourceRow(
        source=source,
        created=created,
        share=part(created, all_of_them),
        conversion=part(numbers.get("won", 0), created),
        **_common(numbers),
    )


def _common(numbers: Numbers) -> dict[str, Any]:
    """What a row says, whatever it is a row of."""
    return {
        "answered_within_15_minutes": part(numbers.get(f"{WALL}.15m", 0), numbers.get("opened", 0)),
        "won": numbers.get("won", 0),
        "lost": numbers.get("lost", 0),
        "still_open": rules.still_open(numbers),
        "win_rate": win_rate(numbers),
        "revenue": shown(numbers.get("amount", 0)),
        "median_cycle": MedianDays(value=rules.cycle(numbers)),
    }


def _most_first(rows: Mapping[str, Numbers]) -> list[str]:
    """Keys by how many deals they have; of as many in the order of their names."""
    return sorted(rows, key=lambda key: (-rows[key].get("opened", 0), key))
