"""What a script does once for specialists who were saved before something was written down of them."""

from contextlib import suppress

from chalicelib.booking.specialists import repository, service
from chalicelib.booking.specialists.models import Specialist
from chalicelib.booking.specialists.rules import name_key
from chalicelib.core import clock, storage


def refold_names(contour: str, *, dry_run: bool) -> int:
    """Have specialists found by names as they are compared now; how many were compared otherwise before."""
    stale = [row for row in repository.all_of(contour) if row.name_key != name_key(row.name, contour)]
    for old in stale if not dry_run else ():
        row = Specialist(**{**old.attribute_values, "name_key": name_key(old.name, contour), "updated_at": clock.wall()})
        tx = storage.Transaction()
        service.write_in(tx, row, old)
        with suppress(storage.ConditionFailed):  # edited meanwhile, and so folded anew
            tx.commit()
    return len(stale)


def know_accounts(contour: str, *, dry_run: bool) -> int:
    """Have specialists known by their accounts who were saved before those were written down; how many were not known."""
    people = [row for row in repository.all_of(contour) if row.telegram_id]
    accounts = storage.read(*(service.account_key(row.telegram_id, contour) for row in people))
    known = [set((account.specialist_ids if account else None) or ()) for account in accounts]
    unknown = [row for row, ids in zip(people, known, strict=True) if row.specialist_id not in ids]
    for row in unknown if not dry_run else ():
        tx = storage.Transaction()
        repository.know_account(tx, row)
        with suppress(storage.ConditionFailed):  # another account, or none, meanwhile: his own edit has written that
            tx.commit()
    return len(unknown)
