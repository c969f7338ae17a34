"""Clients who applied before anybody followed the log: leads too, the newest first, once, however long it takes.

The walk goes down the numbers of clients and keeps its place. Whoever comes meanwhile has a greater number, and is the follower's.
"""

from collections.abc import Iterator

from chalicelib.clients.index import repository as people
from chalicelib.clients.index.models import PersonRow
from chalicelib.core import storage, turns
from chalicelib.core.batches import batched
from chalicelib.intake.tickets import repository as tickets
from chalicelib.sales.following import repository, rules, service
from chalicelib.sales.leads import deciding
from chalicelib.sales.leads.errors import LeadRaced
from chalicelib.sales.leads.models import Lead
from chalicelib.sales.scoring import evidence

A_TICK = 500
"""Clients that one tick looks at."""


def walk() -> int:
    """Look at the next clients; how many became leads."""
    first = repository.left()
    if first == 0:
        return 0
    opened, place = 0, first
    try:
        for number, person in _persons(range(first, max(first - A_TICK, 0), -1)):
            if turns.is_over():
                break
            opened += person is not None and _opened(person)
            place = number - 1
    finally:  # whoever fails is tried again by the next tick, and raises the alarm: a client who is passed over is found by nobody
        repository.keep_left(place)
    return opened


def _persons(numbers: range) -> Iterator[tuple[int, PersonRow | None]]:
    """Clients by their numbers; None where there is nobody, or who is a lead already."""
    for some in batched(numbers, storage.BATCH // 2):
        keys = [people.key(repository.LIVE, number) for number in some]
        persons, leads = storage.read_lists(keys, [Lead.at(key.hash) for key in keys])
        for number, person, lead in zip(some, persons, leads, strict=True):
            yield number, person if lead is None else None


@storage.again(LeadRaced)
def _opened(person: PersonRow) -> bool:
    """Make a client a lead by his last application; False where he has none, is somebody else by now, or is a lead."""
    if person.client_id is None or person.merged_into:
        return False
    ticket = next(iter(tickets.of_client(person.client_id, limit=1)), None)
    (lead,) = storage.read(Lead.at(person.place))
    if ticket is None or lead is not None:
        return False
    happened = evidence.events(person.client_id)
    tx = storage.Transaction()
    deciding.open_in(
        tx,
        person=person,
        client_id=person.client_id,
        place=person.place,
        source=rules.source_of(ticket.kind),
        source_data={"kind": "application_made", "ref": ticket.ticket_id, "ticket_kind": ticket.kind},
        said=rules.stood(ticket, happened),
        at=ticket.created_at,
        by=service.BY,
        events=happened,
        judge=service.judged_now,
    )
    tx.commit()
    return True
