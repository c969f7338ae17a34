"""The rest of the psychologists' desk on the deployed stack: rebooking, schedules, talk, aftercare, forms, the time machine."""

import gzip
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from icalendar import Calendar

from chalicelib.core.http import OPERATIONS
from chalicelib.routes import apis
from tests.builders import (
    ADMIN_CHAT,
    SERVICE,
    TELEGRAM,
    Front,
    application,
    confirm,
    free_slots,
    messages,
    moscow,
    press,
    sample,
    slot,
    specialist,
    start,
    ticket_status,
    tomorrow,
    write,
)
from tests.e2e.gateway import Gateway

INFO, REBOOKING = "/get-ticket-info-for-reassigment-without-schedule", "/get-reassignment-schedule"
OWED, SCHEDULE, HISTORY = "/get-assigment-coeff", "/get-schedule", "/client-sessions-history"
FOLLOW_UPS = {"/schedule_client_action_after_5_days": timedelta(days=5), "/schedule_client_action_after_3_weeks": timedelta(weeks=3)}
PACKAGES = ("access", "aftercare", "booking.conference", "booking.schedules", "dialogue", "intake.re", "intake.tracking", "ops.timemachine")
WORDS = "Все надоело, не хочу больше жить"

updates = count(190_000)


@dataclass(frozen=True)
class Someone:
    """A person whom no other test knows."""

    number: int
    name: str

    @property
    def telegram(self) -> int:
        return 7_012_346_000 + self.number

    @property
    def username(self) -> str:
        return f"guest_of_psychologists_{self.number}"

    def form(self, *slots, **said):
        contact = {"type": "phone", "value": f"+7 904 661-20-{self.number:02}"}
        return application(*slots, name=self.name, contact=contact, **said)


def told(front, update):
    """What Telegram tells the bot; the answer."""
    return front.post("/telegram", {**update, "update_id": next(updates)}, TELEGRAM).ok()


def apply(front, person, *slots, **said):
    return front.post("/submit-application", person.form(*slots, **said), SERVICE).ok()  # a key is told the lead number


def follow(front, applied, person):
    told(front, start(applied["ticket_id"], person.telegram, username=person.username))


def book(front, person, slot_id, **said):
    """An application whose link was followed: its answer."""
    applied = apply(front, person, slot_id, **said)
    follow(front, applied, person)
    return applied


def alarmed(cloud, words, lead):
    """The administrator's message with these words about a client, once it has come."""
    (said,) = cloud.comes(lambda: [one for one in cloud.told(ADMIN_CHAT, words) if lead in one.text])
    return said.text


def this_month(moment):
    """1 where a session then is still this month's in Moscow."""
    return int(moscow(moment)[3:5] == moscow(datetime.now(UTC))[3:5])


def test_a_stranger_is_let_in_nowhere(deployed_front):
    """All doors at once: their workers are awake then."""
    apis()
    locked = [one for one in OPERATIONS if one.package.startswith(PACKAGES) and one.auth.name in ("service", "calendar")]
    with ThreadPoolExecutor(6) as strangers:
        answers = list(strangers.map(lambda one: deployed_front.call(one.method, one.path), locked))
    assert len(locked) > 10
    assert {one.name: answer.status for one, answer in zip(locked, answers, strict=True)} == {one.name: 401 for one in locked}


def test_a_client_is_booked_anew_with_another_specialist(cloud, deployed_front):
    front, lada, moment = deployed_front, Someone(1, "Лада Ершова"), tomorrow(10, days=5)
    left = specialist(front, "Кира Лунина", telegram_id="5550301")
    other = specialist(front, "Ида Громова", telegram_id="5550302")
    old, later = slot(front, left, moment), slot(front, left, moment + timedelta(hours=1))
    new = slot(front, other, moment + timedelta(hours=2))
    first = book(front, lada, old, psychologist=["Кира Лунина", "Громова Ида"])  # both by name: other tests' specialists are free oftener
    lead = first["client_id"]

    def offered(mode):
        return {row["id"] for row in front.get(REBOOKING, SERVICE, lead_number=lead, mode=mode).ok()["slots"]}

    ticket = front.get(INFO, SERVICE, lead_number=lead).ok()["ticket"]
    assert (ticket["id"], ticket["chosen"]["psychologist"]) == (first["ticket_id"], "Кира Лунина")
    assert offered("time") == {later}
    assert offered("psychologist") & {old, later, new} == {new}

    wish = {"lead_number": lead, "filtered_psychologists": "Громова Ида", "slots": f"{moscow(moment + timedelta(hours=2))};"}
    answer = front.post("/reassign", {**sample("intake/reassign.json"), **wish}, SERVICE).ok()
    assert front.post("/reassign", {**sample("intake/reassign.json"), **wish}, SERVICE).ok() == answer
    assert answer["released"] == {"psychologist": "Кира Лунина", "slot_time": moscow(moment)}
    assert [row["id"] for row in answer["held_slots"]] == [new]
    assert answer["parent_ticket_id"] == first["ticket_id"]
    assert "Ида Громова" in alarmed(cloud, "Переназначение клиента", lead)
    cloud.heard("5550301", "Встреча отменена")
    assert answer["link"] in cloud.heard(lada.telegram, "вас записывают заново").text
    assert ticket_status(front, first["ticket_id"]) == "cancelled"
    assert free_slots(front, psychologist=left) == [old, later]

    follow(front, answer, lada)
    cloud.heard(lada.telegram, "вы записаны к специалисту Ида Громова")
    cloud.heard("5550302", "Новая запись")
    assert free_slots(front, psychologist=other) == []
    assert front.get(INFO, SERVICE, lead_number=lead).ok()["ticket"]["rejected"] == [
        {"psychologist_id": left, "psychologist": "Кира Лунина"}
    ]


def test_a_specialists_weeks_are_read_by_people_programs_and_calendars_and_count_what_he_is_owed(cloud, deployed_front):
    front, mila, moment = deployed_front, Someone(2, "Мила Снегова"), tomorrow(11)
    person = specialist(front, "Нора Клён", telegram_id="5550303", debt=7)
    taken, free = slot(front, person, moment), slot(front, person, moment + timedelta(hours=2))

    def owed():
        return front.get(OWED, SERVICE, psychologist_name="Клён Нора").ok()

    before = owed()
    applied = book(front, mila, taken)
    after = owed()
    assert (before["coefficient"], before["assigned_after_today"]) == (7, 0)
    assert (after["coefficient"], after["assigned_after_today"]) == (7 - this_month(moment), this_month(moment))

    said = front.get(SCHEDULE, SERVICE, psychologist="Нора Клён").ok()
    assert sum(f"11:00 — занято: Мила Снегова ({applied['client_id']})" in week for week in said) == 1
    assert sum("13:00 — свободно" in week for week in said) == 1
    data = front.get(SCHEDULE, {**SERVICE, "Accept": "application/json"}, psychologist=person, format="json").ok()
    pieces = [piece for week in data["weeks"] for day in week["days"] for piece in day["slots"]]
    assert [(piece["id"], piece["state"]) for piece in pieces] == [(taken, "booked"), (free, "free")]

    feed = front.call("GET", f"/{data['calendar_link']}")
    assert feed.headers["Content-Type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(feed.text).walk("VEVENT")
    assert [(str(one["SUMMARY"]), one.decoded("DTSTART")) for one in events] == [
        (f"Занято: {applied['client_id']}", moment),
        ("Свободно", moment + timedelta(hours=2)),
    ]
    assert front.call("GET", f"/{data['calendar_link'][:-4]}0000").status == 401

    asked = front.post("/generate-conference-link", {"ticket_id": applied["ticket_id"]}, SERVICE)
    assert (asked.status, asked.body["error"]) == (409, "conference_off")


def test_a_low_mark_is_told_and_another_psychologist_is_offered(cloud, deployed_front):
    front, dina, moment = deployed_front, Someone(3, "Дина Ветрова"), tomorrow(12)
    left = specialist(front, "Зоя Вереск", telegram_id="5550304")
    specialist(front, "Яна Тополь", telegram_id="5550305")
    applied = book(front, dina, slot(front, left, moment))
    lead = applied["client_id"]
    confirm(front, applied["ticket_id"], moment)
    cloud.tick("feedback_reminder", moment + timedelta(hours=2))

    about = {"telegram_id": str(dina.telegram), "psychologist_name": "Вереск Зоя", "utm_client": lead, "session_date": moscow(moment)}
    form = {**sample("aftercare/client_os.json"), **about, "client_name": dina.name}
    answer = front.post("/client-os", form, SERVICE).ok()
    assert front.post("/client-os", form, SERVICE).ok() == answer
    assert (answer["rated"], answer["follow_up"]) == (True, None)
    assert "Чувства: Было неловко" in alarmed(cloud, "Низкая оценка встречи: 2 из 5", lead)
    assert answer["ticket_id"] in cloud.heard(dina.telegram, "для вас готова новая запись").text
    ticket = front.get(INFO, SERVICE, lead_number=lead).ok()["ticket"]
    assert (ticket["id"], ticket["parent_ticket_id"]) == (answer["ticket_id"], applied["ticket_id"])
    assert [row["psychologist"] for row in ticket["rejected"]] == ["Зоя Вереск"]
    assert "Зоя Вереск" not in [row["psychologist"] for row in ticket["psychologists"]]
    kept = json.loads(gzip.decompress(cloud.tables.row("feedback", ticket_id=applied["ticket_id"])["answers"].value))
    assert kept == form["anketa"]

    rows = front.get(HISTORY, SERVICE, client_telegram=str(dina.telegram)).ok()["sessions"]
    assert [(row["status"], row["rating"]) for row in rows] == [("completed", 2)]

    evening = tomorrow(21)
    assert cloud.tick("update_number_of_clients_provided", evening) >= 1
    assert cloud.tick("update_number_of_clients_provided", evening) == 0
    assert cloud.tables.row("specialists", specialist_id=left)["number_of_clients_provided"] == 1


@pytest.mark.parametrize("path", FOLLOW_UPS)
def test_a_schedule_is_planned_once_for_its_day(deployed_front, path):
    front, person = deployed_front, Someone(20 + len(path), "Кто-то Один")
    lead = front.post("/client-registration", {"user_id": str(person.telegram)}, SERVICE).ok()["client_id"]

    answers = [front.post(path, said, SERVICE).ok() for said in ({"client_id": lead.upper()}, {"telegram_id": person.telegram})]

    assert answers[0] == answers[1]
    assert answers[0]["client_id"] == lead
    assert abs(datetime.fromisoformat(answers[0]["due_at"]) - datetime.now(UTC) - FOLLOW_UPS[path]) < timedelta(minutes=1)
    named = {**sample("aftercare/schedule_client_action_after_3_weeks.json"), "telegram_id": person.telegram}
    assert front.post(path, {**named, "psychologist_name": "Никто Никакой"}, SERVICE).body["error"] == "specialist_not_found"


def helped(front, person, contour=""):
    """An application of «рука помощи», its link followed: its answer."""
    applied = front.post(f"/submit-application{contour}", person.form(ticket_id=f"hh_55{person.number}"), SERVICE).ok()
    front.post("/process-link", {"user_id": str(person.telegram), "ticket_id": applied["ticket_id"]}, SERVICE).ok()
    return applied


def test_twenty_one_days_of_waiting_are_told_ahead_as_they_come(cloud, deployed_front):
    front, ahead, real, live = deployed_front, Someone(4, "Проба Первая"), Someone(5, "Проба Вторая"), Someone(6, "Рита Полева")
    played, waiting = helped(front, ahead, "-test-contur"), helped(front, real, "-test-contur")
    lead = helped(front, live)["client_id"]
    front.post("/test-contur/advance", {"ticket_id": played["ticket_id"], "by": "PT1M"}, SERVICE).ok()

    began = time.perf_counter()
    timeline = front.post("/test-contur/advance", {"ticket_id": played["ticket_id"], "by": "P22D"}, SERVICE).ok()["timeline"]
    assert time.perf_counter() - began < 2

    story = [row["template"] for row in timeline if row["recipient"] == "client"]
    assert story == ["client_help_still_needed", "client_help_still_needed", "client_help_not_found"]
    days = [(datetime.fromisoformat(row["at"]) - datetime.now(UTC)).days for row in timeline if row["recipient"] == "client"]
    assert all(day - after in (-1, 0) for day, after in zip(days, (7, 14, 21), strict=True)), days

    for number, day in enumerate((8, 15, 22)):
        for _ in range(2):
            cloud.tick("confirm_help_hand", tomorrow(14, days=day))
        if number < 2:
            asked = cloud.heard(live.telegram, "Ваш запрос ещё актуален?", times=number + 1)
            assert "продолжаем искать" in told(front, press(asked.action("Да, жду"), live.telegram))["text"]
    cloud.heard(live.telegram, "не нашли подходящего специалиста")
    alarmed(cloud, "за 21 день специалист не найден", lead)
    lived = cloud.comes(lambda: [row["template"] for row in messages(front, waiting["client_id"])][-3:])
    assert lived == story
    assert cloud.told(ahead.telegram) == cloud.told(real.telegram) == []


def test_a_code_by_the_bot_buys_a_token_for_ones_own_history(cloud, deployed_front):
    front, vera, moment = deployed_front, Someone(7, "Вера Лугова"), tomorrow(15, days=6)
    person = specialist(front, "Алла Речная", telegram_id="5550306")
    applied = book(front, vera, slot(front, person, moment))

    asked = front.get("/get-telegram-id", SERVICE, client=f"@{vera.username}", send_code="true").ok()
    assert (asked["telegram_id"], asked["resend_after"]) == (str(vera.telegram), 60)
    (code,) = re.findall(r"\b\d{6}\b", cloud.heard(vera.telegram, "Код для входа").text)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    said = [front.post("/verify-code", {"telegram_id": str(vera.telegram), "code": one}).ok() for one in (wrong, code, code)]
    assert [one["verified"] for one in said] == [False, True, False]

    token = {"Authorization": f"Bearer {said[1]['token']}"}
    assert [row["ticket_id"] for row in front.get(HISTORY, token).ok()["sessions"]] == [applied["ticket_id"]]
    assert front.get("/messages", token, client_id=applied["client_id"]).status == 401
    front.post("/cancel-session", {"ticket_id": applied["ticket_id"]}, token).ok()
    assert [row["status"] for row in front.get(HISTORY, token).ok()["sessions"]] == ["cancelled"]


def test_the_test_contour_has_its_own_people_and_codes(deployed_front):
    front, trial = deployed_front, Someone(8, "Проба Третья")
    lead = helped(front, trial, "-test-contur")["client_id"]

    assert front.get("/get-telegram-id-test-contur", SERVICE, client=lead).ok()["telegram_id"] == str(trial.telegram)
    assert front.get("/get-telegram-id", SERVICE, client=str(trial.telegram)).ok()["telegram_id"] is None
    wrong = {**sample("access/verify_code_test_contur.json"), "telegram_id": str(trial.telegram)}
    assert front.post("/verify-code-test-contur", wrong).ok()["verified"] is False


def test_client_and_administrator_hear_each_other(cloud, deployed_front):
    front, ella = deployed_front, Someone(9, "Элла Морозова")
    lead = front.post("/client-registration", {"user_id": str(ella.telegram)}, SERVICE).ok()["client_id"]

    told(front, write("Можно прийти с ребёнком?", ella.telegram))
    assert alarmed(cloud, "Можно прийти с ребёнком?", lead).splitlines()[-1] == f"{lead}:"
    told(front, write(f"{lead}: Да: в 18:30.\nПодойдёт?", int(ADMIN_CHAT)))
    assert cloud.heard(ella.telegram, "18:30").text == "Да: в 18:30.\nПодойдёт?"
    alarmed(cloud, "Передано", lead)

    words = {**sample("dialogue/send_user_message_to_admin.json"), "user_id": str(ella.telegram)}
    assert front.post("/send_user_message_to_admin", words, SERVICE).ok()["client_id"] == lead
    alarmed(cloud, words["message"], lead)
    line = sample("dialogue/send_admin_message_to_user.json")["command"].partition(":")[2]
    assert front.post("/send_admin_message_to_user", {"command": f"{lead.replace('b', 'В')}:{line}"}, SERVICE).ok()["client_id"] == lead
    assert cloud.heard(ella.telegram, "Есть время завтра").text == line.strip()
    ticket = sample("dialogue/send_ticket_data_to_admin.json")
    front.post("/send-ticket-data-to-admin", {**ticket, "client_info": {**ticket["client_info"], "lead_number": lead}}, SERVICE).ok()
    assert "Мария Орлова" in alarmed(cloud, f"Данные заявки {lead}", "Дина Сафина")
    assert [row["direction"] for row in messages(front, lead)] == ["in", "out", "in", "out"]


def test_risky_words_bring_hotlines_and_a_pause_until_a_person_lifts_it(cloud, deployed_front):
    front, nika, moment = deployed_front, Someone(10, "Ника Ольхова"), tomorrow(16)
    person = specialist(front, "Тая Рощина", telegram_id="5550307")
    applied = book(front, nika, slot(front, person, moment))
    lead = applied["client_id"]
    confirm(front, applied["ticket_id"], moment)

    alarming = apply(front, nika, customQuestion=[WORDS])
    assert "8-800-2000-122" in alarming["message"]
    assert "«не хочу … жить»" in alarmed(cloud, "Тревога", alarming["client_id"])
    assert "paused_at" not in cloud.tables.row("clients", lead_number=lead), "a form proves nobody"
    follow(front, alarming, nika)
    assert "112" in cloud.heard(nika.telegram, "8-800-2000-122").text
    assert cloud.tables.row("clients", lead_number=lead)["paused_at"]

    def states(template):
        return [row["state"] for row in messages(front, lead) if row["template"] == template and row["state"] != "queued"]

    cloud.tick("session_reminder", moment - timedelta(hours=1))
    assert cloud.comes(lambda: states("client_session_reminder")) == ["skipped"]
    cloud.heard("5550307", "Скоро встреча")
    assert front.post(f"/clients/{lead}/resume", None, SERVICE).ok()["client_id"] == lead
    cloud.tick("feedback_reminder", moment + timedelta(hours=2))
    cloud.heard(nika.telegram, "Как прошла встреча")


def test_two_visitors_at_once_get_rows_of_their_own(cloud):
    visitors = [(Front(Gateway(cloud.base_url)), {"User-Agent": f"Browser of {len(name)}"}, name) for name in ("Рита", "Лев")]

    def send(visitor):
        front, agent, name = visitor
        form = sample("intake/research_tilda_zayavka.json")
        answers = {**form, "form": {**form["form"], "name": name, "contact": f"@visitor_{len(name)}"}}
        first = front.post("/research-tilda-zayavka", answers, agent).ok()
        return first["row"], front.get("/get-sheets-row-number", agent).ok(), first

    with ThreadPoolExecutor(2) as both:
        (rita, *of_rita), (lev, *of_lev) = both.map(send, visitors)
    assert rita != lev
    assert of_rita[0] == of_rita[1] == {"success": True, "row": rita, "rowId": rita, "baserowId": rita}
    assert of_lev[0] == of_lev[1]

    front, agent, _ = visitors[0]
    contacts = {**sample("intake/update_contacts_stb.json"), "rid": str(rita)}
    assert front.put("/update-contacts-stb", contacts, agent).ok()["row"] == rita
    assert cloud.tables.row("research", number=str(rita))["contact"] == contacts["contact"]
    assert cloud.tables.row("research", number=str(lev))["contact"] == "@visitor_3"


def test_a_forms_funnel_shows_where_people_left(deployed_front):
    front, form = deployed_front, "Форма сквозной проверки"

    def step(ticket_id, name):
        return front.put("/update-tracking-step", {**sample("intake/update_tracking_step.json"), "ticket_id": ticket_id, "step": name}).ok()

    def funnel():
        return front.get("/form-funnel", SERVICE, form_type=form).ok()

    strangers = funnel()["anonymous"]
    for ticket_id in ("e2e-1", "e2e-2", "e2e-3"):
        front.post("/init-form-tracking", {**sample("intake/init_form_tracking.json"), "ticket_id": ticket_id, "form_type": form}).ok()
    for ticket_id in ("e2e-1", "e2e-2"):
        step(ticket_id, "Контакты")
    assert [step("e2e-1", name)["step"] for name in ("Слоты", "Контакты")] == ["Слоты", "Слоты"]
    said = {**sample("intake/update_analytics_before_slots.json"), "ticket_id": "e2e-1", "form_type": form}
    assert front.put("/update-analytics-before-slots", said).ok()["step"] == "Слоты"
    assert front.put("/update-tracking-step", sample("intake/update_tracking_step.without_a_ticket.json")).ok()["counted"] is True

    told_of = funnel()
    assert [(row["step"], row["reached"], row["left"]) for row in told_of["steps"]] == [
        ("Начало", 3, 1),
        ("Контакты", 2, 1),
        ("Слоты", 1, 1),
    ]
    assert (told_of["started"], told_of["anonymous"]) == (3, strangers + 1)


def test_what_is_not_set_up_says_so_and_does_nothing(cloud, deployed_front):
    assert deployed_front.get("/reconcile", SERVICE).ok()["configured"] is False
    assert cloud.tick("reconcile_slots", datetime.now(UTC)) == {"configured": 0}
    assert cloud.tick("confirm_sessions", tomorrow(9, days=5)) == 0
