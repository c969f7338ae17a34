"""What a sender without a key types proves nothing: neither his id of a submission, nor a contact, nor that he was here before."""

import pytest
import time_machine

from tests.builders import SERVICE, Visitor, free_slots, later, ledger, moscow, slot, specialist, ticket_row, tomorrow

DOOR = "/submit-application"
TILDA = "tilda-key-of-tests"
ANNA = {"contact": "+7 904 550-15-01", "name": "Анна"}
OLEG = {"contact": "+7 904 550-15-02", "name": "Олег"}
NOTHING = ["0", "null", "undefined", "NaN", "none", "test", "[object Object]", "-"]
ORDER = {"payment": {"sys": "tinkoff", "orderid": "1900000001", "amount": "5000", "systranid": "0"}}
PAID = {"payment": {**ORDER["payment"], "systranid": "9037780797"}}
IDS = [{"tranid": "7654321:1010000001"}, {"ticket_id": "6402713"}, ORDER]


def told(template="admin_application"):
    return len(ledger("admin", template))


@pytest.fixture
def anna(front):
    return Visitor()


@pytest.fixture
def stranger(front):
    return Visitor("198.51.100.9")


@pytest.mark.parametrize("number", IDS)
def test_a_strangers_words_under_somebodys_id_are_his_own_application(anna, stranger, number):
    first, other = anna.apply(**ANNA, **number), stranger.apply(**OLEG, **number)
    assert other["ticket_id"] != first["ticket_id"] and other["link"] != first["link"]
    assert told() == 2


@pytest.mark.parametrize("number", IDS)
@pytest.mark.parametrize("key", [None, TILDA])
def test_a_stranger_who_comes_first_swallows_nobodys_application(anna, stranger, number, key):
    stranger.apply(**OLEG, **number)
    real = Visitor(key=key).apply(**ANNA, **number)
    assert ticket_row(real["ticket_id"]).name == "Анна"
    assert told() == 2


@pytest.mark.parametrize("number", IDS)
def test_the_same_contact_with_other_words_is_given_nothing_of_the_first(anna, stranger, number):
    first = anna.apply(**ANNA, **number)
    assert stranger.apply(**ANNA, **number, request_text="а что там?")["ticket_id"] != first["ticket_id"]


@pytest.mark.parametrize("number", IDS)
def test_a_proven_senders_own_retry_gets_its_first_answer(front, number):
    first = Visitor(key=TILDA).apply(**ANNA, **number)
    with time_machine.travel(tomorrow(12)):
        assert Visitor("192.0.2.77", key=TILDA).apply(**ANNA, **number) == first
    assert told() == 1


@pytest.mark.parametrize("number", IDS)
def test_other_peoples_words_under_a_proven_senders_number_are_not_lost(front, number):
    """A form's counter that was set back, a script that copies a request: the key vouches for the sender, not for the number."""
    first = Visitor(key=TILDA).apply(**ANNA, **number)
    other = Visitor(key=TILDA).apply(**OLEG, **number)
    assert other["ticket_id"] != first["ticket_id"] and ticket_row(other["ticket_id"]).name == "Олег"
    assert told() == 2


@pytest.mark.parametrize("number", IDS)
def test_a_retry_without_a_key_is_the_same_to_the_letter_from_wherever_it_comes(anna, number):
    first = anna.apply(**ANNA, **number)
    with time_machine.travel(tomorrow(12)):
        assert Visitor("192.0.2.77", "Tilda").apply(**ANNA, **number) == first
    assert told() == 1


def test_what_was_sent_without_a_key_is_never_told_to_a_sender_with_one_nor_the_other_way(anna):
    answers = [Visitor(key=key).apply(**ANNA, tranid="7:1")["ticket_id"] for key in (None, TILDA, None, TILDA)]
    assert answers[:2] == answers[2:] and answers[0] != answers[1]


def test_the_same_words_of_two_visitors_are_two_applications(anna, stranger):
    assert anna.apply(**ANNA)["ticket_id"] != stranger.apply(**ANNA)["ticket_id"]


@pytest.mark.parametrize("door", [DOOR, "/webhook/diagnostic-session-request", "/research-tilda-zayavka"])
def test_two_visitors_equal_questionnaires_are_two_and_one_visitors_is_one(anna, stranger, door):
    body = {"name": "Анна", "client_name": "Анна", "client_phone": "нет", "mood": "так себе"}
    answers = [visitor.post(door, body).ok() for visitor in (anna, stranger, anna)]
    assert answers[0] == answers[2] != answers[1]


@pytest.mark.parametrize("key", [None, TILDA])
@pytest.mark.parametrize("nothing", NOTHING)
@pytest.mark.parametrize("field", ["tranid", "ticket_id", "order"])
def test_words_that_stand_where_there_is_no_id_name_nobody(front, field, nothing, key):
    said = {"payment": {"orderid": nothing}} if field == "order" else {field: nothing}
    visitor = Visitor(key=key)
    first, other = visitor.apply(**ANNA, **said), visitor.apply(**OLEG, **said)
    assert first["ticket_id"] != other["ticket_id"]
    assert ticket_row(first["ticket_id"]).form_ticket_id is None
    assert told() == 2


def test_what_was_kept_for_later_is_believed_no_more_than_when_it_came(front):
    visitor = Visitor()
    assert visitor.post(DOOR, {"tranid": "1:1"}).status == 422
    inbox_id = front.get("/inbox", SERVICE).ok()["inbox"][0]["inbox_id"]
    from chalicelib.core import storage
    from chalicelib.core.inbox import InboxRow, Receipt

    (row,) = storage.read(InboxRow.at(inbox_id))
    assert not Receipt.of(row).sender.is_proven
    assert Receipt.of(row).sender.visitor


# --- a person's own earlier form -------------------------------------------------------------------------------------


@pytest.fixture
def hours(front):
    person = specialist(front)
    return [slot(front, person, tomorrow(hour)) for hour in range(9, 19)]


def held(answer):
    return [row["id"] for row in answer["held_slots"]]


def test_the_same_form_with_another_choice_is_amended(front, anna, hours):
    first = anna.apply(hours[0], ticket_id="6402713", **ANNA)
    again = anna.apply(hours[1], ticket_id="6402713", request_text="лучше позже", **ANNA)
    assert (again["ticket_id"], held(again)) == (first["ticket_id"], [hours[1]])
    row = ticket_row(first["ticket_id"])
    assert (row.request_text, [one["slot_id"] for one in row.held]) == ("лучше позже", [hours[1]])
    assert hours[0] in free_slots(front) and hours[1] not in free_slots(front)
    assert (told(), told("admin_application_amended")) == (1, 1)
    assert anna.apply(hours[1], ticket_id="6402713", request_text="лучше позже", **ANNA) == again
    assert anna.apply(hours[0], ticket_id="6402713", **ANNA) == first, "a late repeat of the first changes nothing"
    assert hours[0] in free_slots(front)


def test_an_amended_form_keeps_the_time_it_still_wants(front, anna, hours):
    anna.apply(hours[0], hours[1], ticket_id="6402713", **ANNA)
    again = anna.apply(hours[1], hours[2], ticket_id="6402713", **ANNA)
    assert held(again) == [hours[1], hours[2]]
    assert set(free_slots(front)) == {hours[0], *hours[3:]}


@pytest.mark.parametrize("visitor", [Visitor("198.51.100.9"), Visitor(agent="Chrome"), Visitor(key=TILDA)])
def test_somebody_elses_form_of_that_number_and_contact_moves_no_hold(front, anna, hours, visitor):
    first = anna.apply(hours[0], ticket_id="6402713", **ANNA)
    other = visitor.apply(hours[0], hours[1], ticket_id="6402713", **ANNA)
    assert other["ticket_id"] != first["ticket_id"]
    assert held(other) == [hours[1]]
    assert [row["reason"] for row in other["taken_slots"]] == ["taken"]
    assert ticket_row(first["ticket_id"]).held


def test_the_same_visitor_with_another_contact_moves_no_hold(anna, hours):
    anna.apply(hours[0], ticket_id="6402713", **ANNA)
    assert held(anna.apply(hours[0], ticket_id="6402713", **OLEG)) == []


def test_a_page_loaded_anew_takes_its_own_hold_along(front, anna, hours):
    first = anna.apply(hours[0], ticket_id="1", **ANNA)
    again = anna.apply(moscow(tomorrow(9)), ticket_id="2", **ANNA)
    assert (held(again), again["taken_slots"]) == ([hours[0]], [])
    assert again["ticket_id"] != first["ticket_id"]
    front.post("/process-link", {"user_id": "7012345678", "ticket_id": again["ticket_id"]}, SERVICE).ok()
    assert front.get("/get-ticket-info", ticket_id=first["ticket_id"]).ok()["ticket"]["held_slots"] == []


def test_after_half_an_hour_an_address_is_nobody_in_particular(monkeypatch, anna, hours):
    from chalicelib.core.settings import settings

    monkeypatch.setenv("HOLD_MINUTES", "60")
    settings.cache_clear()
    anna.apply(hours[0], ticket_id="1", **ANNA)
    with time_machine.travel(later(minutes=31)):
        assert held(anna.apply(hours[0], ticket_id="1", request_text="ещё", **ANNA)) == []
    monkeypatch.undo()
    settings.cache_clear()


def test_a_followed_ticket_is_amended_no_more(front, anna, hours):
    first = anna.apply(hours[0], ticket_id="1", **ANNA)
    front.post("/process-link", {"user_id": "7012345678", "ticket_id": first["ticket_id"]}, SERVICE).ok()
    again = anna.apply(hours[1], ticket_id="1", **ANNA)
    assert again["ticket_id"] != first["ticket_id"]
    assert held(again) == [hours[1]]
    assert ticket_row(first["ticket_id"]).status == "linked"


def test_a_link_that_is_followed_while_its_form_is_amended_wins(front, anna, hours, meanwhile):
    first = anna.apply(hours[0], ticket_id="1", **ANNA)
    meanwhile(lambda: front.post("/process-link", {"user_id": "7012345678", "ticket_id": first["ticket_id"]}, SERVICE).ok())
    again = anna.apply(hours[1], ticket_id="1", **ANNA)
    assert again["ticket_id"] != first["ticket_id"]
    assert held(again) == [hours[1]]


def test_tildas_cookie_tells_visitors_apart_that_come_from_its_own_address(front, hours):
    tilda = Visitor("192.0.2.200", "Tilda", TILDA)
    cookie = {"COOKIES": "a=1; tildauid=1732550400123.456789; b=2"}
    first = tilda.apply(hours[0], ticket_id="1", **ANNA, **cookie)
    assert tilda.apply(hours[1], ticket_id="1", **ANNA, **cookie)["ticket_id"] == first["ticket_id"]
    assert tilda.apply(hours[2], ticket_id="1", **ANNA, COOKIES="tildauid=1732550400999.111111")["ticket_id"] != first["ticket_id"]


# --- a cart's order --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [None, TILDA])
def test_an_order_that_is_paid_later_is_one_ticket_and_told_once(front, key):
    visitor = Visitor(key=key)
    first = visitor.apply(**ANNA, **ORDER)
    assert [visitor.apply(**ANNA, **PAID) for _ in range(2)] == [first] * 2
    assert visitor.apply(**ANNA, **ORDER) == first
    assert ticket_row(first["ticket_id"]).order == {"number": "1900000001", "amount": "5000", "paid": True, "proven": key is not None}
    (said,) = ledger("admin", "admin_order_paid")
    assert ("без ключа" in (said.values["warning"] or "")) == (key is None)
    assert told() == 1


def test_an_order_that_comes_paid_is_told_as_one(front):
    first = Visitor().apply(**ANNA, **PAID)
    assert Visitor().apply(**ANNA, **ORDER) == first
    assert ticket_row(first["ticket_id"]).order["paid"]
    assert told("admin_order_paid") == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"payment[orderid]": "77001", "payment[amount]": "5000", "payment[systranid]": "0"},
        {"payment": '{"orderid": "77001", "amount": 5000}'},
        {"payment.orderid": "77001"},
    ],
)
def test_an_order_is_read_however_it_is_written(front, fields):
    row = ticket_row(front.form(DOOR, {"Name": "Вера", "Phone": "89045501525", **fields}).ok()["ticket_id"])
    assert (row.order["number"], row.order["paid"]) == ("77001", False)


def test_two_orders_of_the_same_things_are_two(front):
    assert Visitor().apply(**ANNA, **ORDER)["ticket_id"] != Visitor().apply(**ANNA, payment={"orderid": "1900000002"})["ticket_id"]


def test_a_stranger_pays_nobodys_order(front):
    first = Visitor().apply(**ANNA, **ORDER)
    Visitor("198.51.100.9").apply(**OLEG, **PAID)
    assert not ticket_row(first["ticket_id"]).order["paid"]


def test_the_service_may_amend_for_a_person_it_knows(front, hours):
    office = Visitor(key=SERVICE["X-Api-Key"])
    first = Visitor().apply(hours[0], ticket_id="1", **ANNA)
    assert office.apply(hours[1], ticket_id="1", **ANNA)["ticket_id"] == first["ticket_id"]
