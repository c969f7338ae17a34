"""Chosen times: which slots an application gets, which are gone, and what is free instead."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import Slot, SlotTaken
from chalicelib.booking.specialists.service import Candidate, Match, Wishes, fold, gender_of, name_key
from chalicelib.core import clock, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.schemas import utc_text
from chalicelib.intake.applications import rules
from chalicelib.intake.applications.reading import MOST_SLOTS
from chalicelib.intake.tickets.schemas import MatchView

if TYPE_CHECKING:
    from chalicelib.intake.applications.schemas import HeldSlot, Preferences, TakenSlot

T = TypeVar("T")

HOUR = timedelta(hours=1)

BEST = 5
"""How many matches and alternatives are shown."""


@dataclass(slots=True)
class Choice:
    """What became of the chosen slots. `texts`: how those chosen by their time were written; `strangers`: who was named and is unknown."""

    held: list[Slot] = field(default_factory=list)
    taken: list[tuple[str, str]] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    strangers: list[str] = field(default_factory=list)

    def keep(self, most: int, own: Collection[str] = ()) -> None:
        """Give up what is over a limit: the client's own holds stay first, then what he chose first."""
        kept = {slot.slot_id for slot in sorted(self.held, key=lambda slot: slot.slot_id not in own)[:most]}
        self.taken += [(self.texts.get(slot.slot_id, slot.slot_id), "limit") for slot in self.held if slot.slot_id not in kept]
        self.held = [slot for slot in self.held if slot.slot_id in kept]


def wishes(said: "Preferences", *, age: int | None = None) -> Wishes:
    """What a form asks of a specialist; a bare number where his age is asked for is the client's own."""
    ages = rules.ages_of(said.age)
    return Wishes(
        gender=gender_of(said.gender),
        price_max=rules.kopecks(said.price_max),
        specialisations=tuple(said.specializations),
        states=tuple(said.states),
        events=tuple(said.events),
        diagnoses=tuple(said.diagnoses),
        ages=ages,
        age=age or (None if ages else rules.age_of(said.age)),
    )


def despite_losses(decide: Callable[[set[str]], T]) -> T:
    """Decide anew, without the slots that somebody else took meanwhile: nobody is refused for a lost slot."""
    lost: set[str] = set()
    while True:
        try:
            return decide(lost)
        except SlotTaken as taken:
            lost.add(taken.detail["slot_id"])


def read(texts: Sequence[str]) -> tuple[list[str], dict[str, datetime], list[str]]:
    """Chosen slots as ids, as moments by their text, and as texts that mean no moment (31.02)."""
    by_id: list[str] = []
    moments: dict[str, datetime] = {}
    unreadable: list[str] = []
    for text in texts[:MOST_SLOTS]:
        if not slots.is_time(text):
            by_id.append(text)
            continue
        try:
            moments[text] = slots.parse(text, "body", "selected_slots")
        except Invalid:
            unreadable.append(text)
    return by_id, moments, unreadable


def on_offer(contour: str, moments: Mapping[str, datetime], *, within: timedelta = timedelta()) -> list[Slot]:
    """Slots free at the chosen moments that are ahead, or the soonest ones where no moment was chosen: one query.

    `within` is how long after a moment they may begin, where a text may mean less than it says.
    """
    ahead = [moment for moment in moments.values() if moment + within > clock.now()]
    return slots.free_at(contour, ahead, within=within) if moments else slots.next_free(contour, 50)


def meant(moments: Mapping[str, datetime], free: Sequence[Slot], only: Collection[str]) -> dict[str, datetime]:
    """The moments that the texts mean: a site's grid has whole hours, and writes 19:00 for a slot of 19:30.

    So where a person is named, free at no such hour but at one time within it, it is that time; with two of them nobody knows which.
    """
    theirs = [slot.start_at for slot in free if slot.specialist_id in only]
    return {text: _within(moment, theirs) for text, moment in moments.items()}


def _within(hour: datetime, starts: Collection[datetime]) -> datetime:
    found = {start for start in starts if hour <= start < hour + HOUR}
    return found.pop() if not hour.minute and len(found) == 1 else hour


def is_of(moment: datetime, starts: Collection[datetime], offset: timedelta) -> bool:
    """Whether a time is one of these slots, which the form knows by their ids: a site writes it to the hour, and in the person's zone."""
    return moment in starts or any(_within(hour, starts) in starts for hour in (moment, moment - offset))


def count(free: Sequence[Slot], by_id: Sequence[Slot | None] = ()) -> dict[str, int]:
    """How many of the chosen times each specialist is free at."""
    seen = {slot.slot_id: slot for slot in [*free, *(row for row in by_id if row is not None and slots.is_free(row))]}
    counts: dict[str, int] = {}
    for slot in seen.values():
        counts[slot.specialist_id] = counts.get(slot.specialist_id, 0) + 1
    return counts


def choose(
    contour: str,
    matches: Sequence[Match],
    by_id: Mapping[str, Slot | None],
    moments: Mapping[str, datetime],
    free: Sequence[Slot],
    only: Collection[str] = (),
    own: Collection[str] = (),
) -> Choice:
    """Which slots to hold: those named by id, and for each moment the best-fitting specialist (of `only`, if any) who is free then.

    `own` are the client's earlier holds: free for him, and chosen before others at their time.
    """
    choice, order = Choice(), _order(matches)
    for slot_id, row in by_id.items():
        reason = _unavailable(row, contour, order, own)
        if reason:
            choice.taken.append((slot_id, reason))
        elif row is not None:
            choice.held.append(row)
    for text, moment in moments.items():
        if any(slot.start_at == moment for slot in choice.held):
            continue  # the same moment, written twice
        fitting = [slot for slot in free if slot.start_at == moment and slot.specialist_id in order]
        fitting = [slot for slot in fitting if not only or slot.specialist_id in only]
        if fitting:
            best = min(fitting, key=lambda slot: (slot.slot_id not in own, order[slot.specialist_id]))
            choice.held.append(best)
            choice.texts[best.slot_id] = text
        else:
            choice.taken.append((text, "past" if moment <= clock.now() else "taken"))
    return choice


def _order(matches: Sequence[Match]) -> dict[str, int]:
    return {match.candidate.specialist_id: place for place, match in enumerate(matches)}


def _unavailable(row: Slot | None, contour: str, order: Mapping[str, int], own: Collection[str]) -> str | None:
    if row is None or row.contour != contour or row.state == "deleted" or row.specialist_id not in order:
        return "unknown"
    if row.start_at <= clock.now():
        return "past"
    return None if slots.is_free(row) or row.slot_id in own else "taken"


def bearers(people: Sequence[Candidate], names: Sequence[str]) -> set[str]:
    """Specialists whom the client named."""
    wanted = {name_key(name, "live") for name in names}
    return {person.specialist_id for person in people if name_key(person.name, "live") in wanted}


INDIFFERENT = {"любой", "любая", "не важно", "неважно", "все равно", "без разницы", "any"}
"""What people say instead of a name; some add "психолог"."""


def strangers(names: Sequence[str], matches: Sequence[Match]) -> list[str]:
    """Names that nobody bears who works here."""
    bearers = {key for match in matches for key in (name_key(match.candidate.name, "live"), fold(match.candidate.specialist_id))}
    wanted = [name for name in names if fold(name).removesuffix(" психолог") not in INDIFFERENT]
    return [name for name in wanted if name_key(name, "live") not in bearers and fold(name) not in bearers]


def hold_in(tx: storage.Transaction, slot: Slot, *, ticket_id: str, until: datetime, given_by: str | None = None) -> None:
    """Hold a slot; a session on it whose payment never came gives way, and so does the hold of the ticket `given_by`."""
    what = slots.ref(slot)
    expired = slot.session_id
    slots.hold(tx, what, contour=slot.contour, ticket_id=ticket_id, until=until, expired_session=expired, given_by=given_by)
    if expired:
        sessions.give_way_in(tx, slot)


def held_views(choice: Choice, until: datetime) -> "list[HeldSlot]":
    """What was held, and until when."""
    from chalicelib.intake.applications.schemas import HeldSlot  # only who takes an application pays for it

    return [HeldSlot(**slots.view(slot).model_dump(), held_until=utc_text(until)) for slot in choice.held]


def taken_views(contour: str, choice: Choice, matches: Sequence[Match]) -> "list[TakenSlot]":
    """What could not be held, with what is free instead: one query, and only where something was taken."""
    from chalicelib.intake.applications.schemas import TakenSlot  # only who takes an application pays for it

    alternatives = [slots.view(slot) for slot in _alternatives(contour, choice, matches)] if choice.taken else []
    return [TakenSlot(slot=text, reason=reason, alternatives=alternatives) for text, reason in choice.taken]


def _alternatives(contour: str, choice: Choice, matches: Sequence[Match]) -> list[Slot]:
    """The soonest slots, the best-fitting specialists' first."""
    order, held = _order(matches), {slot.slot_id for slot in choice.held}
    found = [slot for slot in slots.next_free(contour, 50) if slot.slot_id not in held and slot.specialist_id in order]
    return sorted(found, key=lambda slot: (order[slot.specialist_id], slot.start_at))[:BEST]


def match_views(matches: Sequence[Match]) -> list[MatchView]:
    """Who fits best, and why."""
    return [
        MatchView(psychologist_id=match.candidate.specialist_id, psychologist=match.candidate.name, reasons=match.reasons)
        for match in matches[:BEST]
    ]
