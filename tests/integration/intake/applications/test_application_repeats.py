"""The same submission again, in whatever wrapping, gets the first answer and makes nothing new."""

import pytest
import time_machine

from tests.builders import application, free_slots, later, lead_of, ledger, moscow, slot, specialist, tomorrow

DOOR = "/submit-application"


@pytest.fixture
def apply(front):
    def run(**said):
        return front.post(DOOR, application(**said)).ok()

    return run


def applications():
    return len(ledger("admin", "admin_application"))


def test_the_same_tranid_and_words_are_the_same_application(apply):
    first = apply(tranid="2406115:1")
    assert apply(tranid="2406115:1") == first
    assert applications() == 1


def test_a_repeat_below_webhook_is_the_same_application(front, apply):
    first = apply(tranid="2406115:1")
    assert front.post(f"/webhook{DOOR}", application(tranid="2406115:1")).ok() == first
    assert applications() == 1


def test_the_same_tranid_is_the_same_a_month_of_days_later(apply):
    first = apply(tranid="2406115:1")
    with time_machine.travel(tomorrow(12, days=20)):
        assert apply(tranid="2406115:1") == first


def test_the_same_form_number_with_the_same_words_is_the_same_application(apply):
    first = apply(ticket_id="6402713")
    with time_machine.travel(tomorrow(12)):
        assert apply(ticket_id=6402713, tranid="2406115:3") == first
    assert applications() == 1


def test_the_same_form_number_and_contact_with_other_words_is_the_same_ticket_amended(apply):
    first = apply(ticket_id="6402713")
    again = apply(ticket_id=6402713, contact="8 (904) 550 15 67", name="Аня", tranid="2406115:2")
    assert again["ticket_id"] == first["ticket_id"]
    assert (applications(), len(ledger("admin", "admin_application_amended"))) == (1, 1)
    with time_machine.travel(tomorrow(12)):
        assert apply(ticket_id="6402713", request_text="ещё")["ticket_id"] != first["ticket_id"], "a day later it is a new matter"


def test_the_same_form_number_with_another_contact_is_another_application(apply):
    first = apply(ticket_id="6402713")
    other = apply(ticket_id="6402713", contact="@other_person", name="Олег")
    assert other["ticket_id"] != first["ticket_id"]
    assert lead_of(other) != lead_of(first)


def test_the_same_contact_and_content_with_another_tranid_is_the_same_for_ten_minutes(front, apply):
    person, moment = specialist(front), tomorrow(12)
    slot(front, person, moment)
    first = apply(tranid="2406115:1", selected_slots=[moscow(moment)])
    with time_machine.travel(later(minutes=9)):
        assert apply(tranid="2406115:2", selected_slots=[moscow(moment)], formid="f2", utm_source="vk") == first
    assert applications() == 1


@pytest.mark.parametrize("tranids", [("2406115:1", "2406115:2"), (None, None)])
def test_after_ten_minutes_the_same_words_are_a_new_application(apply, tranids):
    first = apply(tranid=tranids[0])
    with time_machine.travel(later(minutes=11)):
        again = apply(tranid=tranids[1])
        assert again["ticket_id"] != first["ticket_id"]
        assert lead_of(again) == lead_of(first)
        assert apply(tranid=tranids[1]) == again
    assert applications() == 2


def test_a_repeat_of_a_repeat_does_not_make_the_ten_minutes_longer(apply):
    first = apply(tranid="2406115:1")
    with time_machine.travel(later(minutes=8)):
        assert apply(tranid="2406115:2") == first
    with time_machine.travel(later(minutes=12)):
        assert apply(tranid="2406115:3")["ticket_id"] != first["ticket_id"]


def test_other_words_of_the_same_person_are_another_application(apply):
    first = apply(request_text="сон")
    again = apply(request_text="тревога")
    assert again["ticket_id"] != first["ticket_id"]
    assert lead_of(again) == lead_of(first)


def test_the_first_answer_is_given_even_when_its_hold_is_over(front, apply):
    person, moment = specialist(front), tomorrow(12)
    chosen = slot(front, person, moment)
    first = apply(tranid="2406115:1", selected_slots=[chosen])
    with time_machine.travel(later(minutes=31)):
        assert apply(tranid="2406115:1", selected_slots=[chosen]) == first
        assert free_slots(front) == [chosen], "a repeat holds nothing anew"


def test_twenty_repeats_make_one_ticket(front, apply):
    person, moment = specialist(front), tomorrow(12)
    slot(front, person, moment)
    answers = [apply(tranid="2406115:1", selected_slots=[moscow(moment)]) for _ in range(20)]
    assert all(answer == answers[0] for answer in answers)
    assert applications() == 1


def test_the_contours_know_nothing_of_each_others_submissions(front):
    live = front.post(DOOR, application(tranid="2406115:1")).ok()
    test = front.post(f"{DOOR}-test-contur", application(tranid="2406115:1")).ok()
    assert live["ticket_id"] != test["ticket_id"]
    assert (lead_of(live), lead_of(test)) == ("br0001", "tbr0001")
