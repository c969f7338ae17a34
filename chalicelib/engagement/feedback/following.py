"""What follows sessions and clients: a session's mark stands in the list too, and what a client said passes on with him.

A mark is written as its session says it whenever a fact tells of one, as often as it is told: nothing is written where nothing differs,
and so each mark is told and counted once.
"""

from collections.abc import Sequence
from typing import Any

from chalicelib.booking.sessions.models import Session
from chalicelib.clients.index.places import place_of
from chalicelib.clients.joining import Known
from chalicelib.clients.models import Client
from chalicelib.core import places, storage
from chalicelib.core.facts import FactRow, followers
from chalicelib.engagement import visitors
from chalicelib.engagement.feedback import facts, repository, rules
from chalicelib.engagement.feedback.errors import ReviewRaced
from chalicelib.engagement.feedback.models import Review
from chalicelib.intake.merging import service as merging

NAME = "session-marks"
KIND = "session_rated"


def follow(found: Sequence[FactRow]) -> None:
    """Take what concerns marks of the live contour's sessions."""
    rated = (fact for fact in found if fact.kind == KIND and fact.contour == visitors.LIVE)
    for ticket_id, session_id in dict.fromkeys((fact.ref, str(fact.data["session_id"])) for fact in rated):
        mirror(ticket_id, session_id)


followers.follow(NAME, follow)


@storage.again(ReviewRaced)
def mirror(ticket_id: str, session_id: str) -> bool:
    """Have the list say what a session does; False where it does, or the session says nothing."""
    where = rules.of_session(ticket_id, session_id)
    session, seen = storage.read(Session.at(ticket_id, session_id), repository.key(where))
    if session is None or session.rating is None:
        return False
    said = _of(session)
    if seen is not None and all(getattr(seen, name) == value for name, value in said.items()):
        return False
    number, tx = int(seen.number) if seen is not None else repository.number(), storage.Transaction()
    beside: dict[str, Any] = {"feedback_type": "rating", "object_type": rules.SESSION, "source": rules.SESSION}
    row = Review(place=where, number=number, given=places.of_both(said["given_at"], number), **said, **beside)
    row.created_at, row.by = (seen.created_at if seen is not None else row.given_at), f"client#{session.client_id}"
    repository.write(tx, row, seen)
    if seen is None or (int(seen.rating), seen.given_at) != (row.rating, row.given_at):
        facts.given(tx, row, seen)
    tx.commit()
    return True


def _of(session: Session) -> dict[str, Any]:
    number = None if session.number is None else int(session.number)
    return {
        "ticket_id": session.ticket_id,
        "session_id": session.session_id,
        "rating": int(session.rating or 0),
        "given_at": rules.marked_at(session.rating_history, session.updated_at),
        "client": place_of(session.lead_number) if session.lead_number else None,
        "client_id": session.client_id,
        "object_id": number,
        "about": rules.about(rules.SESSION, number),
    }


@storage.again(ReviewRaced)
def pass_on(source_id: str, known: Known, *, limit: int) -> int:
    """Give what a merged client said to whom he became, `limit` at most; how much was found."""
    (source,) = storage.read(Client.at(source_id))
    rows = repository.of_client(place_of(source.lead_number), limit)
    for row in rows:
        _pass(row, place_of(known.lead_number), known.client_id)
    return len(rows)


def _pass(seen: Review, client: str, client_id: str) -> None:
    """His rating becomes the other's one of that card, unless that one has rated it: what was said by two stays two."""
    row, tx = Review(**{**seen.attribute_values, "client": client, "client_id": client_id}), storage.Transaction()
    where = rules.of_app(client, int(seen.object_id)) if seen.source == "app" else seen.place
    if where != seen.place and storage.read(repository.key(where)) == [None]:
        row.place = where
        repository.move(tx, row, seen)
    else:
        repository.write(tx, row, seen)
    tx.commit()


merging.OTHERS.append(pass_on)
