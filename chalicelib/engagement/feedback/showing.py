"""What was said, as panels show it: one read of rows, names and sessions."""

from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.booking.sessions.models import Session
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.places import place
from chalicelib.core import facts, paging, places, storage
from chalicelib.core.stamps import LONGEST
from chalicelib.engagement import visitors
from chalicelib.engagement.feedback import repository, rules
from chalicelib.engagement.feedback.models import Review
from chalicelib.engagement.feedback.schemas import Feedback, FeedbackQuery, FeedbackShown


def shown(row: Review, person: PersonRow | None = None, session: Session | None = None) -> FeedbackShown:
    """One thing as it is shown; a session's own row says how it was rated, and in which words."""
    rating = row.rating if session is None or session.rating is None else session.rating
    return FeedbackShown(
        id=int(row.number),
        client_id=visitors.number_in(row.client) if row.client else None,
        client_name=(person.name if person is not None else None) or "",
        feedback_type=row.feedback_type,
        object_type=row.object_type,
        object_id=None if row.object_id is None else int(row.object_id),
        rating=None if rating is None else int(rating),
        text=row.text if session is None else session.feedback or "",
        status=row.status,
        source=row.source,
        created_at=row.given_at,
    )


def listed(query: FeedbackQuery) -> Feedback:
    """A page of what was said, the newest first: its index, and one read. Raises UseCursor, Invalid."""
    since, before = map(places.of_moment, facts.bounds(*query.span(LONGEST)))
    client = place(visitors.LIVE, query.client_id) if query.client_id else None
    thing = rules.about(query.object_type, query.object_id)
    asked: dict[str, Any] = {"feedback_type": query.feedback_type, "client": client, "thing": thing}

    def rows(after: str | None) -> Iterator[Any]:
        last = places.below(min(before, after or "~"))
        found = repository.found(**asked, first=since, last=last, after=after)
        return (row for row in found if rules.is_wanted(row, object_type=query.object_type, **asked))

    page = paging.part(query, rows, lambda row: str(row.given))
    return Feedback(items=_whole(page.rows), **page.numbers)


def _whole(found: Sequence[Any]) -> list[FeedbackShown]:
    keys = [storage.address(row) for row in found]
    people = {row.client: PersonRow.at(row.client) for row in found if row.client}
    sessions = {row.place: Session.at(row.ticket_id, row.session_id) for row in found if row.session_id}
    rows, persons, held = storage.read_lists(keys, [*people.values()], [*sessions.values()])
    named, rated = dict(zip(people, persons, strict=True)), dict(zip(sessions, held, strict=True))
    return [shown(row, named.get(row.client), rated.get(row.place)) for row in rows if row is not None]
