"""Sets of ids as integers: stored in blocks, joined, counted, paged in either order."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core.bitmaps import BLOCK, sets
from chalicelib.core.bitmaps.sets import Piece

ids = st.sets(st.integers(0, 3 * BLOCK), max_size=40)


def stored(found: set[int]) -> list[Piece]:
    blocks = {one // BLOCK for one in found}
    return [sets.packed(number, sets.of_ids(one - number * BLOCK for one in found if one // BLOCK == number)) for number in blocks]


@settings(max_examples=60)
@given(ids, ids)
def test_sets_are_what_they_hold(some, others):
    joined = sets.of_pieces(stored(some)) & sets.of_pieces(stored(others))
    assert joined == sets.of_ids(some & others)
    assert sets.of_pieces([*stored(some), *stored(others)]) == sets.of_ids(some | others), "a range of values is their union"
    assert joined.bit_count() == len(some & others)


@settings(max_examples=60)
@given(ids, st.integers(0, 45), st.integers(1, 25), st.booleans())
def test_a_page_is_a_part_of_all_in_order(some, skip, limit, newest_first):
    found = sets.page(sets.of_ids(some), skip=skip, limit=limit, newest_first=newest_first)
    assert found == sorted(some, reverse=newest_first)[skip : skip + limit]


@settings(max_examples=40)
@given(ids, st.integers(0, 3 * BLOCK), st.integers(0, 3 * BLOCK))
def test_ids_between_two(some, first, last):
    assert sets.within(sets.of_ids(some), first, last) == sets.of_ids(one for one in some if first <= one <= last)


def test_a_block_is_as_small_as_what_it_holds_and_never_over_512_bytes():
    assert sets.packed(3, 0) == Piece(3, 0, b"\0")
    assert sets.packed(3, 1 << 4000) == Piece(3, 500, b"\x01")
    assert len(sets.packed(0, (1 << BLOCK) - 1).bits) == 512


@pytest.mark.parametrize("newest_first", [True, False])
def test_three_facets_of_a_million_are_joined_counted_and_paged_in_a_moment(newest_first):
    chance = random.Random(7)
    facets = [[Piece(number, 0, chance.randbytes(512)) for number in range(245)] for _ in range(3)]
    spent = []
    for _ in range(3):
        began = time.process_time()
        one, two, three = (sets.of_pieces(pieces) for pieces in facets)
        found = one & two & three
        total = found.bit_count()
        page = sets.page(found, skip=total // 2, limit=200, newest_first=newest_first)
        spent.append(time.process_time() - began)
    assert len(page) == 200
    assert min(spent) < 0.050, "seconds of CPU"
