"""Goods that move with a sale: what is taken must lie there, and balances are what the movements add up to."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.catalogue.products.models import Product
from chalicelib.catalogue.stock import repository, service
from chalicelib.catalogue.stock.errors import OutOfStock
from chalicelib.catalogue.stock.models import Movement
from chalicelib.catalogue.stock.service import Move
from chalicelib.company.errors import LocationClosed, LocationNotFound
from chalicelib.company.models import Entry
from chalicelib.company.rules import DEFAULT
from chalicelib.core import clock, storage
from tests.standins.store import OneAtATime

PIECE = 1000


def product(number=7, **said):
    at = clock.now()
    base = {"item_type": "product", "name": "Чай", "by_name_at": f"чай#{number:012d}", "price": 10000, "cost": 4000, "by": "test"}
    row = Product(place=repository.place(number), created_at=at, updated_at=at, **{**base, **said})
    row.save()
    return row


def moved(moves, operation):
    tx = storage.Transaction()
    made = service.moves_in(tx, moves, operation=operation, actor="test", at=clock.now())
    with service.told():
        tx.commit()
    return made


def standing(number=7, location=1):
    row, shelf = storage.read(Product.at(repository.place(number)), repository.key(number, location))
    return int(row.stock), int(shelf.quantity) if shelf else 0


@pytest.fixture
def tea(tables):
    row = product()
    moved([Move(row, 1, 5 * PIECE, "income")], 1)
    return row


def test_a_sale_lowers_balance_and_total_and_leaves_its_movement(tea):
    (made,) = moved([Move(tea, 1, -2 * PIECE, "sale", comment="чек 5")], 2)
    assert standing() == (3 * PIECE, 3 * PIECE)
    (kept,) = [row for row in storage.query(Movement, tea.place).rows if row.movement_type == "sale"]
    assert (kept.number, kept.quantity, kept.delta, kept.unit_cost, kept.operation) == (200, 2000, -2000, 4000, 2)
    assert made.moved == kept.moved


def test_more_than_there_is_is_refused_whole_and_says_how_much_there_is(tea):
    other = product(8)
    with pytest.raises(OutOfStock) as refused:
        moved([Move(tea, 1, -PIECE, "sale"), Move(other, 1, -PIECE, "sale")], 2)
    assert refused.value.detail == {"product_id": 8, "available": 0}
    assert standing() == (5 * PIECE, 5 * PIECE)


def test_one_product_twice_on_a_bill_is_one_write_of_its_balance(tea):
    moved([Move(tea, 1, -PIECE, "sale"), Move(tea, 1, -2 * PIECE, "sale")], 2)
    assert standing() == (2 * PIECE, 2 * PIECE)
    with pytest.raises(OutOfStock):
        moved([Move(tea, 1, -PIECE, "sale"), Move(tea, 1, -2 * PIECE, "sale")], 3)


def test_services_and_what_is_not_tracked_move_nothing(tables):
    idle = [product(8, item_type="service"), product(9, track_inventory=False)]
    moves = [Move(row, 1, -PIECE, "sale") for row in idle]
    assert moved(moves, 2) == []
    assert service.cost_of(moves) == 0


def test_what_goods_cost_is_rounded_a_line(tea):
    assert service.cost_of([Move(tea, 1, -1500, "sale"), Move(tea, 1, PIECE, "income", unit_cost=3000)]) == 6000 - 3000


def test_of_twelve_sales_of_five_pieces_five_happen(tea):
    def sell(operation):
        try:
            return bool(moved([Move(tea, 1, -PIECE, "sale")], operation))
        except OutOfStock:
            return False

    with OneAtATime(), ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(sell, range(2, 14))) == 5
    assert standing() == (0, 0)


def test_goods_are_taken_where_it_was_said_or_set_or_from_the_first_location(tables):
    at = clock.now()
    closed = Entry(directory="locations", place=repository.place(2), said={"is_active": False}, by="test", created_at=at, updated_at=at)
    assert service.place_of(None, None, DEFAULT) == 1
    assert service.place_of(1, None, DEFAULT) == 1
    with pytest.raises(LocationClosed):
        service.place_of(2, closed, DEFAULT)
    with pytest.raises(LocationNotFound) as unknown:
        service.place_of(9, None, DEFAULT)
    assert unknown.value.detail == {"field": "location_id"}
