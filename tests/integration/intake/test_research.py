"""Research questionnaires: a row of one's own, whichever call comes first."""

from datetime import timedelta

import pytest
import time_machine

from chalicelib.core import storage
from chalicelib.intake.research import service
from chalicelib.intake.research.models import ResearchRow
from tests.builders import SERVICE

ANNA = {"User-Agent": "Firefox of Anna"}
BORIS = {"User-Agent": "Safari of Boris"}


def questionnaire(name="Анна", contact="@anna_l", **said):
    return {"name": name, "contact": contact, "contactType": "Telegram", "slots": [None], "anxieties": ["сон"], **said}


def test_the_row_is_in_the_answer_and_under_every_name_the_site_reads(front):
    assert front.post("/research-tilda-zayavka", questionnaire(), ANNA).ok() == {"success": True, "row": 1, "rowId": 1, "baserowId": 1}


def test_two_people_never_share_a_row(front):
    rows = {
        front.post("/research-tilda-zayavka", questionnaire(name, contact), ANNA).ok()["row"]
        for name, contact in (("А", "@aaaaa"), ("Б", "@bbbbb"))
    }
    assert rows == {1, 2}


def test_a_repeat_gets_the_first_row(front):
    first = front.post("/research-tilda-zayavka", questionnaire(), ANNA).ok()
    assert [front.post("/research-tilda-zayavka", questionnaire(), BORIS).ok() for _ in range(3)] == [first] * 3


def test_the_site_that_ignores_the_answer_finds_its_own_row(front):
    anna = front.post("/research-tilda-zayavka", questionnaire(), ANNA).ok()
    boris = front.post("/research-tilda-zayavka", questionnaire("Борис", "@boris_b"), BORIS).ok()
    assert front.get("/get-sheets-row-number", ANNA).ok() == anna
    assert front.get("/get-sheets-row-number", BORIS).ok() == boris


def test_a_visitor_who_asks_first_posts_into_that_row(front):
    anna = front.get("/get-sheets-row-number", ANNA).ok()
    boris = front.get("/get-sheets-row-number", BORIS).ok()
    assert anna["row"] != boris["row"]
    assert front.get("/get-sheets-row-number", ANNA).ok() == anna
    assert front.post("/research-tilda-zayavka", questionnaire(), ANNA).ok() == anna


def test_after_some_minutes_the_same_address_is_somebody_else(front):
    with time_machine.travel("2026-11-20T10:00:00Z", tick=False) as moment:
        first = front.post("/research-tilda-zayavka", questionnaire(), ANNA).ok()
        moment.shift(timedelta(minutes=20))
        assert front.get("/get-sheets-row-number", ANNA).ok()["row"] != first["row"]


def test_no_address_is_stored(front):
    from chalicelib.intake.research.models import Visit

    front.get("/get-sheets-row-number", ANNA)
    (visit,) = Visit.scan()
    assert "Anna" not in visit.visitor
    assert len(visit.visitor) == 64


def stored(number):
    from chalicelib.intake.research.models import ResearchRow

    return ResearchRow.get(str(number))


def test_contacts_are_updated_by_their_own_visitor(front):
    row = front.post("/research-tilda-zayavka", questionnaire(contact=""), ANNA).ok()["row"]
    assert front.put("/update-contacts-stb", questionnaire(contact="+7 904 550-15-67", rid=row), ANNA).ok()["row"] == row
    assert front.put("/update-contacts-stb", {"form": questionnaire(contact="@anna_new", rid=str(row))}, ANNA).ok()["row"] == row
    assert stored(row).contact == "@anna_new"


def test_a_guessed_row_number_overwrites_nobody(front):
    row = front.post("/research-tilda-zayavka", questionnaire(), ANNA).ok()["row"]
    front.put("/update-contacts-stb", questionnaire("Чужой", "@stranger", rid=row), BORIS).ok()
    kept = stored(row)
    assert (kept.name, kept.contact) == ("Анна", "@anna_l")
    assert kept.unproven == [{"name": "Чужой", "contact": "@stranger"}]


def test_contacts_whose_questionnaire_never_came_get_a_row(front):
    row = front.put("/update-contacts-stb", questionnaire(), ANNA).ok()["row"]
    assert stored(row).contact == "@anna_l"


@pytest.mark.parametrize("body", [{}, {"contact": None}, {"slots": [None], "rid": "x"}, {"name": ["", "Ира"]}])
def test_thin_questionnaires_are_kept(front, body):
    assert front.post("/research-tilda-zayavka", body, ANNA).ok()["row"] >= 1
    assert front.put("/update-contacts-stb", body, ANNA).ok()["row"] >= 1


def test_a_key_that_is_sent_must_be_right(front):
    assert front.post("/research-tilda-zayavka", questionnaire(), {"X-Api-Key": "wrong"}).status == 401
    assert front.post("/research-tilda-zayavka", questionnaire(), SERVICE).status == 200
    assert front.put("/update-contacts-stb", questionnaire(), {"X-Api-Key": "wrong"}).status == 401


def test_broken_json_is_kept_for_an_operator(front):
    assert front.call("POST", "/research-tilda-zayavka", body="{", headers={"Content-Type": "application/json"}).status == 422
    assert [row["source"] for row in front.get("/inbox", SERVICE).ok()["inbox"]] == ["research"]


def test_a_guessed_row_that_has_no_contact_yet_is_not_filled_by_a_stranger(front):
    number = front.get("/get-sheets-row-number", ANNA).ok()["row"]
    planted = [
        front.put("/update-contacts-stb", {"rid": number, "name": "Борис", "contact": "@boris_b"}, BORIS).ok()["row"] for _ in range(3)
    ]
    assert len(set(planted)) == 1 and planted[0] != number, "a row of its own, and one however often it comes"
    assert (stored(planted[0]).contact, stored(planted[0]).answers) == ("@boris_b", {"rid": str(number)})
    assert front.put("/update-contacts-stb", {"rid": number, "name": "Анна", "contact": "@anna_l"}, ANNA).ok()["row"] == number
    assert (stored(number).contact, stored(number).unproven) == ("@anna_l", None)


def test_a_sender_with_a_key_may_name_any_row(front):
    number = front.get("/get-sheets-row-number", ANNA).ok()["row"]
    front.put("/update-contacts-stb", {"rid": number, "contact": "@anna_l"}, {"X-Api-Key": "tilda-key-of-tests"}).ok()
    assert stored(number).contact == "@anna_l"


def test_an_address_reserves_so_many_rows_an_hour_whatever_browser_it_says_it_is(front, monkeypatch):
    monkeypatch.setattr(service, "MOST_AN_HOUR", 3)
    with time_machine.travel("2026-11-20T10:15:00Z", tick=False) as moment:
        asked = [front.get("/get-sheets-row-number", {"User-Agent": f"agent {n}"}) for n in range(4)]
        assert [answer.status for answer in asked] == [200, 200, 200, 429]
        assert asked[-1].headers["Retry-After"] == "2700"
        moment.shift(timedelta(minutes=46))
        assert front.get("/get-sheets-row-number", BORIS).status == 200


def test_what_is_tried_out_has_rows_of_its_own(front):
    assert front.get("/get-sheets-row-number-test-contur", ANNA).ok()["row"] == 1
    assert front.post("/research-tilda-zayavka-test-contur", questionnaire(), ANNA).ok()["row"] == 1
    assert front.get("/get-sheets-row-number", ANNA).ok()["row"] == 1
    assert front.put("/update-contacts-stb-test-contur", questionnaire(contact="@other", rid="1"), SERVICE).ok()["row"] == 1
    live, tried = storage.read(ResearchRow.at("1"), ResearchRow.at("test:1"))
    assert (live.contact, live.state, tried.contact) == (None, "reserved", "@other")
