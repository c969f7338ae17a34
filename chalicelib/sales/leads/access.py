"""Who of the staff sees which leads."""

from typing import Any

from chalicelib.core.bitmaps import Term
from chalicelib.core.settings import settings
from chalicelib.sales.leads import rules
from chalicelib.staff.members import Member
from chalicelib.staff.policies import staff
from chalicelib.staff.rules import HEADS

READERS = staff(*HEADS, "analyst", *rules.NARROWED)
WRITERS = staff(*HEADS, *rules.NARROWED)
"""A master has no business with leads; an analyst reads them."""


def sees(member: Member, lead: Any) -> bool:
    """Whether he sees a lead."""
    return rules.visible(member, lead, sees_all=settings().sales_sees_all)


def is_narrowed(member: Member) -> bool:
    """Whether lists show him his own and nobody's alone."""
    return member.role in rules.NARROWED and not settings().sales_sees_all


def terms(member: Member, facet: str = rules.OWNER) -> list[Term]:
    """What every list of his asks beside his filters."""
    return [Term(facet, rules.NOBODYS, others=(str(member.user_id),))] if is_narrowed(member) else []
