"""The public site on the deployed stack: a visitor's evening, from the cards to the page in the bot's message, and a real browser."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chalicelib.routes import apis
from tests import site
from tests.builders import SERVICE, TELEGRAM, contact, moscow, press, sample, slot, specialist, start, tomorrow
from tests.e2e.browser import browsing, needs_chromium

PAGE = Path(__file__).parent / "other_origin"
LIDA, MARK, RIMMA = 7_012_820_001, 7_012_820_002, "5550821"
HER = "Римма Закатова"
updates = count(820_000)


def told(front, update):
    """What Telegram tells the bot."""
    return front.post("/telegram", {**update, "update_id": next(updates)}, TELEGRAM).ok()


def form(number, phone, *slots, **said):
    """The site's own form, of somebody who types a phone."""
    typed = {"ticket_id": number, "contactType": "Телефон", "contact": phone, "slots": [*slots], "selectedPsychologistsNames": [HER]}
    return {**sample("site/tilda_zayavka.json"), **typed, "filtered_by_automatch_psy_names": [HER], **said}


def day(moment):
    return f"{moment.year}-{moscow(moment)[3:5]}-{moscow(moment)[:2]}"


def hours(front, secret, moment):
    """Her day: what stands in each hour that has something."""
    (shown,) = front.get("/get-slot", secret=secret, startDate=day(moment), endDate=day(moment)).ok()
    return {hour: slots[0]["status"] for one in shown["items"] for hour, slots in one["slots"].items() if slots}


def word(message, name):
    """The client's word that a link in a message carries to its page."""
    (link,) = re.findall(r"https://site\.example/\S+", message.text)
    return parse_qs(urlsplit(link).query)[name][0]


def test_a_visitors_evening(cloud, deployed_front):
    front, number, phone = deployed_front, "eV9nTg1", "+7 904 820-00-01"
    evening, later = tomorrow(19), tomorrow(20)
    person = specialist(front, HER, telegram_id=RIMMA, profile={"short_description": "Работаю со сном"})
    first, second = slot(front, person, evening), slot(front, person, later)
    secret = front.get(f"/specialists/{person}", SERVICE).ok()["secret"]

    (card,) = cloud.comes(lambda: [one for one in front.get("/cards").ok() if one["name"] == HER])
    assert card["short_description"] == "Работаю со сном"
    for field, value in {"client_age": "34", "psy_queries": ["Сон"], "client_state": None}.items():
        front.put("/step-analytics", {"ticketID": number, "field": field, "value": value}).ok()
    asked = {**sample("site/get_agregated_schedule_cards.json"), "startDate": day(evening), "endDate": day(evening), "show_only_psy": HER}

    def shown():
        (page,) = front.post("/get-agregated-schedule-cards", asked).ok()
        return [row["id"] for one in page["items"] for rows in one["slots"].values() for row in rows]

    assert cloud.comes(shown) == [first, second]
    applied = front.post("/tilda-zayavka", form(number, phone, moscow(evening), name="Лида Сумеркина")).ok()
    assert [row["id"] for row in applied["held_slots"]] == [first]
    assert hours(front, secret, evening) == {"19:00": "Забронирован", "20:00": "Свободен"}

    told(front, start(number, LIDA, username="lida_sumerki"))
    asked_for = cloud.heard(LIDA, "Поделиться номером")
    assert "Сумеркина" not in asked_for.text and HER not in asked_for.text, "a number is guessed in no time"
    told(front, contact(phone, LIDA))
    booked = cloud.heard(LIDA, f"вы записаны к специалисту {HER}")
    cloud.heard(RIMMA, "Новая запись")
    words = front.get("/get-ticket-for-slot", secret=secret, date=day(evening), time="19:00").ok()
    assert (words["Имя"], words["Травмирующие события"]) == ("Лида Сумеркина", "Переезд")
    assert phone[-5:] not in json.dumps(words)

    told(front, press(booked.action("Отменить"), LIDA))
    rebooking = word(cloud.heard(LIDA, "Встреча отменена"), "lead_number")
    info = front.get("/get-ticket-info-for-reassigment-without-schedule", lead_number=rebooking).ok()
    assert info["form"]["traumaticEvents"] == ["Переезд"]
    assert front.get("/get-ticket-info-for-reassigment-without-schedule", lead_number=applied["ticket_id"]).status == 401
    wish = {"lead_number": rebooking, "filtered_psychologists": HER, "slots": moscow(later)}
    again = front.post("/reassign", wish).ok()
    told(front, start(again["ticket_id"], LIDA, username="lida_sumerki"))
    confirmed = cloud.heard(LIDA, f"вы записаны к специалисту {HER}", times=2)
    told(front, press(confirmed.action("Подтвердить"), LIDA))
    assert hours(front, secret, evening) == {"19:00": "Свободен", "20:00": "Забронирован"}

    cloud.tick("feedback_reminder", tomorrow(22))
    cloud.tick("sweep", datetime.now(UTC))  # what the clock says waits for it
    feedback = word(cloud.heard(LIDA, "Как прошла встреча"), "utm_client")
    answer = front.post("/client-os", {**sample("site/client_os.json"), "utm_client": feedback}).ok()
    assert answer["rated"] is True
    assert front.post("/client-os", {"utm_client": rebooking, "anketa": {"mark": "1"}}).status == 401, "one page's word opens no other"


def test_a_forms_number_gives_nobody_what_is_not_his(cloud, deployed_front):
    front, number, phones = deployed_front, "nB7rQs2", ("+7 904 820-00-11", "+7 904 820-00-12")
    first, second = (front.post("/tilda-zayavka", form(number, phone, name=name)).ok() for phone, name in zip(phones, "АБ", strict=True))
    assert first["ticket_id"] != second["ticket_id"]
    people = (MARK, "+7 904 820-00-99"), (MARK + 1, phones[0]), (MARK + 2, phones[1])
    with ThreadPoolExecutor(3) as at_once:
        list(at_once.map(lambda one: told(front, start(number, one[0], username=f"mark_{one[0]}")), people))
    assert all(cloud.heard(account, "Поделиться номером") for account, _ in people), "whoever follows it is asked"
    with ThreadPoolExecutor(3) as at_once:
        list(at_once.map(lambda one: told(front, contact(one[1], one[0])), people))

    def followed():
        return [cloud.tables.row("tickets", ticket_id=one["ticket_id"]).get("followed_by") for one in (first, second)]

    assert followed() == [str(MARK + 1), str(MARK + 2)]
    told(front, start(number, MARK + 5, username="mark_too_late"))
    assert followed() == [str(MARK + 1), str(MARK + 2)]
    stranger = cloud.tables.row("clients", telegram_id=str(MARK))
    assert stranger["client_id"] not in {cloud.tables.row("tickets", ticket_id=one["ticket_id"])["client_id"] for one in (first, second)}


SHAPES: dict[str, Any] = {
    "cards": [{"id": 0, "name": 0, "sex": 0, "min_session_price": 0, "link_photo": 0, "queries": 0, "works_with": 0, "help_hand": 0}],
    "get_filtered_psychologists_names_new": [{"filteredPsychologists": [{"Имя": 0, "Краткое описание": 0}]}],
    "get_survey": {"title": 0, "content": [{"step_id": 0, "step_items": [{"title": 0, "coins": 0}]}], "results": 0},
    "check_fill_survey": {"is_filled": 0},
    "check_allotment_for_slot_confirmation": {"is_allowed": 0},
    "get_ticket_info": {"price": 0, "status": 0},
    "get_slot": [{"date": 0, "items": [{"date": 0, "pretty_date": 0, "day_name": 0, "slots": {"00:00": 0, "23:00": 0}}]}],
    "get_psycho": [{"psychologist": 0}],
    "get_root_planned_free_slot": {"repeat_period": 0},
    "get_ticket_for_slot": {"Имя": 0, "Возраст": 0, "Что беспокоит": 0, "Запросы психологу": 0, "Прошлый опыт": 0},
    "get_all_events": [{"id": 0, "event": 0, "places_left": 0}],
    "join_to_event": {"id": 0},
    "get_help_hand_tickets": [{"ticket_id": 0, "age": 0, "queries": 0, "price": 0, "created_at": 0}],
    "get_ticket_info_for_reassigment_without_schedule": {"form": {"question_to_psychologist": 0, "traumaticEvents": 0}, "ticket": 0},
    "get_ticket_info_for_reassigment": {"psychologist": 0, "schedule": [{"date": 0, "slots": 0}]},
    **{name: [{"items": [{"slots": 0}], "name_order": 0}] for name in site.GRID},
}
"""Names that the page reads, 0 for whatever stands there; a list is shown by its first element."""


def has(body, shape):
    """Whether an answer has these names where the page reads them."""
    if isinstance(shape, list):
        return isinstance(body, list) and bool(body) and has(body[0], shape[0])
    return shape == 0 or (isinstance(body, dict) and all(name in body and has(body[name], under) for name, under in shape.items()))


def refused(words):
    """Calls that must be refused, with the status that the page must be able to read."""
    secret, wrong = words[site.SECRET], "{"
    return [
        (401, "GET", "/get-ticket-info-for-reassigment-without-schedule?lead_number=br0001", None),
        (404, "GET", "/get-ticket-info?ticket_id=01KQ7M2W9B4X6Z8D0F2H4J6N8R", None),
        (404, "GET", "/get-survey?slug=no-such-survey", None),
        (404, "GET", "/no-such-path", None),
        (404, "POST", "/helpful-hand-zayavka-new", json.dumps({"ticket_id": "hh_0000000", "slots": ["14.3 12:00"]})),
        (405, "DELETE", "/cards", None),
        (410, "POST", "/add-slot", json.dumps({"secret": secret, "slot": moscow(tomorrow(10, days=-1))})),
        (409, "POST", "/add-slot", json.dumps({"secret": secret, "slot": words["14.03"] + " 22:10"})),
        (422, "GET", "/get-survey", None),
        (422, "POST", "/create-custom-event", json.dumps({"secret": secret, "event": "А", "date": 1.5, "time": "10:00"})),
        (422, "POST", "/get-agregated-schedule-v2", json.dumps({"startDate": "завтра"})),
        (422, "POST", "/tilda-zayavka", wrong),
    ]


@contextmanager
def other_origin() -> Iterator[str]:
    """The page at a port of its own, which makes it a stranger to us."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(PAGE)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/index.html"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Quiet(SimpleHTTPRequestHandler):
    """Says nothing of what it served."""

    def log_message(self, *said) -> None:
        pass


@needs_chromium
def test_a_page_of_another_origin_makes_every_call_and_reads_every_refusal(cloud, deployed_front, tmp_path):
    apis()
    stage = site.built(
        deployed_front, lambda lead: cloud.tables.row("clients", lead_number=lead)["client_id"], cloud.settings["CLIENT_TOKEN_SECRET"]
    )
    evening, wrong = site.calls(stage.words), refused(stage.words)
    calls = [one.as_fetch for one in evening]
    calls += [{"name": f"{status} {method} {path}", "method": method, "path": path, "body": said} for status, method, path, said in wrong]
    with other_origin() as page, browsing(tmp_path / "profile") as browser:
        browser.open(page)
        browser.run("play(arguments[0], arguments[1])", cloud.base_url, calls)
        answers = {one["name"]: one for one in browser.wait("return window.told")}

    assert {name: one["body"] for name, one in answers.items() if one["status"] is None} == {}, "the browser let the page read nothing"
    assert {one.name: answers[one.name] for one in evening if answers[one.name]["status"] != 200} == {}
    assert {name: answers[name]["body"] for name, shape in SHAPES.items() if not has(answers[name]["body"], shape)} == {}
    assert {name: one for name, one in answers.items() if name[0].isdigit() and f"{one['status']}" != name[:3]} == {}
    assert all(one["body"]["error"] for name, one in answers.items() if name[0].isdigit())
    assert answers["check_fill_survey"]["body"]["is_filled"] is True
