"""The site builds the bot's link from the form's own number, which anybody can guess: nobody gets what is not his."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from chalicelib.core import clock, storage
from chalicelib.intake.links.models import ContactQuestion
from chalicelib.intake.tickets.models import FormNumber
from tests.builders import (
    SERVICE,
    TELEGRAM,
    application,
    client_row,
    contact,
    ledger,
    moscow,
    slot,
    specialist,
    start,
    ticket_row,
    tomorrow,
)
from tests.standins.store import OneAtATime

NUMBER, PHONE, OTHER = "aB3dE7k", "+79045501567", "+79045501599"
ANNA, BORIS, VERA = 7012345678, 7099999999, 7088888888
DECLINE = "Не хочу делиться"


@pytest.fixture
def hours(front):
    person, starts = specialist(front), [tomorrow(hour) for hour in (10, 11, 12)]
    for start_at in starts:
        slot(front, person, start_at)
    return starts


@pytest.fixture
def apply(front):
    """Send an application under the number; by a phone unless another contact is said."""

    def run(moment=None, **said):
        chosen = [moscow(moment)] if moment else []
        return front.post("/tilda-zayavka", application(*chosen, **{"ticket_id": NUMBER, **said})).ok()["ticket_id"]

    return run


@pytest.fixture
def tell(front):
    numbers = iter(range(1000, 9000))

    def run(update):
        return front.post("/telegram", {**update, "update_id": next(numbers)}, TELEGRAM).ok()

    return run


def by_name(name):
    return {"contact": name, "contactType": "Telegram"}


def said_to(user_id):
    return [row.template for row in ledger(f"chat#{user_id}")]


def shared(phone, user_id, username):
    update = contact(phone, user_id)
    sender = {**update["message"]["from"], "username": username}
    return {**update, "message": {**update["message"], "from": sender}}


def words(user_id, text):
    update = start("x", user_id)
    return {**update, "message": {**update["message"], "text": text}}


def test_whose_telegram_name_was_typed_gets_it_at_once(apply, tell, hours):
    ticket_id = apply(hours[0], **by_name("@Anna_L"))
    tell(start(NUMBER, ANNA, username="anna_l"))
    row = ticket_row(ticket_id)
    assert (row.followed_by, row.tie, row.booked_at is not None) == (str(ANNA), "proven", True)
    assert said_to(ANNA) == []


def test_whose_phone_was_typed_is_asked_first_and_told_nothing(apply, tell, hours):
    ticket_id = apply(hours[0])
    tell(start(NUMBER, ANNA))
    (asked,) = ledger(f"chat#{ANNA}", "client_share_contact")
    assert (ticket_row(ticket_id).followed_by, ticket_row(ticket_id).asked_by) == (None, None)
    assert not {"Анна", "Лебедева", moscow(hours[0])[:5]} & set(str(asked.values).replace(",", " ").split())
    tell(contact(PHONE, ANNA))
    row = ticket_row(ticket_id)
    assert (row.followed_by, row.booked_at is not None, row.lead_number) == (str(ANNA), True, "br0001")
    assert storage.read(ContactQuestion.at(str(ANNA))) == [None]


@pytest.mark.parametrize("reply", ["phone", "declined"])
def test_somebody_else_gets_nothing_and_becomes_somebody_of_his_own(front, apply, tell, hours, reply):
    ticket_id = apply(hours[0])
    before = ticket_row(ticket_id)
    tell(start(NUMBER, BORIS, username="boris"))
    tell(shared(OTHER, BORIS, "boris") if reply == "phone" else words(BORIS, DECLINE))
    row = ticket_row(ticket_id)
    assert (row.followed_by, row.client_id, row.held, row.status) == (None, before.client_id, before.held, "new")
    own = client_row("br0002")
    assert (own.telegram_id, own.phone) == (str(BORIS), OTHER if reply == "phone" else None)
    (told,) = ledger("admin", "admin_whose_number")
    assert (told.ticket_id, told.values["lead_number"], told.values["named"]) == (ticket_id, "br0002", "br0001")
    assert said_to(BORIS) == ["client_share_contact", "client_link_over"]
    assert "Лебедева" not in str([line.values for line in ledger(f"chat#{BORIS}")])
    tell(start(NUMBER, ANNA))
    tell(contact(PHONE, ANNA))
    assert ticket_row(ticket_id).followed_by == str(ANNA), "whose it is gets it all the same"


def test_the_office_is_asked_once_for_each_account(apply, tell):
    apply()
    for _ in range(3):
        tell(start(NUMBER, BORIS, username="boris"))
        tell(words(BORIS, DECLINE))
    assert len(ledger("admin", "admin_whose_number")) == 1


def test_who_has_proven_the_typed_phone_before_is_not_asked_again(apply, tell, hours):
    apply(ticket_id="first")
    tell(start("first", ANNA))
    tell(contact(PHONE, ANNA))
    again = apply(hours[0])
    tell(start(NUMBER, ANNA))
    assert ticket_row(again).followed_by == str(ANNA)
    assert said_to(ANNA) == ["client_share_contact"]


class TestTwoPeopleWithOneNumber:
    @pytest.fixture
    def two(self, apply, hours):
        first = apply(hours[0], **by_name("@anna_l"))
        return first, apply(hours[1], name="Борис", contact={"type": "phone", "value": OTHER})

    def test_are_both_asked_and_each_gets_his_own(self, two, tell):
        first, second = two
        tell(start(NUMBER, ANNA, username="anna_l"))
        tell(start(NUMBER, BORIS, username="boris"))
        assert (said_to(ANNA), said_to(BORIS)) == (["client_share_contact"], ["client_share_contact"])
        assert not ticket_row(first).followed_by
        tell(shared(OTHER, BORIS, "boris"))
        tell(contact("+79045501511", ANNA))
        assert (ticket_row(first).followed_by, ticket_row(second).followed_by) == (str(ANNA), str(BORIS))
        assert ledger("admin", "admin_whose_number") == []

    def test_a_third_one_gets_neither(self, two, tell):
        tell(start(NUMBER, VERA, username="vera"))
        tell(shared("+79045501522", VERA, "vera"))
        assert [ticket_row(one).followed_by for one in two] == [None, None]
        assert {told.ticket_id for told in ledger("admin", "admin_whose_number")} == set(two)

    def test_once_one_is_followed_the_other_is_the_only_one(self, two, tell):
        tell(start(NUMBER, BORIS, username="boris"))
        tell(shared(OTHER, BORIS, "boris"))
        tell(start(NUMBER, ANNA, username="anna_l"))
        assert ticket_row(two[0]).followed_by == str(ANNA)


def test_a_followed_number_leads_only_its_own_account_again(apply, tell, hours):
    ticket_id = apply(hours[0], **by_name("@anna_l"))
    for user, name in ((ANNA, "anna_l"), (ANNA, "anna_l"), (BORIS, "boris")):
        tell(start(NUMBER, user, username=name))
    assert ticket_row(ticket_id).followed_by == str(ANNA)
    assert said_to(BORIS) == ["client_link_unknown"]
    assert ticket_row(ticket_id).other_accounts is None


def test_after_48_hours_it_leads_nobody_new(apply, tell, hours):
    ticket_id = apply(hours[0], **by_name("@anna_l"))
    with time_machine.travel(clock.wall() + timedelta(hours=48, minutes=1), tick=False):
        tell(start(NUMBER, ANNA, username="anna_l"))
    assert ticket_row(ticket_id).followed_by is None
    assert said_to(ANNA) == ["client_link_unknown"]


def test_a_question_answered_after_48_hours_gives_nothing_but_keeps_the_phone(apply, tell):
    ticket_id = apply()
    tell(start(NUMBER, ANNA))
    with time_machine.travel(clock.wall() + timedelta(hours=49), tick=False):
        tell(contact(PHONE, ANNA))
    assert ticket_row(ticket_id).followed_by is None
    assert client_row("br0001").phone_proven


def test_a_specialist_is_told_whose_link_it_is(front, apply, tell):
    specialist(front, telegram_id=str(BORIS))
    ticket_id = apply()
    tell(start(NUMBER, BORIS, username="boris"))
    assert (ticket_row(ticket_id).followed_by, said_to(BORIS)) == (None, ["client_link_over"])


def test_a_number_that_is_another_ticket_s_id_opens_that_ticket_alone(apply, tell, hours):
    secret = apply(hours[0], ticket_id="first")
    apply(hours[1], ticket_id=secret, name="Зло", **by_name("@boris"))
    assert storage.read(FormNumber.at(secret)) == [None]
    tell(start(secret, BORIS, username="boris"))
    assert ticket_row(secret).followed_by == str(BORIS), "a ticket's id is a secret: whoever has it was given it"


def test_a_number_leads_to_twenty_tickets_at_most(front):
    for number in range(22):
        who = {"type": "phone", "value": f"+790455015{number:02}"}
        front.post("/tilda-zayavka", application(ticket_id=NUMBER, contact=who), SERVICE).ok()
    assert len(storage.read(FormNumber.at(NUMBER))[0].ticket_ids) == 20


def test_the_test_contour_s_numbers_lead_no_live_account(front, tell):
    front.post("/submit-application-test-contur", application(ticket_id=NUMBER)).ok()
    assert storage.read(FormNumber.at(NUMBER), FormNumber.at(f"test:{NUMBER}"))[0] is None


def test_two_accounts_at_once_and_each_twice(front, apply, hours):
    ticket_id = apply(hours[0], **by_name("@anna_l"))
    updates = [
        start(NUMBER, user, update_id=10 + n, username=name) for n, (user, name) in enumerate([(ANNA, "anna_l"), (BORIS, "boris")] * 2)
    ]
    with OneAtATime(), ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda update: front.post("/telegram", update, TELEGRAM).status, updates))
    assert answers == [200] * 4
    assert ticket_row(ticket_id).followed_by == str(ANNA)
    assert set(said_to(BORIS)) <= {"client_share_contact", "client_link_unknown"}
    history = front.get("/client-sessions-history", SERVICE, client_telegram=str(ANNA)).ok()["sessions"]
    assert len(history) == 1


def test_another_bot_asks_by_itself(front, apply, hours):
    ticket_id = apply(hours[0])
    asked = {"user_id": str(ANNA), "ticket_id": NUMBER}
    first = front.post("/process-link", asked, SERVICE).ok()
    assert (first["contact_needed"], first["ticket_id"], first["client_id"]) == (True, NUMBER, None)
    stranger = front.post("/process-link", {**asked, "user_id": str(BORIS), "phone": OTHER}, SERVICE).ok()
    assert (stranger["client_id"], stranger["slot_time"], stranger["ticket_id"]) == ("br0002", None, NUMBER)
    hers = front.post("/process-link", {**asked, "phone": PHONE}, SERVICE).ok()
    assert (hers["ticket_id"], hers["slot_time"]) == (ticket_id, moscow(hours[0]))
    assert front.post("/process-link", {**asked, "ticket_id": "nothing"}, SERVICE).status == 404
