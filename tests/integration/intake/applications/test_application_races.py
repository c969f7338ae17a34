"""Two requests of one person at one moment: one client, one ticket, one answer."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.builders import application, free_slots, lead_of, ledger, moscow, slot, specialist, tomorrow
from tests.standins.store import OneAtATime

DOOR = "/submit-application"


def test_a_person_made_meanwhile_by_another_form_is_one_client(front, meanwhile):
    others = []
    meanwhile(lambda: others.append(front.post(DOOR, application(request_text="раньше")).ok()))
    mine = front.post(DOOR, application(request_text="позже")).ok()
    assert lead_of(mine) == lead_of(others[0])
    assert mine["ticket_id"] != others[0]["ticket_id"]


@pytest.mark.parametrize("other", [{"tranid": "1:2"}, {"tranid": "1:2", "ticket_id": "77"}])
def test_the_same_words_sent_meanwhile_under_another_number_get_one_answer(front, meanwhile, other):
    said = {key: value for key, value in other.items() if key == "ticket_id"}
    others = []
    meanwhile(lambda: others.append(front.post(DOOR, application(**other)).ok()))
    assert front.post(DOOR, application(tranid="1:1", **said)).ok() == others[0]
    assert len(ledger("admin", "admin_application")) == 1


def test_twenty_at_once_have_one_effect_and_one_answer(front):
    moment = tomorrow(12)
    slot(front, specialist(front), moment)
    body = application(moscow(moment), tranid="1:1")
    with OneAtATime(), ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(lambda _: front.post(DOOR, body).ok(), range(20)))
    assert all(answer == answers[0] for answer in answers)
    assert len(ledger("admin", "admin_application")) == 1
    assert free_slots(front) == []


def test_ten_people_who_want_one_slot_are_served_and_one_holds_it(front):
    moment = tomorrow(12)
    chosen = slot(front, specialist(front), moment)
    people = [application(chosen, contact=f"+7 904 550-15-{tail}") for tail in range(60, 70)]
    with OneAtATime(), ThreadPoolExecutor(10) as crowd:
        answers = list(crowd.map(lambda body: front.post(DOOR, body).ok(), people))
    assert sorted(len(answer["held_slots"]) for answer in answers) == [0] * 9 + [1]
    assert len({lead_of(answer) for answer in answers}) == 10
