"""How a letter's end reads as a message's status, and by what words a message is found."""

from types import SimpleNamespace

import pytest

from chalicelib.messaging import endings
from chalicelib.sales.messages import rules


@pytest.mark.parametrize(
    ("ending", "status"),
    [
        ("sent", "sent"),
        ("recorded", "sent"),
        ("skipped", "failed"),
        ("dead", "failed"),
        ("failed", "failed"),
        (endings.TAKEN_BACK, "cancelled"),
        (endings.QUEUED, "queued"),
    ],
)
def test_a_status_follows_from_the_ledger(ending, status):
    assert rules.status(ending) == status
    assert (ending in rules.REASONS) == (status in ("failed", "cancelled")), "why it did not arrive"


def message(**said):
    plain = {"removed_at": None, "lead_removed": None, "lead": "live#0000000722", "message_type": "sms", "status": "draft"}
    return SimpleNamespace(**{**plain, "owner": None, "created_by": 7, "subject": None, "body": "Договор", **said})


def test_a_message_is_in_its_facets_and_one_that_is_gone_in_none():
    facets, words = rules.described(message(), "2026-11-26")
    assert facets == {
        "messages.message#",
        "messages.lead#722",
        "messages.type#sms",
        "messages.status#draft",
        "messages.owner#0",
        "messages.author#7",
        "messages.created#2026-11-26",
    }
    assert words == {"t#договор"}
    assert {facet.partition("#")[0] for facet in facets} == set(rules.FACETS)
    for gone in ({"removed_at": "now"}, {"lead_removed": True}):
        assert rules.described(message(**gone), "2026-11-26") == (frozenset(), frozenset())


def test_of_a_long_message_the_first_words_count_the_subject_before_the_body():
    _, words = rules.described(message(subject="Ваш счёт", body=" ".join(f"слово{number}" for number in range(500))), "2026-11-26")
    assert len(words) == rules.MOST_WORDS and {"t#ваш", "t#счет", "t#слово0", "t#слово117"} <= words
    assert "t#слово118" not in words


@pytest.mark.parametrize(("search", "finds"), [("счёт", True), ("СЧ ваш", True), ("чёт", False), ("счёт !!", True)])
def test_every_word_of_a_search_begins_a_word(search, finds):
    _, words = rules.described(message(subject="Ваш счёт"), "2026-11-26")
    assert all(one.means(words) for one in rules.wanted(search)) is finds
