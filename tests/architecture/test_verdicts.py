"""Nothing is dropped in silence: every place that may drop something stands in `docs/verdicts.md`, and every row's place stands."""

import pytest

from tests.verdicts import finder, page

WRITE_IT = "run `python -m tests.verdicts` and write the new rows of docs/verdicts.md"


def test_every_place_has_a_row_and_every_row_a_place():
    now, said = {place.key for place in finder.places()}, set(page.rows())
    assert now - said == set(), WRITE_IT
    assert said - now == set(), "these places are gone"


def test_every_row_says_what_came_what_becomes_of_it_and_who_sees_it():
    known = page.verdicts()
    assert known, "the head of the page explains the verdicts"
    empty = [key for key, row in page.rows().items() if not all(row)]
    assert empty == [], WRITE_IT
    unknown = [key for key, row in page.rows().items() if row.becomes.partition(":")[0].partition(";")[0] not in known]
    assert unknown == [], f"what becomes of it begins with one of {sorted(known)}"


def test_the_page_is_in_the_order_of_the_source():
    assert page.text() == page.PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def f() -> int:\n    try:\n        return g()\n    except KeyError:\n        return 0", ["f · except KeyError"]),
        ("class A:\n    def f(self) -> None:\n        with suppress(Raced):\n            g()", ["A.f · suppress(Raced)"]),
        ("def f(row: int) -> None:\n    if row:\n        return\n    g()", ["f · return"]),
        ("def f(row: int) -> int | None:\n    if row:\n        return None\n    return g()", []),
        ("def f(rows: list[int]) -> None:\n    for row in rows:\n        if row:\n            continue\n        g()", ["f · continue"]),
        (
            "def f() -> bool:\n    if g():\n        return False\n    if h():\n        return False\n    return True",
            ["f · return False", "f · return False #2"],
        ),
        ("def f(receipt: int) -> None:\n    inbox.done(receipt, Answer())", ["f · inbox.done()"]),
        ("def f() -> object:\n    return Answer(result=Verdict.IGNORE)", ["f · Verdict.IGNORE"]),
        ("def f() -> None:\n    raise NoWay('x')", ["f · raise NoWay"]),
        ("@outbox.handles('x')\ndef f(effect: int) -> None:\n    if effect:\n        g()", ["f · if without else"]),
    ],
)
def test_the_finder_finds(source, found):
    assert [place.key.removeprefix("m.") for place in finder.of_source(source, "m")] == found


def test_of_a_vendors_client_only_what_it_keeps_to_itself():
    handlers = "    except KeyError:\n        h()\n    except ValueError as error:\n        raise Down from error"
    source = f"def f() -> None:\n    try:\n        g()\n{handlers}"
    assert [place.what for place in finder.of_source(source, "m", swallowed_only=True)] == ["except KeyError"]
