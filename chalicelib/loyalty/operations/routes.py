"""Doors."""

from chalicelib.catalogue.stock.errors import OutOfStock, ProductNotFound
from chalicelib.company.errors import LocationClosed
from chalicelib.core.http import Api
from chalicelib.core.once import KeyReused
from chalicelib.core.paging import UseCursor
from chalicelib.loyalty.certificates.errors import (
    CertificateExpired,
    CertificateNotYours,
    CertificateShort,
    CertificateUnknown,
    CertificateUsed,
)
from chalicelib.loyalty.operations import listing, service
from chalicelib.loyalty.operations.errors import (
    ClientBlocked,
    DiscountLimitExceeded,
    InsufficientPoints,
    InvalidChecksum,
    NothingToRefund,
    ReceiptKnown,
    ReferenceUnknown,
    RefundNeedsOperation,
    TooManyItems,
)
from chalicelib.loyalty.operations.schemas import NewOperation, Operations, OperationShown, OperationsQuery
from chalicelib.staff.members import Member
from chalicelib.staff.policies import ADMIN

api = Api("loyalty.operations")
BILL = [
    InvalidChecksum,
    TooManyItems,
    ProductNotFound,
    LocationClosed,
    OutOfStock,
    ClientBlocked,
    DiscountLimitExceeded,
    InsufficientPoints,
]
CERTIFICATE = [CertificateUnknown, CertificateNotYours, CertificateExpired, CertificateShort, CertificateUsed]
REFUND = [ReferenceUnknown, NothingToRefund, RefundNeedsOperation]


@api.get("/api/v1/admin/operations", auth=ADMIN, errors=[UseCursor])
def list_operations(query: OperationsQuery) -> Operations:
    """Operations of the last 92 days, or of the days that are named, newest first."""
    return listing.listed(query)


@api.post("/api/v1/admin/operations", auth=ADMIN, errors=[*BILL, *CERTIFICATE, *REFUND, ReceiptKnown, KeyReused])
def make_operation(body: NewOperation, caller: Member, idempotency_key: str | None) -> OperationShown:
    """A purchase, an order, a refund, points by hand, or a money reward paid out: all that it changes at once, or nothing.

    A repeat under one `Idempotency-Key`, or with one `receipt_number`, is answered with what the first one made.
    """
    return service.make(body, actor=caller.actor, key=idempotency_key)
