"""What is remembered is remembered for seconds."""

from datetime import timedelta

import pytest

from chalicelib.core import briefly


@pytest.fixture(autouse=True)
def nothing_remembered():
    briefly.forget_all()
    yield
    briefly.forget_all()


class Reader:
    def __init__(self):
        self.times = 0

    def __call__(self):
        self.times += 1
        return self.times


def age(by):
    for key, (at, value) in [*briefly._kept.items()]:
        briefly._kept[key] = (at - by, value)


def test_one_read_serves_until_its_seconds_are_over():
    read = Reader()
    assert [briefly.remembered(read, "a") for _ in range(12)] == [1] * 12
    age(briefly.WITHIN)
    assert briefly.remembered(read, "a") == 2


def test_a_clock_that_was_set_back_keeps_nothing_for_longer():
    read = Reader()
    briefly.remembered(read, "a")
    age(-timedelta(hours=1))
    assert briefly.remembered(read, "a") == 2


def test_other_questions_have_other_answers_and_push_out_the_oldest():
    reads = {number: Reader() for number in range(briefly.MOST + 1)}
    for number, read in reads.items():
        briefly.remembered(read, "days", number)
    assert len(briefly._kept) == briefly.MOST
    briefly.remembered(reads[0], "days", 0)
    briefly.remembered(reads[briefly.MOST], "days", briefly.MOST)
    assert (reads[0].times, reads[briefly.MOST].times) == (2, 1)


def test_a_read_that_fails_is_not_remembered():
    def fail():
        raise KeyError

    with pytest.raises(KeyError):
        briefly.remembered(fail, "a")
    assert briefly.remembered(lambda: 5, "a") == 5
