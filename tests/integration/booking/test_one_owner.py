"""Whatever several clients, the office, the clock and the old database do in turn, a slot has one owner at most."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule, run_state_machine_as_test
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from chalicelib.booking.sessions.models import Session
from chalicelib.booking.slots.models import Slot
from chalicelib.core.clock import pinned
from chalicelib.messaging.models import MessageRow
from chalicelib.ops import service as ops
from tests.builders import SERVICE, SUPABASE, change, moscow, slot, specialist
from tests.integration.booking import days, desk
from tests.proofs import size

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
STARTS = {f"s{hour}": datetime(2026, 3, 13, hour, tzinfo=UTC) for hour in (7, 8, 9)}
OTHER_TIME = timedelta(minutes=30)
"""Where the old database may put a slot instead: over the next one's time, for they are an hour long."""

LIVE = {"pending", "confirmed"}
FREE = "Свободен"
CLIENTS = st.sampled_from(["7010000001", "7010000002", "7010000003"])
SLOTS = st.sampled_from(sorted(STARTS))
TIMES = st.builds(lambda name, shift: STARTS[name] + shift * OTHER_TIME, SLOTS, st.sampled_from([0, 0, 0, 1]))


class OneOwner(RuleBasedStateMachine):
    """Every door that moves a slot from hand to hand, in any order, and what must hold after each."""

    tickets = Bundle("tickets")
    events = Bundle("events")

    def __init__(self, front):
        super().__init__()
        self.front = front
        self.clock = time_machine.travel(NOW, tick=False)
        self.time = self.clock.start()

    @initialize(target=tickets)
    def open(self):
        for table in dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].tables.values():
            table.items.clear()
        self.person = specialist(self.front, id="63", name="Ольга Белова")
        for name, start in STARTS.items():
            slot(self.front, self.person, start, id=name)
        self.rows = {name: row_of(name, start) for name, start in STARTS.items()}
        self.clients = {user: self._registered(user) for user in ("7010000001", "7010000002", "7010000003")}
        self.said = 0
        held, booked = self.apply("7010000001", ["s7"]), self.apply("7010000002", ["s9"])
        self.follow(booked)
        return multiple(held, booked)

    def _registered(self, user):
        return self.front.post("/client-registration", {"user_id": user}, SERVICE).ok()["client_id"]

    def teardown(self):
        try:
            self._time_passes(31)
            self._swept()
            self.one_owner_and_one_index()
            self.the_site_shows_what_is_free()
            self.nothing_is_held_for_ever()
            self.everything_is_said_once()
        finally:
            self.clock.stop()

    def _asked(self, answer):
        """A moment passes with each call; no call may break."""
        self.time.shift(1)
        assert answer.status < 500, answer.text
        return answer

    def _time_passes(self, minutes):
        self.time.shift(timedelta(minutes=minutes))

    def _swept(self):
        with pinned(datetime.now(UTC)):
            ops.sweep()

    @rule(target=tickets, user=CLIENTS, chosen=st.lists(SLOTS, min_size=1, max_size=2, unique=True))
    def apply(self, user, chosen):
        self.said += 1
        contact = {"type": "phone", "value": f"+7904550{user[-4:]}"}
        body = {"name": "Анна", "contact": contact, "selected_slots": chosen, "request_text": f"{self.said}"}
        answer = self._asked(self.front.post("/submit-application", body)).ok()
        assert sorted([row["id"] for row in answer["held_slots"]] + [row["slot"] for row in answer["taken_slots"]]) == sorted(chosen)
        return answer["ticket_id"], user

    @rule(ticket=tickets)
    def follow(self, ticket):
        ticket_id, user = ticket
        self._asked(self.front.post("/process-link", {"user_id": user, "ticket_id": ticket_id}, SERVICE)).ok()

    @rule(target=tickets, user=CLIENTS, chosen=SLOTS, paid=st.booleans())
    def reserve(self, user, chosen, paid):
        payment = {"amount": 3000, "status": "completed" if paid else "pending"}
        body = {"client_id": self.clients[user], "psychologist_id": self.person, "slot_id": chosen, "payment_info": payment}
        answer = self._asked(self.front.post("/process-diagnostic-session-request", body, SERVICE))
        return (answer.body["ticket_id"], user) if answer.status == 200 else multiple()

    @rule(chosen=SLOTS)
    def confirm(self, chosen):
        ticket_id, start = self._owner(chosen)
        self._asked(desk.confirm(self.front, ticket_id, moscow(start)))

    @rule(chosen=SLOTS, by_slot=st.booleans())
    def cancel(self, chosen, by_slot):
        body = {"slot_id": chosen} if by_slot else {"ticket_id": self._owner(chosen)[0]}
        self._asked(self.front.post("/cancel-session", body, SERVICE))

    @rule(chosen=SLOTS, start=TIMES)
    def move(self, chosen, start):
        ticket_id, _ = self._owner(chosen)
        before = sessions_of(ticket_id)
        answer = self._asked(desk.move(self.front, ticket_id, moscow(start)))
        if answer.status == 200:
            assert desk.session(ticket_id).start_at == start
        else:
            assert sessions_of(ticket_id) == before, "a move that is refused leaves the old time"

    @rule(ticket=tickets, start=TIMES, verb=st.sampled_from(["confirm", "cancel", "move"]))
    def words_of_an_old_ticket(self, ticket, start, verb):
        words = (moscow(start),) if verb != "cancel" else ()
        self._asked(getattr(desk, verb)(self.front, ticket[0], *words))

    def _owner(self, chosen):
        """The ticket that holds or has booked a slot, and the slot's start."""
        row = desk.stored(chosen)
        return row.ticket_id or "nobody's", row.start_at

    @rule(minutes=st.sampled_from([1, 6, 31]))
    def wait(self, minutes):
        self._time_passes(minutes)

    @rule()
    def sweep(self):
        self._swept()
        self.the_site_shows_what_is_free()

    @rule(target=events, chosen=SLOTS, who=st.sampled_from([None, "90417", "br0001", "br0002"]), shift=st.sampled_from([0, 0, 1]))
    def taken_there(self, chosen, who, shift):
        return self._edited(chosen, state="Занят", client_id=who, **written(STARTS[chosen] + shift * OTHER_TIME))

    @rule(target=events, chosen=SLOTS)
    def freed_there(self, chosen):
        return self._edited(chosen, state=FREE, client_id=None)

    @rule(target=events, chosen=SLOTS, shift=st.integers(0, 1))
    def moved_there(self, chosen, shift):
        return self._edited(chosen, **written(STARTS[chosen] + shift * OTHER_TIME))

    @rule(target=events, chosen=SLOTS)
    def deleted_and_made_anew_there(self, chosen):
        gone = change("DELETE", None, self.rows[chosen])
        self.rows[chosen] = row_of(chosen, STARTS[chosen])
        self._fired(gone)
        return self._fired(change("INSERT", self.rows[chosen]))

    @rule(payload=events)
    def comes_again(self, payload):
        self._fired(payload)

    @rule(payload=consumes(events), chosen=SLOTS)
    def comes_again_after_its_successor(self, payload, chosen):
        self._edited(chosen, state=FREE, client_id=None)
        self._fired(payload)

    def _edited(self, chosen, **columns):
        old, self.rows[chosen] = self.rows[chosen], {**self.rows[chosen], **columns}
        return self._fired(change("UPDATE", self.rows[chosen], old))

    def _fired(self, payload):
        self._asked(self.front.post("/notify-update", payload, SUPABASE)).ok()
        return payload

    @invariant()
    def one_owner_and_one_index(self):
        slots = {row.slot_id: row for row in Slot.scan()}
        live = [row for row in Session.scan() if row.status in LIVE]
        assert max(Counter((row.specialist_id, row.start_at) for row in live).values(), default=1) == 1
        for session in live:
            owns(slots[session.slot_id], session)
        owned = {row.session_id for row in live}
        days.agree()
        for row in slots.values():
            agrees(row, owned)

    def the_site_shows_what_is_free(self):
        shown = {row.slot_id for row in Slot.scan() if row.state == "free" or over(row)}
        assert set(desk.free(self.front)) == shown

    def nothing_is_held_for_ever(self):
        assert not [row.slot_id for row in Slot.scan() if row.state == "held"]

    def everything_is_said_once(self):
        """Each side hears once that a session began, and once that it ended."""
        heard = Counter((row.values["ref"], row.template) for row in MessageRow.scan() if (row.values or {}).get("ref"))
        for session in Session.scan():
            ref = f"{session.ticket_id}:{session.session_id}"
            ended = int(session.status == "cancelled")
            assert heard[ref, "specialist_session_booked"] == 1
            assert heard[ref, "specialist_session_cancelled"] == ended
            assert heard[ref, "client_session_cancelled"] + heard[ref, "client_payment_expired"] == ended


def row_of(name, start):
    return {"id": name, "psychologist": "Ольга Белова", "state": FREE, "ticket": None, "client_id": None, **written(start)}


def written(start):
    local = start + timedelta(hours=3)
    return {"date": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}


def sessions_of(ticket_id):
    return [(row.session_id, row.slot_id, row.start_at, row.status) for row in Session.query(ticket_id)]


def over(row):
    return row.state == "held" and row.hold_until < datetime.now(UTC)


def owns(row, session):
    """A live session's slot points back to it, at the same time."""
    assert (row.session_id, row.ticket_id, row.client_id) == (session.session_id, session.ticket_id, session.client_id)
    assert (row.start_at, row.specialist_id) == (session.start_at, session.specialist_id)
    assert (row.state, row.hold_until) == (("held", session.payment_due_at) if session.payment_due_at else ("booked", None))


def agrees(row, owned):
    """A slot's state, its owner and the lists it is on say the same."""
    assert (row.session_id is None) == (row.session_id not in owned), "its session is over"
    listed = row.state in ("free", "held")
    assert (row.free_in, row.free_of) == (("live", row.specialist_id) if listed else (None, None))
    assert (row.held_in is None) == (row.hold_until is None) == (row.state != "held")
    if row.state == "booked":
        assert row.session_id
    elif row.state == "held":
        assert row.ticket_id
    else:
        assert (row.ticket_id, row.session_id, row.client_id) == (None, None, None)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_slot_has_one_owner_at_most(front):
    bounded = settings(
        max_examples=size(2, full=5), stateful_step_count=30, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(lambda: OneOwner(front), settings=bounded)
