"""What a movement does to what lies there, and who may see and do it."""

import pytest

from chalicelib.catalogue.products import routes as products
from chalicelib.catalogue.stock import routes as stock
from chalicelib.catalogue.stock import rules
from chalicelib.company import routes as company
from chalicelib.core.http import OPERATIONS

HEADS = {"owner", "admin"}
OFFICE = HEADS | {"operator"}


@pytest.mark.parametrize(
    ("movement_type", "quantity", "seen", "delta"),
    [
        ("income", 2500, 1000, 2500),
        ("expense", 2500, 5000, -2500),
        ("sale", 1, 5000, -1),
        ("transfer", 1000, 1000, -1000),
        ("adjustment", 0, 5000, -5000),
        ("adjustment", 5000, 5000, 0),
        ("adjustment", 8000, 0, 8000),
    ],
)
def test_by_how_much_a_balance_changes(movement_type, quantity, seen, delta):
    assert rules.delta(movement_type, quantity, seen) == delta


@pytest.mark.parametrize(
    ("stock", "cost", "quantity", "unit_cost", "average"),
    [
        (5000, 4000, 10000, 7000, 6000),
        (0, 9999, 1, 100, 100),
        (1000, 1, 1000, 2, 2),
        (3000, 100, 1000, 0, 75),
        (-5000, 100, 1000, 300, 300),
    ],
)
def test_an_average_is_of_what_there_is_and_what_came_halves_up(stock, cost, quantity, unit_cost, average):
    assert rules.average(stock, cost, quantity, unit_cost) == average


def test_what_so_much_costs_is_rounded_to_a_kopeck_either_way():
    assert (rules.worth(1500, 333), rules.worth(-1500, 333), rules.worth(1, 499)) == (500, -500, 0)


@pytest.mark.parametrize(
    ("roles", "names"),
    [
        (OFFICE | {"master"}, "products_list"),
        (OFFICE, "locations_list stock_get specifications_get"),
        (HEADS, "products_create products_update specifications_set specifications_delete stock_movements_list stock_movements_create"),
        (HEADS, "locations_create traffic_channels_list traffic_channels_create system_settings_get"),
        ({"owner"}, "system_settings_update"),
    ],
)
def test_each_door_lets_in_those_whose_it_is(roles, names):
    packages = {api.package for api in (products.api, stock.api, company.api)}
    found = {operation.name: set(operation.auth.roles or ()) for operation in OPERATIONS if operation.package in packages}
    assert {name: found[name] for name in names.split()} == dict.fromkeys(names.split(), roles)
