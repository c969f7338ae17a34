from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core import clock, ids

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
AT = datetime(2026, 3, 12, 7, 0, tzinfo=UTC)


def moment_of(ulid):
    number = 0
    for letter in ulid:
        number = number * 32 + ALPHABET.index(letter)
    return datetime.fromtimestamp((number >> 80) / 1000, UTC)


def test_a_new_id_is_a_ulid_of_this_moment():
    made = ids.new()
    assert len(made) == 26
    assert set(made) <= set(ALPHABET)
    assert abs(moment_of(made) - clock.wall()) < timedelta(seconds=5)


def test_the_clock_of_a_tick_does_not_date_ids():
    with clock.pinned(AT):
        assert moment_of(ids.new()) > AT + timedelta(days=1)


def test_new_ids_are_all_different():
    assert len({ids.new() for _ in range(10_000)}) == 10_000


def test_new_ids_sort_in_the_order_they_were_made():
    made = [ids.new() for _ in range(300)]
    assert made == sorted(made)


def test_ids_sort_by_the_moment_they_were_made():
    made = [ids.derived(ids.token(), at=AT + timedelta(milliseconds=step)) for step in range(50)]
    assert made == sorted(made)
    assert moment_of(made[7]) == AT + timedelta(milliseconds=7)


def test_a_derived_id_is_the_same_for_every_worker_on_one_request():
    assert ids.derived("seed", "ticket", at=AT) == ids.derived("seed", "ticket", at=AT)


def test_a_derived_id_depends_on_the_seed_and_on_every_part():
    made = {
        ids.derived("seed", "ab", "c", at=AT),
        ids.derived("seed", "a", "bc", at=AT),
        ids.derived("seed", "abc", at=AT),
        ids.derived("other", "ab", "c", at=AT),
        ids.derived("seed", at=AT),
    }
    assert len(made) == 5


def test_a_token_is_128_random_bits():
    assert len(ids.token()) == 32
    assert int(ids.token(), 16) != int(ids.token(), 16)


def test_a_fingerprint_tells_contents_apart_and_repeats_together():
    assert ids.fingerprint("ab", "c") == ids.fingerprint("ab", "c")
    assert len({ids.fingerprint("ab", "c"), ids.fingerprint("a", "bc"), ids.fingerprint("abc"), ids.fingerprint()}) == 4
    assert len(ids.fingerprint("ж")) == 32


def test_an_id_has_the_form_of_a_uuid_and_comes_back():
    for made in [ids.new() for _ in range(50)] + ["0" * 26, "7" + "Z" * 25]:
        assert ids.from_uuid(ids.as_uuid(made)) == made
        assert len(ids.as_uuid(made)) == 36


def test_what_is_no_id_of_ours_stays_as_it_is():
    for text in ("", "br0001", "8" + "Z" * 25, "O" * 26, "sample-maria", "х" * 36, "g" * 36, "01M7XKJPGZ8BVT1FJ02AZ7ZMW"):
        assert ids.as_uuid(text) == text
        assert ids.from_uuid(text) == text


NOTHING = "0 null undefined NaN none test - — ... 00 -1:undefined 7654321:undefined 0:0 NULL None false n/a N/A нет undefined:undefined"


@pytest.mark.parametrize("nothing", [*NOTHING.split(), "[object Object]", "", " ", None, [], ["1"], {}, True, False, 0, 0.0])
def test_what_stands_where_there_is_no_id_is_none(nothing):
    assert ids.given(nothing) is None


@pytest.mark.parametrize(
    ("value", "said"),
    [(" 2406115:1 ", "2406115:1"), (6402713, "6402713"), ("hh_4471209", "hh_4471209"), ("1900000001", "1900000001"), ("test-7", "test-7")],
)
def test_an_id_is_what_was_given(value, said):
    assert ids.given(value) == said


def test_a_very_long_id_is_kept_by_its_mark():
    one, other = ("1" * 300 + tail for tail in "ab")
    assert len(ids.given(one)) <= 200
    assert ids.given(one) != ids.given(other)
