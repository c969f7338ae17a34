"""Messages of some days by what panels filter by, newest first.

Without a filter that reads rows a page is an index and a read. With one, so many rows of it are read that one answer may cost; what lies
behind is reached by the cursor, and the total says that it is not exact.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from chalicelib.core import facts, pagination, paging
from chalicelib.core.batches import batched
from chalicelib.core.paging import Begun
from chalicelib.core.storage import BATCH
from chalicelib.dialogue.registry import people, repository, rules, showing
from chalicelib.dialogue.registry.schemas import RegistryQuery, TalkMessages
from chalicelib.messaging import service as messaging
from chalicelib.messaging.models import MessageRow

MOST_READ = 500
"""Rows that one answer looks at for a filter."""


def listed(query: RegistryQuery) -> TalkMessages:
    """A page of messages. Raises ClientNotFound, NarrowName, UseCursor, Invalid."""
    begun, lanes = _begun(query), _lanes(query)
    since, before = facts.bounds(*query.days)

    def names(after: str | None) -> Iterator[MessageRow]:
        if lanes is None:
            return repository.of_everyone(since, before, after, size=paging.most(after))
        return repository.of_some(lanes, since, before, after, size=paging.most(after))

    if query.delivery_status or query.channel:
        return _filtered(query, names(begun.after if begun else None), begun)
    part = paging.part(query, names, repository.place)
    return TalkMessages(items=showing.named(part.rows), **part.numbers)


def _begun(query: RegistryQuery) -> Begun | None:
    begun = paging.begun(query)
    if begun and not repository.is_place(begun.after):
        raise pagination.refused()
    return begun


def _lanes(query: RegistryQuery) -> list[str] | None:
    """Whose messages are asked for; None for everybody's."""
    if query.client_id is None and query.fio is None:
        return None
    asked = people.of(query.client_id).client_id if query.client_id is not None else None
    found = people.called(query.fio) if query.fio is not None else [asked]
    return [messaging.client(one).lane for one in found if one and asked in (None, one)]


def _filtered(query: RegistryQuery, names: Iterator[MessageRow], begun: Begun | None) -> TalkMessages:
    """A page of those that pass the filters, of the first rows that one answer looks at."""
    looked = [*islice(names, MOST_READ + 1)]
    is_cut, looked = len(looked) > MOST_READ, looked[:MOST_READ]
    found = [row for some in batched(looked, BATCH) for row in repository.rows_of(some) if _passes(row, query)]
    skipped = 0 if begun else query.skipped
    page = found[skipped : skipped + query.size]
    more = len(found) > skipped + query.size
    after = repository.place(page[-1]) if more else repository.place(looked[-1]) if is_cut else None
    return TalkMessages(items=showing.of(page), **_numbers(query, begun, len(found), is_exact=not is_cut, after=after))


def _numbers(query: RegistryQuery, begun: Begun | None, total: int, *, is_exact: bool, after: str | None) -> dict[str, Any]:
    if begun:
        return paging.numbers(query, begun.page + 1, begun.total, begun.exact, after)
    return paging.numbers(query, query.skipped // query.size + 1, total, is_exact, after)


def _passes(row: MessageRow, query: RegistryQuery) -> bool:
    status, channel = query.delivery_status, query.channel
    return status in (None, rules.status(row.state)) and channel in (None, rules.channel(row))
