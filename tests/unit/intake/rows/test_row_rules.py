"""What a row's change means, for every state a slot may be in here."""

from itertools import product

import pytest

from chalicelib.intake.rows.rules import Event, Standing, Verdict, judge

UNKNOWN = Standing()
FREE = Standing(known=True)
HELD = Standing(known=True, held=True)
BLOCKED = Standing(known=True, blocked=True)
OWNED = Standing(known=True, owned=True)
DELETED = Standing(known=True, deleted=True)


def insert(taken=False, **said):
    return Event("INSERT", False, taken, **said)


def taking(**said):
    return Event("UPDATE", False, True, **said)


def freeing(**said):
    return Event("UPDATE", True, False, **said)


def edit(taken=False, **said):
    return Event("UPDATE", taken, taken, **said)


def delete(was_taken=False, **said):
    return Event("DELETE", was_taken, False, **said)


@pytest.mark.parametrize(
    ("event", "standing", "verdict"),
    [
        (insert(), UNKNOWN, Verdict.ADD),
        (insert(taken=True), UNKNOWN, Verdict.BOOK),
        (edit(), UNKNOWN, Verdict.ADD),
        (taking(), UNKNOWN, Verdict.BOOK),
        (freeing(), UNKNOWN, Verdict.ADD),
        (insert(), DELETED, Verdict.ADD),
        (insert(taken=True), DELETED, Verdict.BOOK),
        (taking(), DELETED, Verdict.IGNORE),
        (freeing(), DELETED, Verdict.IGNORE),
        (edit(), DELETED, Verdict.IGNORE),
        (delete(), DELETED, Verdict.IGNORE),
    ],
)
def test_a_slot_that_is_not_here(event, standing, verdict):
    assert judge(event, standing) is verdict


@pytest.mark.parametrize(
    ("event", "standing", "verdict"),
    [
        (taking(), FREE, Verdict.BOOK),
        (insert(taken=True), FREE, Verdict.BOOK),
        (taking(), HELD, Verdict.CONTRADICTION),
        (taking(same_owner=True), HELD, Verdict.BOOK),
        (taking(), BLOCKED, Verdict.IGNORE),
        (taking(same_owner=True), OWNED, Verdict.IGNORE),
        (taking(other_owner=True), OWNED, Verdict.CONTRADICTION),
        (taking(confirms=True), OWNED, Verdict.CONTRADICTION),
        (taking(same_owner=True, confirms=True), OWNED, Verdict.CONFIRM),
        (taking(same_owner=True, shifted=True), OWNED, Verdict.MOVE),
        (taking(shifted=True), FREE, Verdict.BOOK),
        (taking(nobody=True), FREE, Verdict.CONTRADICTION),
    ],
)
def test_a_slot_is_taken_there(event, standing, verdict):
    assert judge(event, standing) is verdict


@pytest.mark.parametrize(
    ("event", "standing", "verdict"),
    [
        (freeing(), OWNED, Verdict.CANCEL),
        (freeing(same_owner=True), OWNED, Verdict.CANCEL),
        (freeing(other_owner=True), OWNED, Verdict.CONTRADICTION),
        (freeing(), BLOCKED, Verdict.FREE),
        (freeing(), FREE, Verdict.IGNORE),
        (freeing(), HELD, Verdict.IGNORE),
    ],
)
def test_a_slot_is_freed_there(event, standing, verdict):
    assert judge(event, standing) is verdict


@pytest.mark.parametrize(
    ("event", "standing", "verdict"),
    [
        (edit(), FREE, Verdict.IGNORE),
        (edit(taken=True), OWNED, Verdict.IGNORE),
        (edit(taken=True, other_owner=True), OWNED, Verdict.CONTRADICTION),
        (edit(taken=True, confirms=True), OWNED, Verdict.CONFIRM),
        (edit(taken=True, confirms=True), FREE, Verdict.CONTRADICTION),
        (edit(taken=True, confirms=True), BLOCKED, Verdict.IGNORE),
        (edit(taken=True, confirms=True, other_owner=True), OWNED, Verdict.CONTRADICTION),
        (edit(taken=True, shifted=True), OWNED, Verdict.MOVE),
        (edit(taken=True, shifted=True, confirms=True), OWNED, Verdict.MOVE),
        (edit(taken=True, shifted=True, other_owner=True), OWNED, Verdict.CONTRADICTION),
        (edit(taken=True, shifted=True, reassigned=True), OWNED, Verdict.CONTRADICTION),
        (edit(taken=True, shifted=True), BLOCKED, Verdict.MOVE),
        (edit(taken=True, shifted=True), FREE, Verdict.UPDATE),
        (edit(taken=True, shifted=True), HELD, Verdict.CONTRADICTION),
        (edit(nobody=True), FREE, Verdict.CONTRADICTION),
        (edit(shifted=True), FREE, Verdict.UPDATE),
        (edit(shifted=True), HELD, Verdict.CONTRADICTION),
        (edit(shifted=True), OWNED, Verdict.CONTRADICTION),
        (edit(shifted=True), BLOCKED, Verdict.CONTRADICTION),
    ],
)
def test_an_edit_that_frees_and_takes_nothing(event, standing, verdict):
    assert judge(event, standing) is verdict


@pytest.mark.parametrize(
    ("event", "standing", "verdict"),
    [
        (delete(), FREE, Verdict.DELETE),
        (delete(), UNKNOWN, Verdict.DELETE),
        (delete(was_taken=True), BLOCKED, Verdict.DELETE),
        (delete(was_taken=True), OWNED, Verdict.DELETE),
        (delete(was_taken=True, other_owner=True), OWNED, Verdict.CONTRADICTION),
        (delete(), OWNED, Verdict.CONTRADICTION),
    ],
)
def test_a_row_is_gone(event, standing, verdict):
    assert judge(event, standing) is verdict


def test_nothing_ever_books_over_an_owner_or_somebody_elses_hold():
    events = [
        Event(kind, was, taken, same, other, shifted)
        for kind, was, taken, same, other, shifted in product(("INSERT", "UPDATE", "DELETE"), *[(False, True)] * 5)
    ]
    assert not [event for event in events if judge(event, OWNED) in (Verdict.BOOK, Verdict.ADD, Verdict.UPDATE, Verdict.FREE)]
    assert not [event for event in events if judge(event, HELD) is Verdict.BOOK and not event.same_owner]
