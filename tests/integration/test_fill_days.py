"""Days made from slots and sessions that stood before days were kept."""

from datetime import timedelta

import pytest

from chalicelib.booking.calendar.models import Day
from chalicelib.booking.slots.models import Slot
from chalicelib.booking.specialists import service as specialists
from chalicelib.booking.specialists.models import SpecialistName
from chalicelib.core import storage
from scripts import fill_days
from tests.builders import SERVICE, SPECIALIST_CHAT, slot, specialist, tomorrow
from tests.integration.booking import days, desk
from tests.standins.store import Wire

HALF = timedelta(minutes=30)


@pytest.fixture
def before(front):
    """A desk from before days were kept: two overlapping pairs, one with a booking, one without, and a slot by itself."""
    person = specialist(front, id="63")
    for name, hour in (("a1", 10), ("b1", 13), ("c", 16)):
        slot(front, person, tomorrow(hour), id=name)
    forget()
    for name, hour in (("a2", 10), ("b2", 13)):
        slot(front, person, tomorrow(hour) + HALF, id=name)
    desk.booked(front, "a2")
    forget()
    return person


def forget():
    for row in Day.scan():
        row.delete()


def test_the_booked_stands_else_the_first_and_the_other_is_cut(front, before, capsys):
    assert fill_days.fill() == 0
    assert {row.slot_id: row.state for row in Slot.scan()} == {"a1": "cut", "a2": "booked", "b1": "free", "b2": "cut", "c": "free"}
    days.agree()
    assert "cut: a1 (free)" in capsys.readouterr().out


def test_a_dry_run_says_the_same_and_writes_nothing(front, before, capsys):
    assert fill_days.fill(dry_run=True) == 0
    assert not list(Day.scan())
    said = capsys.readouterr().out
    assert "cut: a1 (free)" in said
    assert "Nothing was written." in said


def test_again_it_changes_nothing(front, before):
    fill_days.fill()
    rows = sorted((row.day_id, row.standing, row.cut) for row in Day.scan())
    assert fill_days.fill() == 0
    assert sorted((row.day_id, row.standing, row.cut) for row in Day.scan()) == rows


def test_specialists_saved_before_their_accounts_were_are_known_afterwards(front, before):
    (account,) = [row for row in SpecialistName.scan() if row.name_key.startswith("tg#")]
    account.delete()
    fill_days.fill(dry_run=True)
    assert not specialists.has_account(SPECIALIST_CHAT, "live")
    fill_days.fill()
    assert specialists.has_account(SPECIALIST_CHAT, "live")
    assert not specialists.has_account(SPECIALIST_CHAT, "test")


def test_two_that_are_booked_are_told_and_left_alone(front, before, capsys):
    storage.change(Slot.row("b2"), [Slot.free_of.remove()])
    desk.booked(front, "b1", desk.BORIS)
    forget()
    desk.booked(front, "b2", "7012349999")
    forget()
    assert fill_days.fill() == 1
    assert "contradiction: b2" in capsys.readouterr().out
    assert (desk.stored("b1").state, desk.stored("b2").state) == ("booked", "booked")


def test_a_slot_that_is_removed_meanwhile_leaves_no_time_behind(front, before):
    gone = []

    def removed(call):
        if call.operation == "TransactWriteItems" and not gone:
            gone.append(None)
            gone.append(front.delete("/slots/c", SERVICE).status)

    with Wire() as wire:
        wire.before = removed
        fill_days.fill()
    fill_days.fill()
    assert gone[1] == 200
    days.agree()


def test_a_slot_made_meanwhile_and_the_old_one_do_not_both_stand(front, before):
    made = []

    def added(call):
        if call.operation == "TransactWriteItems" and not made:
            made.append(None)
            made.append(slot(front, before, tomorrow(16) + HALF, id="new"))

    with Wire() as wire:
        wire.before = added
        fill_days.fill()
    assert {desk.stored("c").state, desk.stored("new").state} == {"free", "cut"}
    days.agree()
