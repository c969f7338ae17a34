"""Who gets what of a purchase. Pure; kopecks and hundredths of a point."""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.core.amounts import floor_step, share
from chalicelib.loyalty.ledger.rules import RUB, Line, client, moved


def left(row: Any) -> int:
    """What is left of the cash of a purchase: what was given back in points and on a certificate was no cash."""
    returned = int(row.refunded) - int(row.points_returned) - int(row.certificate_returned)
    return max(int(row.cash) - returned, 0)


def reward(cash: int, percent: int, unit: str, step: int) -> int:
    """What a generation gets of so much cash: points in whole steps, money to the kopeck."""
    amount = share(cash, percent)
    return floor_step(amount, step) if unit == "points" else amount


def shares(parents: Iterable[tuple[int, Any]], percents: Mapping[int, int], cash: int, unit: str, step: int) -> list[dict[str, Any]]:
    """Who gets how much, by generation: `parents` are accounts with their generation; who is blocked is skipped, not replaced."""
    found = []
    for generation, account in parents:
        amount = reward(cash, percents.get(generation, 0), unit, step)
        if amount and not account.blocked:
            number = int(account.place.rpartition("#")[2])
            found.append(
                {
                    "generation": generation,
                    "client_id": number,
                    "percent": percents[generation],
                    "amount": amount,
                    "unit": unit,
                    "step": step,
                    "taken": 0,
                }
            )
    return found


def lines(where: str, amount: int, unit: str) -> list[Line]:
    """Points that a client gets, or money that is owed to him."""
    return moved(where, amount, "points-issued") if unit == "points" else [Line("rewards", RUB, amount), Line(client(where), RUB, -amount)]


def excess(one: Mapping[str, Any], cash: int) -> int:
    """What a share must give back more, now that so much cash is left of its purchase."""
    right = min(reward(cash, one["percent"], one["unit"], one["step"]), one["amount"])
    return int(max(one["amount"] - right - one["taken"], 0))
