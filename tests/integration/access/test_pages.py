"""The bot's links to a client's pages: the token in the place of his number opens that page of his, and nothing else."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from chalicelib.core import client_token, page_token, storage
from chalicelib.core.settings import settings
from tests.builders import CLIENT, SERVICE, apply_for, book, client_row, confirm, ledger, moscow, slot, specialist, ticket_row, tomorrow
from tests.conftest import SETTINGS
from tests.standins.store import Wire

SECRET = SETTINGS["CLIENT_TOKEN_SECRET"]
INFO, GRID, SCHEDULE = (
    "/get-ticket-info-for-reassigment-without-schedule",
    "/get-ticket-info-for-reassigment",
    "/get-reassignment-schedule",
)
PAGES = {
    "REBOOKING_PAGE_URL": "https://site.example/rebook",
    "FEEDBACK_PAGE_URL": "https://site.example/os?from=bot",
    "HELP_PAGE_URL": "https://site.example/help",
}
FORM = {
    "traumaticEvents": ["Развод", "Переезд"],
    "clientStates": "Тревога; Усталость",
    "diagnoses": [],
    "question_to_psychologist": "Как спать?",
}
ANSWERS = {"mark": "5", "feelings": "спокойно"}


@pytest.fixture
def booked(front):
    """A client with a session at Мария's tomorrow; she and Вера are free the day after."""
    specialist(front, id="m", debt=30)
    specialist(front, "Вера Соколова", id="v", telegram_id="5550002")
    slot(front, "m", tomorrow(12), id="old")
    for person in ("m", "v"):
        slot(front, person, tomorrow(12, days=2) + timedelta(minutes=30), id=f"{person}12")
    return book(front, tomorrow(12), email="anna@example.org", **FORM)


@pytest.fixture
def other(front, booked):
    """Another client, with a session of his own."""
    slot(front, "v", tomorrow(15), id="others")
    return book(front, tomorrow(15), 7012345679, update_id=9, name="Борис", contact={"type": "phone", "value": "+7 904 550-15-68"})


def token(ticket_id, purpose="rebook", *, about=None, secret=SECRET):
    return page_token.issue(purpose, ticket_row(ticket_id).client_id, secret, about=about)


def session_of(ticket_id):
    from chalicelib.booking.sessions.models import Session

    return storage.query(Session, ticket_id).rows[0]


def asked(front, said):
    """All five doors, with the same in the place of the lead number."""
    wish = {"lead_number": said, "filtered_psychologists": "Вера Соколова", "slots": moscow(tomorrow(12, days=2))}
    return [
        front.get(INFO, lead_number=said),
        front.get(GRID, lead_number=said, mode="psychologist"),
        front.get(SCHEDULE, lead_number=said, mode="time"),
        front.post("/reassign", wish),
        front.post("/client-os", {"utm_client": said, "anketa": ANSWERS}),
    ]


@pytest.mark.parametrize("said", ["br0001", "", "{client}", "{ticket}", "a.b.c", "{day}", "{forged}", "{help}"])
def test_what_proves_nothing_opens_no_door_and_changes_nothing(front, booked, said):
    client_id = ticket_row(booked).client_id
    forged, helping = token(booked, secret="a-secret-that-somebody-else-made-up"), token(booked, "help", about=booked)
    day = client_token.issue(client_id, SECRET)
    said = said.format(client=client_id, ticket=booked, day=day, forged=forged, help=helping)
    with Wire() as wire:
        answers = asked(front, said)
    writes = [call for call in wire.calls if call.operation in ("PutItem", "UpdateItem", "TransactWriteItems", "DeleteItem")]
    assert {(answer.status, answer.headers.get("Access-Control-Allow-Origin")) for answer in answers} == {(401, "*")}
    assert writes == []
    assert said not in "".join(answer.text for answer in answers) or not said


def test_a_token_of_one_page_does_not_open_the_other(front, booked):
    session = session_of(booked)
    by_feedback = asked(front, token(booked, "feedback", about=session.session_id))
    by_rebooking = asked(front, token(booked))
    assert [answer.status for answer in by_feedback[:4]] == [401] * 4
    assert by_rebooking[4].status == 401


def test_an_old_token_is_over(front, booked):
    with time_machine.travel(tomorrow(12) - timedelta(days=40)):
        old = token(booked)
    answers = asked(front, old)
    assert {(answer.status, answer.body["detail"]) for answer in answers[:4]} == {(401, "expired")}


@pytest.mark.parametrize("gone", ["merged", "erased"])
def test_a_merged_or_erased_client_s_token_is_void(front, booked, other, gone):
    said, row = token(booked), client_row("br0001")
    if gone == "merged":
        front.post("/clients/br0001/merge", {"into": "br0002", "reason": "один человек"}, SERVICE).ok()
    else:
        row.delete()
    answers = asked(front, said)
    assert {(answer.status, answer.body["detail"]) for answer in answers[:4]} == {(401, "void")}


def test_a_key_that_is_wrong_is_not_saved_by_a_token(front, booked):
    assert front.get(INFO, {"X-Api-Key": "tilda-key-of-tests"}, lead_number=token(booked)).status == 401


def test_the_page_reads_what_its_client_said_and_no_contact(front, booked):
    answer = front.get(INFO, lead_number=token(booked)).ok()
    assert answer["form"] == {
        "question_to_psychologist": "Как спать?",
        "traumaticEvents": ["Развод", "Переезд"],
        "clientStates": ["Тревога", "Усталость"],
        "diagnoses": [],
    }
    told = answer["ticket"]
    assert told["chosen"]["psychologist"] == "Мария Орлова"
    assert (told["lead_number"], told["contact"], told["client_name"]) == (None, None, "А.")
    assert (told["client_phone"], told["client_email"]) == ("+7 *** ***-15-67", "a***@example.org")
    office = front.get(INFO, SERVICE, lead_number="br0001").ok()
    assert (office["ticket"]["client_phone"], office["form"]) == ("+79045501567", answer["form"])


def test_the_page_s_grid_has_whole_days_and_the_old_rows(front, booked):
    answer = front.get(GRID, lead_number=token(booked), mode="time").ok()
    assert answer["psychologist"] == "Мария Орлова"
    today, _, day = answer["schedule"]
    assert (len(today["slots"]), today["slots"]["00:00"]) == (24, [])
    at = tomorrow(12, days=2) + timedelta(minutes=30)
    assert (day["date"], day["pretty_date"]) == (at.date().isoformat(), moscow(at)[:5])
    (row,) = day["slots"]["12:00"]
    assert (row["id"], row["date"], row["time"], row["Время Локальное"]) == ("m12", day["date"], "12:30", "12:30")
    assert (row["state"], row["client_id"], row["ticket"]) == ("Свободен", None, None)
    others = front.get(GRID, lead_number=token(booked), mode="psychologist").ok()["schedule"]
    assert {row["psychologist"] for day in others for rows in day["slots"].values() for row in rows} == {"Вера Соколова"}


def test_nothing_free_is_no_day(front, booked):
    for one in ("m12", "v12"):
        front.delete(f"/slots/{one}", SERVICE).ok()
    assert front.get(GRID, lead_number=token(booked), mode="time").ok()["schedule"] == []


@pytest.mark.parametrize("between", [";", ", "])
def test_the_page_books_its_own_client_anew_whoever_is_named_beside(front, booked, other, between):
    names = between.join(["Вера Соколова", "Анна Ким"])
    wish = {"lead_number": token(booked), "filtered_psychologists": names, "slots": moscow(tomorrow(12, days=2) + timedelta(minutes=30))}
    beside = {"client_id": "br0002", "telegram_id": "7012345679", "client_name": "Борис"}
    answer = front.post("/reassign", {**wish, **beside}).ok()
    assert (answer["parent_ticket_id"], answer["client_id"]) == (booked, None)
    assert [row["psychologist_id"] for row in answer["held_slots"]] == ["v"]
    assert answer["unknown_psychologists"] == ["Анна Ким"]
    assert ticket_row(answer["ticket_id"]).client_id == ticket_row(booked).client_id
    assert front.post("/reassign", {**wish, **beside}).ok() == answer
    assert session_of(other).status == "pending"


def test_who_was_let_in_is_served_later_though_his_token_is_over_by_then(front, booked, tick, monkeypatch):
    """A Lambda that died has not decided: the sweep does, thirty days and a second after the link was made."""
    from chalicelib.core import inbox
    from chalicelib.core.inbox import InboxRow

    said = token(booked)
    wish = {"lead_number": said, "filtered_psychologists": "", "slots": ""}
    with monkeypatch.context() as died:
        died.setattr("chalicelib.core.http.decide", _dies)
        assert front.post("/reassign", wish).status == 500
    (row,) = [row for row in InboxRow.scan() if row.source == "reassignments"]
    assert row.sender == "client"
    with time_machine.travel(tomorrow(12) + timedelta(days=31)):
        tick("sweep")
    assert inbox.answer_of(row.inbox_id)


def _dies(*_: object) -> None:
    raise RuntimeError("out of memory")


def test_a_page_s_feedback_is_about_its_session_whatever_stands_beside(front, tick, booked, other):
    confirm(front, booked, tomorrow(12))
    tick("feedback_reminder", tomorrow(15))
    said = token(booked, "feedback", about=session_of(booked).session_id)
    beside = {
        "telegram_id": "7012345679",
        "psychologist_name": "Вера Соколова",
        "client_name": "Борис",
        "session_date": moscow(tomorrow(15)),
    }
    body = {"utm_client": said, "anketa": {**ANSWERS, "mark": "2"}, **beside}
    first = front.post("/client-os", body).ok()
    assert first["rated"] is True
    assert front.post("/client-os", body).ok() == first
    assert (session_of(booked).rating, session_of(other).rating) == (2, None)
    (told,) = ledger("admin", "admin_low_mark")
    assert (told.values["specialist_name"], told.values["client_name"], told.values["lead_number"]) == (
        "Мария Орлова",
        "Анна Лебедева",
        "br0001",
    )


def test_feedback_by_the_page_and_by_the_bot_is_one_form(front, booked):
    said = token(booked, "feedback", about=session_of(booked).session_id)
    front.post("/client-os", {"utm_client": said, "anketa": ANSWERS}).ok()
    named = {"telegram_id": str(CLIENT), "psychologist_name": "Мария Орлова", "session_date": moscow(tomorrow(12))}
    front.post("/client-os", {"utm_client": "br0001", "anketa": {"mark": "4"}, **named}, SERVICE).ok()
    from chalicelib.aftercare.feedback.models import Feedback

    (kept,) = Feedback.scan()
    assert [version["answers"]["mark"] for version in kept.history] == ["5"]


def test_somebody_else_s_session_in_a_signed_word_is_none(front, booked, other):
    said = token(booked, "feedback", about=session_of(other).session_id)
    answer = front.post("/client-os", {"utm_client": said, "anketa": ANSWERS})
    assert (answer.status, answer.body["detail"]) == (401, "void")


def test_the_office_still_says_who_and_about_whom(front, booked):
    answer = front.post("/client-os", {"utm_client": "br0001", "anketa": ANSWERS}, SERVICE)
    assert (answer.status, [one["loc"] for one in answer.body["detail"]]) == (
        422,
        [["body", "telegram_id"], ["body", "psychologist_name"]],
    )


@pytest.fixture
def with_pages(sent, monkeypatch):
    """The house has the three pages."""
    for name, value in PAGES.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    return sent


def linked(text, page):
    """What a message's link to a page carries."""
    (address,) = [word for word in text.split() if word.startswith(PAGES[page])]
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_the_bot_s_link_leads_from_a_cancelled_session_to_a_new_one(front, with_pages, tick, booked):
    front.post("/cancel-session", {"ticket_id": booked}).ok()
    tick("sweep")
    (said,) = linked(with_pages.messages(str(CLIENT))[-1].text, "REBOOKING_PAGE_URL").values()
    assert front.get(SCHEDULE, lead_number=said, mode="time").ok()["slots"][0]["id"] == "old"
    (kept,) = ledger(f"client#{ticket_row(booked).client_id}", "client_session_cancelled")
    assert said not in kept.text


def test_the_bot_s_link_leads_to_the_form_about_that_session(front, with_pages, tick, booked):
    confirm(front, booked, tomorrow(12))
    tick("feedback_reminder", tomorrow(15))
    tick("sweep")
    asking = next(one for one in with_pages.messages(str(CLIENT)) if "Как прошла" in one.text)
    said = linked(asking.text, "FEEDBACK_PAGE_URL")
    assert said.pop("from") == "bot"
    assert front.post("/client-os", {**said, "anketa": ANSWERS}).ok()["rated"] is True


def test_a_house_without_pages_links_to_none(front, sent, tick, booked):
    front.post("/cancel-session", {"ticket_id": booked}).ok()
    tick("sweep")
    assert sent.messages(str(CLIENT))[-1].text.endswith("напишите нам.")


def test_who_never_proved_that_a_ticket_is_his_reads_none_of_it(front):
    """A stranger typed the phone of a client of ours: to his page that form does not exist."""
    front.post("/client-registration", {"user_id": str(CLIENT)}, SERVICE).ok()
    front.post("/clients/br0001/contacts/confirm", {"phone": "+7 904 550-15-67"}, SERVICE).ok()
    ticket_id = apply_for(front, request_text="чужая тайна")
    said = token(ticket_id)
    assert ticket_row(ticket_id).client_id == client_row("br0001").client_id
    assert front.get(INFO, SERVICE, lead_number="br0001").status == 200
    assert [front.get(INFO, lead_number=said).status, front.get(GRID, lead_number=said, mode="time").status] == [404, 404]


def test_a_whole_hour_of_the_grid_is_the_named_one_s_slot_within_it(front, booked):
    wish = {"lead_number": token(booked), "filtered_psychologists": "Вера Соколова", "slots": moscow(tomorrow(12, days=2))}
    assert [row["id"] for row in front.post("/reassign", wish).ok()["held_slots"]] == ["v12"]


def test_a_page_holds_no_more_than_a_person_may(front, booked):
    hours = [tomorrow(hour, days=3) for hour in (9, 10, 11, 12, 13)]
    for hour in hours:
        slot(front, "v", hour)
    wish = {"filtered_psychologists": "Вера Соколова", "slots": "; ".join(map(moscow, hours))}
    answer = front.post("/reassign", {**wish, "lead_number": token(booked)}).ok()
    assert (len(answer["held_slots"]), [row["reason"] for row in answer["taken_slots"]]) == (3, ["limit", "limit"])
    office = front.post("/reassign", {**wish, "lead_number": "br0001"}, SERVICE).ok()
    assert len(office["held_slots"]) == 5


def test_a_page_changes_so_much_a_day_and_the_office_as_much_as_it_likes(front, booked, monkeypatch):
    from chalicelib.access import pages

    monkeypatch.setattr(pages, "MOST_A_DAY", 1)
    rebook, feedback = token(booked), token(booked, "feedback", about=session_of(booked).session_id)

    def wish(number, said, **headers):
        body = {"lead_number": said, "filtered_psychologists": "", "slots": "", "_queries": f"вопрос {number}"}
        return front.post("/reassign", body, headers.get("headers")).status

    assert [wish(number, rebook) for number in range(2)] == [200, 429]
    assert wish(3, "br0001", headers=SERVICE) == 200
    forms = [front.post("/client-os", {"utm_client": feedback, "anketa": {"mark": mark}}) for mark in ("5", "5", "4")]
    assert [answer.status for answer in forms] == [200, 200, 429]
    assert int(forms[2].headers["Retry-After"]) > 0
