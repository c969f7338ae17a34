"""Rows of the old database that give one hour to two: one stands, the other is cut, and the admin reads of both."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.messaging.rules import render
from tests.builders import SERVICE, ledger, moscow, slot, tomorrow
from tests.integration.booking import days, desk
from tests.integration.intake.rows.database import Row, lead, told
from tests.standins.store import OneAtATime

TOLD = "admin_slots_overlap"


def at(front, name, moment, **columns):
    """A row there of one moment, not yet told."""
    date, time = moscow(moment).split()
    return Row(front, id=name, date=date, time=time, psychologist="63", **columns)


@pytest.fixture
def noon():
    return tomorrow(12, days=20)


@pytest.fixture
def pair(front, person, noon):
    """Two rows of one hour."""
    first, second = at(front, "101", noon), at(front, "102", noon)
    assert [told(first.insert()), told(second.insert())] == [("added", None), ("added", None)]
    return first, second


def overlaps():
    return ledger("admin", TOLD)


def test_of_two_rows_of_one_hour_one_is_offered_and_the_admin_reads_of_both(front, pair):
    assert desk.free(front) == ["101"]
    assert (desk.stored("102").state, desk.stored("102").cut_by) == ("cut", {"101"})
    (message,) = overlaps()
    text = render(message.template, "ru", message.values).text
    assert "Слот: 102" in text
    assert "101, " in text
    assert "Слот 102 не предлагается" in text
    days.agree()


def test_two_people_who_want_that_hour_get_one_slot_between_them(front, pair, noon):
    answers = [
        front.post("/submit-application", {"name": "Раз", "phone": phone, "slots": moscow(noon)}).ok()
        for phone in ("+79045501511", "+79045501512")
    ]
    assert [[row["id"] for row in answer["held_slots"]] for answer in answers] == [["101"], []]
    assert answers[1]["taken_slots"][0]["reason"] == "taken"
    by_id = front.post("/submit-application", {"name": "Три", "phone": "+79045501513", "selected_slots": ["102"]}).ok()
    assert by_id["held_slots"] == []


def test_what_is_cut_cannot_be_booked_by_its_id(front, pair, person):
    body = {"client_id": lead(front), "psychologist_id": person, "slot_id": "102", "payment_info": {"amount": 0, "status": "completed"}}
    assert front.post("/process-diagnostic-session-request", body, SERVICE).body["error"] == "slot_taken"


def test_it_is_told_once(front, pair):
    _, second = pair
    second.update(comment="что-то ещё").ok()
    second.insert().ok()
    assert len(overlaps()) == 1


@pytest.mark.parametrize("go", ["delete", "move"])
def test_when_the_one_that_stands_goes_the_other_is_free(front, pair, noon, go):
    first, _ = pair
    if go == "delete":
        first.delete().ok()
    else:
        first.update(time="16:00").ok()
    assert desk.stored("102").state == "free"
    assert "102" in desk.free(front)
    days.agree()


def test_the_desk_may_remove_either(front, pair):
    front.delete("/slots/101", SERVICE).ok()
    assert desk.free(front) == ["102"]
    days.agree()


def test_it_waits_for_all_that_stand_in_its_way(front, person, noon):
    rows = [at(front, "a", noon), at(front, "b", noon.replace(minute=30)), at(front, "c", noon.replace(minute=15), minutes=30)]
    rows[0].columns["minutes"] = 30
    for row in rows:
        row.insert().ok()
    assert desk.stored("c").cut_by == {"a", "b"}
    rows[0].delete().ok()
    assert (desk.stored("c").state, desk.stored("c").cut_by) == ("cut", {"b"})
    rows[1].delete().ok()
    assert desk.free(front) == ["c"]
    days.agree()


def test_two_that_waited_for_one_do_not_both_come_back(front, pair, noon):
    third = at(front, "103", noon.replace(minute=30))
    third.insert().ok()
    pair[0].delete().ok()
    assert desk.free(front) == ["102"]
    assert desk.stored("103").cut_by == {"102"}
    days.agree()


def test_one_that_was_taken_there_meanwhile_comes_back_taken(front, pair):
    first, second = pair
    assert told(second.take())[0] == "contradiction"
    assert len(overlaps()) == 2
    first.delete().ok()
    assert desk.stored("102").state == "taken"
    assert desk.free(front) == []
    days.agree()


def test_a_cut_row_that_moves_to_a_free_hour_stands_there(front, pair):
    _, second = pair
    assert told(second.update(time="16:00"))[0] == "updated"
    assert sorted(desk.free(front)) == ["101", "102"]
    days.agree()


def test_a_row_that_moves_onto_another_is_cut(front, person, noon):
    first, second = at(front, "101", noon), at(front, "102", noon.replace(hour=noon.hour + 3))
    first.insert().ok()
    second.insert().ok()
    assert told(second.update(time=first.columns["time"]))[0] == "updated"
    assert desk.free(front) == ["101"]
    assert len(overlaps()) == 1
    days.agree()


def test_a_row_that_is_booked_there_over_one_booked_here_is_a_contradiction(front, person, noon):
    standing = slot(front, person, noon)
    ticket = desk.booked(front, standing)
    row = at(front, "102", noon.replace(minute=30), state="Занят", client_id=lead(front, desk.BORIS))
    assert told(row.insert()) == ("contradiction", "overlaps")
    assert (desk.stored("102").state, desk.status(front, ticket)) == ("cut", "pending")
    assert len(overlaps()) == 1
    days.agree()


def test_a_row_that_is_booked_there_takes_the_place_of_one_that_is_free_here(front, person, noon):
    standing = slot(front, person, noon)
    row = at(front, "102", noon.replace(minute=30), state="Занят", client_id=lead(front, desk.BORIS))
    assert told(row.insert())[0] == "booked"
    assert (desk.stored("102").state, desk.stored(standing).state, desk.stored(standing).cut_by) == ("booked", "cut", {"102"})
    assert desk.free(front) == []
    assert len(overlaps()) == 1
    days.agree()
    row.release().ok()
    assert (desk.stored("102").state, desk.stored(standing).state) == ("free", "cut")
    row.delete().ok()
    assert desk.free(front) == [standing]
    days.agree()


def test_a_deleted_cut_row_leaves_nothing(front, pair):
    first, second = pair
    assert told(second.delete())[0] == "deleted"
    first.delete().ok()
    assert desk.free(front) == []
    days.agree()


def test_rows_and_the_desk_at_once_make_one_slot(front, person, noon):
    rows = [at(front, str(number), noon) for number in range(4)]
    calls = [row.insert for row in rows]
    said = {"slots": [{"specialist_id": person, "start_at": noon.replace(minute=30).isoformat()}]}
    calls += [lambda: front.post("/slots", said, SERVICE)] * 4
    with OneAtATime(), ThreadPoolExecutor(8) as hands:
        answers = list(hands.map(lambda call: call(), calls))
    assert {answer.status for answer in answers} <= {200, 409, 429}
    assert len(desk.free(front)) == 1
    days.agree()


def test_a_row_that_moves_while_the_desk_makes_a_slot_there_leaves_one(front, person, noon, meanwhile):
    row = at(front, "101", noon)
    row.insert().ok()
    wanted = noon.replace(hour=noon.hour + 4)
    meanwhile(lambda: slot(front, person, wanted))
    row.update(time=moscow(wanted).split()[1]).ok()
    assert desk.stored("101").state == "cut"
    days.agree()


def test_a_slot_taken_while_it_was_to_give_way_stands(front, person, noon, meanwhile):
    standing = slot(front, person, noon)
    row = at(front, "102", noon, state="Занят", client_id=lead(front, desk.BORIS))
    meanwhile(lambda: desk.booked(front, standing))
    assert told(row.insert()) == ("contradiction", "overlaps")
    assert (desk.stored("102").state, desk.stored(standing).state) == ("cut", "booked")
    days.agree()
