"""The old panel's file comes in: once, the books agree, and what has no place here is counted with the reason."""

import sqlite3

import pytest

from chalicelib.catalogue.products.models import Product, ProductSign
from chalicelib.catalogue.stock.models import Movement, Stock
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.models import Client, Identity
from chalicelib.company.models import Entry
from chalicelib.core.facts import FactRow
from chalicelib.core.storage.counters import Counter
from chalicelib.loyalty.accounts.models import Account, Lot
from chalicelib.loyalty.accounts.people import behind
from chalicelib.loyalty.certificates.models import Certificate
from chalicelib.loyalty.ledger.models import Operation, Receipt
from chalicelib.messaging.models import MessageRow
from scripts import import_uds_sqlite

MODELS = (Client, Identity, Account, Lot, Operation, Receipt, FactRow, MessageRow, Counter)
MODELS = (*MODELS, Product, ProductSign, Movement, Stock, Entry, Certificate)
AT = 1_735_725_600
"""2025-01-01, 13:00 in Moscow."""

SCHEMA = f"""
CREATE TABLE traffic_channels (id INTEGER, name TEXT, channel_type TEXT, promo_code TEXT, created_at INTEGER);
INSERT INTO traffic_channels VALUES (1, 'telegram', 'telegram', '', {AT}), (2, 'Листовки', 'offline', 'PAPER', {AT});
CREATE TABLE clients (id INTEGER PRIMARY KEY, tg_id INTEGER, full_name TEXT, phone TEXT, email TEXT, status TEXT, tags TEXT,
  acquisition_channel_id INTEGER, visits_count INTEGER, total_spent_rub REAL, consent_marketing INTEGER, referrer_client_id INTEGER,
  points_balance REAL, birthday TEXT);
CREATE TABLE products (id INTEGER, name TEXT, item_type TEXT, price_rub REAL, cost_price_rub REAL, sku TEXT, stock REAL);
INSERT INTO products VALUES (1, 'Крем', 'product', 990.5, 400, 'CR-1', 7), (2, 'Массаж', 'service', 3000, 0, NULL, 0),
  (3, NULL, 'product', 1, 1, NULL, 0), (4, 'Крем ещё раз', 'product', 1, 1, 'cr-1', 0);
CREATE TABLE product_locations (id INTEGER, name TEXT, location_type TEXT);
INSERT INTO product_locations VALUES (1, 'основной склад', 'warehouse'), (2, 'Салон', 'store');
CREATE TABLE product_stocks (id INTEGER, product_id INTEGER, location_id INTEGER, quantity REAL);
INSERT INTO product_stocks VALUES (1, 1, 1, 4.5), (2, 1, 2, 2.5), (3, 2, 1, 0), (4, 1, 9, 1), (5, 1, 2, -1);
CREATE TABLE stock_movements (id INTEGER, product_id INTEGER, location_id INTEGER, movement_type TEXT, quantity REAL, created_at INTEGER);
INSERT INTO stock_movements VALUES (1, 1, 1, 'income', 10, {AT}), (2, 1, 1, 'sale', 3, {AT + 60}), (3, 1, 1, 'magic', 3, {AT}),
  (4, 1, 1, 'sale', 1, NULL);
CREATE TABLE operations (id INTEGER, client_id INTEGER, op_type TEXT, amount_rub REAL, discount_rub REAL, comment TEXT, created_at INTEGER);
CREATE TABLE certificates (id INTEGER, code TEXT, title TEXT, amount_rub REAL, status TEXT, client_id INTEGER, expires_at INTEGER);
INSERT INTO certificates VALUES (1, 'abcd-efgh-jkmn', 'Подарок', 3000, 'active', 1, NULL),
  (2, 'GIFT1', 'Старый', 500, 'active', NULL, NULL), (3, '7777-7777-7777', 'Истёк', 500, 'expired', NULL, NULL);
CREATE TABLE communication_campaigns (id INTEGER); INSERT INTO communication_campaigns VALUES (1), (2);
CREATE TABLE appointments (id INTEGER); INSERT INTO appointments VALUES (1);
CREATE TABLE employees (id INTEGER); CREATE TABLE employee_timesheet (id INTEGER);
CREATE TABLE x_files (id INTEGER);
"""


def stored():
    """Everything that an import may write, as it stands."""
    return {model.__name__: sorted(repr(row.attribute_values) for row in model.scan()) for model in MODELS}


def client(number, *, parent=None, points=0.0, spent=0.0, visits=0, **said):
    """A client's row."""
    row = {"tg_id": None, "full_name": f"Клиент {number}", "phone": f"8904551{number:04d}", "email": None, "status": "active", "tags": None}
    row |= {"channel": 2, "visits": visits, "spent": spent, "marketing": 1, "parent": parent, "points": points, "birthday": ""}
    return (number, *(row | said).values())


@pytest.fixture
def bring(tables, tmp_path):
    """Import a file of these clients and operations: what is said of each table, line by line."""
    path = tmp_path / "app.db"

    def run(clients=(), operations=(), **how):
        if not path.exists():
            with sqlite3.connect(path) as connection:
                connection.executescript(SCHEMA)
                connection.executemany(f"INSERT INTO clients VALUES ({', '.join('?' * 14)})", clients)
                connection.executemany("INSERT INTO operations VALUES (?, ?, ?, ?, ?, ?, ?)", operations)
        return [report.lines() for report in import_uds_sqlite.run(path, **how)]

    return run


def here(name):
    """The lead number of a client of the file."""
    (row,) = Identity.query(f"external#sqlite#clients#{name}")
    return row.lead_number


def account(name):
    return Account.get(f"live#{int(here(name).removeprefix('br')):010d}")


def test_a_hundred_clients_and_three_hundred_operations_come_once(bring):
    clients = [client(n, points=1.5 if n % 10 == 0 else 0) for n in range(1, 101)]
    operations = [(n, n % 10 + 1, "purchase", 1000.0, 100.0, "", AT + n * 60) for n in range(1, 301)]
    first = bring(clients, operations)
    assert ["clients: 100 rows: 100 new, 0 changed, 0 refused"] in first
    assert ["operations: 300 rows: 300 new, 0 changed, 0 refused"] in first
    before = stored()
    again = bring()
    assert ["clients: 100 rows: 0 new, 0 changed, 100 unchanged, 0 refused"] in again
    assert ["operations: 300 rows: 0 new, 0 changed, 300 unchanged, 0 refused"] in again
    assert stored() == before
    assert again[-1] == first[-1] and len(first[-1]) == 101
    rows = [row for row in Operation.scan() if row.op_type == "purchase"]
    assert {(int(row.amount), int(row.cash), int(row.discount), row.imported) for row in rows} == {(100_000, 90_000, 10_000, True)}
    assert sum(int(row.balance) for row in Account.scan()) == 1_500
    assert sum(bool(row.data.get("first")) for row in FactRow.scan() if row.kind == "operation_made") == 10


def test_a_card_comes_with_what_the_panel_kept_of_it(bring):
    bring(
        [
            client(2, parent=1, points=10, spent=25_000.5, visits=3, tags='["VIP", "vip"]', birthday="1990-02-28"),
            client(1, status="blocked"),
        ]
    )
    first, second = account(1), account(2)
    assert (first.blocked, first.brought(), second.referrer) == (True, 1, int(here(1).removeprefix("br")))
    assert (int(second.balance), int(second.spent), int(second.visits)) == (1_000, 2_500_050, 3)
    assert (second.tags, second.birthday, second.channel) == ({"VIP"}, "1990-02-28", 6)
    (known,) = [row for row in Client.scan() if row.lead_number == here(2)]
    assert behind(list(PersonRow.scan())) == {}, "lists say what accounts do"
    assert known.phone == "+79045510002" and known.consents["marketing"]["given"] == "yes"


def test_who_brought_whom_may_stand_in_a_table_of_its_own(bring, tmp_path):
    with sqlite3.connect(tmp_path / "app.db") as connection:
        connection.executescript(
            "CREATE TABLE clients (id INTEGER, full_name TEXT); INSERT INTO clients VALUES (1, 'Анна'), (2, 'Вера');"
            "CREATE TABLE client_referrals (id INTEGER, referrer_id INTEGER, referred_id INTEGER);"
            "INSERT INTO client_referrals VALUES (1, 1, 2);"
            "CREATE TABLE products (id INTEGER, name TEXT, stock REAL); INSERT INTO products VALUES (1, 'Крем', 7);"
        )
    assert bring()[0] == ["client_referrals: 1 rows: said with the clients whom they name"]
    assert account(2).referrer == int(here(1).removeprefix("br"))
    assert [(row.location, int(row.quantity)) for row in Stock.scan()] == [("000000000001", 7_000)]


def test_a_no_that_was_said_here_is_not_overruled_by_a_second_run(bring):
    bring([client(1)])
    (row,) = Client.scan()
    row.update([Client.agreements["marketing"]["given"].set("no")])
    bring()
    (row,) = Client.scan()
    assert row.consents["marketing"]["given"] == "no"


def test_goods_lie_where_they_lay_and_their_past_moves_nothing(bring):
    bring()
    (cream,) = [row for row in Product.scan() if row.name == "Крем"]
    assert (int(cream.price), int(cream.cost), int(cream.stock)) == (99_050, 40_000, 7_000)
    lies = {int(row.location): int(row.quantity) for row in Stock.query(cream.place)}
    assert lies == {1: 4_500, 2: 2_500}
    moved = list(Movement.query(cream.place))
    assert sum(int(row.delta) for row in moved) == 7_000
    assert [(row.movement_type, int(row.quantity)) for row in moved] == [
        ("income", 10_000), ("sale", 3_000), ("adjustment", 4_500), ("adjustment", 2_500),
    ]  # fmt: skip


def test_everything_that_is_not_taken_says_why(bring):
    operations = [
        (1, None, "purchase", 1, 0, "", AT),
        (2, 1, "gift", 1, 0, "", AT),
        (3, 1, "purchase", 1, 2, "", AT),
        (4, 1, "purchase", "много", 0, "", AT),
        (5, 7, "purchase", 1, 0, "", AT),
        (6, 1, "refund", -50, 0, "", AT),
    ]
    said = bring([client(1), client(3, visits=-1)], operations)
    assert said[:-1] == [
        ["traffic_channels: 2 rows: 1 new, 0 changed, 1 unchanged, 0 refused"],
        ["product_locations: 2 rows: 1 new, 0 changed, 1 unchanged, 0 refused"],
        ["clients: 2 rows: 1 new, 0 changed, 1 refused", "  line 2, refused: visits_count: is below zero"],
        ["products: 4 rows: 2 new, 0 changed, 1 unchanged, 1 refused", "  line 3, refused: name: is empty"],
        [
            "product_stocks: 5 rows: 2 new, 0 changed, 1 skipped, 2 refused",
            "  line 3, skipped: product_id: nothing is counted of it",
            "  line 4, refused: location_id: its location is not among the locations that were taken",
            "  line 5, refused: quantity: is below zero",
        ],
        [
            "stock_movements: 4 rows: 2 new, 0 changed, 1 skipped, 1 refused",
            "  line 3, skipped: movement_type: nobody here knows what it is",
            "  line 4, refused: created_at: is empty",
        ],
        [
            "operations: 6 rows: 1 new, 0 changed, 2 skipped, 3 refused",
            "  line 1, skipped: client_id: it is nobody's",
            "  line 2, skipped: op_type: nobody here knows what it is",
            "  line 4, refused: amount_rub: expected a number",
            "  line 3, refused: total: is less than what was paid, or below zero",
            "  line 5, refused: client_id: its client is not among the clients that were taken",
        ],
        [
            "certificates: 3 rows: 2 new, 0 changed, 1 skipped, 0 refused",
            "  line 2, skipped: code: can be no code here: give its owner a new one",
        ],
        ["appointments: 1 rows: left out: appointments are not kept here yet"],
        ["communication_campaigns: 2 rows: left out: campaigns are not kept here yet"],
        ["employee_timesheet: 0 rows: left out: the till's employees are not kept here yet"],
        ["employees: 0 rows: left out: the till's employees are not kept here yet"],
        ["x_files: 0 rows: left out: nobody knows what it holds"],
    ]
    assert said[-1] == ["clients there -> here:", f"  1 -> {here(1)}"]


def test_a_certificate_is_still_its_owners_and_an_expired_one_stays_so(bring):
    bring([client(1)])
    gift = Certificate.get("ABCDEFGHJKMN")
    assert (int(gift.balance), gift.client, gift.expires_at) == (300_000, account(1).place, None)
    assert Certificate.get("777777777777").expires_at is not None


def test_a_dry_run_writes_nothing_and_counts_the_same(bring):
    clients = [client(1, points=5), client(2, parent=1), client(3, phone="+79045510001")]
    empty, rows = stored(), (clients, [(1, 1, "purchase", 1000, 0, "", AT)])
    said = bring(*rows, dry_run=True)
    assert stored() == empty
    assert bring()[:7] == said[:7]


def test_a_broken_file_is_told_and_ends_with_two(tables, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("scripts.stages.environment", lambda stage: {})
    assert import_uds_sqlite.main([str(tmp_path / "none.db")]) == 2
    assert "no such file" in capsys.readouterr().err
