"""Form trackers: any order, any number of times, and never a refusal that breaks the page."""

import pytest
import time_machine

from chalicelib.intake.tracking.models import Track
from tests.builders import SERVICE

START = {"ticket_id": "ab12", "form_type": "main", "step": "Начало"}


def go(front, ticket_id, *steps, form_type="main"):
    front.post("/init-form-tracking", {"ticket_id": ticket_id, "form_type": form_type, "step": "Начало"}).ok()
    return [front.put("/update-tracking-step", {"ticket_id": ticket_id, "step": step}).ok()["step"] for step in steps]


def test_the_furthest_step_is_shown(front):
    assert go(front, "ab12", "Запрос", "Контакты", "Запрос", "Начало") == ["Запрос", "Контакты", "Контакты", "Контакты"]


def test_a_step_may_come_before_its_start(front):
    front.put("/update-tracking-step", {"ticket_id": "late", "step": "Запрос"}).ok()
    front.post("/init-form-tracking", {**START, "ticket_id": "late"}).ok()
    funnel = front.get("/form-funnel", SERVICE, form_type="main").ok()
    assert [(row["step"], row["reached"]) for row in funnel["steps"]] == [("Начало", 1), ("Запрос", 1)]


def test_a_repeat_changes_nothing(front):
    answers = [front.post("/init-form-tracking", START).ok() for _ in range(3)]
    assert answers == [answers[0]] * 3
    assert front.get("/form-funnel", SERVICE, form_type="main").ok()["started"] == 1


@pytest.mark.parametrize(
    "body", [{}, {"ticket_id": ""}, {"ticket_id": None, "step": "Запрос"}, {"step": "Запрос"}, {"ticket_id": "null", "step": "x"}]
)
def test_a_missing_ticket_is_counted_not_refused(front, body):
    assert front.put("/update-tracking-step", body).ok()["counted"] is True
    assert front.put("/update-analytics-before-slots", body).status == 200
    assert front.get("/form-funnel", SERVICE, form_type="main").ok()["anonymous"] >= 1


def test_the_funnel_says_where_people_left(front):
    go(front, "a1", "Запрос", "Контакты", "Слоты")
    go(front, "b2", "Запрос", "Контакты")
    go(front, "c3", "Запрос")
    go(front, "d4")
    go(front, "other", "Запрос", form_type="second")
    funnel = front.get("/form-funnel", SERVICE, form_type="main").ok()
    assert funnel["started"] == 4
    assert [(row["step"], row["reached"], row["left"]) for row in funnel["steps"]] == [
        ("Начало", 4, 1),
        ("Запрос", 3, 1),
        ("Контакты", 2, 1),
        ("Слоты", 1, 1),
    ]


def test_a_period_is_moscow_days(front):
    with time_machine.travel("2026-11-20T20:59:00Z", tick=False) as moment:
        go(front, "today")
        moment.move_to("2026-11-20T21:01:00Z")
        go(front, "tomorrow")
        asked = {"form_type": "main", "date_from": "2026-11-20", "date_to": "2026-11-20"}
        assert front.get("/form-funnel", SERVICE, **asked).ok()["started"] == 1
        assert front.get("/form-funnel", SERVICE, **{**asked, "date_to": "2026-11-21"}).ok()["started"] == 2


def test_what_a_form_said_is_kept(front):

    front.put("/update-analytics-before-slots", {"form": {"ticket_id": "ab12", "age": "22", "anxieties": ["ж" * 20_000]}}).ok()
    front.put("/update-analytics-before-slots", {"ticket_id": "ab12", "name": "Ира"}).ok()
    kept = Track.get("ab12").analytics
    assert (kept["age"], kept["name"], len(kept["anxieties"][0])) == ("22", "Ира", 20_000)


@pytest.mark.parametrize(
    "query",
    [{"date_from": "31.02"}, {"date_from": "2026-11-02", "date_to": "2026-11-01"}, {"date_from": "2020-01-01", "date_to": "2026-11-01"}],
)
def test_a_senseless_period_is_named(front, query):
    answer = front.get("/form-funnel", SERVICE, form_type="main", **query)
    assert answer.status == 422
    assert answer.body["detail"][0]["loc"] == ["query", "date_from"]


def test_the_funnel_is_the_back_offices(front):
    assert front.get("/form-funnel", form_type="main").status == 401


def test_who_finished_has_not_left(front):
    go(front, "a1", "Выбор")
    go(front, "b2", "Выбор", "Заявка отправлена")
    go(front, "c3", "Выбор", "заявка отправлена")
    funnel = front.get("/form-funnel", SERVICE, form_type="main").ok()
    assert (funnel["started"], funnel["finished"]) == (3, 2)
    assert {row["step"]: row["left"] for row in funnel["steps"]} == {
        "Начало": 0,
        "Выбор": 1,
        "Заявка отправлена": 0,
        "заявка отправлена": 0,
    }


def test_a_guessed_form_number_overwrites_nobody_s_answers(front):
    anna, boris = {"User-Agent": "Firefox of Anna"}, {"User-Agent": "Safari of Boris"}
    said = {"ticket_id": "ab12", "form_type": "main", "request": "сон"}
    front.put("/update-analytics-before-slots", said, anna).ok()
    front.put("/update-analytics-before-slots", {**said, "request": "спам"}, boris).ok()
    front.put("/update-analytics-before-slots", {**said, "age": 34}, anna).ok()
    mine = Track.get("ab12")
    (other,) = Track.scan(Track.track_id != "ab12")
    assert (mine.analytics["request"], mine.analytics["age"], other.analytics["request"]) == ("сон", 34, "спам")


def test_a_guessed_form_number_walks_nobody_s_form(front):
    anna, boris = {"User-Agent": "Firefox of Anna"}, {"User-Agent": "Safari of Boris"}
    front.post("/init-form-tracking", START, anna).ok()
    front.post("/init-form-tracking", {**START, "step": "Чужой"}, boris).ok()
    front.put("/update-tracking-step", {"ticket_id": "ab12", "step": "заявка отправлена"}, boris).ok()
    assert front.put("/update-tracking-step", {"ticket_id": "ab12", "step": "Запрос"}, anna).ok()["step"] == "Запрос"
    assert set(Track.get("ab12").steps) == {"Начало", "Запрос"}
    funnel = front.get("/form-funnel", SERVICE, form_type="main").ok()
    assert (funnel["started"], funnel["finished"]) == (2, 1), "whoever walks is counted, each in his own form"


class TestAFormThatIsAskedStepByStep:
    def say(self, front, **said):
        return front.put("/step-analytics", {"ticketID": "aB3dE7k", **said})

    def test_keeps_each_answer_and_the_last_word_to_it(self, front):
        self.say(front, field="client_state", value=["Упадок сил", None, 7, {"x": 1}]).ok()
        self.say(front, field="client_age", value="28").ok()
        self.say(front, field="client_age", value=29).ok()
        self.say(front, field="diagnose").ok()
        assert Track.get("aB3dE7k").analytics == {"client_state": ["Упадок сил", "7"], "client_age": "29", "diagnose": None}

    @pytest.mark.parametrize("field", ["ticket_id", "steps", "__proto__", "", None])
    def test_keeps_no_field_that_it_does_not_know(self, front, field):
        assert self.say(front, field=field, value="x").status == 200
        assert list(Track.scan()) == []

    def test_keeps_no_more_than_a_form_can_say(self, front):
        self.say(front, field="psy_queries", value=["x" * 2_100, *["y"] * 500]).ok()
        self.say(front, field="client_name", value="ж" * 5_000).ok()
        kept = Track.get("aB3dE7k").analytics
        assert (len(kept["psy_queries"]), len(kept["psy_queries"][0]), len(kept["client_name"])) == (100, 2_000, 2_000)
        assert self.say(front, field="client_name", value="x" * 300_000).status == 413

    def test_shares_its_tracker_with_the_rest(self, front):
        front.put("/update-tracker", {"ticket_id": "aB3dE7k", "form": {"age": "29"}, "formPsyClientInfo": {"sexPsycho": "Женщина"}}).ok()
        self.say(front, field="client_sex", value="Женский").ok()
        front.put("/web/track", {"data": {"ticketID": "aB3dE7k", "city": "Омск"}, "formName": "Заявка", "stage": "Контакты"}).ok()
        row = Track.get("aB3dE7k")
        assert (row.analytics["age"], row.analytics["sexPsycho"], row.analytics["client_sex"], row.analytics["city"]) == (
            "29",
            "Женщина",
            "Женский",
            "Омск",
        )
        assert (row.form_type, list(row.steps)) == ("Заявка", ["Контакты"])


@pytest.mark.parametrize("data", [None, "текст", ["a"], 5, {"ticket_id": "undefined"}])
def test_a_stage_without_a_number_is_its_visitor_s_own(front, data):
    for _ in range(3):
        assert front.put("/web/track", {"data": data, "formName": "Заявка", "stage": "Контакты"}).status == 200
    assert len(list(Track.scan())) <= 1


def test_nothing_at_all_is_counted(front):
    assert front.put("/web/track", {}).ok() == front.put("/step-analytics", {}).ok()


def test_what_is_tried_out_stands_in_no_funnel(front):
    front.post("/init-form-tracking-test-contur", START).ok()
    assert front.put("/update-tracking-step-test-contur", {"ticket_id": "ab12", "step": "Запрос"}).ok()["step"] == "Запрос"
    front.put("/update-tracking-step-test-contur", {}).ok()
    funnel = front.get("/form-funnel", SERVICE, form_type="main").ok()
    assert (funnel["started"], funnel["anonymous"]) == (0, 0)
    assert go(front, "ab12") == []
