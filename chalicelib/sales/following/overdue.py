"""Who waits for his first answer longer than we promise: told to the admin, once a deal, all of a tick in one message."""

import json
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from chalicelib.analytics.counts.hours import at_work
from chalicelib.clients.index.models import PersonRow
from chalicelib.core import clock, storage, turns
from chalicelib.core.settings import settings
from chalicelib.messaging import service as messaging
from chalicelib.sales.following import repository, rules
from chalicelib.sales.following.repository import WaitingRaced
from chalicelib.sales.leads import rules as deals
from chalicelib.sales.leads.models import Lead

LONGEST = timedelta(days=5)
"""How far back a deal may have been opened that is told of: over a long weekend. Who waits longer stands in the list of leads."""

TOGETHER = 20
"""Leads that one message names; the next tick names the others."""


@cache
def words() -> dict[str, str]:
    """How one who waits is told of."""
    return dict(json.loads((Path(__file__).parent / "data" / "ru.json").read_text(encoding="utf-8")))


@storage.again(WaitingRaced)
def tell() -> int:
    """Tell the admin who has waited too long for a first answer, and that nobody told him of; how many they are."""
    now = clock.now()
    late = timedelta(minutes=settings().sales_answer_minutes)
    waiting = turns.walk(None, [repository.waiting(now - LONGEST, now - late)])
    due = [*islice((lead for lead in waiting if _is_due(lead, now)), TOGETHER)]
    if not due:
        return 0
    persons = storage.read(*(PersonRow.at(lead.place) for lead in due))
    tx = storage.Transaction()
    for lead in due:
        repository.told_in(tx, lead, now)
    lines = [_line(lead, person, now) for lead, person in zip(due, persons, strict=True)]
    values = {"count": len(due), "leads": "\n".join(lines)}
    messaging.tell_admin(tx, "admin_leads_waiting", messaging.About("leads_waiting", repository.LIVE), values)
    tx.commit()
    return len(due)


def _is_due(lead: Lead, now: datetime) -> bool:
    done: Any = lead.first_response_at or lead.told_waiting_at
    if done or not (deals.stands(lead) and deals.is_open(lead)):
        return False
    return _waited(lead, now) >= settings().sales_answer_minutes


def _waited(lead: Lead, now: datetime) -> int:
    """Whole minutes of the hours at which somebody is there to answer."""
    return at_work(lead.opened_at, now) // 60


def _line(lead: Lead, person: PersonRow | None, now: datetime) -> str:
    name = person.name if person is not None else None
    number = (person.lead_number if person is not None else None) or str(lead.number)
    return rules.line(number, name, lead.source, _waited(lead, now), words())
