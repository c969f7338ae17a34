"""A call is written down, by one of the staff or by the telephony: once, however often it is told of."""

from typing import Any

from chalicelib.clients.index.rules import place as place_of
from chalicelib.core import clock, once, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.once import AskedAtOnce
from chalicelib.sales.calls import finding, repository, rules, service, showing, speaking
from chalicelib.sales.calls.errors import CallExists, CallNotFound, CallRaced
from chalicelib.sales.calls.finding import Whose
from chalicelib.sales.calls.models import CallName, SalesCall
from chalicelib.sales.calls.recordings import service as recordings
from chalicelib.sales.calls.repository import LIVE
from chalicelib.sales.calls.schemas import CallShown, NewCall
from chalicelib.sales.leads import showing as cards
from chalicelib.sales.leads.errors import LeadRaced
from chalicelib.staff.members import Member

KNOWN = 200


@storage.again(AskedAtOnce, CallRaced, LeadRaced)
def create(body: NewCall, member: Member, key: str | None) -> CallShown:
    """A new call; the one that stands, where its telephony told of it before.

    Raises LeadNotFound, Invalid, CallExists where that one is not the caller's to see, KeyReused,
    NoConsentToRecord, RecordingsUnavailable.
    """
    request = once.request(member.actor, f"POST {service.PLACE}", key, body)
    name = rules.name("call", body.provider or "", body.external_call_id) if body.external_call_id else None
    numbers = (finding.number_of(body.from_number), finding.number_of(body.to_number))
    other = rules.other_party(body.direction, *numbers)
    before, known, named, identities, user = storage.read_lists(
        request.keys,
        [CallName.at(name)] if name else [],
        finding.keys(body.lead_id),
        finding.identities(other),
        cards.users(body.agent_id),
    )
    if made := request.made(before):
        return _again(int(made), member)
    if known and known[0] is not None:
        return _known(int(known[0].number), member)
    check_agent(body.agent_id, user)
    whose = finding.named(named, member) or finding.meant(other, identities, member)
    row, tx = _row(body, numbers, whose, member), storage.Transaction()
    if body.recording_upload:
        _say(row, recordings.awaited_in(tx, row, body.recording_upload))
    if name:
        repository.named(tx, name, row.number, CallRaced())
    _say(row, speaking.told_in(tx, row, whose and whose.lead, whose and whose.person, by=member.actor))
    repository.create(tx, row)
    request.done(tx, str(row.number))
    tx.commit()
    return _at(showing.shown(row, recordings.offered(row)))


def _say(row: SalesCall, said: dict[str, Any]) -> None:
    for name, value in said.items():
        setattr(row, name, value)


def _again(number: int, member: Member) -> CallShown:
    row, _, _ = service.seen(number, member)
    return _at(showing.shown(row, recordings.offered(row)))


def check_agent(number: int | None, rows: list[Any]) -> None:
    """Raises Invalid for an agent who is nobody of ours, by the rows of users that were read."""
    if number and (not rows or rows[0] is None):
        raise Invalid.field("body", "agent_id", msg="expected one of the staff")


def _known(number: int, member: Member) -> CallShown:
    try:
        return _again(number, member).answering(KNOWN)
    except CallNotFound:
        raise CallExists from None


def _row(body: NewCall, numbers: tuple[str, str], whose: Whose | None, member: Member) -> SalesCall:
    said = body.model_dump(include={*service.SAID} - {"from_number", "to_number"})
    said |= {"details": body.metadata, "external_call_id": body.external_call_id, "provider": body.provider}
    said["agent_id"] = body.agent_id or member.user_id or None
    said["duration_seconds"] = rules.lasted(body.start_time, body.end_time, body.duration_seconds)
    where = place_of(LIVE, storage.next_number(repository.COUNTER))
    row = SalesCall(place=where, created_at=clock.now(), from_number=numbers[0], to_number=numbers[1])
    _say(row, {**said, **(whose.said if whose else {})})
    return row


def _at(shown: CallShown) -> CallShown:
    return shown.saying(Location=f"{service.PLACE}/{shown.id}")
