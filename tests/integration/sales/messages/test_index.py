"""Lists of messages equal a look at every row, folded or not, whoever died while folding; a night's check mends what differs."""

import random
from contextlib import suppress

import pytest

from chalicelib.core import clock, storage
from chalicelib.core.bitmaps import folding, rows
from chalicelib.core.bitmaps.rows import Block, Spot
from chalicelib.sales.messages import index, repository
from chalicelib.sales.messages.models import SalesMessage
from tests.standins.store import Killed, Wire

WORDS = ("договор", "встреча", "оплата", "здравствуйте", "завтра")
SPACE = "sales-messages.live"


@pytest.fixture
def busy(sales):
    """Two leads of each manager and nobody's one, and what was written to them."""
    sales.leads = [sales.lead(owner=owner) for owner in ("maria", "maria", "boris", "boris", None)]
    sales.chance = random.Random(15)
    for _ in range(12):
        write(sales)
    return sales


def write(sales):
    chance = sales.chance
    words = " ".join(chance.sample(WORDS, 2))
    sales.write(chance.choice(sales.leads), "service", message_type=chance.choice(["email", "sms"]), subject=None, body=words)


def change(sales):
    chance, standing = sales.chance, [row for row in SalesMessage.scan() if not row.removed_at]
    row = chance.choice(standing)
    what = chance.randrange(5)
    if what == 0:
        write(sales)
    elif what == 1:
        sales.put(row.number, "service", body=" ".join(chance.sample(WORDS, 2)))
    elif what == 2:
        sales.delete(row.number, "service")
    elif what == 3:
        sales.change_lead(chance.choice(sales.leads), assigned_to=chance.choice([*sales.house.ids.values(), None]))
    else:
        tx = storage.Transaction()
        repository.change(tx, row, {"status": chance.choice(["draft", "sent", "failed"])})
        tx.commit()


def compare(sales):
    known = [row for row in SalesMessage.scan() if not row.removed_at]
    mine = sales.house.ids["maria"]
    asked = [
        ("service", {}, lambda row: True),
        ("maria", {}, lambda row: row.owner in (None, mine)),
        ("maria", {"search": "догов"}, lambda row: row.owner in (None, mine) and "договор" in row.body),
        ("service", {"status": "draft", "message_type": "sms"}, lambda row: (row.status, row.message_type) == ("draft", "sms")),
        ("service", {"lead_id": sales.leads[0]}, lambda row: row.lead.endswith(f"#{sales.leads[0]:010d}")),
        ("service", {"search": "опл встр"}, lambda row: "оплата" in row.body and "встреча" in row.body),
    ]
    for who, query, fits in asked:
        assert sales.found(who, **query) == sorted((row.number for row in known if fits(row)), reverse=True), (who, query)


def fold():
    """A tick, a minute after the one before."""
    for row in storage.query(SalesMessage.by_pending, "live").rows:
        if row.written_at:
            storage.change(row, [SalesMessage.written_at.set(clock.wall() - folding.SETTLED)])
    return index.fold()


def test_it_equals_a_look_at_every_message_folded_half_folded_and_unfolded(busy, tick):
    compare(busy)
    assert tick("people_fold")["messages_written"] == 12
    for _ in range(2):
        for _ in range(8):
            change(busy)
        compare(busy)
        fold()
        compare(busy)
    fold()
    assert storage.query(SalesMessage.by_pending, "live").rows == []
    compare(busy)
    assert index.check() == 0


@pytest.mark.parametrize("call", [2, 4, 6])
def test_a_worker_that_dies_at_any_call_leaves_nothing_that_the_next_does_not_mend(busy, call):
    fold()
    for _ in range(4):
        change(busy)
    seen = [0]

    def die(one):
        seen[0] += one.operation != "Query"
        if seen[0] == call:
            raise Killed

    with Wire() as wire:
        wire.after = die
        with suppress(Killed):
            fold()
    storage.remove(Block.row(f"{SPACE}!", "lease"))  # two minutes later
    change(busy)
    compare(busy)
    for _ in range(2):
        fold()
    compare(busy)
    assert index.check() == 0


def test_a_night_finds_what_differs_and_puts_it_right(busy, tick):
    fold()
    fold()
    rows.put(SPACE, {Spot("messages.status#sent", 0): (1 << 3, 0), Spot("messages.message#", 0): (0, 1 << 5)})
    assert 3 in busy.found("service", status="sent")
    assert tick("people_check") == 1
    compare(busy)
    assert index.check() == 0
