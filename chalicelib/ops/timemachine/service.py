"""Playing a test ticket forward: from one moment at which something may be due to the next, each with its own now."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from chalicelib.aftercare import service as aftercare
from chalicelib.aftercare.confirmations import service as confirmations
from chalicelib.aftercare.helpinghand import service as helpinghand
from chalicelib.aftercare.scope import Scope
from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.service import Session, SessionNotFound
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import Slot
from chalicelib.clients.service import Client
from chalicelib.core import clock, outbox, storage
from chalicelib.core.schemas import utc_text
from chalicelib.core.settings import settings
from chalicelib.intake.tickets import service as tickets
from chalicelib.intake.tickets.service import Ticket
from chalicelib.messaging import service as messaging
from chalicelib.ops.timemachine import rules
from chalicelib.ops.timemachine.errors import NotATest
from chalicelib.ops.timemachine.schemas import Advance, Moment, Timeline

TEST = "test"
MOST_STEPS = 500
DELIVERS_FOR = timedelta(seconds=20)
"""Of wall time, at each step."""


@dataclass(slots=True)
class State:
    """The ticket as it stands at a moment."""

    ticket: Ticket
    session: Session | None
    zone: str
    holds: list[datetime]
    facts_seen: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.facts_seen = self.facts()

    def facts(self) -> dict[str, str | None]:
        """What a change of state is told by."""
        session = self.session
        return {
            "ticket": self.ticket.status,
            "session": session.status if session else None,
            "slot_time": slots.text(session.start_at) if session else None,
        }


def advance(body: Advance) -> Timeline:
    """Play every scheduled rule for a test ticket; a second call goes on where the first ended. Raises NotATest."""
    import_module("chalicelib.ops.jobs")  # who delivers each effect: a wing has imported what was asked of it so far
    state = _read(body.ticket_id)
    if state.ticket.contour != TEST:
        raise NotATest
    since = max(clock.now(), state.ticket.played_until or clock.now())
    until, told = since + body.by, []
    for moment in _moments(state, since, until):
        with clock.pinned(moment):
            _tick(state)
        told += _changes(state, moment)
    tickets.played(body.ticket_id, until)
    timeline = sorted(told + _messages(state, since, until), key=lambda one: one.at)
    return Timeline(since=utc_text(since), until=utc_text(until), timeline=timeline)


def _read(ticket_id: str) -> State:
    ticket = tickets.get(ticket_id)
    held = [slot.slot_id for slot in tickets.held_by(ticket)]
    client, *rows = storage.read(Client.at(ticket.client_id), *(Slot.at(slot_id) for slot_id in held))
    holds = [row.hold_until for row in rows if row is not None and row.hold_until and row.ticket_id == ticket_id]
    zone = client.timezone if client and client.timezone else settings().business_timezone
    return State(ticket, _session(ticket_id), zone, holds)


def _session(ticket_id: str) -> Session | None:
    try:
        return sessions.current(ticket_id)
    except SessionNotFound:
        return None


def _moments(state: State, since: datetime, until: datetime) -> Iterator[datetime]:
    """Moment after moment: each is found from the state that the one before has left."""
    moment: datetime | None = since
    for _ in range(MOST_STEPS):
        moment = rules.next_moment(_dates(state), moment) if moment else None
        if moment is None or moment > until:
            return
        yield moment


def _dates(state: State) -> rules.Dates:
    ticket, session = state.ticket, state.session
    due = [session.payment_due_at] if session and session.payment_due_at else []
    return rules.Dates(
        ticket.created_at,
        ticket.link_created_at,
        session.start_at if session else None,
        session.end_at if session else None,
        state.zone,
        (*state.holds, *due),
    )


def _tick(state: State) -> None:
    """Everything that is scheduled, for this ticket; rules that are switched off are played too."""
    scope = Scope((TEST,), state.ticket.ticket_id)
    aftercare.check_links(scope)
    aftercare.remind(scope)
    aftercare.close(scope)
    helpinghand.confirm(scope)
    confirmations.climb(scope, always=True)
    sessions.drop_unpaid(TEST, ticket_id=scope.ticket_id)
    slots.drop_expired_holds(TEST, ticket_id=scope.ticket_id)
    outbox.deliver_lanes(_lanes(state), within=DELIVERS_FOR)


def _recipients(state: State) -> dict[str, str]:
    """Who may be told, by the ledger's key."""
    found = {messaging.client(state.ticket.client_id).lane: "client", messaging.admin(TEST).lane: "admin"}
    if state.session:
        found[messaging.specialist(state.session.specialist_id).lane] = "specialist"
    return found


def _lanes(state: State) -> list[str]:
    state.session = _session(state.ticket.ticket_id)
    return list(_recipients(state))


def _changes(state: State, moment: datetime) -> list[Moment]:
    """What the tick has changed; `state` becomes the new one."""
    before, fresh = state.facts_seen, _read(state.ticket.ticket_id)
    after = fresh.facts()
    state.ticket, state.session, state.holds, state.facts_seen = fresh.ticket, fresh.session, fresh.holds, after
    return [
        Moment(at=utc_text(moment), kind="state", of=name, before=before[name], after=after[name])
        for name in after
        if before[name] != after[name]
    ]


def _messages(state: State, since: datetime, until: datetime) -> list[Moment]:
    told: list[Moment] = []
    for lane, who in _recipients(state).items():
        told += [_message(who, row) for row in messaging.said_to(lane, since, until) if row.ticket_id == state.ticket.ticket_id]
    return told


def _message(who: str, row: Any) -> Moment:
    return Moment(
        at=utc_text(row.created_at), kind="message", recipient=who, template=row.template, state=row.state, reason=row.reason, text=row.text
    )
