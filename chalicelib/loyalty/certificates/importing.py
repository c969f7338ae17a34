"""Certificates that another till sold: whoever has the code pays by it here."""

from datetime import datetime
from typing import Any

from chalicelib.core import places, storage
from chalicelib.loyalty.certificates import rules
from chalicelib.loyalty.certificates.models import Certificate
from chalicelib.loyalty.ledger import repository as ledger

ACTOR = "import"


@storage.again(storage.ConditionFailed)
def bring(typed: str, said: dict[str, Any], *, at: datetime, dry_run: bool = False) -> bool | None:
    """Keep a certificate under its own code; whether that was new, None for what can be no code here.

    One whose code is known stays as it is: it may have been paid by since.
    """
    code = rules.code_of(typed)
    if code is None:
        return None
    (known,) = storage.read(Certificate.at(code))
    if known is not None or dry_run:
        return known is None
    number, tx = ledger.number(), storage.Transaction()
    row = Certificate(code=code, made=places.of_both(at, number), number=number, created_at=at, actor=ACTOR, **said)
    tx.create(row)
    tx.commit()
    return True
