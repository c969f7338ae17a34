"""One person has one address, however he or his program writes it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.clients.addresses import address_of

IVAN = "ivan.petrov@example.org"
AROUND = st.text(" .,;:!?)(»«\"'…\u200b\u200d\ufeff\u00a0\u2060<>", max_size=4)


@pytest.mark.parametrize(
    "text",
    [
        f"mailto:{IVAN}",
        f"MailTo:{IVAN}?subject=Привет",
        f"{IVAN}…",
        f"{IVAN}.,;)»",
        f"<{IVAN}>",
        f"Иван <{IVAN}>",
        f'"Петров, Иван" <mailto:{IVAN}>;',
        f"<mailto:{IVAN}>",
        f"“{IVAN}”",
        "ivan.\u200bpetrov@exam\u00adple.org\ufeff",
        "Ivan.Petrov＠Example.ORG",
        f"\u00a0{IVAN}\u2060",
    ],
)
def test_what_was_put_around_an_address_is_no_part_of_it(text):
    assert address_of(text) == IVAN


@given(AROUND, AROUND)
@settings(max_examples=50)
def test_marks_around_make_nobody_else(before, after):
    assert address_of(f"{before}{IVAN}{after}") in (IVAN, None)


@pytest.mark.parametrize("text", ["o'brien@example.org", "a+b@example.org", "анна@почта.рф", "anna_m-1@sub.example.co.uk"])
def test_an_address_stays_what_it_is(text):
    assert address_of(address_of(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", None, "anna", "mailto:", "a b@example.org", "a@b@example.org", "anna@example", "anna@exa…mple.org", "anna@example..org"),
        *("http:anna@example.org", "anna@-example.org", "anna@exa,mple.org", "anna\x00@example.org", "a" * 250 + "@example.org"),
        "<anna@example.org> <boris@example.org>",
    ],
)
def test_what_is_none_is_none(text):
    assert address_of(text) is None
