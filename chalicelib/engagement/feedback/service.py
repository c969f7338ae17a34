"""What is said: by a client of the app, whose rating takes the place of his last one, or written down by the office."""

from datetime import datetime
from typing import Any

from chalicelib.catalogue.products import repository as products
from chalicelib.catalogue.products.models import Product
from chalicelib.catalogue.stock.errors import ProductNotFound
from chalicelib.clients.index import repository as index
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.places import place
from chalicelib.core import clock, once, places, storage
from chalicelib.core.once import AskedAtOnce, Request
from chalicelib.core.security import Caller
from chalicelib.engagement import visitors
from chalicelib.engagement.feedback import facts, repository, rules
from chalicelib.engagement.feedback.errors import ReviewRaced
from chalicelib.engagement.feedback.models import Review
from chalicelib.engagement.feedback.schemas import FeedbackShown, NewFeedback, NewRating, RatingGiven
from chalicelib.engagement.feedback.showing import shown
from chalicelib.engagement.visitors import Visitor
from chalicelib.messaging import service as messaging
from chalicelib.safety import service as safety

APP, OFFICE = "POST /api/v1/feedback/app/rating", "POST /api/v1/admin/feedback"


def rate(body: NewRating, caller: Caller, *, key: str | None) -> RatingGiven:
    """A client's one live rating of a good or a service: another one takes its place, the same again changes nothing.

    Raises ProductNotFound, KeyReused.
    """
    visitor = visitors.of_app(caller)
    said = _rate(body, visitor, once.request(f"client#{visitor.known.client_id}", APP, key, body))
    return RatingGiven(**dict(said), feedback_id=said.id)


@storage.again(AskedAtOnce, ReviewRaced, times=8)
def _rate(body: NewRating, visitor: Visitor, request: Request) -> FeedbackShown:
    where = rules.of_app(visitor.place, body.object_id)
    mine: list[storage.Key] = [products.key(body.object_id), visitors.key(visitor.number), repository.key(where)]
    before, (card, person, seen) = storage.read_lists(request.keys, mine)
    made = request.made(before)
    if seen is not None and (made or (int(seen.rating), seen.text) == (body.rating, body.text)):
        return shown(seen, person)
    if card is None:
        raise ProductNotFound({"field": "object_id"})
    at, number = clock.now(), int(seen.number) if seen is not None else repository.number()
    row = _row(where, number, at, source="app", by=f"client#{visitor.known.client_id}", feedback_type="rating", **_of_card(card))
    row.client, row.client_id, row.rating, row.text = visitor.place, visitor.known.client_id, body.rating, body.text
    if seen is not None:
        row.created_at = seen.created_at
        row.history = storage.newest([*(seen.history or []), rules.earlier(seen)], most=rules.KEPT_MARKS)
    tx = storage.Transaction()
    request.done(tx, str(number))
    repository.write(tx, row, seen)
    facts.given(tx, row, seen)
    _heard_in(tx, row, seen, card, person, visitor)
    tx.commit()
    return shown(row, person)


def _heard_in(tx: storage.Transaction, row: Review, seen: Review | None, card: Product, person: PersonRow | None, visitor: Visitor) -> None:
    """What new words and a low mark ask for: a look at the words, and the admin's."""
    name = person.name if person is not None else None
    if rules.is_low(int(row.rating or 0), int(seen.rating) if seen is not None else None):
        told = {"rating": row.rating, "object_name": card.name, "text": row.text, "client_name": name}
        told |= {"lead_number": visitor.known.lead_number}
        messaging.tell_admin(tx, "admin_low_rating", messaging.About("low_rating", visitors.LIVE), told)
    if row.text and (seen is None or seen.text != row.text):
        safety.screen_in(tx, visitor.known, row.text, name=name, where=safety.FEEDBACK, contour=visitors.LIVE)


@storage.again(AskedAtOnce)
def note(body: NewFeedback, *, key: str | None, actor: str) -> FeedbackShown:
    """Write down what the office heard. Raises ClientNotFound, ProductNotFound, KeyReused."""
    request = once.request(actor, OFFICE, key, body)
    whose = [visitors.key(body.client_id)] if body.client_id else []
    of_what = [products.key(body.object_id)] if body.object_id else []
    before, people, cards = storage.read_lists(request.keys, whose, of_what)
    person = people[0] if people else None
    if made := request.made(before):
        return shown(storage.read(repository.key(made))[0], person)
    if whose:
        index.standing(person)
    if cards and cards[0] is None:
        raise ProductNotFound({"field": "object_id"})
    number, at = repository.number(), clock.now()
    what = _of_card(cards[0]) if cards else {"object_type": body.object_type or ""}
    row = _row(rules.of_office(number), number, at, source="admin", by=actor, feedback_type=body.feedback_type, **what)
    row.rating, row.text = body.rating, body.text
    if person is not None and body.client_id:
        row.client, row.client_id = place(visitors.LIVE, body.client_id), person.client_id
    tx = storage.Transaction()
    request.done(tx, row.place)
    repository.write(tx, row, None)
    facts.given(tx, row, None)
    tx.commit()
    return shown(row, person)


def _row(where: str, number: int, at: datetime, **said: Any) -> Review:
    return Review(place=where, number=number, given=places.of_both(at, number), given_at=at, created_at=at, **said)


def _of_card(card: Product) -> dict[str, Any]:
    """What it is about, as the card has it: a panel may take a service for a good."""
    return {"object_type": card.item_type, "object_id": card.number, "about": rules.about(card.item_type, card.number)}
