"""What a deep page of the leads costs, by three filters, among few leads and among many."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import boto3

from bench import desk
from bench.capacity import SIZES, metered
from bench.operations import World
from bench.wire import recorded
from chalicelib.clients.index import service as index
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.rules import place
from chalicelib.core import storage
from chalicelib.core.bitmaps import BLOCK, rows
from chalicelib.core.bitmaps.rows import Spot
from chalicelib.sales.leads.models import Lead
from tests.builders import SERVICE

LEADS = "/api/v1/leads"
SAID = {"name": "Анна Лебедева", "phone": "+79045500001", "company": "Лотос", "source": "website", "stage": "new"}
LIMIT, SKIPPED = 20, 19_000
"""How many a page shows, and how many it passes over where there are so many."""

MOST_CALLS, APART = 10, 0.5
"""And by how many units a page among many may differ from one among few: blocks of sets are read by pieces of 4 KB."""

Item = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """One page among so many leads."""

    size: int
    calls: list[str]
    read: float


def measure(sizes: Sequence[int] = SIZES) -> list[Page]:
    """A page among each number of leads."""
    return [_on(size) for size in sizes]


def is_near(pages: Sequence[Page]) -> bool:
    """Whether a page costs what it costs among the fewest."""
    return all(abs(one.read - pages[0].read) <= APART for one in pages)


def _on(size: int) -> Page:
    with desk.opened() as world:
        category = _fill(world, size)
        skip = max(min(SKIPPED, size - LIMIT), 0)
        asked = {"stage": "new", "source": "website", "score_category": category, "skip": str(skip), "limit": str(LIMIT)}
        with recorded() as recorder, metered() as meter:
            answer = world.front.get(LEADS, SERVICE, **asked).ok()
        if (answer["total"], len(answer["items"])) != (size, min(LIMIT, size - skip)):
            raise RuntimeError("a lead was not found")
        return Page(size, [call for call in recorder.operations if call != "GetItem"], meter.units.read)


def _fill(world: World, size: int) -> str:
    """So many leads as one that came by its door, and their sets as the fold would leave them; the score's category of all."""
    category = str(world.front.post(LEADS, SAID, SERVICE).body["score_category"])
    client, first = boto3.client("dynamodb"), place("live", 1)
    (person,) = storage.read(PersonRow.at(first))
    described = index.describe(person)
    for model in (PersonRow, Lead):
        table = model.Meta.table_name
        item = client.get_item(TableName=table, Key={"place": {"S": first}})["Item"]
        item = _settled(item, described) if model is PersonRow else item
        for start in range(1, size + 1, 25):
            puts = [{"PutRequest": {"Item": _of(item, number)}} for number in range(start, min(start + 25, size + 1))]
            client.batch_write_item(RequestItems={table: puts})
    rows.put(index.PEOPLE.space("live"), {Spot(facet, one): (_bits(one, size), 0) for facet in described.facets for one in _blocks(size)})
    return category


def _settled(item: Item, described: Any) -> Item:
    """A person's row that sets are not behind. Words are left out: nobody searches here."""
    rest = {name: said for name, said in item.items() if name not in ("pending_in", "noted")}
    return {**rest, "in_facets": {"SS": sorted(described.facets)}, "written": item["revision"]}


def _of(item: Item, number: int) -> Item:
    own = {"place": place("live", number), "client_id": f"client-{number}", "lead_number": f"br{number:04d}"}
    return {**item, **{name: {"S": said} for name, said in own.items() if name in item}}


def _blocks(size: int) -> range:
    return range(size // BLOCK + 1)


def _bits(block: int, size: int) -> int:
    """The ids from 1 to `size` that a block holds."""
    first, last = max(block * BLOCK, 1), min((block + 1) * BLOCK - 1, size)
    return ((1 << (last - first + 1)) - 1) << (first - block * BLOCK)
