"""What a parent reads and does: always his own, always from Go-CRM itself."""

from collections import defaultdict

from chalicelib.core import clock
from chalicelib.core.errors import Busy
from chalicelib.core.schemas import utc_text
from chalicelib.core.security import Caller
from chalicelib.gocrm.cabinet import repository, rules
from chalicelib.gocrm.cabinet.errors import ChildNotFound, PriceUnknown, SubscriptionNotFound, WindowTaken
from chalicelib.gocrm.cabinet.models import Booking, CabinetSession
from chalicelib.gocrm.cabinet.schemas import (
    Booked,
    BookingRequest,
    Children,
    ChildTotals,
    Debts,
    Lessons,
    LessonsQuery,
    Link,
    LinkRequest,
    Payments,
    ProfileAnswer,
    ProfileChange,
    SubscriptionCard,
    Subscriptions,
    Windows,
    WindowsQuery,
)
from chalicelib.gocrm.cabinet.signin import session_of
from chalicelib.gocrm.cabinet.upstream import cabinet
from chalicelib.integrations.gocrm.client import ClientGoCrm
from chalicelib.integrations.gocrm.errors import GoCrmTaken
from chalicelib.integrations.gocrm.schemas import Lesson, Subscription, Window

IN = "Ребёнок записан на занятие."
LOOKS = 10
"""How often, 0.3 s apart, whoever wants the same link looks whether it is made."""


def profile(caller: Caller) -> ProfileAnswer:
    """The parent's own data."""
    with cabinet(session_of(caller)) as club:
        return ProfileAnswer(profile=club.profile())


def change_profile(caller: Caller, change: ProfileChange) -> ProfileAnswer:
    """Change it; what is absent stays."""
    said = {name: value for name, value in change.model_dump().items() if value is not None}
    with cabinet(session_of(caller)) as club:
        return ProfileAnswer(profile=club.update_profile(said) if said else club.profile())


def children(caller: Caller) -> Children:
    """The parent's children."""
    with cabinet(session_of(caller)) as club:
        return Children(children=club.children())


def subscriptions(caller: Caller) -> Subscriptions:
    """Subscriptions with what was used, for each child and in all."""
    with cabinet(session_of(caller)) as club:
        cards = [_card(one) for one in club.subscriptions()]
    by_child: dict[str, list[SubscriptionCard]] = defaultdict(list)
    for card in cards:
        if card.child_id:
            by_child[card.child_id].append(card)
    each = [ChildTotals(child_id=child, **rules.totals(own).model_dump()) for child, own in by_child.items()]
    return Subscriptions(subscriptions=cards, by_child=each, total=rules.totals(cards))


def _card(one: Subscription) -> SubscriptionCard:
    shared = one.model_dump(include={"id", "child_id", "name", "balance", "used", "price_kopecks", "valid_until", "active"})
    return SubscriptionCard(numberExercise=one.number_exercise, **shared)


def lessons(caller: Caller, query: LessonsQuery) -> Lessons:
    """Past lessons, the latest first, or those to come, the next first."""
    with cabinet(session_of(caller)) as club:
        return Lessons(lessons=club.lessons(query.when))


def windows(caller: Caller, query: WindowsQuery) -> Windows:
    """What can be booked. Raises ChildNotFound for a child of somebody else."""
    with cabinet(session_of(caller)) as club:
        if query.child_id:
            _own_child(club, query.child_id)
        return Windows(windows=club.free_windows(center_id=query.center_id, child_id=query.child_id))


def _own_child(club: ClientGoCrm, child_id: str) -> None:
    if all(child.id != child_id for child in club.children()):
        raise ChildNotFound


def book(caller: Caller, body: BookingRequest) -> Booked:
    """Put a child into a window, once. Raises ChildNotFound, or WindowTaken with the next free ones."""
    session = session_of(caller)
    key = rules.digest(session.owner, body.child_id, body.window_id)
    begun = repository.booking(key)
    if begun is not None and begun.state == "done":
        return _booked(body, begun, begun.lesson)
    with cabinet(session) as club:
        _own_child(club, body.child_id)
        free = club.free_windows(child_id=body.child_id)
        window = next((one for one in free if one.id == body.window_id), None)
        if window is not None:
            repository.begin_booking(key, window.starts_at, clock.wall())
        begun = repository.booking(key)
        if begun is None:
            raise _taken(free, body.window_id)
        return _put(club, key, begun, body, free)


def _put(club: ClientGoCrm, key: str, begun: Booking, body: BookingRequest, free: list[Window]) -> Booked:
    """Ask for the place. A refusal may be the echo of an earlier try whose answer was lost: then the child is in."""
    try:
        lesson = club.book_lesson(body.child_id, body.window_id)
    except GoCrmTaken as taken:
        lesson = next((one for one in club.lessons("upcoming", child_ids=[body.child_id]) if one.starts_at == begun.starts_at), None)
        if lesson is None:
            repository.drop_booking(key)
            raise _taken(free, body.window_id) from taken
    told = lesson.model_dump(mode="json") if lesson else None
    repository.finish_booking(key, told)
    return _booked(body, begun, told)


def _taken(free: list[Window], window_id: str) -> WindowTaken:
    return WindowTaken({"windows": [one.model_dump(mode="json") for one in free if one.id != window_id][: rules.SHOWN]})


def _booked(body: BookingRequest, begun: Booking, lesson: dict[str, object] | None) -> Booked:
    shown = Lesson.model_validate(lesson) if lesson else None
    return Booked(message=IN, child_id=body.child_id, window_id=body.window_id, starts_at=begun.starts_at, lesson=shown)


def payments(caller: Caller) -> Payments:
    """What was paid."""
    with cabinet(session_of(caller)) as club:
        return Payments(payments=club.payments())


def debts(caller: Caller) -> Debts:
    """What is owed."""
    with cabinet(session_of(caller)) as club:
        found = club.debts()
    return Debts(debts=found, total_kopecks=sum(debt.amount_kopecks for debt in found))


def payment_link(caller: Caller, body: LinkRequest) -> Link:
    """Where to pay a subscription, at the club's own price. Raises SubscriptionNotFound, PriceUnknown or Busy."""
    session = session_of(caller)
    with cabinet(session) as club:
        found = next((one for one in club.subscriptions() if one.id == body.subscription_id), None)
        if found is None:
            raise SubscriptionNotFound
        if not found.price_kopecks:
            raise PriceUnknown
        return _link(club, session, found, found.price_kopecks)


def _link(club: ClientGoCrm, session: CabinetSession, subscription: Subscription, amount: int) -> Link:
    """The live link of this subscription and price; one of many who ask at once makes it, the others wait for it."""
    key = rules.digest(session.owner, subscription.id, str(amount))
    for _ in range(LOOKS):
        now, standing = clock.wall(), repository.link(key)
        if standing is not None and standing.url and standing.until > now:
            return Link(url=standing.url, amount_kopecks=amount, expires_at=utc_text(standing.until))
        if repository.begin_link(key, now):
            return _make_link(club, key, subscription, amount)
        clock.pause(0.3)
    raise Busy


def _make_link(club: ClientGoCrm, key: str, subscription: Subscription, amount: int) -> Link:
    try:
        made = club.payment_link(subscription.id, amount, key)
        if made.amount_kopecks not in (None, amount):
            raise PriceUnknown
    except Exception:
        repository.drop_link(key)
        raise
    until = clock.wall() + rules.LINK_LIFETIME
    repository.finish_link(key, made.url, until)
    return Link(url=made.url, amount_kopecks=amount, expires_at=utc_text(until))
