"""The till: what each kind of operation must say, and who decides it."""

from collections.abc import Callable, Mapping
from typing import Final

from chalicelib.core import once
from chalicelib.core.errors import Invalid
from chalicelib.loyalty.ledger.models import Operation
from chalicelib.loyalty.operations import byhand, listing, refunding, selling
from chalicelib.loyalty.operations.schemas import NewOperation, OperationShown

OPERATION: Final = "POST /api/v1/admin/operations"
DECIDED: Final[Mapping[str, Callable[..., Operation]]] = {
    "purchase": selling.sell,
    "order": selling.sell,
    "refund": refunding.refund,
    "points_accrual": byhand.accrue,
    "points_writeoff": byhand.write_off,
    "reward_payout": byhand.pay_out,
}
PAID_BY: Final = ("discount_rub", "referral_discount_rub", "certificate_rub", "cash_rub")
MEANINGLESS: Final[Mapping[str, tuple[str, ...]]] = {
    "refund": ("points", "discount_rub", "referral_discount_rub", "certificate_rub"),
    "points_accrual": ("amount_rub", *PAID_BY),
    "points_writeoff": ("amount_rub", *PAID_BY),
    "reward_payout": ("points", *PAID_BY),
}
"""Amounts that say nothing there: a caller who sends one means another operation. Zero is what panels send for nothing."""


def make(body: NewOperation, *, actor: str, key: str | None) -> OperationShown:
    """One operation, or what the same request made before. Raises Invalid, and what forbids it."""
    check(body)
    request = once.request(actor, OPERATION, key, body)
    return listing.shown(DECIDED[body.op_type](body, actor=actor, request=request))


def check(body: NewOperation) -> None:
    """Raises Invalid for what its kind of operation must say and does not, or says and cannot mean."""
    if not body.client_id and not (body.op_type == "refund" and body.operation_id):
        raise Invalid.field("body", "client_id", msg="expected whose it is", kind="missing")
    if body.items and body.product_id:
        raise Invalid.field("body", "product_id", msg="expected items alone, or one product instead of them")
    for name in MEANINGLESS.get(body.op_type, ()):
        if getattr(body, name):
            raise Invalid.field("body", name, msg=f"expected nothing here of {body.op_type}")
    if body.op_type in ("purchase", "order"):
        return _check_bill(body)
    if body.op_type == "refund":
        if body.quantity and not body.product_id:
            raise Invalid.field("body", "product_id", msg="expected what comes back", kind="missing")
        return None if body.operation_id else _above_zero(body, "amount_rub", needed=False)
    _above_zero(body, "amount_rub" if body.op_type == "reward_payout" else "points")
    if not body.comment:
        raise Invalid.field("body", "comment", msg="expected why", kind="missing")
    return None


def _check_bill(body: NewOperation) -> None:
    if body.amount_rub is None and not body.lines:
        raise Invalid.field("body", "amount_rub", msg="expected an amount or items", kind="missing")
    if body.certificate_rub and not body.certificate_code:
        raise Invalid.field("body", "certificate_code", msg="expected the code of what pays certificate_rub", kind="missing")
    if body.operation_id:
        raise Invalid.field("body", "operation_id", msg=f"expected nothing here of {body.op_type}")


def _above_zero(body: NewOperation, name: str, *, needed: bool = True) -> None:
    said = getattr(body, name)
    if (said is None and needed) or said == 0:
        raise Invalid.field("body", name, msg="expected more than 0", kind="missing" if said is None else "greater_than")
