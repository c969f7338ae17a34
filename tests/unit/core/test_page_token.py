"""A page's token: what it says, and to whom it says nothing."""

import jwt
import pytest
import time_machine

from chalicelib.core import clock, ids, page_token
from chalicelib.core.client_token import BadToken, client_of, issue

SECRET = "page-token-secret-of-the-tests-2026"
CLIENT, SESSION = ids.new(), ids.new()


def test_it_says_whose_page_it_is_and_about_what():
    assert page_token.read("rebook", page_token.issue("rebook", CLIENT, SECRET), SECRET, at=clock.wall()) == (CLIENT, None)
    token = page_token.issue("feedback", CLIENT, SECRET, about=SESSION)
    assert page_token.read("feedback", f" {token}\n", SECRET, at=clock.wall()) == (CLIENT, SESSION)


def test_it_fits_where_a_number_stands_and_needs_no_escape():
    token = page_token.issue("feedback", CLIENT, SECRET, about=SESSION)
    assert len(token) <= 200
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
    assert page_token.is_one(token)
    assert not any(page_token.is_one(text) for text in ("br0722", CLIENT, "", None, 5, "a.b", "../etc", "a..c", "а.б.в"))


@pytest.mark.parametrize(("days", "why"), [(29, None), (31, "expired")])
def test_it_is_good_for_thirty_days_and_was_good_for_ever(days, why):
    with time_machine.travel("2026-11-20T10:00:00Z", tick=False) as moment:
        token = page_token.issue("rebook", CLIENT, SECRET)
        moment.shift(days * 86_400)
        if why:
            with pytest.raises(BadToken) as refused:
                page_token.read("rebook", token, SECRET, at=clock.wall())
            assert refused.value.detail == why
        assert page_token.read("rebook", token, SECRET, at=None).client_id == CLIENT


def test_no_other_word_of_ours_is_one():
    said = {"sub": CLIENT, "exp": 4_000_000_000}
    tokens = [
        page_token.issue("feedback", CLIENT, SECRET),
        page_token.issue("rebook", CLIENT, "another-secret-of-thirty-two-characters"),
        issue(CLIENT, SECRET),
        jwt.encode(said, SECRET),
        jwt.encode({**said, "aud": "rebook"}, None, algorithm="none"),
        jwt.encode({"sub": CLIENT, "aud": "rebook"}, SECRET),
        jwt.encode({**said, "aud": "rebook", "exp": "never"}, SECRET),
        page_token.issue("rebook", CLIENT * 20, SECRET),
        "a.b.c",
        "\ud800.b.c",
    ]
    for token in tokens:
        with pytest.raises(BadToken) as refused:
            page_token.read("rebook", token, SECRET, at=clock.wall())
        assert refused.value.detail == "forged"


def test_it_opens_nothing_where_there_is_no_secret_and_is_no_client_s_token():
    with pytest.raises(BadToken):
        page_token.read("rebook", jwt.encode({"sub": CLIENT, "aud": "rebook", "exp": 4_000_000_000}, SECRET), "", at=None)
    with pytest.raises(BadToken):
        client_of(page_token.issue("rebook", CLIENT, SECRET), SECRET)
