"""What a letter may say of a lead, by name."""

from datetime import date, datetime
from typing import Any, Final

from chalicelib.clients.timeline.rules import roubles
from chalicelib.core.amounts import shown
from chalicelib.core.lines import one_line
from chalicelib.core.settings import settings
from chalicelib.sales.assistant.rules import Language, sentences

DAY: Final = "%d.%m.%Y"
LONGEST: Final = 100
CARD: Final = ("company", "industry", "position", "city")


def facts(lead: Any, person: Any, manager: str | None) -> dict[str, str]:
    """What is known, as it is said; what is not known is not there."""
    said = {"name": person.name, **{name: getattr(lead, name) for name in CARD}, "manager": manager}
    said |= {"amount": _amount(lead), "opened_on": _day(lead.opened_at), "last_contacted_on": _day(lead.last_contacted)}
    said |= {"follow_up_on": _day(lead.next_follow_up)}
    said |= {"expected_on": date.fromisoformat(lead.expected_close).strftime(DAY) if lead.expected_close else None}
    return {name: text for name, value in said.items() if value and (text := one_line(str(value))[:LONGEST])}


def label(name: str, language: Language) -> str:
    """What a fact is called."""
    return str(sentences(language)["labels"][name])


def _amount(lead: Any) -> str | None:
    if lead.amount is None:
        return None
    currency = lead.currency or settings().sales_currency
    return roubles(int(lead.amount)) if currency == "RUB" else f"{shown(int(lead.amount))} {currency}"


def _day(moment: datetime | None) -> str | None:
    return moment.astimezone(settings().zone).strftime(DAY) if moment else None
