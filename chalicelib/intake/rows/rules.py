"""What a slot row's change means for the slot that stands here. Pure: no store, no clock."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What to do with a change."""

    IGNORE = "ignored"
    ADD = "added"
    UPDATE = "updated"
    BOOK = "booked"
    MOVE = "moved"
    CONFIRM = "confirmed"
    CANCEL = "cancelled"
    FREE = "freed"
    DELETE = "deleted"
    CONTRADICTION = "contradiction"
    WAIT = "waiting"


@dataclass(frozen=True, slots=True)
class Standing:
    """The slot as it stands here. `owned` by a session, `held` for an application now, or `blocked` (taken elsewhere).

    A `cut` one overlaps another that stands, and is nobody's.
    """

    known: bool = False
    deleted: bool = False
    owned: bool = False
    held: bool = False
    blocked: bool = False
    cut: bool = False

    @property
    def open(self) -> bool:
        """Nobody owns it, as the other database sees it."""
        return not (self.owned or self.blocked or self.cut)


@dataclass(frozen=True, slots=True)
class Event:
    """The change: what the row was and is, whether it names our owner, whether time or specialist differ from ours.

    Where a session or a hold of ours stands they differ only if that is news. `reassigned` is the specialist alone, `nobody`
    one who is news and whom we have not; `confirms` is a word of the client's coming that is news.
    """

    type: str
    was_taken: bool
    is_taken: bool
    same_owner: bool = False
    other_owner: bool = False
    shifted: bool = False
    reassigned: bool = False
    nobody: bool = False
    confirms: bool = False


def judge(event: Event, standing: Standing) -> Verdict:
    """Transitions act, everything else is judged by what stands here; a booking made here is never overwritten."""
    if event.type == "DELETE":
        return _gone(event, standing)
    if not standing.known or (standing.deleted and event.type == "INSERT"):
        return Verdict.BOOK if event.is_taken else Verdict.ADD
    if standing.deleted:
        return Verdict.IGNORE
    if event.nobody:
        return Verdict.CONTRADICTION
    if standing.cut:
        return _of_cut(event)
    if event.is_taken and not event.was_taken:
        return _taken(event, standing)
    if event.was_taken and not event.is_taken:
        return _freed(event, standing)
    return _unchanged(event, standing)


def _taken(event: Event, standing: Standing) -> Verdict:
    if standing.owned:
        return _of_ours(event) if event.same_owner else Verdict.CONTRADICTION
    if standing.blocked:
        return Verdict.IGNORE
    return Verdict.CONTRADICTION if standing.held and not event.same_owner else Verdict.BOOK


def _of_ours(event: Event) -> Verdict:
    """A session of ours that the row has too: it follows to another time, never to another specialist or client."""
    if event.other_owner or event.reassigned:
        return Verdict.CONTRADICTION
    if event.shifted:
        return Verdict.MOVE
    return Verdict.CONFIRM if event.confirms else Verdict.IGNORE


def _of_cut(event: Event) -> Verdict:
    """Another time may be free; at its own it waits, and one that is booked there meanwhile is for a person to sort out."""
    if event.shifted:
        return Verdict.BOOK if event.is_taken else Verdict.UPDATE
    return Verdict.CONTRADICTION if event.is_taken and not event.was_taken else Verdict.IGNORE


def _freed(event: Event, standing: Standing) -> Verdict:
    if standing.owned:
        return Verdict.CONTRADICTION if event.other_owner else Verdict.CANCEL
    return Verdict.FREE if standing.blocked else Verdict.IGNORE


def _gone(event: Event, standing: Standing) -> Verdict:
    if standing.deleted:
        return Verdict.IGNORE
    if standing.owned and (not event.was_taken or event.other_owner):
        return Verdict.CONTRADICTION
    return Verdict.DELETE


def _unchanged(event: Event, standing: Standing) -> Verdict:
    if event.is_taken and standing.owned:
        return _of_ours(event)
    if event.confirms and not standing.blocked:
        return Verdict.CONTRADICTION  # a client who comes there, and has no session here
    if not event.shifted:
        return Verdict.IGNORE
    if event.is_taken and standing.blocked:
        return Verdict.MOVE
    return Verdict.UPDATE if standing.open and not standing.held else Verdict.CONTRADICTION
