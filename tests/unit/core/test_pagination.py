import base64
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import Invalid
from chalicelib.core.pagination import decode, encode

KEY = {"recipient": {"S": "Анна#1"}, "created_at": {"S": "2026-03-12T07:00:00.000000+0000"}}


def cursor_of(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def refused(cursor, *names):
    with pytest.raises(Invalid) as caught:
        decode(cursor, *names)
    return caught.value.detail[0]["loc"] == ["query", "cursor"]


def test_a_cursor_comes_back_as_the_key_it_was_made_of():
    assert decode(encode(KEY), "recipient", "created_at") == KEY


def test_a_cursor_fits_a_url_as_it_is():
    assert set(encode(KEY)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_cursor_is_the_first_page(nothing):
    assert decode(nothing, "recipient") is None
    assert encode(None) is None


@pytest.mark.parametrize(
    "cursor", ["x", "ж", "!!!!", "e30", "W10", "bnVsbA", "\ud800", "A" * 10_000, base64.urlsafe_b64encode(b"[" * 5_000).decode()]
)
def test_what_is_no_cursor_is_refused(cursor):
    assert refused(cursor, "id")


@pytest.mark.parametrize(
    "value",
    [
        {"id": {"S": "1"}, "more": {"S": "1"}},
        {"other": {"S": "1"}},
        {"id": "1"},
        {"id": {"N": "1"}},
        {"id": {"S": 1}},
        {"id": {"S": ""}},
        {"id": {"S": "1", "N": "1"}},
        {"id": {}},
        {"id": None},
        [["id", {"S": "1"}]],
        {"id": {"S": "\ud800"}},
    ],
)
def test_a_cursor_made_by_hand_is_refused(value):
    assert refused(cursor_of(value), "id")


def test_a_cursor_of_another_list_is_refused():
    assert refused(encode(KEY), "inbox_id", "received_at")


def test_a_cut_cursor_is_refused():
    cursor = encode(KEY)
    assert all(refused(cursor[:length], "recipient", "created_at") for length in range(1, len(cursor)))


@given(st.text(min_size=1))
def test_any_text_is_a_cursor_or_refused(text):
    with suppress(Invalid):
        decode(text, "id")
