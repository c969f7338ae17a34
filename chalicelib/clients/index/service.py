"""Lists of clients: found by the index, brought up to date each minute, compared each night, made anew from what stands."""

import random
from collections.abc import Iterator
from typing import Any

from chalicelib.clients.index import facets, repository, rules
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.schemas import People, PeopleQuery, PersonLine
from chalicelib.clients.models import Client, Identity
from chalicelib.clients.rules import Sign, lead_number
from chalicelib.core import storage, troubles, turns
from chalicelib.core.batches import batched
from chalicelib.core.bitmaps import BLOCK, Described, Index, Question, Term, checking, finding, folding, of_days, rows, writing
from chalicelib.core.errors import Busy
from chalicelib.core.observability import count, logger
from chalicelib.core.schemas import CONTOURS
from chalicelib.core.settings import settings

NAME = "people"
TROUBLE = "people_drift"
BLOCKS_A_NIGHT = 10


def describe(row: PersonRow) -> Described:
    """What the index says of a client, days being the business's."""
    return facets.with_others(rules.described(row, settings().zone), row)


facets.NAMES[:0] = rules.FACETS
WRITER = writing.writer(PersonRow, repository.change)
rows.together(*rules.TOGETHER)
PEOPLE = Index(NAME, rules.EVERYONE, facets.NAMES, repository.key, repository.pending, describe)


def listed(query: PeopleQuery) -> People:
    """The clients that a list asks for, with how many there are."""
    question = Question(
        terms=_terms(query),
        words=rules.wanted(query.search, settings().regions) if query.search else (),
        newest_first=query.sort == "desc",
        skip=query.passed_over,
        limit=query.most,
    )
    found = finding.find(PEOPLE, query.contour, question)
    return People(items=[_line(row) for row in found.rows], total_is_exact=found.is_exact, **query.numbers(found.total))


def _terms(query: PeopleQuery) -> list[Term]:
    """Each filter as a facet; days of creation are one range of a facet."""
    has = {True: "yes", False: "no", None: None}[query.has_telegram]
    asked = {
        rules.CHANNEL: query.channel,
        rules.CONSENT: query.consent,
        rules.REFUSAL: query.refusal,
        rules.TELEGRAM: has,
        rules.STATUS: query.status,
    }
    terms = [Term(facet, value) for facet, value in asked.items() if value]
    return terms + of_days(rules.CREATED, query.date_from, query.date_to)


def _line(row: PersonRow) -> PersonLine:
    return PersonLine(
        id=row.number,
        client_id=row.lead_number,
        name=row.name,
        phone=row.phone,
        email=row.email,
        telegram=row.telegram_username,
        has_telegram=row.telegram_id is not None,
        channels=rules.channels(row),
        consents=row.consents,
        status=rules.status(row),
        created_at=row.created_at,
    )


def fold() -> dict[str, int]:
    """Bring the sets up to the rows that changed, as far as there is time; how many were written and settled."""
    done: dict[str, int] = {}
    renew()
    for contour in CONTOURS:
        waiting = turns.walk(f"{NAME}_fold#{contour}", repository.waiting(contour))
        for what, number in folding.fold(PEOPLE, contour, waiting, WRITER).items():
            done[what] = done.get(what, 0) + number
    return done


def renew() -> int:
    """Where packages describe people otherwise than they did, have every row looked at again; how many were described otherwise.

    Whoever is cut short goes on where he stopped. An edition is noted when all rows are through, so another one meanwhile begins anew.
    """
    edition, space = facets.edition(), PEOPLE.space("live")
    if not edition or (standing := rows.edition(space)) == edition:
        return 0
    begun = standing.rpartition("@")
    first = int(begun[2]) if begun[0] == edition and begun[2].isdecimal() else 1
    done = 0
    for some in batched(range(first, _last("live") + 1), storage.BATCH):
        if turns.is_over():
            rows.keep_edition(space, f"{edition}@{some[0]}")
            return done
        found = storage.read(*(repository.key("live", number) for number in some))
        done += sum(repository.look_again(row) for row in found if row is not None and _is_otherwise(row))
    rows.keep_edition(space, edition)
    return done


def _is_otherwise(row: PersonRow) -> bool:
    """Whether sets that have a row's revision have it as it was described before."""
    now, stands = describe(row), folding.stands(row)
    return now != stands if row.pending_in is None else row.written == row.revision and not folding.is_within(now, stands)


def check() -> int:
    """Compare random blocks with the rows, and the rows with the clients; how many blocks differ. The trouble ends with the last."""
    places = [(contour, number) for contour in CONTOURS for number in range(_last(contour) // BLOCK + 1)]
    picked = random.sample(places, min(BLOCKS_A_NIGHT, len(places)))
    wrong = [place for place in picked if not turns.is_over() and _differs(*place)]
    if wrong:
        count("PeopleIndexDrifted", len(wrong))
        troubles.meet(NAME, TROUBLE)
    elif len(picked) == len(places):
        troubles.end(NAME)
    return len(wrong)


def _differs(contour: str, number: int) -> bool:
    """Whether a block is wrong, or a row says what its client does not say; what changes meanwhile is looked at once more."""
    last = _last(contour)
    drift = checking.compare(PEOPLE, contour, number, last=last)
    behind = [client for _, client, _ in _behind(contour, checking.ids_of(number, last))]
    if drift.is_any or behind:
        logger.error(
            "the people index differs from its rows", extra={"contour": contour, "block": number, "clients": len(behind), **drift.shown}
        )
    return drift.is_any or bool(behind)


def _last(contour: str) -> int:
    return storage.last_number(f"lead-{contour}")


def _behind(contour: str, numbers: range) -> Iterator[tuple[PersonRow | None, Client, list[Any]]]:
    """Clients whose row says something else, each with the row as it was seen before the client was read, and what others say of him."""
    for some in batched(numbers, storage.BATCH):
        found: list[PersonRow | None] = storage.read(*(repository.key(contour, number) for number in some))
        seen = dict(zip(some, found, strict=True))
        others = facets.behind([row for row in found if row is not None])
        for number, client in _clients(contour, some):
            row, told = seen[number], others.get(rules.place(contour, number), [])
            if (told or not _agrees(row, client)) and not _has_changed(contour, number, row):
                yield row, client, told


def _agrees(row: PersonRow | None, client: Client) -> bool:
    """Whether a row says what the card says, and where it stands is what the index says of it today, or is yet to be written."""
    if row is None or not repository.says(row, client):
        return False
    return bool(row.pending_in) or folding.stands(row) == describe(row)


def _has_changed(contour: str, number: int, seen: PersonRow | None) -> bool:
    (now,) = storage.read(repository.key(contour, number))
    return (now.revision if now else None) != (seen.revision if seen else None)


def _clients(contour: str, numbers: list[int]) -> list[tuple[int, Client]]:
    """The clients who have these numbers themselves: the number of one who was merged leads elsewhere."""
    keys = [Identity.at(Sign("lead", lead_number(number, contour)).key(contour)) for number in numbers]
    named = {row.client_id for row in storage.read(*keys) if row is not None}
    clients = storage.read(*(Client.at(client_id) for client_id in sorted(named)))
    found = [(rules.number_of(client.lead_number), client) for client in clients if client is not None]
    return [(number, client) for number, client in found if number in set(numbers)]


def _write_anew(contour: str, client: Client) -> bool:
    """The same for one whose row changed at that moment: what changed may be a part of a row that was not there. Raises Busy."""
    number = rules.number_of(client.lead_number)
    for _ in range(storage.ATTEMPTS):
        wrong = next(_behind(contour, range(number, number + 1)), None)
        if wrong is None or repository.write(*wrong):
            return True
    raise Busy


def fill(contour: str, *, dry_run: bool = False) -> dict[str, int]:
    """Write the rows that do not say what their clients say, and put right every block; how many rows and blocks were wrong.

    May run while traffic does: a row is written over what was seen before its client was read, and looked at again otherwise.
    """
    done, last = {"clients": 0, "blocks": 0}, _last(contour)
    look = checking.compare if dry_run else checking.mend
    for seen, client, others in _behind(contour, range(1, last + 1)):
        done["clients"] += dry_run or repository.write(seen, client, others) or _write_anew(contour, client)
    for number in range(last // BLOCK + 1):
        done["blocks"] += look(PEOPLE, contour, number, last=last, sample=BLOCK).is_any
    return done
