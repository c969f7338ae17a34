"""A client as panels show him: his person's row, his account, and the levels."""

from collections.abc import Sequence
from typing import Any

from chalicelib.clients.index.models import PersonRow
from chalicelib.company.rules import Loyalty, level_of, next_level
from chalicelib.core import facts
from chalicelib.loyalty.accounts import rules
from chalicelib.loyalty.accounts.models import Account
from chalicelib.loyalty.accounts.schemas import ClientShown, EndingShown, LevelShown, NextLevel

_TEXTS = ("whatsapp_phone", "vk_username", "instagram_username", "facebook_username", "max_username", "address", "birthday", "notes")


def level(account: Account, loyalty: Loyalty) -> LevelShown:
    """A client's level, and how far the next one is."""
    spent, codes = int(account.spent), {one.code for one in loyalty.levels}
    now, then = level_of(loyalty.levels, spent, account.level), next_level(loyalty.levels, spent)
    after = NextLevel(code=then.code, left_rub=then.threshold - max(spent, 0)) if then else None
    return LevelShown(code=now.code, title=now.title, pinned=account.level in codes, accrual_percent=now.accrual, next=after)


def client(
    person: PersonRow, account: Account | None, loyalty: Loyalty, *, lots: Sequence[Any] = (), duplicates: Sequence[int] = ()
) -> ClientShown:
    """A client; `lots` are his points by their ends, `duplicates` the numbers of who may be the same person."""
    own = account or Account(place=person.place)
    ends = rules.ending(lots, int(own.consumed))
    return ClientShown(
        points_expiring=EndingShown(amount=ends.amount, at=facts.bounds(ends.day, ends.day)[1]) if ends else None,
        level=level(own, loyalty),
        possible_duplicates=sorted(duplicates),
        **_of_person(person),
        **_of_account(own),
        updated_at=own.updated_at or person.created_at,
    )


def _of_person(person: PersonRow) -> dict[str, Any]:
    """What his card says."""
    return {
        "id": person.number,
        "tg_id": int(person.telegram_id) if person.telegram_id else None,
        "username": person.telegram_username or "",
        "full_name": person.name or "",
        "phone": person.phone or "",
        "email": person.email or "",
        "telegram_username": person.telegram_username or "",
        "lead_number": str(person.lead_number),
        "created_at": person.created_at,
        **{name: person.consents.get(purpose) == "yes" for name, purpose in rules.CONSENTS.items()},
    }


def _of_account(own: Account) -> dict[str, Any]:
    """What his account says."""
    return {
        "status": "blocked" if own.blocked else "active",
        "tags": sorted(own.tags or ()),
        "acquisition_channel_id": own.channel,
        "visits_count": own.visits,
        "total_spent_rub": own.spent,
        "last_visit_at": own.last_visit_at,
        "gender": own.gender or "unknown",
        "birth_year": rules.year_of(own.birthday, own.birth_year),
        "points_balance": own.balance,
        "money_balance_rub": own.money,
        "referrer_client_id": own.referrer,
        "referrals_count": own.brought(),
        **{name: getattr(own, name) or "" for name in _TEXTS},
    }
