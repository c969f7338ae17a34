"""Pages of a list that may be long."""

import pytest
from pydantic import ValidationError

from chalicelib.core import paging
from chalicelib.core.errors import Invalid
from chalicelib.core.paging import PageQuery, UseCursor, part


def rows(many):
    texts = [f"{number:06d}" for number in range(many)]
    return lambda after: (text for text in texts if after is None or text > after)


def turned(many, **query):
    return part(PageQuery(**query), rows(many), str)


def test_a_list_is_walked_by_its_cursors_to_the_end_and_its_total_stays():
    found, cursor, totals = [], None, []
    for _ in range(4):
        shown, numbers = turned(45, **({"cursor": cursor} if cursor else {}))
        found += shown
        totals.append((numbers["total"], numbers["total_exact"], numbers["page"]))
        if (cursor := numbers["next_cursor"]) is None:
            break
    assert found == [*rows(45)(None)]
    assert totals == [(45, True, 1), (45, True, 2), (45, True, 3)]


def test_a_page_by_number_and_one_by_offset_are_the_same_rows():
    by_number, by_offset = turned(45, page=2, page_size=10), turned(45, offset=10, limit=10)
    assert by_number == by_offset
    assert by_number.rows[0] == "000010"


@pytest.mark.parametrize("letter", ["Щ", "\U0001f469", '"', "\\"])
def test_a_cursor_of_the_longest_name_is_taken_back(letter):
    names = [f"{letter * 200}#{number:012d}" for number in range(3)]
    walk = lambda after: (name for name in names if after is None or name > after)  # noqa: E731
    _, numbers = part(PageQuery(page_size=1), walk, str)
    assert part(PageQuery(page_size=1, cursor=numbers["next_cursor"]), walk, str).rows == names[1:2]


def test_an_empty_list_is_one_empty_page():
    assert turned(0) == ([], {"page": 1, "page_size": 20, "total": 0, "total_exact": True, "next_cursor": None})


def test_more_than_is_counted_is_said_and_reached_by_cursor_alone():
    _, numbers = turned(3000)
    assert (numbers["total"], numbers["total_exact"]) == (paging.COUNTED, False)
    with pytest.raises(UseCursor):
        turned(3000, page=101)
    assert turned(3000, page=100).rows[-1] == "001999"


@pytest.mark.parametrize("query", [{"page": 1, "cursor": "x"}, {"page": 0}, {"page_size": 201}, {"page_size": 10, "limit": 20}])
def test_a_query_that_says_two_things_is_refused(query):
    with pytest.raises(ValidationError):
        PageQuery(**query)


@pytest.mark.parametrize("cursor", ["x", "e30", "bm9uZQ"])
def test_a_cursor_that_no_answer_gave_is_refused(cursor):
    with pytest.raises(Invalid):
        turned(45, cursor=cursor)


class People(PageQuery):
    name: str | None = None


class Goods(PageQuery):
    name: str | None = None


def test_a_cursor_is_of_one_list_and_its_filters():
    def page(query):
        return part(query, rows(45), str)

    cursor = page(People(name="Анна", page_size=10)).numbers["next_cursor"]
    assert page(People(name="Анна", cursor=cursor, page_size=5)).rows[0] == "000010", "pages may be of another size"
    for other in (People(name="Олег", cursor=cursor), People(cursor=cursor), Goods(name="Анна", cursor=cursor)):
        with pytest.raises(Invalid):
            page(other)


def test_other_names_of_a_page_are_taken():
    assert turned(45, skip="10", per_page="10") == turned(45, offset=10, page_size=10) == turned(45, skip=10, size=10)
    with pytest.raises(ValidationError):
        PageQuery(size="10", per_page="20")
