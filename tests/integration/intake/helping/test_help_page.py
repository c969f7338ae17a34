"""The helping hand's page: its token books, a form's number holds once and tells nothing, and two at once get one time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from chalicelib.booking.slots.models import Slot
from chalicelib.core import page_token, storage
from tests.builders import (
    CLIENT,
    SERVICE,
    TELEGRAM,
    Visitor,
    application,
    client_row,
    ledger,
    moscow,
    press,
    slot,
    specialist,
    start,
    ticket_row,
    ticket_status,
    tomorrow,
)
from tests.conftest import SETTINGS
from tests.standins.store import OneAtATime, Wire

FORM, CHECK, CHOOSE, INFO = (
    "/register-ticket-for-help-hand",
    "/check-allotment-for-slot-confirmation",
    "/helpful-hand-zayavka-new",
    "/get-ticket-info",
)
NUMBER = "hh_4820175"
BLANK = {"name": "", "contact": "", "phone": "", "client_name": "", "username": "", "telegram": ""}
WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"}


@pytest.fixture
def free(front):
    """Two hours of Мария's and one of Вера's, all tomorrow."""
    specialist(front, id="m")
    specialist(front, "Вера Соколова", id="v", telegram_id="5550002")
    slot(front, "m", tomorrow(12), id="m12")
    slot(front, "m", tomorrow(19) + timedelta(minutes=30), id="m1930")
    slot(front, "v", tomorrow(12), id="v12")


def ask_for_help(front, number=NUMBER, **said):
    return front.post(FORM, {**application(ticket_id=number, categoryType="2000 руб"), **said}).ok()["ticket_id"]


@pytest.fixture
def waiting(front, free):
    """An application that waits; nobody has followed its link."""
    return ask_for_help(front)


@pytest.fixture
def proven(front, waiting):
    """The same, followed in the bot by its client."""
    front.post("/telegram", start(waiting), TELEGRAM).ok()
    return waiting


def token(ticket_id, **said):
    client_id = said.pop("client_id", None) or ticket_row(ticket_id).client_id
    return page_token.issue("help", client_id, SETTINGS["CLIENT_TOKEN_SECRET"], about=ticket_id)


def choose(front, said, *slot_ids, **more):
    return front.post(CHOOSE, {"ticket_id": said, "slots_objects": list(slot_ids), "slots": ["23.7 19:00"], **BLANK, **more})


def state(slot_id):
    (row,) = storage.read(Slot.at(slot_id))
    return row.state, row.ticket_id


def allowed(front, said):
    return front.get(CHECK, ticket_id=said).ok()["is_allowed"]


@pytest.mark.parametrize("said", ["hh_0000000", "br0001", "../etc", "ы", "5827301"])
def test_an_unknown_number_is_404_and_makes_nothing(front, waiting, said):
    with Wire() as wire:
        answer = choose(front, said, "m12")
        assert allowed(front, said) is False
        assert front.get(INFO, ticket_id=said).status == 404
    assert (answer.status, answer.body["error"]) == (404, "ticket_not_found")
    assert not WRITES & {call.operation for call in wire.calls}


def test_what_says_nothing_is_422(front, waiting):
    assert front.post(CHOOSE, {**BLANK, "slots_objects": ["m12"]}).status == 422
    assert front.get(CHECK).status == 422


@pytest.mark.parametrize("bad", ["a.b.c", "feedback", "old", "merged", "another's"])
def test_a_token_that_proves_nothing_books_nothing(front, proven, bad):
    said = {"a.b.c": "a.b.c", "feedback": page_token.issue("feedback", "x", SETTINGS["CLIENT_TOKEN_SECRET"], about=proven)}.get(bad)
    if bad == "old":
        with time_machine.travel(tomorrow(12) - timedelta(days=40)):
            said = token(proven)
    if bad in ("merged", "another's"):
        front.post("/client-registration", {"user_id": "7012345679"}, SERVICE).ok()
        other = client_row("br0002").client_id
        said = token(proven) if bad == "merged" else token(proven, client_id=other)
    if bad == "merged":
        front.post("/clients/br0001/merge", {"into": "br0002", "reason": "один человек"}, SERVICE).ok()
    answers = [choose(front, said, "m12"), front.get(CHECK, ticket_id=said), front.get(INFO, ticket_id=said)]
    assert [answer.status for answer in answers] == [401] * 3
    assert state("m12") == ("free", None)


def test_the_token_books_and_the_same_again_is_one(front, tick, sent, proven):
    said = token(proven)
    assert allowed(front, said)
    answer = choose(front, said, "m12").ok()
    assert (answer["status"], answer["slot"]["id"], answer["link"]) == ("booked", "m12", None)
    assert choose(front, said, "m12").ok() == answer
    assert (ticket_status(front, proven), ticket_row(proven).status, ticket_row(proven).helping_in) == ("pending", "matched", None)
    assert allowed(front, said) is False
    other = choose(front, said, "v12")
    assert (other.status, other.body["error"]) == (409, "chosen_before")
    assert state("v12") == ("free", None)
    tick("sweep")
    assert len(ledger("specialist#m", "specialist_session_booked")) == 1


def test_names_and_contacts_beside_are_not_believed(front, proven):
    front.post("/client-registration", {"user_id": "7012345679"}, SERVICE).ok()
    named = {"client_id": "br0002", "telegram_id": "7012345679", "name": "Борис", "utm_psy": "Вера Соколова"}
    answer = choose(front, token(proven), "m12", **named).ok()
    assert answer["slot"]["psychologist"] == "Мария Орлова"
    assert [row["ticket_id"] for row in front.get("/client-sessions-history", SERVICE, client_telegram=str(CLIENT)).ok()["sessions"]] == [
        proven
    ]


def test_a_number_holds_one_time_which_the_client_books_by_the_bot_s_link(front, waiting):
    answer = choose(front, NUMBER, "m12").ok()
    assert (answer["status"], answer["slot"]["id"]) == ("held", "m12")
    assert answer["link"].endswith(f"?start={NUMBER}")
    assert waiting not in str(answer)
    assert state("m12") == ("held", waiting)
    assert choose(front, NUMBER, "m12").ok() == answer
    assert choose(front, NUMBER, "v12").status == 409
    assert allowed(front, NUMBER) is False
    front.post("/telegram", start(waiting), TELEGRAM).ok()
    assert state("m12") == ("booked", waiting)
    assert choose(front, NUMBER, "m12").status == 409


def test_who_is_in_the_bot_confirms_there_and_nobody_else(front, tick, sent, proven):
    answer = choose(front, NUMBER, "m12").ok()
    assert (answer["status"], answer["link"]) == ("held", None)
    tick("sweep")
    pressed = sent.messages(str(CLIENT))[-1].action("Подтвердить")
    front.post("/telegram", press(pressed, 7012345679, update_id=31), TELEGRAM).ok()
    assert state("m12") == ("held", proven)
    assert "Вы записаны" in front.post("/telegram", press(pressed, update_id=32), TELEGRAM).ok()["text"]
    assert state("m12") == ("booked", proven)
    assert "уже свободно" in front.post("/telegram", press(pressed, update_id=33), TELEGRAM).ok()["text"]


def test_a_hold_that_is_over_is_nobody_s_and_not_renewed_by_the_number(front, tick, sent, proven):
    choose(front, NUMBER, "m12").ok()
    tick("sweep")
    pressed = sent.messages(str(CLIENT))[-1].action("Подтвердить")
    with time_machine.travel(tomorrow(10)):
        tick("sweep")
        assert state("m12") == ("free", None)
        assert choose(front, NUMBER, "m12").status == 409
        assert "уже свободно" in front.post("/telegram", press(pressed, update_id=34), TELEGRAM).ok()["text"]
        assert choose(front, token(proven), "m12").ok()["status"] == "booked"


def test_the_token_takes_over_what_the_number_holds_and_gives_the_rest_back(front, proven):
    choose(front, NUMBER, "m12").ok()
    assert choose(front, token(proven), "v12").ok()["slot"]["id"] == "v12"
    assert (state("m12"), state("v12")) == (("free", None), ("booked", proven))


def test_after_two_days_the_number_holds_nothing_and_the_token_books(front, proven):
    with time_machine.travel(tomorrow(9, days=3)):
        slot(front, "m", tomorrow(12), id="later")
        assert (choose(front, NUMBER, "later").status, allowed(front, NUMBER)) == (409, False)
        assert choose(front, token(proven), "later").ok()["status"] == "booked"


def test_two_applications_of_one_number_hold_nothing(front, waiting):
    ask_for_help(front, name="Борис", contact={"type": "phone", "value": "+7 904 550-15-68"})
    answer = choose(front, NUMBER, "m12")
    assert (answer.status, answer.body["error"], allowed(front, NUMBER)) == (409, "number_ambiguous", False)
    assert state("m12") == ("free", None)


def test_what_is_gone_is_passed_over_and_named_with_what_is_left(front, proven):
    front.post("/submit-application", application(moscow(tomorrow(12)), psychologist="Мария Орлова", name="Вор")).ok()
    assert state("m12")[0] == "held"
    answer = choose(front, NUMBER, "m12")
    assert (answer.status, [row["id"] for row in answer.body["detail"]["alternatives"]]) == (409, ["m1930"])
    assert choose(front, NUMBER, "m12", "v12").ok()["slot"]["id"] == "v12"


@pytest.mark.parametrize(("time", "found"), [("12:00", "m12"), ("19:30", "m1930"), ("19:00", "m1930"), ("20:00", None)])
def test_a_time_without_an_id_is_the_named_one_s(front, proven, time, found):
    day = tomorrow(12)
    text = f"{day.day}.{day.month} {time}"
    answer = front.post(CHOOSE, {"ticket_id": NUMBER, "slots_objects": [], "slots": [text], "utm_psy": "Орлова Мария", **BLANK})
    assert (answer.body["slot"]["id"] if answer.status == 200 else None) == found


def test_somebody_s_number_tells_price_and_status_and_nothing_else(front, proven):
    assert front.get(INFO, ticket_id=NUMBER).ok() == {"success": True, "price": "2000 руб", "status": "linked"}
    by_page = front.get(INFO, ticket_id=token(proven)).ok()["ticket"]
    assert (by_page["price"], by_page["client_id"], by_page["client_phone"]) == ("2000 руб", None, "+7 *** ***-15-67")
    office = front.get(INFO, SERVICE, ticket_id=NUMBER).ok()["ticket"]
    assert (office["id"], office["client_phone"], office["price"]) == (proven, "+79045501567", "2000 руб")


def test_the_number_of_no_helping_hand_tells_nothing(front, free):
    front.post("/submit-application", application(ticket_id="5827301")).ok()
    assert front.get(INFO, ticket_id="5827301").status == 404


def test_two_at_once_get_one_time(front, free):
    numbers = ["hh_0000001", "hh_0000002"]
    for place, number in enumerate(numbers):
        ask_for_help(front, number, name=f"Анна {place}", contact={"type": "phone", "value": f"+7 904 550-15-6{place}"})
    with OneAtATime(), ThreadPoolExecutor(2) as pool:
        statuses = sorted(answer.status for answer in pool.map(lambda number: choose(front, number, "m12"), numbers))
    assert statuses == [200, 409]


def test_one_number_sent_twice_at_once_holds_one_time(front, waiting):
    with OneAtATime(), ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda slot_id: choose(front, NUMBER, slot_id), ["m12", "v12"]))
    assert sorted(answer.status for answer in answers) == [200, 409]
    assert sorted(state(one)[0] for one in ("m12", "v12")) == ["free", "held"]


def test_one_address_holds_no_more_than_it_may(front, free, monkeypatch):
    from chalicelib.core.settings import settings

    monkeypatch.setenv("HOLDS_AN_ADDRESS", "1")
    settings.cache_clear()
    numbers = ["hh_0000001", "hh_0000002"]
    for place, number in enumerate(numbers):
        ask_for_help(front, number, name=f"Анна {place}", contact={"type": "phone", "value": f"+7 904 550-15-6{place}"})
    guesser = Visitor()
    bodies = [{"ticket_id": number, "slots_objects": [one]} for number, one in zip(numbers, ("m12", "v12"), strict=True)]
    answers = [guesser.post(CHOOSE, body) for body in bodies]
    assert [answer.status for answer in answers] == [200, 429]
    assert int(answers[1].headers["Retry-After"]) <= 3600
    assert state("v12") == ("free", None)


def test_the_bot_s_question_links_to_the_page(front, tick, sent, monkeypatch, proven):
    from chalicelib.core.settings import settings

    monkeypatch.setenv("HELP_PAGE_URL", "https://site.example/help")
    settings.cache_clear()
    with time_machine.travel(tomorrow(11, days=8)):
        tick("confirm_help_hand")
        tick("sweep")
        (address,) = [word for word in sent.messages(str(CLIENT))[-1].text.split() if word.startswith("https://site.example/help?")]
        assert allowed(front, address.partition("ticket_id=")[2])


@pytest.mark.parametrize("slots", [[], ["мусор"], [None], [{"a": 1}], {"a": 1}, None])
def test_a_choice_without_any_time_is_no_taken_hour(front, waiting, slots):
    refused = front.post(CHOOSE, {"ticket_id": NUMBER, "slots": slots})
    assert (refused.status, refused.body["detail"][0]["loc"]) == (422, ["body", "slots"])


def test_a_stranger_who_sends_a_number_again_does_not_stand_for_its_owner(front, waiting):
    price = front.get("/get-ticket-info", ticket_id=NUMBER).ok()["price"]
    stranger = ask_for_help(front, name="Вор", contact={"type": "phone", "value": "+7 904 550-15-99"}, categoryType="Бесплатно")
    assert price and stranger != waiting
    for headers in ({}, SERVICE):
        refused = front.get("/get-ticket-info", headers, ticket_id=NUMBER)
        assert (refused.status, refused.body["error"]) == (409, "number_ambiguous")
    assert front.get("/get-ticket-info", SERVICE, ticket_id=waiting).ok()["ticket"]["client_name"] != "Вор"
