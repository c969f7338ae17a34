"""Statuses in both directions, repeats, and what a consultation is called in 1C."""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.consultations.followers import rules as followers
from chalicelib.consultations.tickets import rules
from chalicelib.consultations.tickets.rules import FOLLOWERS, normalised, ours, page, place_of, public, question_marks, theirs
from chalicelib.integrations.chatwoot.schemas import Message

TASHKENT = ZoneInfo("Asia/Tashkent")
STATUSES = json.loads((Path(rules.__file__).parent / "data/statuses.json").read_text(encoding="utf-8"))
OURS = list(STATUSES["public"])


def test_the_mapping_has_a_version_and_only_the_contracts_words():
    assert isinstance(STATUSES["version"], int)
    assert set(STATUSES["public"].values()) == {"new", "pending", "closed", "other"}
    assert rules.RECEIVED in OURS
    assert set(OURS) >= rules.OVER


@pytest.mark.parametrize("follower", FOLLOWERS)
def test_what_a_follower_says_is_called_by_the_same_word_when_it_goes_back(follower):
    for reading in STATUSES[follower]["ours"]:
        word = theirs(follower, ours(follower, reading, "received"))
        assert word in (followers.plain(reading), None), "a change of theirs must not be undone by us"


@pytest.mark.parametrize("follower", FOLLOWERS)
@pytest.mark.parametrize("status", OURS)
def test_what_we_say_is_read_back_as_the_same(follower, status):
    word = theirs(follower, status)
    back = public(ours(follower, word, status)) if word else public(status)
    assert back == public(status) or (public(status), back) == ("new", "pending"), "a queue there is a queue here"


@pytest.mark.parametrize(("follower", "reading", "status"), [("chatwoot", "???", "in_work"), ("onec", "Жалоба", "other")])
def test_a_word_nobody_knows(follower, reading, status):
    assert ours(follower, reading, "in_work") == status


def test_only_an_open_conversation_can_be_taken():
    assert followers.reading("open", assigned=True) == "open+assigned"
    assert followers.reading("resolved", assigned=True) == "resolved"
    assert [followers.plain(reading) for reading in ("open+assigned", "open", None)] == ["open", "open", ""]


@pytest.mark.parametrize(
    "same", ["Как  быть? ", "КАК БЫТЬ?", "как\nбыть?", "Как\u00a0быть?", "К\u200bак быть?", "Ｋак быть?".replace("Ｋ", "К")]
)
def test_the_same_words_are_one_question(same):
    assert normalised(same) == normalised("Как быть?")


@pytest.mark.parametrize("other", ["Как быть", "Как  не быть?", "Как быть??"])
def test_other_words_are_another_question(other):
    assert normalised(other) != normalised("Как быть?")


def test_another_time_is_another_question():
    at = datetime(2026, 12, 1, 10, tzinfo=UTC)
    assert question_marks("Как быть?", at) != question_marks("Как быть?", None)


@given(st.text())
def test_any_words_can_be_compared(text):
    assert normalised(normalised(text)) == normalised(text)


def test_places_sort_as_numbers_and_a_page_begins_below_what_is_skipped():
    places = [place_of(number) for number in (1, 2, 9, 10, 99, 100_000)]
    assert places == sorted(places)
    assert page(5, 1) == place_of(4)
    assert page(5, 9) == place_of(0)


@pytest.mark.parametrize(("value", "word"), [(None, None), (0, "Низкая"), (1, "Низкая"), (2, "Обычная"), (3, "Высокая"), (100, "Высокая")])
def test_importance(value, word):
    assert followers.importance(value) == word


def test_a_body_for_1c_has_wall_time_references_and_nothing_empty():
    document = followers.entity("document")
    values = {
        "created_at": datetime(2026, 12, 31, 19, 0, 1, 500, tzinfo=UTC),
        "client_ref": "11111111-2222-3333-4444-555555555555",
        "online_question": "no-reference",
        "online_question_cat": "00000000-0000-0000-0000-000000000000",
        "comment": "Вопрос",
        "topic": None,
        "conversation": "",
    }
    assert followers.fields(document, values, TASHKENT) == {
        "Date": "2027-01-01T00:00:01",
        "Контрагент_Key": "11111111-2222-3333-4444-555555555555",
        "ТекстОбращения": "Вопрос",
    }


def test_a_long_name_is_cut_to_what_a_catalogue_holds():
    (name,) = followers.fields(followers.entity("client"), {"name": "Ы" * 500}, TASHKENT).values()
    assert name == "Ы" * followers.LONGEST_NAME


@pytest.mark.parametrize(
    ("said", "own"),
    [
        ({"message_type": 0, "content": "Вопрос"}, True),
        ({"message_type": "incoming", "content": " Вопрос\n"}, True),
        ({"message_type": "outgoing", "content": "Вопрос"}, False),
        ({"message_type": "incoming", "content": "Другое"}, False),
        ({"message_type": "incoming", "content": "Другое", "content_attributes": {"frontdesk_id": "c1"}}, True),
        ({"message_type": "incoming", "content": "Другое", "content_attributes": {"frontdesk_id": "c2"}}, False),
    ],
)
def test_our_question_is_known_again(said, own):
    assert followers.is_question(Message(id=1, **said), "c1", "Вопрос") is own


@pytest.mark.parametrize(
    ("said", "own"),
    [
        ({"content_attributes": {"frontdesk_id": "c2"}, "content": "Вопрос", "message_type": "incoming"}, False),
        ({"content": "Вопрос", "message_type": "incoming", "created_at": 1795000000}, False),
        ({"content": "Вопрос", "message_type": "incoming", "created_at": 1796000000}, True),
        ({"content": "Вопрос", "message_type": "incoming"}, True),
    ],
)
def test_an_earlier_questions_words_are_not_this_ones(said, own):
    since = datetime.fromtimestamp(1795500000, UTC)
    assert followers.is_question(Message(id=1, **said), "c1", "Вопрос", since=since) is own


@pytest.mark.parametrize("about", [("НДС", None, None), (None, "c-1", None), (None, None, "q-1")])
def test_the_same_words_about_something_else_are_another_question(about):
    assert question_marks("Как быть?", None, *about) != question_marks("Как быть?", None, None, None, None)
    shouted = [one and f"  {one.upper()} " for one in about]
    assert question_marks("Как быть?", None, *about) == question_marks("КАК быть?", None, *shouted)


def test_files_without_a_link_that_opens_are_counted():
    attachments = [{"data_url": "https://a/1"}, {"data_url": "http://a/2"}, {"data_url": "javascript:x"}, {"data_url": ""}, {}]
    assert followers.files(Message(id=1, attachments=attachments)) == (["https://a/1", "http://a/2"], 3)
    assert followers.files(Message(id=1, attachments=None)) == ([], 0)


@pytest.mark.parametrize(
    ("card", "inn", "right"),
    [
        ({"ИНН": "301"}, "301", True),
        ({"ИНН": "301"}, "302", False),
        ({"ИНН": ""}, "301", False),
        ({}, None, True),
        ({"ИНН": "301", "DeletionMark": True}, "301", False),
        ({"DeletionMark": True}, None, False),
    ],
)
def test_whose_a_card_is(card, inn, right):
    assert followers.is_firm(card, inn) is right


@pytest.mark.parametrize(("told", "read"), [(" 301 112 ", "301112"), ("", None), ("  ", None), (None, None)])
def test_a_taxpayers_number_has_no_spaces(told, read):
    assert followers.inn(told) == read


@pytest.mark.parametrize(
    ("document", "reading"),
    [
        ({"ВидОбращения": "Жалоба"}, "Жалоба"),
        ({"ВидОбращения": "Жалоба", "DeletionMark": True}, followers.DELETED),
        ({"ВидОбращения": None}, ""),
        ({}, ""),
    ],
)
def test_how_a_document_reads(document, reading):
    assert followers.document_reading(document) == reading
