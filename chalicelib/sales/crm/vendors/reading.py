"""Foreign values as ours: numbers, contacts and words as the client base keeps them."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from chalicelib.clients.rules import email_of, phone_of
from chalicelib.core.lines import is_blank
from chalicelib.core.settings import settings
from chalicelib.sales.leads.rules import STAGES

LONGEST, MOST_KOPECKS = 255, 10**14


def text(said: Any) -> str | None:
    """One line; None where nothing is seen."""
    words = " ".join(str(said).split()) if isinstance(said, (str, int)) and not isinstance(said, bool) else ""
    return None if is_blank(words) else words[:LONGEST]


def phone(said: Any) -> str | None:
    """A number as we keep it; None for what is nobody's."""
    return phone_of(said, settings().regions) if isinstance(said, str) and said.strip() else None


def email(said: Any) -> str | None:
    """The same of an e-mail."""
    return email_of(said) if isinstance(said, str) and said.strip() else None


def kopecks(said: Any) -> int | None:
    """A price in roubles, as kopecks; no price and a price of nothing are one to CRMs."""
    try:
        amount = int((Decimal(str(said)) * 100).to_integral_value()) if said not in (None, "") else 0
    except (InvalidOperation, ValueError, OverflowError):
        return None
    return amount if 0 < amount <= MOST_KOPECKS else None


def roubles(amount: int | None) -> int | float:
    """The same on the way back."""
    whole, rest = divmod(int(amount or 0), 100)
    return whole + rest / 100 if rest else whole


class Words:
    """Which of their words is which of ours: stages by the mapping, else by what the CRM means everywhere; users by the mapping alone."""

    def __init__(self, mapping: Mapping[str, Any] | None, stages: Mapping[str, str]) -> None:
        said = mapping or {}
        own = {str(their): str(our) for their, our in ((said.get("stage") or {}).get("values") or {}).items() if our in STAGES}
        self._stages = own or dict(stages)
        users = ((said.get("assigned_to") or {}).get("values") or {}).items()
        self._users = {str(their): int(our) for their, our in users if str(our).isascii() and str(our).isdecimal()}

    def stage(self, their: Any) -> str | None:
        """The stage that is meant; None for one that says nothing here."""
        return self._stages.get(str(their))

    def their_stage(self, our: str | None) -> str | None:
        """What they call it; None where they have none such."""
        return next((their for their, one in self._stages.items() if one == our), None)

    def user(self, their: Any) -> int | None:
        """Whose it is here."""
        return self._users.get(str(their))

    def their_user(self, our: int | None) -> str | None:
        """Whose it is there."""
        return next((their for their, one in self._users.items() if one == our), None)
