"""What there is to promote: kinds of certificates, the newest of them, the referral programme."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chalicelib.company.models import Entry
from chalicelib.core import storage
from chalicelib.dashboard.reading import LIVE
from chalicelib.dashboard.schemas import CertificateType, NewestCertificate, Promotion, ReferralProgram
from chalicelib.dashboard.words import words
from chalicelib.loyalty.certificates.models import Certificate

GOAL = "goal_not_set"
NEWEST = 5
SETTINGS, OF_GOAL, OF_REFERRALS = "settings", "goal", "referrals"
ROUTE = "/referral-programs"


def keys() -> list[storage.Key]:
    """Where the goal and the referral programme stand, as the owner set them."""
    return [Entry.at(SETTINGS, OF_GOAL), Entry.at(SETTINGS, OF_REFERRALS)]


def newest() -> list[storage.Key]:
    """The newest certificates, as the index names them: one query."""
    found = storage.query(Certificate.by_made, LIVE, newest_first=True, limit=NEWEST)
    return [storage.address(row) for row in found.rows[:NEWEST]]


def shown(certificates: Sequence[Certificate | None], programme: Entry | None, now: datetime) -> Promotion:
    """From the rows at `newest` and at the second of `keys`."""
    return Promotion(
        certificate_types=[CertificateType(code=code, title=title) for code, title in words()["issue_methods"].items()],
        certificates=[_certificate(row, now) for row in certificates if row is not None],
        referral_programs=[_programme(programme)],
        promotion_forecast=None,
    )


def _programme(row: Entry | None) -> ReferralProgram:
    """It is off until the owner says otherwise."""
    said: dict[str, Any] = row.said if row is not None else {}
    return ReferralProgram(code="referral", route=ROUTE, enabled=bool(said.get("is_active")), **words()["referral"])


def _certificate(row: Certificate, now: datetime) -> NewestCertificate:
    is_over = row.status == "active" and row.expires_at is not None and row.expires_at <= now
    return NewestCertificate(
        id=row.number,
        code=row.code[-4:],
        title=row.title,
        amount_rub=row.amount,
        balance_rub=row.balance,
        price_rub=row.price,
        issue_method=row.issue_method,
        status="expired" if is_over else row.status,
        client_id=int(row.client.partition("#")[2]) if row.client else None,
        expires_at=row.expires_at,
        comment=row.comment,
        created_at=row.created_at,
    )
