"""The grid: three reads at most, and none while a warm worker remembers them, whoever asks and from wherever."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from chalicelib.booking.cards import service as cards
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import SlotRef
from chalicelib.booking.specialists import service as specialists
from chalicelib.booking.specialists.cards import Card
from chalicelib.booking.specialists.service import Candidate, Match, Wishes, name_key
from chalicelib.core import briefly, clock
from chalicelib.core.errors import Invalid
from chalicelib.intake.grid import days, rules, wishes
from chalicelib.intake.grid.schemas import Ask, Criteria, Filtered, FilteredAnswer, Grid, GridPage, Introduced

CONTOUR = "live"
MOST_ROWS = 10_000
"""Slots of one answer, the soonest: a Lambda may answer 6 MB, and a row is 0.4 KB."""


def fitting(ask: Ask) -> Grid:
    """Free hours of the asked days, in the order of the form's criteria."""
    return _grid(ask, wishes.of(ask.said), ask.offset)


def indifferent(ask: Ask) -> Grid:
    """The same for whoever has said nothing yet."""
    return _grid(ask, Wishes(chose_times=False), ask.offset)


def elsewhere(ask: Ask, offset: str) -> Grid:
    """The same on the clock that the path names. Raises Invalid for no offset."""
    try:
        hours = rules.offset(offset)
    except ValueError as error:
        raise Invalid.field("path", "offset", msg=str(error), kind="offset") from error
    return _grid(ask, wishes.of(ask.said), hours)


def filtered(form: Criteria) -> FilteredAnswer:
    """Everybody who works here, the best-fitting first, as the older site introduces them."""
    order, known = specialists.ranked(_people(), wishes.of(form.said), {}), {one["id"]: one for one in cards.everybody()}
    found = [known[match.candidate.specialist_id] for match in order if match.candidate.specialist_id in known]
    return FilteredAnswer.model_construct([Filtered.model_construct(filteredPsychologists=[_introduced(one) for one in found])])


def _introduced(one: Card) -> Introduced:
    return {
        "Имя": one["name"],
        "Ссылка на фото психолога": one["link_photo"],
        "Ссылка на видеовизитку": one["link_video"],
        "Краткое описание": one["short_description"],
    }


def _people() -> list[Candidate]:
    return briefly.remembered(lambda: specialists.candidates(CONTOUR), "candidates")


def _grid(ask: Ask, wanted: Wishes, hours: float) -> Grid:
    today = rules.local(clock.now(), slots.zone(), hours).date()
    shown = rules.days(ask.start or today, ask.end)
    named = ask.only or ask.utm_psy
    people = _named(named) if named else _people()
    free = _free(shown, people, narrow=bool(named)) if shown else []
    order = specialists.ranked(people, wanted, Counter(slot.specialist_id for slot in free))
    names = list(dict.fromkeys(match.candidate.name for match in order))
    return Grid.model_construct(
        [GridPage.model_construct(items=days.of(shown, _sorted(free, order), slots.zone(), hours), name_order=names)]
    )


def _named(reference: str) -> list[Candidate]:
    """Who is meant by an id or a name; several may bear one. The site joins names by underscores too."""
    key = name_key(reference.replace("_", " "), CONTOUR)
    return [one for one in _people() if one.specialist_id == reference or name_key(one.name, CONTOUR) == key]


def _free(shown: Sequence[date], people: Sequence[Candidate], *, narrow: bool) -> list[SlotRef]:
    """Slots ahead that are free, of everybody or of the few who were named. Whoever looks from elsewhere reads the same ones."""
    first, last = rules.anybodys(shown, slots.zone())
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    first, alone = max(first, hour), people[0].specialist_id if narrow and len(people) == 1 else None
    if first >= last or (narrow and not people):
        return []
    read = briefly.remembered(lambda: slots.free_between(CONTOUR, first, last, specialist_id=alone), "free", first, last, alone)
    wanted = {one.specialist_id for one in people} if narrow else None
    return [slot for slot in read if slot.start_at > clock.now() and (wanted is None or slot.specialist_id in wanted)]


def _sorted(free: Sequence[SlotRef], order: Sequence[Match]) -> list[SlotRef]:
    """The soonest first, and of those of one moment the best-fitting; who came a moment ago is in no order yet."""
    places = {match.candidate.specialist_id: place for place, match in enumerate(order)}
    return sorted(free, key=lambda slot: (slot.start_at, places.get(slot.specialist_id, len(places))))[:MOST_ROWS]
