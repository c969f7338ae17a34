"""Who waits is told without a name, and of two specialists who take him one has him."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.booking.sessions.models import Session
from chalicelib.core import facts
from chalicelib.core.facts import FactRow
from tests.builders import TELEGRAM, application, ledger, moscow, slot, specialist, start, ticket_row, ticket_status, tomorrow
from tests.integration.booking import days
from tests.integration.ownpage.page import Page
from tests.standins.store import OneAtATime

SAYS = {"questions": ["Тревога", "Сон"], "categoryType": "2000 руб", "question_to_psychologist": "тайна Анны"}


@pytest.fixture
def page(front):
    return Page(front, specialist(front))


def applied(front, *, follow=True):
    ticket_id = front.post("/submit-application", application(ticket_id="hh_1234567", **SAYS)).ok()["ticket_id"]
    if follow:
        front.post("/telegram", start(ticket_id), TELEGRAM).ok()
    return ticket_id


def waiting(page):
    return page.post("/get-help-hand-tickets").ok()


def take(page, token, said):
    return page.post("/confirm-help-hand-by-psychologist", ticket_id=token, slot=said)


def test_who_waits_is_told_without_name_contact_or_his_tickets_id(front, page):
    ticket_id = applied(front)
    answer = page.post("/get-help-hand-tickets")
    (one,) = answer.ok()
    assert (one["age"], one["queries"], one["price"], sorted(one)) == (
        "31",
        "Тревога; Сон",
        "2000 руб",
        ["age", "created_at", "price", "queries", "ticket_id"],
    )
    row = ticket_row(ticket_id)
    assert not [told for told in (ticket_id, row.lead_number, "Анна", "550-15-67", "тайна") if told in answer.text]
    assert front.get("/get-ticket-info", ticket_id=one["ticket_id"]).status == 404
    assert front.post("/get-help-hand-tickets", {"secret": "wrong"}).ok() == {"error": "unauthored"}


def test_whose_link_nobody_followed_is_nobodys_to_book(front, page):
    applied(front, follow=False)
    assert waiting(page) == []


@pytest.mark.parametrize("by", ["id", "moment"])
def test_she_takes_him_at_a_free_hour_of_hers(front, page, by):
    ticket_id, free = applied(front), slot(front, page.specialist_id, tomorrow(10))
    (one,) = waiting(page)
    assert take(page, one["ticket_id"], free if by == "id" else moscow(tomorrow(10))).ok() == {"success": True}
    assert (ticket_status(front, ticket_id), waiting(page), ticket_row(ticket_id).status) == ("pending", [], "matched")
    assert ledger("admin", "admin_help_matched")[0].values["specialist_name"] == "Мария Орлова"
    assert [row.actor for row in FactRow.scan() if row.kind == "session_booked"] == [facts.SPECIALIST]
    days.agree()


def test_of_two_who_take_him_at_once_one_has_him(front, page):
    applied(front)
    pages = [page, Page(front, specialist(front, "Вера Ким", telegram_id="5550002"))]
    for one in pages:
        slot(front, one.specialist_id, tomorrow(10))
    tokens = [waiting(one)[0]["ticket_id"] for one in pages]
    assert tokens[0] != tokens[1]
    with OneAtATime(), ThreadPoolExecutor(2) as hands:
        answers = list(hands.map(lambda pair: take(*pair, moscow(tomorrow(10))), zip(pages, tokens, strict=True)))
    assert sorted(answer.status for answer in answers)[0] == 200 and {answer.status for answer in answers} <= {200, 404, 409}
    assert len([row for row in Session.scan() if row.live_in]) == 1
    days.agree()


def test_what_she_can_not_take_leaves_him_waiting(front, page):
    applied(front)
    (one,) = waiting(page)
    other = Page(front, specialist(front, "Вера Ким", telegram_id="5550002"))
    free, hers = slot(front, page.specialist_id, tomorrow(10)), slot(front, other.specialist_id, tomorrow(12))
    assert take(page, "x", free).status == 404
    assert take(other, one["ticket_id"], hers).status == 404, "another's token"
    assert [take(page, one["ticket_id"], said).status for said in (hers, moscow(tomorrow(11)))] == [404, 404]
    front.post("/submit-application", application(free, contact={"type": "phone", "value": "+7 904 222-45-45"}, name="Фома")).ok()
    assert take(page, one["ticket_id"], free).body["error"] == "slot_taken"
    assert waiting(page) == [one]
