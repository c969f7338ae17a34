"""Surveys: kept by the office, read by the site to the letter, and never one that cannot be filled to its end."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.intake.tracking.models import Track
from tests.builders import SERVICE, Visitor, sample
from tests.standins.store import OneAtATime

SURVEY = sample("intake/put_survey.json")
PLACE = "/surveys/trevoga"


def put(front, survey=SURVEY, place=PLACE, **said):
    return front.put(place, {**survey, **said}, SERVICE)


def items(*coins):
    return [{"title": f"Ответ {number}", "coins": worth} for number, worth in enumerate(coins)]


def step(step_id, kind, *coins):
    return {"step_id": step_id, "step_name": "Вопрос", "step_description": "", "step_type": kind, "step_items": items(*coins)}


@pytest.mark.parametrize("headers", [{}, {"X-Api-Key": "tilda-key-of-tests"}])
def test_only_the_office_keeps_surveys(front, headers):
    answers = [
        front.put(PLACE, SURVEY, headers),
        front.get(PLACE, headers),
        front.get("/surveys", headers),
        front.delete(PLACE, headers),
    ]
    assert {answer.status for answer in answers} == {401}
    assert front.get("/get-survey", slug="trevoga").status == 404


def test_the_site_reads_it_to_the_letter(front):
    put(front).ok()
    assert front.get("/get-survey", slug="trevoga").ok() == SURVEY


def test_step_ids_stay_what_they_were(front):
    put(front, content=[step("a1", "single", 0), step(7, "single", 0)]).ok()
    assert [one["step_id"] for one in front.get("/get-survey", slug="trevoga").ok()["content"]] == ["a1", 7]


@pytest.mark.parametrize("door", ["/get-survey", "/check-fill-survey"])
def test_what_is_unknown_or_archived_is_404(front, door):
    assert front.get(door).status == 422
    assert front.get(door, slug="' OR 1").status == 404
    put(front).ok()
    assert front.get(door, slug="trevoga").status == 200
    front.delete(PLACE, SERVICE).ok()
    answer = front.get(door, slug="trevoga")
    assert (answer.status, answer.body["error"], answer.headers["Access-Control-Allow-Origin"]) == (404, "survey_not_found", "*")


def test_who_came_to_its_end_has_filled_it_and_nobody_else(front):
    put(front).ok()
    put(front, place="/surveys/son").ok()

    def filled(who, slug="trevoga", **query):
        return who.get("/check-fill-survey", slug=slug, **query).ok()["is_filled"]

    anna, boris = Visitor("203.0.113.7"), Visitor("203.0.113.8")
    anna.put("/web/track", {"formName": "trevoga", "stage": "Вопрос 2", "data": {"coins": 3}}).ok()
    assert filled(anna) is False, "begun is not filled"
    anna.put("/web/track", {"formName": "trevoga", "stage": "Готово"}).ok()
    assert [filled(anna), filled(anna, "son"), filled(boris), filled(Visitor("203.0.113.7", "Chrome"))] == [True, False, False, False]
    mark = next(row.visitor for row in Track.scan())
    assert filled(boris, visitor=mark, ticket_id=f"trevoga~{mark}") is False, "what he says of himself counts for nothing"
    assert front.get("/check-fill-survey", slug="trevoga").ok() == {"success": True, "is_filled": False}, "who has no address is nobody"


def test_nobody_fills_one_in_somebody_elses_name(front):
    put(front).ok()
    anna, boris = Visitor("203.0.113.7"), Visitor("203.0.113.8")
    anna.put("/web/track", {"formName": "trevoga", "stage": "Вопрос 1"}).ok()
    number = next(row.track_id for row in Track.scan())
    boris.put("/web/track", {"formName": "trevoga", "stage": "Готово", "data": {"ticket_id": number}}).ok()
    assert anna.get("/check-fill-survey", slug="trevoga").ok()["is_filled"] is False


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"title": ""}, "title"),
        ({"content": []}, "content"),
        ({"content": [step(1, "any", 0)]}, "content"),
        ({"content": [step(1, "single")]}, "content"),
        ({"content": [step(1, "single", "много")]}, "content"),
        ({"content": [step(1, "single", True)]}, "content"),
        ({"content": [step(True, "single", 0)]}, "content"),
        ({"content": [step(1, "single", *range(51))]}, "content"),
        ({"content": [step(number, "single", 0) for number in range(101)]}, "content"),
        ({"content": [step(1, "single", 0), step("1", "single", 0)]}, "content"),
        ({"results": [{"from": 5, "description": "много"}]}, "results"),
        ({"results": [{"from": 0, "description": "а"}, {"from": 0, "description": "б"}]}, "results"),
        ({"results": [{"from": "пять", "description": "а"}]}, "results"),
        ({"description": "д" * 5001}, "description"),
    ],
)
def test_what_cannot_be_filled_is_refused_by_its_place(front, said, where):
    put(front).ok()
    answer = put(front, **said)
    assert (answer.status, answer.body["detail"][0]["loc"][:2]) == (422, ["body", where])
    assert front.get("/get-survey", slug="trevoga").ok() == SURVEY


@pytest.mark.parametrize("slug", ["Trevoga", "-a", "a%20b", "%D1%82%D1%80", "a" * 101])
def test_a_slug_fits_an_address(front, slug):
    answer = put(front, place=f"/surveys/{slug}")
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["path", "slug"])


def test_the_least_that_can_be_reached_has_a_result(front):
    steps = [step(1, "single", 1, 3), step(2, "multiple", -2, 5)]
    assert put(front, content=steps, results=[{"from": 0, "description": "а"}]).status == 422
    put(front, content=steps, results=[{"from": 3, "description": "б"}, {"from": -1, "description": "а"}]).ok()
    assert [one["from"] for one in front.get("/get-survey", slug="trevoga").ok()["results"]] == [-1, 3]
    put(front, results=[]).ok()


def test_the_office_replaces_archives_and_brings_back(front):
    first = put(front).ok()["survey"]
    assert (first["version"], first["by"], first["archived_at"]) == (1, "service", None)
    again = put(front, title="Другая").ok()["survey"]
    assert (again["version"], again["title"], again["created_at"]) == (2, "Другая", first["created_at"])
    gone = front.delete(PLACE, SERVICE).ok()["survey"]
    assert gone["archived_at"]
    assert front.delete(PLACE, SERVICE).ok()["survey"] == gone
    assert front.get(PLACE, SERVICE).ok()["survey"] == gone
    assert put(front).ok()["survey"]["archived_at"] is None
    assert [front.get("/surveys/other", SERVICE).status, front.delete("/surveys/other", SERVICE).status] == [404, 404]


def test_the_list_goes_by_pages_and_shows_no_questions(front):
    for slug in ("b", "a", "c"):
        put(front, place=f"/surveys/{slug}").ok()
    page = front.get("/surveys", SERVICE, limit=2).ok()
    rest = front.get("/surveys", SERVICE, limit=2, cursor=page["next_cursor"]).ok()
    assert [row["slug"] for row in page["surveys"] + rest["surveys"]] == ["a", "b", "c"]
    assert "survey" not in page["surveys"][0]
    assert rest["next_cursor"] is None


def test_a_cursor_that_leads_elsewhere_is_refused(front):
    from chalicelib.core import pagination

    stray = pagination.encode({"house": {"S": "other"}, "slug": {"S": "a"}})
    assert front.get("/surveys", SERVICE, cursor=stray).status == 422


def test_of_two_at_once_one_is_kept_whole(front):
    with OneAtATime(), ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda title: put(front, title=title), ["первая", "вторая"]))
    assert [answer.status for answer in answers] == [200, 200]
    kept = front.get(PLACE, SERVICE).ok()["survey"]
    assert (kept["version"], kept["title"]) == (2, kept["survey"]["title"])
