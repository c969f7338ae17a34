"""What a minute brings without anybody's doing: scores that fade, people who wait for an answer, clients from before the log."""

from itertools import islice

from chalicelib.clients.models import Client
from chalicelib.core import clock, storage, turns
from chalicelib.sales.following import before, overdue, repository, service
from chalicelib.sales.leads import deciding
from chalicelib.sales.leads import rules as deals
from chalicelib.sales.leads.errors import LeadRaced
from chalicelib.sales.leads.models import Lead
from chalicelib.sales.scoring import evidence

MOST = 500
"""Leads that one tick looks at again."""


def sales_tick() -> dict[str, int]:
    """Everything that is due; how many there were of each."""
    return turns.each({"rescored": rescore, "told": overdue.tell, "opened": before.walk})


def rescore() -> int:
    """Look again at leads whose category time alone may have changed; how many were due."""
    due = turns.walk("sales_rescore", [repository.to_rescore(clock.now())])
    return turns.tried(islice(due, MOST), lambda lead: _rescored(str(lead.place)))


@storage.again(LeadRaced)
def _rescored(place: str) -> bool:
    (lead,) = storage.read(Lead.at(place))
    if lead is None or not deals.stands(lead) or lead.rescore_at is None or lead.rescore_at > clock.now():
        return False
    (card,) = storage.read(Client.at(lead.client_id))
    if card is None:
        return False
    tx = storage.Transaction()
    deciding.change_in(tx, lead, card, {}, by=service.BY, at=clock.now(), events=evidence.events(lead.client_id))
    tx.commit()
    return True
