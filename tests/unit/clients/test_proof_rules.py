"""Whose word a sign is, and what it may take."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.clients.rules import Person, Proof, agrees, claims, look, signs, standing


@dataclass(frozen=True)
class Row:
    client_id: str = "other"
    proven: bool | None = None
    hint: bool | None = None
    beside: frozenset[str] | None = None


PHONE, EMAIL, NAME = "+79045501567", "anna@example.org", "anna_leb"
TYPED = Person(phone=PHONE, email=EMAIL, telegram_username=NAME)
ACCOUNT = Person(telegram_id="7012345678", phone=PHONE, telegram_username=NAME)
rows = st.none() | st.builds(
    Row, st.sampled_from(["me", "other", "third"]), st.sampled_from([None, True, False]), st.sampled_from([None, True])
)


@pytest.mark.parametrize(
    ("row", "worth"),
    [
        (None, "free"),
        (Row(hint=True, proven=False), "hint"),
        (Row(proven=True), "proven"),
        (Row(proven=False), "typed"),
        (Row(), "unknown"),
    ],
)
def test_a_row_is_worth_what_it_says(row, worth):
    assert standing(signs(TYPED)[0], row) == worth


def test_an_account_from_before_proofs_were_written_down_is_proven():
    assert standing(signs(ACCOUNT)[0], Row()) == "proven"


@pytest.mark.parametrize("proof", [Proof.TYPED, Proof.RECORDED])
@given(st.lists(rows, min_size=3, max_size=3))
def test_typed_words_take_no_sure_sign_from_anybody(proof, found):
    taken = claims(signs(TYPED), found, "me", proof, may_type=True)
    assert all(claim.row is None or claim.row.hint or claim.sign.weak for claim in taken)
    assert not any(claim.proven for claim in taken)


@given(st.lists(rows, min_size=3, max_size=3))
def test_a_proven_word_takes_what_is_typed_and_never_what_is_proven(found):
    for claim in claims(signs(ACCOUNT), found, "me", Proof.CONTACT, may_type=False):
        worth = standing(claim.sign, claim.row)
        assert claim.proven
        assert worth != "proven" or claim.sign.kind == "username", "nobody loses a proven contact"
        assert (claim.loser is not None) == (worth in ("typed", "unknown") and claim.row.client_id != "me")


@given(st.lists(rows, min_size=3, max_size=3))
def test_a_hint_owns_nothing(found):
    sight = look(signs(TYPED), found, "live")
    hints = [sign for sign, row in zip(signs(TYPED), found, strict=True) if row is not None and row.hint]
    assert not sight.owners.keys() & set(hints)


@pytest.mark.parametrize(
    ("person", "beside", "decides"),
    [
        (Person(telegram_username=NAME), {f"phone#{PHONE}"}, True),
        (Person(telegram_username=NAME, phone=PHONE), {f"phone#{PHONE}"}, True),
        (Person(telegram_username=NAME, phone=PHONE), {f"email#{EMAIL}"}, True),
        (Person(telegram_username=NAME, phone=PHONE), None, True),
        (Person(telegram_username=NAME, phone=PHONE), {"phone#+79045501599"}, False),
        (Person(telegram_username=NAME, telegram_typed="7012345678"), {"telegram#7099999999"}, False),
        (Person(telegram_username=NAME, telegram_id="7012345678"), set(), False),
    ],
)
def test_a_weak_sign_decides_only_where_no_sure_one_differs(person, beside, decides):
    assert agrees(signs(person), beside, "live") is decides


def test_the_test_contours_sure_signs_are_compared_too():
    person = Person(telegram_username=NAME, phone=PHONE)
    assert agrees(signs(person), {f"test:phone#{PHONE}"}, "test") is True
    assert agrees(signs(person), {"test:phone#+79045501599"}, "test") is False


def test_only_the_speakers_own_word_proves():
    assert {proof for proof in Proof if proof.proves} == {Proof.TELEGRAM, Proof.CONTACT, Proof.CODE, Proof.OFFICE}
