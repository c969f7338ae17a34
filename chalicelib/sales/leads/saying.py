"""What a body says of a lead and of his card, as these keep it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from chalicelib.clients.rules import Person, email_of, phone_of, username_of
from chalicelib.core.errors import Invalid
from chalicelib.core.settings import settings
from chalicelib.sales.leads.rules import Unclear
from chalicelib.sales.leads.schemas import LeadChange, LeadPatch
from chalicelib.staff.rules import ONE_OF_THEM, may_have_leads

CARD = {"name": "name", "phone": "phone", "email": "email", "telegram": "telegram_username"}
"""Fields that are his card's, by what the card calls them."""

_OPENED_WITH = ("source", "source_data", "assigned_to")
_ELSEWHERE = (*CARD, "version", "score", "score_category")


def card(body: LeadChange) -> dict[str, str | None]:
    """What is said of his card. Raises Invalid for what is nobody's contact."""
    regions = settings().regions
    readers: dict[str, Callable[[str], str | None]] = {
        "phone": lambda said: phone_of(said, regions),
        "email": email_of,
        "telegram": username_of,
    }
    found: dict[str, str | None] = {}
    for field in CARD.keys() & body.model_fields_set:
        said = getattr(body, field)
        found[CARD[field]] = value = readers.get(field, str)(said) if said is not None else None
        if said is not None and value is None:
            raise Invalid.field("body", field, msg=f"expected a valid {field}", kind=field)
    return found


def person(card: Mapping[str, str | None]) -> Person:
    """The same as somebody who is looked for."""
    return Person(**{name: value for name, value in card.items() if value})  # type: ignore[arg-type]


def own(body: LeadChange) -> dict[str, Any]:
    """What is said of the lead himself. Raises Invalid for another currency than the house's."""
    said = {name: getattr(body, name) for name in body.model_fields_set if name not in _ELSEWHERE}
    currency = settings().sales_currency
    if said.get("currency") not in (None, currency):
        raise Invalid.field("body", "currency", msg=f"expected {currency}")
    if said.get("amount") is not None:
        said["currency"] = currency
    if "tags" in said:
        said["tags"] = set(said["tags"]) or None
    if isinstance(said.get("expected_close"), date):
        said["expected_close"] = said["expected_close"].isoformat()
    return said


def of_new(body: LeadChange) -> dict[str, Any]:
    """The same of a new lead, but for what he is opened with."""
    return {name: value for name, value in own(body).items() if name not in _OPENED_WITH}


def check_computed(body: LeadPatch, lead: Any) -> None:
    """Raises Invalid where a score is said that is not his: scores are computed."""
    for name in ("score", "score_category"):
        if name in body.model_fields_set and getattr(body, name) != getattr(lead, name):
            raise Invalid.field("body", name, msg="expected it as it is: scores are computed")


def check_owner(user: Any) -> None:
    """Raises Invalid for somebody whom leads may not be given to."""
    if not may_have_leads(user):
        raise Invalid.field("body", "assigned_to", msg=ONE_OF_THEM)


def refused(unclear: Unclear) -> Invalid:
    """What a caller reads of what does not go together."""
    return Invalid.field("body", unclear.field, msg=unclear.expected)
