"""The follower `sales`: what clients do opens their leads, moves them, wins them, and changes their scores.

A fact is marked as taken in the transaction that acts on it, whatever it changes: so it counts once, however often it comes and
whoever is killed when. Scores rest on the timeline and on the facts at hand, which the timeline's reading may not show yet.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chalicelib.clients.index.rules import place_of
from chalicelib.clients.models import Client
from chalicelib.core import clock, storage
from chalicelib.core.facts import FactRow, followers
from chalicelib.core.facts.followers import FactTaken
from chalicelib.sales.following import rules
from chalicelib.sales.leads import assigning, deciding, judging
from chalicelib.sales.leads import rules as deals
from chalicelib.sales.leads.errors import LeadRaced
from chalicelib.sales.leads.models import Lead
from chalicelib.sales.scoring import evidence
from chalicelib.sales.scoring.rules import Event

NAME = "sales"
BY = "system"

A_LEAD = 10
"""Rows that a decision may write beside its marks: two leads, their persons, what is kept of their past, and the log."""


def take(found: Sequence[FactRow]) -> None:
    """Have leads be what facts make of them, each fact once."""
    ours = [fact for fact in found if rules.concerns(fact, evidence.KINDS)]
    fresh = rules.by_client(followers.untaken(NAME, ours))
    leads = _of_leads([*fresh])
    for client_id, theirs in fresh.items():
        if client_id in leads or any(fact.kind in deals.OPENS_LEAD or fact.kind == rules.MERGED for fact in theirs):
            for part in followers.parts(theirs, lambda fact: range(A_LEAD)):
                _take(client_id, part)


followers.follow(NAME, take)


def _of_leads(client_ids: Sequence[str]) -> set[str]:
    """Those who have a lead: two reads for all of them."""
    cards: list[Client | None] = storage.read(*(Client.at(client_id) for client_id in client_ids))
    known = {card.client_id: card for card in cards if card is not None}
    leads = storage.read(*(Lead.at(place_of(card.lead_number)) for card in known.values()))
    found = {client_id for client_id, lead in zip(known, leads, strict=True) if lead is not None}
    return found | {client_id for client_id, card in known.items() if card.merged_into}


@storage.again(FactTaken, LeadRaced, times=8)
def _take(client_id: str, found: Sequence[FactRow]) -> None:
    """Decide on a client's facts one after another; what was decided before a kill, or by another worker, is not decided again."""
    fresh, who = followers.untaken(NAME, found), standing(client_id)
    if not fresh or who is None:
        return
    (lead,) = storage.read(Lead.at(place_of(who.lead_number)))
    happened = evidence.events(who.client_id, also=fresh)
    for step in rules.steps(fresh):
        tx = storage.Transaction()
        followers.once(tx, NAME, step)
        lead = _decided(tx, who, lead, step[0], happened)
        tx.commit()


def standing(client_id: str) -> Client | None:
    """A client, or whom he became; None for who is nobody of the client base."""
    (card,) = storage.read(Client.at(client_id))
    return standing(str(card.merged_into)) if card is not None and card.merged_into else card


def _decided(tx: storage.Transaction, who: Client, lead: Lead | None, fact: FactRow, happened: Sequence[Event]) -> Lead | None:
    """The lead after a fact."""
    if rules.opens(lead, fact):
        return _opened(tx, who, lead, fact, happened)
    if fact.kind == rules.MERGED:
        return _merged(tx, who, lead, fact, happened)
    if lead is None or not deals.stands(lead):
        return lead
    said = rules.moves(lead, fact, happened, evidence.payment(fact))
    at = max(fact.happened_at, lead.updated_at)
    return deciding.change_in(tx, lead, who, said, by=BY, at=at, events=happened, only_forwards="stage" in said, judge=judged_now)


def judged_now(lead: Any, card: Any, happened: Sequence[Any], at: datetime) -> dict[str, Any]:
    """A score as of now: what is decided belongs to the moment of its fact, which may be long ago."""
    return judging.scored(lead, card, happened, clock.now())


def _opened(tx: storage.Transaction, who: Client, lead: Lead | None, fact: FactRow, happened: Sequence[Event]) -> Lead:
    return deciding.open_in(
        tx,
        person=who,
        client_id=who.client_id,
        place=place_of(who.lead_number),
        source=deals.OPENS_LEAD[fact.kind],
        source_data=rules.source_data(fact),
        owner=_owner(lead),
        at=fact.happened_at,
        by=BY,
        events=happened,
        before=lead,
        judge=judged_now,
    )


def _owner(lead: Lead | None) -> int | None:
    """Whose the new deal is: whoever had the one before, while leads may be his, else as the house assigns."""
    had = int(lead.assigned_to) if lead is not None and lead.assigned_to is not None else None
    return assigning.still(had) or assigning.owner_of_new()


def _merged(tx: storage.Transaction, who: Client, lead: Lead | None, fact: FactRow, happened: Sequence[Event]) -> Lead | None:
    """Two clients are one: the lead of the one who stays stays, or is the other's where he had none."""
    other = _lead_of(fact.ref)
    if other is None or not deals.stands(other) or other.place == place_of(who.lead_number):
        return _rescored(tx, lead, who, happened)
    now = clock.now()
    deciding.remove_in(tx, other, by=BY, at=now)
    if lead is not None and deals.stands(lead):
        return _rescored(tx, lead, who, happened)
    place = place_of(who.lead_number)
    return deciding.move_in(tx, other, lead, person=who, client_id=who.client_id, place=place, by=BY, at=now, events=happened)


def _lead_of(client_id: str) -> Lead | None:
    (card,) = storage.read(Client.at(client_id))
    (lead,) = storage.read(Lead.at(place_of(card.lead_number))) if card is not None else (None,)
    return lead


def _rescored(tx: storage.Transaction, lead: Lead | None, who: Client, happened: Sequence[Event]) -> Lead | None:
    if lead is None or not deals.stands(lead):
        return lead
    return deciding.change_in(tx, lead, who, {}, by=BY, at=clock.now(), events=happened)
