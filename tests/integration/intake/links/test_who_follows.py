"""Who follows a link is nobody until he proves it: what a form typed gives its client to no account."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine

from chalicelib.clients import service as clients
from chalicelib.clients.service import Identity
from chalicelib.core import storage
from tests.builders import (
    SERVICE,
    TELEGRAM,
    application,
    client_row,
    contact,
    later,
    ledger,
    moscow,
    slot,
    specialist,
    start,
    ticket_row,
    tomorrow,
    write,
)
from tests.standins.store import OneAtATime

PHONE, OTHER = "+79045501567", "+79045501599"
ANNA, BORIS = 7012345678, 7099999999
DECLINE = "Не хочу делиться"


@pytest.fixture
def hours(front):
    person = specialist(front)
    starts = [tomorrow(hour) for hour in (10, 11, 12, 13)]
    for start_at in starts:
        slot(front, person, start_at)
    return starts


@pytest.fixture
def apply(front):
    def run(moment=None, **said):
        return front.post("/submit-application", application(*([moscow(moment)] if moment else []), **said)).ok()["ticket_id"]

    return run


@pytest.fixture
def tell(front):
    numbers = iter(range(1000, 9000))

    def run(update):
        return front.post("/telegram", {**update, "update_id": next(numbers)}, TELEGRAM).ok()

    return run


@pytest.fixture
def link(front):
    def run(ticket_id, user_id=ANNA, **said):
        return front.post("/process-link", {"user_id": str(user_id), "ticket_id": ticket_id, **said}, SERVICE)

    return run


def row_of(sign):
    (row,) = storage.read(Identity.at(sign))
    return row


def chat(user_id, template=None):
    return ledger(f"chat#{user_id}", template)


class TestAFormThatNamesSomebodyElse:
    @pytest.fixture
    def victim(self, front, hours, apply, tell):
        """Anna, with a proven phone and a session."""
        ticket_id = apply(hours[0])
        tell(start(ticket_id, ANNA))
        tell(contact(PHONE, ANNA))
        return ticket_id

    def test_gives_its_follower_nothing_of_her(self, front, victim, hours, apply, link):
        attack = apply(hours[1], name="Зло", request_text="чужая заявка")
        assert ticket_row(attack).lead_number == "br0001", "the office sees whom it names"
        answer = link(attack, BORIS).ok()
        assert (answer["contact_needed"], answer["client_id"], answer["slot_time"]) == (True, None, None)
        assert "Анна" not in str(answer)
        assert client_row("br0001").telegram_id == str(ANNA)
        assert ticket_row(attack).followed_by is None
        declined = link(attack, BORIS, declined=True).ok()
        assert (declined["client_id"], declined["slot_time"]) == ("br0002", moscow(hours[1]))
        history = front.get("/client-sessions-history", SERVICE, client_telegram=str(BORIS)).ok()["sessions"]
        assert [row["ticket_id"] for row in history] == [attack]
        assert len(ledger("admin", "admin_whose_ticket")) == 1

    def test_writes_nothing_to_her(self, victim, apply):
        before = client_row("br0001")
        apply(name="Зло", age=99, email="evil@example.org", timezone="Asia/Tokyo", consent="нет", utm_source="x", request_text="суицид")
        after = client_row("br0001")
        assert after.attribute_values == before.attribute_values
        assert ledger(f"client#{after.client_id}", "client_hotline") == []
        assert row_of("email#evil@example.org") is None

    def test_is_not_hers_until_she_follows_it(self, victim, hours, apply, tell, link):
        named = apply(hours[1])
        assert ticket_row(named).tie == "typed"
        assert link(named, ANNA).ok()["slot_time"] == moscow(hours[1])
        assert (ticket_row(named).tie, ticket_row(named).lead_number) == ("proven", "br0001")
        assert ledger("admin", "admin_whose_ticket") == []


class TestAPhonePlantedBesideAnOwnAccount:
    def test_never_catches_its_owner(self, front, hours, apply, link):
        planted = apply(hours[0], name="Зло")
        assert link(planted, BORIS).ok()["slot_time"] == moscow(hours[0]), "made by this very ticket: bound at once"
        hint = row_of(f"phone#{PHONE}")
        assert (hint.hint, client_row("br0001").phone_proven) == (True, False)
        hers = front.post("/submit-application", application(moscow(hours[1]))).ok()
        assert ticket_row(hers["ticket_id"]).lead_number == "br0002"
        assert client_row("br0002").possible_duplicates == {client_row("br0001").client_id}
        assert len(ledger("admin", "admin_duplicates")) == 1
        assert link(hers["ticket_id"], ANNA).ok()["client_id"] == "br0002"


class TestAReturningPhone:
    """Two forms with one phone, and nobody proven yet."""

    @pytest.fixture
    def second(self, hours, apply):
        apply(hours[0], request_text="первая")
        return apply(hours[1], request_text="вторая")

    def test_of_one_person_is_proven_by_the_shared_contact(self, hours, second, tell):
        tell(start(second, ANNA))
        (asked,) = chat(ANNA, "client_share_contact")
        assert [action for row in asked.buttons for _, action in row] == ["request_contact", "say"]
        assert ticket_row(second).asked_by == {str(ANNA)}
        tell(contact("79045501567", ANNA))
        row = client_row("br0001")
        assert (row.telegram_id, row.phone, row.phone_proven, row.typed) == (str(ANNA), PHONE, True, None)
        assert (row_of(f"phone#{PHONE}").proven, ticket_row(second).followed_by) == (True, str(ANNA))
        assert ledger("admin", "admin_whose_ticket") == []

    def test_of_a_family_gives_the_second_a_client_of_its_own(self, second, tell):
        tell(start(second, ANNA))
        tell(contact(OTHER, ANNA))
        ticket = ticket_row(second)
        assert (ticket.lead_number, ticket.followed_by) == ("br0002", str(ANNA))
        assert (client_row("br0002").phone, client_row("br0001").telegram_id) == (OTHER, None)
        (told,) = ledger("admin", "admin_whose_ticket")
        assert (told.values["lead_number"], told.values["named"]) == ("br0002", "br0001")

    def test_of_who_will_not_share_gives_him_a_client_of_his_own(self, second, tell):
        tell(start(second, ANNA))
        tell(write(DECLINE, ANNA))
        assert (ticket_row(second).lead_number, ticket_row(second).followed_by) == ("br0002", str(ANNA))
        assert client_row("br0002").phone_proven is False
        assert row_of(f"phone#{PHONE}").client_id == client_row("br0001").client_id, "a hand-typed phone stays where it was"

    def test_is_not_proven_by_a_friends_card(self, second, tell):
        tell(start(second, ANNA))
        tell(contact(PHONE, ANNA, whose=BORIS))
        assert ticket_row(second).followed_by is None
        assert len(chat(ANNA, "client_contact_refused")) == 1

    def test_asks_again_who_presses_again_and_books_once(self, hours, second, tell):
        for _ in range(3):
            tell(start(second, ANNA))
        assert len(chat(ANNA, "client_share_contact")) == 3
        for _ in range(2):
            tell(contact(PHONE, ANNA))
        assert len(ledger(f"client#{client_row('br0001').client_id}", "client_session_booked")) == 1

    def test_is_the_firsts_where_two_accounts_are_asked(self, second, tell, link):
        tell(start(second, ANNA))
        tell(start(second, BORIS))
        tell(contact(PHONE, ANNA))
        tell(contact(OTHER, BORIS))
        assert ticket_row(second).followed_by == str(ANNA)
        assert len(chat(BORIS, "client_link_taken")) == 1
        assert client_row(clients.by_telegram(telegram_id=str(BORIS)).lead_number).phone == OTHER, "his phone is his all the same"

    def test_books_what_stands_when_the_hold_is_over(self, hours, second, tell):
        tell(start(second, ANNA))
        with time_machine.travel(later(minutes=40)):
            tell(contact(PHONE, ANNA))
        assert ticket_row(second).followed_by == str(ANNA)
        assert len(ledger(f"client#{client_row('br0001').client_id}", "client_session_booked")) == 1

    def test_of_the_first_ticket_is_asked_about_too(self, hours, apply, link):
        first = apply(hours[0], request_text="первая")
        apply(hours[1], request_text="вторая")
        assert link(first, BORIS).ok()["contact_needed"] is True

    def test_another_bot_may_ask_by_itself(self, hours, second, link):
        assert link(second).ok()["contact_needed"] is True
        assert link(second, phone="12").status == 422
        assert link(second, phone="+7 904 550-15-67").ok()["slot_time"] == moscow(hours[1])
        assert client_row("br0001").phone_proven is True

    def test_five_accounts_are_asked_and_no_more(self, second, link):
        answers = [link(second, BORIS + number) for number in range(6)]
        assert [answer.status for answer in answers] == [200] * 5 + [409]


def test_an_account_we_know_takes_the_ticket_and_leaves_no_second_person(front, hours, apply, link):
    link(apply(hours[0], contact="+7 904 550-15-01"), ANNA).ok()
    second = apply(hours[1], contact="+7 904 550-15-02", name="Анна с другого телефона")
    assert ticket_row(second).lead_number == "br0002"
    assert link(second, ANNA).ok()["client_id"] == "br0001"
    assert clients.find("br0002").lead_number == "br0001", "the folded number leads to her"
    (folded,) = storage.read(clients.Client.at(ticket_row(second).was_client))
    assert folded.merged_into == client_row("br0001").client_id
    assert row_of("phone#+79045501502") is None


def test_a_contact_shared_at_any_time_proves_the_phone(tell, apply):
    tell(write("Здравствуйте", ANNA))
    tell(contact("+7 904 550-15-67", ANNA))
    assert (client_row("br0001").phone, client_row("br0001").phone_proven) == (PHONE, True)
    apply(request_text="потом")
    assert [row.lead_number for row in [row_of(f"phone#{PHONE}")]] == ["br0001"]
    assert len(chat(ANNA, "client_contact_kept")) == 1


def test_a_shared_contact_takes_over_what_was_merely_typed(tell, apply):
    apply(contact=PHONE, email="anna@example.org")
    tell(write("Здравствуйте", BORIS))
    tell(contact(PHONE, BORIS))
    assert row_of(f"phone#{PHONE}").lead_number == "br0002"
    assert client_row("br0001").typed == {"email#anna@example.org"}
    assert client_row("br0001").possible_duplicates == {client_row("br0002").client_id}


def test_after_a_cancellation_the_link_says_what_stands_now(front, hours, apply, link):
    ticket_id = apply(hours[0])
    link(ticket_id).ok()
    front.post("/cancel-session", {"ticket_id": ticket_id}).ok()
    answer = link(ticket_id).ok()
    assert (answer["slot_time"], answer["psychologist_name"]) == (None, None)
    assert "отменена" in answer["message"]


def test_what_the_form_agreed_to_and_came_from_is_applied_when_it_is_followed(apply, link):
    ticket_id = apply(marketing="no", consent="yes", utm_source="vk", request_text="хочу умереть")
    assert (client_row("br0001").consents, client_row("br0001").first_utm, client_row("br0001").paused_at) == ({}, None, None)
    link(ticket_id).ok()
    row = client_row("br0001")
    assert {purpose: answer["given"] for purpose, answer in row.consents.items()} == {"personal_data": "yes", "marketing": "no"}
    assert row.first_utm == {"utm_source": "vk"}
    assert row.paused_at is not None
    assert len(ledger(f"client#{row.client_id}", "client_hotline")) == 1


def test_whoever_is_asked_reads_the_hotlines_of_this_very_ticket(apply, tell):
    apply(request_text="первая")
    tell(start(apply(request_text="хочу умереть"), ANNA))
    assert len(chat(ANNA, "client_hotline")) == 1


def test_accounts_on_one_ticket_at_once_have_one_winner(front, hours, apply, link):
    ticket_id = apply(hours[0])
    with OneAtATime(), ThreadPoolExecutor(6) as crowd:
        answers = list(crowd.map(lambda number: link(ticket_id, BORIS + number), range(6)))
    (won,) = [answer.ok() for answer in answers if answer.status == 200]
    assert {answer.body["error"] for answer in answers if answer.status != 200} == {"link_taken"}
    assert (won["client_id"], won["slot_time"]) == ("br0001", moscow(hours[0]))
    assert client_row("br0001").telegram_id == ticket_row(ticket_id).followed_by


def test_accounts_that_answer_at_once_have_one_winner(front, hours, apply, link):
    apply(request_text="первая")
    ticket_id = apply(hours[0], request_text="вторая")
    with OneAtATime(), ThreadPoolExecutor(4) as crowd:
        answers = list(crowd.map(lambda number: link(ticket_id, BORIS + number, phone=f"+790455016{number:02}"), range(4)))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    assert client_row("br0001").telegram_id is None


def test_forms_with_one_phone_at_once_are_one_client_who_is_nobodys_alone(front, apply, link):
    with OneAtATime(), ThreadPoolExecutor(6) as crowd:
        made = list(crowd.map(lambda number: apply(request_text=f"заявка {number}"), range(6)))
    assert len({ticket_row(ticket_id).client_id for ticket_id in made}) == 1
    assert all(link(ticket_id).ok()["contact_needed"] for ticket_id in made)


def test_a_form_that_comes_while_the_link_is_followed_does_not_slip_in(front, apply, link, meanwhile):
    first, late = apply(request_text="первая"), []
    meanwhile(lambda: late.append(apply(request_text="вторая")))
    assert link(first).ok()["contact_needed"] is True
    assert client_row("br0001").telegram_id is None
