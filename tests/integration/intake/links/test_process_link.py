"""POST /process-link: who presses Start becomes the ticket's person, and the first slot that stands is booked."""

from datetime import timedelta

import pytest
import time_machine

from chalicelib.clients import service as clients
from chalicelib.clients.service import Client
from tests.builders import (
    SERVICE,
    SPECIALIST_CHAT,
    application,
    client_row,
    free_slots,
    later,
    ledger,
    moscow,
    sample,
    slot,
    specialist,
    start,
    ticket_row,
    tomorrow,
)

DOOR = "/process-link"
ANNA, BORIS = "7012345678", "7099999999"


@pytest.fixture
def apply(front):
    def run(*chosen, **said):
        return front.post("/submit-application", application(*chosen, **said)).ok()["ticket_id"]

    return run


@pytest.fixture
def follow(front):
    def run(ticket_id, user_id=ANNA, **said):
        return front.post(DOOR, {"user_id": user_id, "ticket_id": ticket_id, **said}, SERVICE)

    return run


def states(front, ticket_id):
    ticket = front.get("/get-ticket-info", ticket_id=ticket_id).ok()["ticket"]
    return ticket["status"], ticket["psychologist_name"], ticket["slot_time"]


@pytest.mark.parametrize("headers", [{}, {"X-Api-Key": "wrong"}, {"X-Api-Key": "tilda-key-of-tests"}])
def test_only_the_bot_follows_links(front, apply, headers):
    assert front.post(DOOR, {"user_id": ANNA, "ticket_id": apply()}, headers).status == 401


def test_an_unknown_ticket_is_not_found(front):
    answer = front.post(DOOR, sample("intake/process_link.json"), SERVICE)
    assert (answer.status, answer.body["error"]) == (404, "ticket_not_found")


def test_the_number_that_a_browser_made_up_opens_nothing_alone(apply, follow):
    ticket_id = apply(ticket_id="6402713")
    answer = follow("6402713").ok()
    assert (answer["contact_needed"], answer["client_id"], ticket_id in str(answer)) == (True, None, False)
    assert follow("6402714").status == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [({"user_id": ANNA}, "ticket_id"), ({"ticket_id": "x"}, "user_id"), ({"user_id": "@anna", "ticket_id": "x"}, "user_id")],
)
def test_a_missing_part_is_named(front, body, field):
    answer = front.post(DOOR, body, SERVICE)
    assert answer.status == 422
    assert [row["loc"] for row in answer.body["detail"]] == [["body", field]]


def test_the_first_chosen_slot_is_booked_and_the_others_are_released(front, apply, follow):
    person = specialist(front)
    first, second, third = (slot(front, person, tomorrow(hour)) for hour in (10, 11, 12))
    ticket_id = apply(second, first, third)
    answer = follow(ticket_id).ok()
    assert (answer["ticket_id"], answer["client_id"]) == (ticket_id, "br0001")
    assert (answer["psychologist_name"], answer["slot_time"]) == ("Мария Орлова", moscow(tomorrow(11)))
    assert free_slots(front) == [first, third]
    assert states(front, ticket_id) == ("pending", "Мария Орлова", moscow(tomorrow(11)))
    assert client_row("br0001").telegram_id == ANNA


def test_a_repeat_gets_the_same_answer_and_says_nothing_new(front, apply, follow):
    slot(front, specialist(front), tomorrow(10))
    ticket_id = apply(moscow(tomorrow(10)))
    answers = [follow(ticket_id).ok() for _ in range(20)]
    assert all(answer == answers[0] for answer in answers)
    assert len(ledger(f"client#{client_row('br0001').client_id}")) == 1
    with time_machine.travel(tomorrow(10)):
        assert follow(ticket_id).ok() == answers[0], "it is going on"


def test_a_session_that_is_over_and_undecided_is_no_appointment(front, apply, follow):
    slot(front, specialist(front), tomorrow(10))
    ticket_id = apply(moscow(tomorrow(10)))
    follow(ticket_id).ok()
    with time_machine.travel(tomorrow(12)):
        answer = follow(ticket_id).ok()
    assert (answer["message"], answer["slot_time"]) == ("Эта встреча уже прошла.", None)


def test_a_specialist_who_follows_a_clients_link_is_made_no_client(front, apply, follow):
    slot(front, specialist(front), tomorrow(10))
    ticket_id = apply(moscow(tomorrow(10)))
    for _ in range(2):
        answer = follow(ticket_id, SPECIALIST_CHAT, phone="+79045501599").ok()
        assert "вы у нас специалист" in answer["message"]
        assert (answer["client_id"], answer["slot_time"], answer["contact_needed"]) == (None, None, False)
    assert [row.values["specialist_name"] for row in ledger("admin", "admin_specialist_followed")] == ["Мария Орлова"]
    assert (ticket_row(ticket_id).followed_by, len(list(Client.scan()))) == (None, 1)
    assert follow(ticket_id).ok()["slot_time"] == moscow(tomorrow(10)), "its client is served as ever"


def test_the_client_gets_his_buttons_and_the_specialist_his_client(front, tick, sent, apply, follow):
    slot(front, specialist(front), tomorrow(10))
    follow(apply(moscow(tomorrow(10)))).ok()
    tick("sweep")
    (booked,) = sent.messages(ANNA)
    assert [label for row in booked.buttons for label, _ in row] and booked.action("Подтвердить") and booked.action("Отменить")
    (told,) = sent.messages("5550001")
    assert "Анна Лебедева" in told.text


def test_another_account_is_refused_and_flagged_once_each(front, apply, follow):
    slot(front, specialist(front), tomorrow(10))
    ticket_id = apply(moscow(tomorrow(10)))
    follow(ticket_id).ok()
    for account in (BORIS, BORIS, "7088888888", BORIS):
        answer = follow(ticket_id, account)
        assert (answer.status, answer.body["error"]) == (409, "link_taken")
    assert [row.values["account"] for row in ledger("admin", "admin_other_account")] == [BORIS, "7088888888"]
    assert ticket_row(ticket_id).followed_by == ANNA
    assert client_row("br0001").telegram_id == ANNA
    assert follow(ticket_id).ok()["client_id"] == "br0001"


def test_another_account_is_named_by_its_username_where_it_is_known(apply, follow):
    ticket_id = apply()
    follow(ticket_id).ok()
    assert follow(ticket_id, BORIS, username="@Boris_The_Second").status == 409
    assert [row.values["account"] for row in ledger("admin", "admin_other_account")] == ["@boris_the_second"]


def test_the_accounts_username_finds_the_client_later(front, apply, follow):
    follow(apply(), username="@Anna_Leb").ok()
    assert client_row("br0001").telegram_username == "anna_leb"
    again = front.post("/submit-application", {"name": "Анна", "contact": "@anna_leb"}).ok()
    assert ticket_row(again["ticket_id"]).lead_number == "br0001"


def test_a_hold_that_is_over_is_booked_while_the_slot_is_free(front, tick, apply, follow):
    slot(front, specialist(front), tomorrow(10))
    ticket_id = apply(moscow(tomorrow(10)))
    with time_machine.travel(later(minutes=31)):
        assert follow(ticket_id).ok()["slot_time"] == moscow(tomorrow(10))


def test_a_hold_that_the_sweep_has_ended_is_booked_while_the_slot_is_free(front, tick, apply, follow):
    person = specialist(front)
    chosen = [slot(front, person, tomorrow(hour)) for hour in (10, 11)]
    ticket_id = apply(*chosen)
    tick("sweep", later(minutes=31))
    with time_machine.travel(later(minutes=32)):
        assert follow(ticket_id).ok()["slot_time"] == moscow(tomorrow(10))
        assert free_slots(front) == chosen[1:]


def test_a_hold_lost_to_another_gives_the_next_slot(front, apply, follow):
    person = specialist(front)
    first, second = (slot(front, person, tomorrow(hour)) for hour in (10, 11))
    ticket_id = apply(first, second)
    with time_machine.travel(later(minutes=31)):
        other = apply(first, contact="@somebody_else")
        assert follow(ticket_id).ok()["slot_time"] == moscow(tomorrow(11))
        assert follow(other, BORIS).ok()["slot_time"] == moscow(tomorrow(10))
    assert free_slots(front) == []


def test_a_hold_of_another_among_the_rest_is_left_alone(front, apply, follow):
    person = specialist(front)
    first, second = (slot(front, person, tomorrow(hour)) for hour in (10, 11))
    ticket_id = apply(first, second)
    with time_machine.travel(later(minutes=31)):
        other = apply(second, contact="@somebody_else")
        assert follow(ticket_id).ok()["slot_time"] == moscow(tomorrow(10))
        assert free_slots(front, ticket_id=other) == [second]
        assert free_slots(front) == []


def test_when_nothing_stands_the_admin_gets_the_ticket_and_its_matches(front, apply, follow):
    chosen = slot(front, specialist(front), tomorrow(10))
    ticket_id = apply(chosen, request_text="сон")
    with time_machine.travel(later(minutes=31)):
        apply(chosen, contact="@somebody_else")
        answer = follow(ticket_id).ok()
        assert follow(ticket_id).ok() == answer
    assert (answer["psychologist_name"], answer["slot_time"]) == (None, None)
    (asked,) = ledger("admin", "admin_choose_slot")
    assert (asked.ticket_id, asked.values["request_text"], asked.values["lead_number"]) == (ticket_id, "сон", "br0001")
    assert asked.values["matches"][0].startswith("1. Мария Орлова: ")
    assert [row.template for row in ledger(f"client#{client_row('br0001').client_id}")] == ["client_wait_for_admin"]
    assert states(front, ticket_id) == ("linked", None, None)


def test_a_slot_that_has_begun_is_not_booked(front, apply, follow):
    chosen = slot(front, specialist(front), tomorrow(10))
    ticket_id = apply(chosen)
    with time_machine.travel(tomorrow(10) + timedelta(seconds=1)):
        assert follow(ticket_id).ok()["slot_time"] is None


def test_a_slot_lost_between_reading_and_writing_gives_the_next(front, apply, follow, meanwhile):
    person, faster = specialist(front), []
    first, second = (slot(front, person, tomorrow(hour)) for hour in (10, 11))
    ticket_id = apply(first, second)
    with time_machine.travel(later(minutes=31)):
        meanwhile(lambda: faster.append(apply(first, contact="@somebody_else")))
        assert follow(ticket_id).ok()["slot_time"] == moscow(tomorrow(11))
    assert ticket_row(faster[0]).held[0]["slot_id"] == first


def test_a_link_followed_meanwhile_by_another_account_is_taken(front, apply, follow, meanwhile):
    slot(front, specialist(front), tomorrow(10))
    ticket_id = apply(moscow(tomorrow(10)))
    meanwhile(lambda: follow(ticket_id, BORIS).ok())
    assert follow(ticket_id).status == 409
    assert ticket_row(ticket_id).followed_by == BORIS


def test_one_press_delivered_twice_at_once_asks_the_admin_once(front, apply, follow, meanwhile):
    front.post("/client-registration", {"user_id": ANNA}, SERVICE).ok()
    ticket_id, faster = apply(contact=ANNA), []
    meanwhile(lambda: faster.append(follow(ticket_id).ok()))
    assert follow(ticket_id).ok() == faster[0]
    assert len(ledger("admin", "admin_choose_slot")) == 1


def test_a_returning_clients_telegram_wins_over_the_forms_contact(front, apply, follow):
    first = apply()
    follow(first).ok()
    slot(front, specialist(front), tomorrow(10))
    second = apply(moscow(tomorrow(10)), contact="+7 904 550-15-99", name="Анна с другого телефона")
    assert ticket_row(second).lead_number == "br0002"
    answer = follow(second).ok()
    assert (answer["client_id"], answer["slot_time"]) == ("br0001", moscow(tomorrow(10)))
    row = ticket_row(second)
    assert (row.lead_number, row.client_id) == ("br0001", client_row("br0001").client_id)
    assert clients.find("br0002").lead_number == "br0001", "the client whom only this ticket made was her"
    assert ledger("admin", "admin_duplicates") == ledger("admin", "admin_whose_ticket") == []
    history = front.get("/client-sessions-history", SERVICE, client_telegram=ANNA).ok()["sessions"]
    assert [row["ticket_id"] for row in history] == [second]


def test_a_contact_that_seems_to_be_somebody_elses_is_linked_all_the_same(apply, follow):
    follow(apply()).ok()
    borrowed = apply(request_text="за подругу")
    answer = follow(borrowed, BORIS).ok()
    assert answer["client_id"] == "br0002", "nobody has proven the phone: the form made a client of its own"
    assert (client_row("br0001").telegram_id, client_row("br0002").telegram_id) == (ANNA, BORIS)
    assert client_row("br0002").possible_duplicates == {client_row("br0001").client_id}
    assert ticket_row(borrowed).lead_number == "br0002"
    assert len(ledger("admin", "admin_duplicates")) == 1
    assert follow(borrowed, BORIS).ok() == answer


def test_the_bots_door_does_the_same(front, apply, follow):
    slot(front, specialist(front), tomorrow(10))
    ticket_id = apply(moscow(tomorrow(10)))
    secret = {"X-Telegram-Bot-Api-Secret-Token": "telegram-secret-of-tests"}
    front.post("/telegram", start(ticket_id, int(ANNA)), secret).ok()
    assert follow(ticket_id).ok()["slot_time"] == moscow(tomorrow(10))


def test_a_followed_link_is_not_reported_and_an_unfollowed_one_is(front, tick, apply, follow):
    followed, forgotten = apply(), apply(contact="@somebody_else", name="Борис")
    follow(followed).ok()
    tick("check_link_transition", later(minutes=3))
    assert [row.ticket_id for row in ledger("admin", "admin_link_not_followed")] == [forgotten]


def test_a_ticket_of_the_test_contour_books_test_slots_for_test_people(front, follow):
    follow(front.post("/submit-application", application()).ok()["ticket_id"]).ok()
    slot(front, specialist(front, contour="test"), tomorrow(10))
    ticket_id = front.post("/submit-application-test-contur", application(moscow(tomorrow(10)))).ok()["ticket_id"]
    answer = follow(ticket_id).ok()
    assert (answer["client_id"], answer["slot_time"]) == ("tbr0001", moscow(tomorrow(10)))
    assert client_row("tbr0001", "test").telegram_id == ANNA
    assert ledger("admin", "admin_duplicates") == [], "the live Anna is another world's"
