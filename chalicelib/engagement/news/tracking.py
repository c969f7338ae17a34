"""What clients do with a post, counted: exactly, and once where a day counts once."""

from chalicelib.clients.index import repository as index
from chalicelib.core import clock, facts, once, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.once import AskedAtOnce, Request
from chalicelib.core.security import Caller
from chalicelib.engagement import visitors
from chalicelib.engagement.news import repository, rules, service
from chalicelib.engagement.news.errors import NewsNotShown, ReaderRaced
from chalicelib.engagement.news.models import NewsReader
from chalicelib.engagement.news.schemas import Metric, NewsStats, Tracked
from chalicelib.staff.members import Member

ROUTE = "POST /api/v1/admin/news/track"


def track(body: Tracked, caller: Caller, *, key: str | None) -> NewsStats:
    """Count an event; what the post came to then.

    Raises NewsNotFound, NewsNotShown, ClientNotFound, KeyReused, Invalid; Forbidden to a client who names another.
    """
    if body.occurred_at is not None and not rules.is_near(body.occurred_at, clock.now()):
        raise Invalid.field("body", "occurred_at", msg=f"expected a moment at most {rules.REACH.days} days from now")
    if isinstance(caller, Member):
        _track(body, body.client_id, once.request(caller.actor, ROUTE, key, body), named=True)
    else:
        who = visitors.own(caller, body.client_id)
        _track(body, who.number, once.request(f"client#{who.known.client_id}", ROUTE, key, body), named=False)
    return stats(body.news_post_id)


@storage.again(AskedAtOnce, ReaderRaced, times=8)
def _track(body: Tracked, client: int | None, request: Request, *, named: bool) -> None:
    """Count it, unless the same request has. `named`: somebody else says whose it is, so that he must be looked for."""
    reader = [repository.reader_key(body.news_post_id, client)] if client else []
    person = [visitors.key(client)] if client and named else []
    before, posts, readers, people = storage.read_lists(request.keys, [repository.key(body.news_post_id)], reader, person)
    if request.made(before) is not None:
        return
    post = service.found(posts[0])
    if post.status != "active":
        raise NewsNotShown({"status": post.status})
    if person:
        index.standing(people[0])
    tx = storage.Transaction()
    request.done(tx, post.place)
    _count_in(tx, body, client, readers[0] if readers else None)
    tx.commit()


def _count_in(tx: storage.Transaction, body: Tracked, client: int | None, seen: NewsReader | None) -> None:
    day = facts.day_of(body.occurred_at or clock.now())
    counted, mark = [*(seen.counted or [])] if seen else [], rules.mark(body.event_type, day)
    daily = body.event_type in rules.ONCE_A_DAY
    if daily and mark in counted:
        return
    if client and (daily or seen is None):
        marks = rules.kept([*counted, *([mark] if daily else [])], facts.day_of(clock.now()))
        repository.note(tx, body.news_post_id, client, seen, marks, body.source or None)
    numbers = {body.event_type: 1, rules.CLIENTS: int(bool(client) and seen is None)}
    if body.event_type == "purchase":
        numbers[rules.REVENUE] = body.amount_rub or 0
    repository.count(tx, body.news_post_id, day, numbers)


def shown(number: int) -> NewsStats:
    """What a post came to. Raises NewsNotFound."""
    return stats(service.standing(number).number)


def stats(number: int) -> NewsStats:
    """The same of a post that is known to be there: one query."""
    found = rules.added(repository.counts(number))
    by_kind = {event: found[event] for event in rules.EVENTS}
    return NewsStats(
        news_post_id=number,
        total_events=sum(by_kind.values()),
        metrics=[Metric(event_type=event, count=count) for event, count in by_kind.items()],
        unique_clients=found[rules.CLIENTS],
        revenue_rub=found[rules.REVENUE],
        **by_kind,
    )
