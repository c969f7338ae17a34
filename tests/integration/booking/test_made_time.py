"""Time that is made for one client: what it takes, what gives way to it, and that all comes back when its session goes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.booking.calendar.service import DayChanged, Days
from chalicelib.booking.sessions import making
from chalicelib.booking.sessions.models import Session
from chalicelib.booking.sessions.service import ClientBusy, Owner
from chalicelib.booking.slots import made, placing
from chalicelib.booking.slots.errors import SlotTaken
from chalicelib.booking.slots.models import Slot
from chalicelib.core import clock, ids, storage
from tests.builders import SERVICE, moscow, slot, specialist, tomorrow
from tests.integration.booking import days, desk
from tests.standins.store import OneAtATime, Wire

HALF = timedelta(minutes=30)


def client(front, user_id=desk.ANNA):
    known = front.post("/client-registration", {"user_id": user_id}, SERVICE).ok()
    return known["client_id"]


@storage.again(DayChanged)
def made_for(front, person, start, minutes=60, who=None, **said):
    """A session whose time is made for it."""
    what = made.hour(person, "Ольга Белова", start, minutes)
    seen = Days().look(person, placing.time_of(what))
    room, tx = made.Room(seen, storage.read(*made.in_the_way(seen, what))), storage.Transaction()
    owner = Owner("live", ids.new(), ids.new(), who or client(front), "br0001", "Анна")
    session = making.book_made_in(tx, what, owner, room, cause="test", **said)
    tx.commit()
    return session


def states(*slot_ids):
    return [desk.stored(slot_id).state for slot_id in slot_ids]


def test_what_is_only_offered_gives_way_and_is_offered_again(front):
    person = specialist(front)
    first, second, beside = (slot(front, person, tomorrow(hour)) for hour in (10, 11, 12))
    session = made_for(front, person, tomorrow(10) + HALF)
    assert session.is_made and states(first, second, beside) == ["cut", "cut", "free"]
    assert desk.stored(first).cut_by == {session.slot_id} and desk.free(front) == [beside]
    assert (desk.stored(session.slot_id).state, desk.stored(session.slot_id).session_id) == ("booked", session.session_id)
    days.agree()
    desk.cancel(front, session.ticket_id).ok()
    assert states(first, second) == ["free", "free"] and not [row for row in Slot.scan() if row.is_made]
    days.agree()
    assert desk.cancel(front, session.ticket_id).status == 200, "a repeat adds nothing"


def test_a_slot_under_two_made_ones_is_free_when_both_are_gone(front):
    person = specialist(front)
    wide = slot(front, person, tomorrow(10), minutes=120)
    one, two = made_for(front, person, tomorrow(10)), made_for(front, person, tomorrow(11))
    desk.cancel(front, one.ticket_id).ok()
    assert (states(wide), desk.stored(wide).cut_by) == (["cut"], {two.slot_id})
    desk.cancel(front, two.ticket_id).ok()
    assert states(wide) == ["free"]
    days.agree()


@pytest.mark.parametrize("owned", ["held", "booked", "waits for its payment", "made"])
def test_what_is_somebodys_stays(front, owned):
    person = specialist(front)
    if owned == "made":
        made_for(front, person, tomorrow(10), who=client(front, desk.BORIS))
    else:
        take = {"held": desk.applied, "booked": desk.booked}.get(owned)
        standing = slot(front, person, tomorrow(10))
        take(front, standing, user_id=desk.BORIS) if take else desk.reserved(front, person, standing, user_id=desk.BORIS)
    with pytest.raises(SlotTaken):
        made_for(front, person, tomorrow(10) + HALF)
    days.agree()


def test_a_hold_that_is_over_blocks_nobody(front):
    person = specialist(front)
    one, two = slot(front, person, tomorrow(10)), slot(front, person, tomorrow(11))
    desk.applied(front, one, user_id=desk.BORIS)
    unpaid = desk.reserved(front, person, two, user_id=desk.BORIS)
    with clock.pinned(clock.now() + timedelta(hours=2)):
        session = made_for(front, person, tomorrow(10) + HALF)
        assert states(one, two) == ["cut", "cut"] and desk.session(unpaid).status == "cancelled"
        desk.cancel(front, session.ticket_id).ok()
    assert states(one, two) == ["free", "free"]
    days.agree()


def test_one_that_is_held_anew_meanwhile_stays(front):
    """The hold was over when it was read, and its application held it again before we wrote."""
    person = specialist(front)
    standing = slot(front, person, tomorrow(10))
    desk.applied(front, standing, user_id=desk.BORIS)
    later, renewed = clock.now() + timedelta(hours=2), []

    def before(call):
        if call.operation == "TransactWriteItems" and not renewed:
            renewed.append(None)
            Slot(standing).update([Slot.hold_until.set(later + HALF)])

    with clock.pinned(later), Wire() as wire:
        who = client(front)
        wire.before = before
        with pytest.raises(SlotTaken):
            made_for(front, person, tomorrow(10), who=who)
    assert states(standing) == ["held"]


def test_a_made_session_moves_to_what_is_offered(front):
    person = specialist(front)
    under, ahead = slot(front, person, tomorrow(10)), slot(front, person, tomorrow(14))
    session = made_for(front, person, tomorrow(10) + HALF)
    desk.move(front, session.ticket_id, moscow(tomorrow(14))).ok()
    moved = desk.session(session.ticket_id)
    assert (moved.slot_id, moved.is_made, moved.session_id) == (ahead, None, session.session_id)
    assert states(under, ahead) == ["free", "booked"] and not [row for row in Slot.scan() if row.is_made]
    desk.cancel(front, session.ticket_id).ok()
    assert states(ahead) == ["free"], "what stood before it stays"
    days.agree()


def test_nobody_sits_in_two_at_once_unless_the_office_says_so(front):
    one, other = specialist(front, id="63"), specialist(front, id="64", name="Павел Седов")
    made_for(front, one, tomorrow(10))
    with pytest.raises(ClientBusy):
        made_for(front, other, tomorrow(10) + HALF)
    assert made_for(front, other, tomorrow(10) + HALF, force=True).is_made


def test_a_day_that_changes_while_one_cancels_is_looked_at_again(front):
    """Another hour was made between the read of the day and the cancellation: both are true afterwards."""
    person = specialist(front)
    session, added = made_for(front, person, tomorrow(10)), []

    def before(call):
        if call.operation == "TransactWriteItems" and not added:
            added.append(None)
            added.append(slot(front, person, tomorrow(15)))

    with Wire() as wire:
        wire.before = before
        desk.cancel(front, session.ticket_id).ok()
    assert desk.free(front) == [added[1]]
    days.agree()


def test_over_midnight_it_stands_in_both_days(front):
    person = specialist(front)
    session = made_for(front, person, tomorrow(3) - HALF)  # 00:00 UTC
    days.agree()
    desk.cancel(front, session.ticket_id).ok()
    days.agree()


def test_of_times_that_overlap_one_is_made(front):
    person = specialist(front)
    clients = [client(front, f"70123456{number}0") for number in range(6)]

    def ask(number):
        try:
            return made_for(front, person, tomorrow(10) + number * timedelta(minutes=7), who=clients[number])
        except (SlotTaken, DayChanged):
            return None

    with OneAtATime(), ThreadPoolExecutor(6) as hands:
        answers = list(hands.map(ask, range(6)))
    assert len([one for one in answers if one]) == len(list(Session.scan())) == 1
    days.agree()
