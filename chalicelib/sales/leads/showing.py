"""A lead as callers read him."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.models import Client
from chalicelib.core import storage
from chalicelib.core.schemas import utc_text
from chalicelib.core.settings import settings
from chalicelib.sales.leads import service
from chalicelib.sales.leads.models import Lead
from chalicelib.sales.leads.schemas import Assignee, LeadCard, LeadShown, LeadWhole
from chalicelib.sales.scoring import learned
from chalicelib.staff import repository as staff
from chalicelib.staff.members import Member
from chalicelib.staff.models import StaffUser

_PLAIN = (
    *("company", "position", "website", "address", "city", "state", "country", "postal_code", "industry", "company_size"),
    *("annual_revenue", "source", "source_data", "custom_fields", "notes", "status", "stage", "outcome", "lost_reason", "amount"),
    *("expected_close", "forecast_category", "score", "score_category", "assigned_to", "crm_id", "crm_type", "deal_no", "version"),
)
_MOMENTS = ("scored_at", "opened_at", "updated_at", "last_contacted", "first_response_at", "next_follow_up")


class Beside(NamedTuple):
    """What a room above keeps of leads: by a lead's place the keys of its rows (a call at most), and how those are shown."""

    keys: Callable[[str], Sequence[storage.Key]]
    shown: Callable[[Sequence[Any]], list[dict[str, Any]]]


last_messages: list[Beside] = []
"""Who knows what was last written to a lead; `sales.messages` says so as it is imported."""

open_tasks: list[Beside] = []
"""Who knows what is to be done for a lead next; `sales.calls.tasks` says so."""


def told(lead: Lead, person: PersonRow, user: StaffUser | None) -> dict[str, Any]:
    """What lists show of a lead; `user` is whose he is."""
    moments: dict[str, datetime | None] = {"created_at": person.created_at, **{name: getattr(lead, name) for name in _MOMENTS}}
    return {
        **{name: getattr(lead, name) for name in _PLAIN},
        **{name: utc_text(at) if at else None for name, at in moments.items()},
        "id": lead.number,
        "lead_number": person.lead_number,
        **{name: getattr(person, name) for name in ("name", "phone", "email")},
        "telegram": person.telegram_username,
        "tags": sorted(lead.tags or ()),
        "currency": (lead.currency or settings().sales_currency) if lead.amount is not None else lead.currency,
        "assigned_to_user": Assignee(id=int(user.user_id), full_name=user.full_name) if user is not None else None,
    }


def line(lead: Lead, person: PersonRow, user: StaffUser | None) -> LeadShown:
    """A lead in a list."""
    return LeadShown(**told(lead, person, user))


def card(lead: Lead, person: PersonRow, user: StaffUser | None, client: Any, warnings: Iterable[str] = ()) -> LeadCard:
    """A lead alone; `client` knows which contacts are proven."""
    return LeadCard(**_alone(lead, person, user, client), warnings=[*warnings])


def _alone(lead: Lead, person: PersonRow, user: StaffUser | None, client: Any) -> dict[str, Any]:
    proven = {
        f"{name}_proven": bool(getattr(client, f"{name}_proven", None)) if getattr(person, name) else None for name in ("phone", "email")
    }
    detail = {**lead.detail, "scored_at": utc_text(lead.scored_at)} if lead.detail and lead.scored_at else None
    return {**told(lead, person, user), **proven, "score_detail": detail}


def one(number: int, member: Member) -> LeadWhole:
    """A lead with what was last written to him: a read, a call of each room above, a read. Raises LeadNotFound."""
    lead, person = service.read(number, member)
    own: list[storage.Key] = [Client.at(lead.client_id), learned.key(), *users(lead.assigned_to)]
    rooms = [*last_messages, *open_tasks]
    (client, model, *found), *theirs = storage.read_lists(own, *(room.keys(lead.place) for room in rooms))
    told = [room.shown(rows) for room, rows in zip(rooms, theirs, strict=True)]
    messages, tasks = ([one for part in parts for one in part] for parts in (told[: len(last_messages)], told[len(last_messages) :]))
    user = next(iter(found), None)
    alone = _alone(lead, person, user, client)
    if alone["score_detail"]:
        alone["score_detail"] = learned.told(alone["score_detail"], model)
    return LeadWhole(**alone, last_messages=messages, open_tasks=tasks)


def users(*owners: float | None) -> list[storage.Key]:
    """Where those of the staff stand whose leads they are, each once."""
    return [staff.key(int(owner)) for owner in dict.fromkeys(owners) if owner]


def by_id(rows: Iterable[StaffUser | None]) -> Mapping[int, StaffUser]:
    """Users by their ids."""
    return {int(row.user_id): row for row in rows if row is not None}
