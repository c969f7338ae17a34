"""Operations as a panel lists them."""

from collections.abc import Iterator
from typing import Any

from chalicelib.clients.index import rules as people
from chalicelib.core import facts, paging, places, storage
from chalicelib.loyalty.ledger.models import Operation
from chalicelib.loyalty.ledger.rules import SALES
from chalicelib.loyalty.operations import repository
from chalicelib.loyalty.operations.finding import left_of
from chalicelib.loyalty.operations.looking import CONTOUR
from chalicelib.loyalty.operations.schemas import Operations, OperationShown, OperationsQuery, Reward, SoldItem

DAYS = 92
"""How far back a list goes that says no days."""

REWARDS = ("referral_accrual", "referral_clawback")


def listed(query: OperationsQuery) -> Operations:
    """Operations of a span, newest first, of one client or of all: at most two calls a year of it."""
    first, last = query.span(DAYS)
    since, before = map(places.of_moment, facts.bounds(first, last))

    def rows(after: str | None) -> Iterator[Any]:
        end = places.below(min(before, after or "~"))
        found = _found(query, range(last.year, first.year - 1, -1), since, end)
        return (row for row in found if query.op_type in (None, row.op_type))

    part = paging.part(query, rows, lambda row: str(row.made))
    return Operations(items=[shown(row) for row in storage.whole(part.rows)], **part.numbers)


def _found(query: OperationsQuery, years: range, since: str, end: str) -> Iterator[Any]:
    if query.client_id:
        return repository.of_client(people.place(CONTOUR, query.client_id), since, end)
    return repository.of_years(CONTOUR, years, since, end)


def shown(row: Operation) -> OperationShown:
    """An operation as the wire has it."""
    return OperationShown(
        id=row.number,
        client_id=int(row.client.rpartition("#")[2]),
        op_type=row.op_type,
        comment=row.comment,
        created_at=row.created_at,
        payment_method=row.payment_method or "",
        items=[_item(item) for item in row.items or []],
        location_id=_number(row.location),
        employee_id=_number(row.employee),
        appointment_id=row.appointment,
        receipt_number=row.receipt_number or "",
        level_code=row.level or "",
        refund_of=_number(row.refund_of) if row.op_type == "refund" else None,
        purchase_id=_number(row.refund_of) if row.op_type in REWARDS else None,
        referral_state=row.referral_state or "none",
        referral=[_reward(one) for one in row.referral or []],
        imported=bool(row.imported),
        actor=row.actor,
        **_amounts(row),
    )


def _number(value: Any) -> int | None:
    return int(value) if value else None


def _amounts(row: Operation) -> dict[str, int]:
    """What it moved, and what refunds changed of that."""
    same = {"refunded_rub": row.refunded, "points_returned": row.points_returned, "points_taken_back": row.points_taken_back}
    named = {f"{name}_rub": getattr(row, name) for name in ("amount", "discount", "referral_discount", "cash", "certificate")}
    points = {"points_spent": row.points, "points_earned_first": row.earned, "points_balance_after": row.balance_after or 0}
    taken = row.points_taken_back if row.op_type in SALES else 0
    made = {"points_earned": row.earned - taken, "refundable_rub": left_of(row), "accrual_percent": row.percent or 0}
    return {name: int(amount) for name, amount in {**same, **named, **points, **made}.items()}


def _item(kept: dict[str, Any]) -> SoldItem:
    amounts = {"quantity": int(kept["quantity"]), "price_rub": int(kept["price"]), "amount_rub": int(kept["amount"])}
    return SoldItem(product_id=int(kept["product"]), name=kept["name"], **amounts)


def _reward(kept: dict[str, Any]) -> Reward:
    who = {"generation": int(kept["generation"]), "client_id": int(kept["client_id"])}
    return Reward(**who, percent=int(kept["percent"]), amount=int(kept["amount"]), unit=kept.get("unit", "points"))
