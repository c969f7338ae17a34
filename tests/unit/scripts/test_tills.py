"""The order in which clients of another till come, and amounts as it writes them."""

import random
from decimal import Decimal

import pytest

from chalicelib.clients.rules import Person
from chalicelib.loyalty.imports.rules import Newcomer
from scripts.importing.old_values import amount, moment, words
from scripts.importing.table import BadCell
from scripts.importing.tills import Arrival, parents_first
from scripts.importing.uds_file import why_not


def arrivals(**parents):
    one = Newcomer(source="x", person=Person())
    return {name: Arrival(line, name, parent, one) for line, (name, parent) in enumerate(parents.items())}


def test_whoever_brought_others_comes_first_however_long_the_chain():
    names = [f"n{number}" for number in range(5000)]
    pairs = list(zip(names, [*names[1:], None], strict=True))
    random.Random(1).shuffle(pairs)
    order = [one.name for one in parents_first(arrivals(**dict(pairs)))]
    assert order == names[::-1]


def test_a_circle_and_a_stranger_stop_nobody():
    order = [one.name for one in parents_first(arrivals(a="b", b="c", c="a", d="elsewhere", e="e"))]
    assert sorted(order) == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("said", "kopecks"), [(None, 0), ("", 0), (10, 1000), (0.125, 13), ("1.005", 101), (-0.125, -13), (Decimal("7"), 700)]
)
def test_amounts_are_rounded_half_up(said, kopecks):
    assert amount({"x": said}, "x") == kopecks


@pytest.mark.parametrize("said", ["много", True, float("nan"), "1e300", [], "1_000_000_000_000_000"])
def test_what_is_no_amount_is_refused_by_its_field(said):
    with pytest.raises(BadCell, match=r"^x: expected a number$"):
        amount({"x": said}, "x")


@pytest.mark.parametrize("said", ["вчера", 10**30, True, "2025-13-01"])
def test_what_is_no_moment_is_refused(said):
    with pytest.raises(BadCell, match="expected a date and time"):
        moment({"x": said}, "x")


def test_lists_are_read_however_they_are_written():
    assert [words({"x": said}, "x") for said in ('["a", " b "]', "a, b,", ["a"], None, "[broken", 5)] == [
        ["a", "b"],
        ["a", "b"],
        ["a"],
        [],
        [],
        [],
    ]


def test_a_table_that_nobody_knows_is_said_to_be_so():
    assert why_not("x_files") == "nobody knows what it holds"
