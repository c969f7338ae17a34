"""Two specialists of one name: whoever writes the second reads so, and the admin reads of each pair once."""

from datetime import timedelta

import pytest

from chalicelib.booking.specialists import service as specialists
from chalicelib.core import outbox
from tests.builders import SERVICE, ledger, specialist
from tests.integration.intake.rows.database import fire, told

TABLE = "hraniteli_psychologists"


def effects():
    return outbox.deliver_due(within=timedelta(seconds=40)).delivered


def pairs():
    return sorted((row.values["first"], row.values["second"]) for row in ledger("admin", "admin_homonyms"))


def by_row(front, one, name):
    return fire(front, "INSERT", {"id": one, "name": name}, None, TABLE).ok()


def by_office(front, one, name):
    return front.post("/specialists", {"id": one, "name": name}, SERVICE).ok()


def by_new_name(front, one, name):
    specialist(front, id=one, name="Пока Другая", telegram_id=None)
    return front.put(f"/specialists/{one}", {"name": name}, SERVICE).ok()


@pytest.mark.parametrize("write", [by_row, by_office, by_new_name])
def test_whoever_writes_the_second_is_warned_and_the_admin_reads_of_the_pair_once(front, write):
    specialist(front, id="a1", name="Пётр Ёжиков")
    effects()
    answer = write(front, "b2", "ежиков ПЕТР")
    assert len(answer["warnings"]) == 1 and "a1" in answer["warnings"][0]
    for _ in range(3):
        effects()
        specialists.tell_of_homonyms("a1")
        specialists.tell_of_homonyms("b2")
    assert pairs() == [("a1", "b2")]


def test_each_pair_of_three_is_told_once(front):
    for one in ("a1", "b2", "c3"):
        by_row(front, one, "Пётр Ёжиков")
    effects()
    assert pairs() == [("a1", "b2"), ("a1", "c3"), ("b2", "c3")]


def test_a_name_that_nobody_else_bears_warns_of_nothing(front):
    specialist(front, id="a1", name="Пётр Ёжиков")
    assert "warnings" not in by_office(front, "b2", "Иван Ёжиков")
    assert "warnings" not in front.put("/specialists/a1", {"name": "Пётр Ёжиков"}, SERVICE).ok()
    assert told(fire(front, "UPDATE", {"id": "a1", "name": "Пётр Ёжиков", "debt": 3}, {"id": "a1", "debt": 1}, TABLE))[0] == "updated"
    effects()
    assert pairs() == []


def test_the_test_contours_people_are_no_homonyms_of_the_live_ones(front):
    specialist(front, id="a1", name="Пётр Ёжиков")
    front.post("/specialists", {"id": "t1", "name": "Пётр Ёжиков", "contour": "test"}, SERVICE).ok()
    effects()
    assert pairs() == []
