"""A client is booked anew: with whom, when, who is told, and what happens when it is asked twice or at a bad moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from chalicelib.core import ids, storage
from chalicelib.intake.reassignment import service as reassignment
from tests.builders import (
    CLIENT,
    SERVICE,
    apply_for,
    book,
    confirm,
    free_slots,
    ledger,
    messages,
    moscow,
    sample,
    slot,
    specialist,
    ticket_row,
    ticket_status,
    tomorrow,
)
from tests.standins.store import OneAtATime, Wire

DOOR = "/reassign"
INFO = "/get-ticket-info-for-reassigment-without-schedule"
SCHEDULE = "/get-reassignment-schedule"
LEAD = "br0001"
MEANS_NOBODY = [("br9999", "client_not_found"), ("tbr0001", "client_not_found")]


@pytest.fixture
def people(front):
    """Three specialists, the first fits best by what he is owed: letters to ids."""
    names = {"m": "Мария Орлова", "v": "Вера Соколова", "a": "Анна Ким"}
    return {key: specialist(front, name, id=key, debt=30 - number) for number, (key, name) in enumerate(names.items())}


def wish(*moments, names="", **said):
    return {"lead_number": LEAD, "filtered_psychologists": names, "slots": ";".join(moscow(moment) for moment in moments), **said}


def reassign(front, *moments, names="", **said):
    return front.post(DOOR, wish(*moments, names=names, **said), SERVICE).ok()


def held(answer):
    return [(row["psychologist_id"], row["start_at"]) for row in answer["held_slots"]]


def at(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def offered(answer):
    shown = [row["psychologist_id"] for row in answer["matches"]]
    return {*shown, *(row["psychologist_id"] for taken in answer["taken_slots"] for row in taken["alternatives"])}


@pytest.fixture
def booked(front, people):
    """A client with a session at Мария's at noon tomorrow; the day after everybody is free at noon and at one."""
    slot(front, "m", tomorrow(12), id="old")
    for person in people:
        for hour in (12, 13):
            slot(front, person, tomorrow(hour, days=2), id=f"{person}{hour}")
    return book(front, tomorrow(12))


@pytest.mark.parametrize("headers", [{}, {"X-Api-Key": "tilda-key-of-tests"}])
def test_only_the_back_office_may(front, headers):
    assert front.post(DOOR, sample("intake/reassign.json"), headers).status == 401
    assert front.get(INFO, headers, lead_number=LEAD).status == 401
    assert front.get(SCHEDULE, headers, lead_number=LEAD, mode="time").status == 401


@pytest.mark.parametrize(("lead", "error"), MEANS_NOBODY)
def test_nobody_is_not_found(front, people, lead, error):
    front.post("/submit-application-test-contur", {"name": "Проба", "contact": "+7 904 550-15-99"}).ok()
    answers = [
        front.post(DOOR, {**sample("intake/reassign.json"), "lead_number": lead}, SERVICE),
        front.get(INFO, SERVICE, lead_number=lead),
        front.get(SCHEDULE, SERVICE, lead_number=lead, mode="time"),
    ]
    assert [(answer.status, answer.body["error"]) for answer in answers] == [(404, error)] * 3


def test_who_never_applied_has_nothing_to_reassign(front):
    front.post("/client-registration", {"user_id": str(CLIENT)}, SERVICE).ok()
    answers = [front.post(DOOR, wish(), SERVICE), front.get(INFO, SERVICE, lead_number=LEAD)]
    assert [(answer.status, answer.body["error"]) for answer in answers] == [(404, "ticket_not_found")] * 2


@pytest.mark.parametrize("missing", ["lead_number", "filtered_psychologists", "slots"])
def test_a_missing_field_is_named(front, missing):
    body = {key: value for key, value in wish().items() if key != missing}
    answer = front.post(DOOR, body, SERVICE)
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", missing])


@pytest.mark.parametrize("query", [{}, {"lead_number": LEAD}, {"lead_number": LEAD, "mode": "price"}])
def test_a_schedule_needs_a_lead_and_a_mode(front, query):
    assert front.get(SCHEDULE, SERVICE, **query).status == 422


def test_a_client_is_booked_anew(front, tick, sent, booked):
    confirm(front, booked, tomorrow(12))
    answer = reassign(front, tomorrow(12, days=2), tomorrow(13, days=2), names="Соколова Вера, Анна Ким", _queries="сон; гнев")
    assert held(answer) == [("v", at(tomorrow(12, days=2))), ("v", at(tomorrow(13, days=2)))]
    assert answer["client_id"] == LEAD
    assert answer["parent_ticket_id"] == booked != answer["ticket_id"]
    assert answer["link"].endswith(answer["ticket_id"])
    assert answer["released"] == {"psychologist": "Мария Орлова", "slot_time": moscow(tomorrow(12))}
    assert answer["taken_slots"] == answer["unknown_psychologists"] == []
    assert [row["psychologist_id"] for row in answer["matches"]] == ["v", "a"]

    assert ticket_status(front, booked) == "cancelled"
    assert "old" in free_slots(front)
    assert ticket_row(answer["ticket_id"]).parent_ticket_id == booked
    assert ticket_row(answer["ticket_id"]).name == "Анна Лебедева"

    tick("sweep")
    assert [row.template for row in ledger("specialist#m")][-1] == "specialist_session_cancelled"
    assert ledger("specialist#v") == []
    (told,) = ledger("admin", "admin_reassigned")
    assert all(part in told.text for part in ("Мария Орлова", "Вера Соколова", "сон; гнев", answer["link"]))
    said = [row["template"] for row in messages(front)]
    assert said[-1] == "client_reassigned"
    assert "client_session_cancelled" not in said
    assert answer["link"] in sent.messages(str(CLIENT))[-1].text

    front.post("/process-link", {"user_id": str(CLIENT), "ticket_id": answer["ticket_id"]}, SERVICE).ok()
    assert [row.template for row in ledger("specialist#v")] == ["specialist_session_booked"]
    assert ticket_status(front, answer["ticket_id"]) == "pending"


def test_the_link_is_told_without_a_cancellation_where_nothing_was_ahead(front, people):
    apply_for(front)
    answer = reassign(front)
    assert answer["released"] is None
    assert [row["template"] for row in messages(front)] == ["client_new_link"]


@pytest.mark.parametrize(
    "slots",
    ["{0};{1}", "{0}; {1};", "{0},{1}", "{0}, {1}", "{0}\n{1}", " ;{1},{0};{0}", "{0}, {1}; null"],
)
def test_times_are_read_however_they_are_joined(front, people, booked, slots):
    moments = [tomorrow(12, days=2), tomorrow(13, days=2)]
    answer = front.post(DOOR, {**wish(names="Анна Ким"), "slots": slots.format(*(moscow(one) for one in moments))}, SERVICE).ok()
    assert sorted(held(answer)) == [("a", at(moment)) for moment in moments]


@pytest.mark.parametrize("names", ["Анна Ким,Вера Соколова", "соколова вера; Ким Анна", ["Вера Соколова", "Анна Ким"]])
def test_names_are_read_however_they_are_joined(front, booked, names):
    assert {row["psychologist_id"] for row in reassign(front, names=names)["matches"][:2]} == {"v", "a"}


def test_a_form_is_read_like_json(front, booked):
    answer = front.form(DOOR, wish(tomorrow(12, days=2), names="Анна Ким"), SERVICE).ok()
    assert held(answer) == [("a", at(tomorrow(12, days=2)))]


def test_a_time_goes_to_who_is_named_and_free_else_to_the_best_fitting(front, people):
    apply_for(front)
    early, late = tomorrow(9, days=3), tomorrow(10, days=3)
    for person, moment in (("m", early), ("a", early), ("m", late), ("v", late)):
        slot(front, person, moment)
    answer = reassign(front, early, late, names="Анна Ким")
    assert held(answer) == [("a", at(early)), ("m", at(late))]


def test_a_time_that_is_gone_is_named_with_what_is_free_instead(front, booked):
    busy = tomorrow(15, days=2)
    answer = reassign(front, busy, names="Анна Ким", slots=f"{moscow(busy)};31.02 10:00;завтра")
    assert [(row["slot"], row["reason"]) for row in answer["taken_slots"]] == [
        (moscow(busy), "taken"),
        ("завтра", "unknown"),
        ("31.02 10:00", "unknown"),
    ]
    assert answer["taken_slots"][0]["alternatives"][0]["psychologist_id"] == "a"
    assert answer["held_slots"] == []


def test_a_name_that_nobody_bears_is_told(front, booked):
    answer = reassign(front, names="Анна Ким, Никто Никакой")
    assert answer["unknown_psychologists"] == ["Никто Никакой"]
    assert "Никто Никакой" in ledger("admin", "admin_reassigned")[-1].values["unknown"]


def test_who_was_left_is_never_offered_again(front, booked):
    first = reassign(front, tomorrow(12, days=2), names="Вера Соколова, Мария Орлова")
    assert held(first) == [("v", at(tomorrow(12, days=2)))]
    front.post("/process-link", {"user_id": str(CLIENT), "ticket_id": first["ticket_id"]}, SERVICE).ok()
    second = reassign(front, tomorrow(18, days=2))
    assert offered(first) == {"v", "a"}
    assert offered(second) == {"a"}
    assert front.get(INFO, SERVICE, lead_number=LEAD).ok()["ticket"]["rejected"] == [
        {"psychologist_id": "m", "psychologist": "Мария Орлова"},
        {"psychologist_id": "v", "psychologist": "Вера Соколова"},
    ]
    apply_for(front, request_text="Новая заявка с сайта")
    assert offered(reassign(front, tomorrow(19, days=2))) == {"a"}


def test_who_alone_is_named_is_wanted_again(front, booked):
    same = reassign(front, tomorrow(13, days=2), names="Орлова Мария")
    assert held(same) == [("m", at(tomorrow(13, days=2)))]
    assert same["released"]["psychologist"] == "Мария Орлова"
    other = reassign(front, tomorrow(12, days=2), names="Анна Ким, Вера Соколова")
    back = reassign(front, tomorrow(12, days=2), names="Мария Орлова")
    assert (held(other)[0][0], held(back)[0][0]) == ("v", "m")
    assert front.get(INFO, SERVICE, lead_number=LEAD).ok()["ticket"]["rejected"] == []


def test_a_session_that_took_place_stays_and_its_specialist_is_not_offered(front, tick, booked):
    confirm(front, booked, tomorrow(12))
    tick("feedback_reminder", tomorrow(14))
    with time_machine.travel(tomorrow(15)):
        answer = reassign(front)
    assert answer["released"] is None
    assert ticket_status(front, booked) == "completed"
    assert offered(answer) == {"v", "a"}
    assert [row.template for row in ledger("specialist#m")].count("specialist_session_cancelled") == 0


def test_leaving_somebody_else_keeps_the_session_ahead(front, booked):
    tx, case = storage.Transaction(), reassignment.read(LEAD)
    answer = reassignment.open_in(tx, case, reassignment.Ask(without=("v", "Вера Соколова")), ticket_id=ids.new())
    tx.commit()
    assert answer.released is None
    assert ticket_status(front, booked) == "pending"
    assert [row.psychologist_id for row in answer.matches] == ["m", "a"]


def followed(front, ticket_id):
    """A ticket that its client has shown to be his."""
    front.post("/process-link", {"user_id": str(CLIENT), "ticket_id": ticket_id}, SERVICE).ok()
    return ticket_id


def test_a_strangers_form_that_names_the_client_is_none_of_his(front, booked):
    front.post("/clients/br0001/contacts/confirm", {"phone": "+79045501567"}, SERVICE).ok()
    assert ticket_row(apply_for(front, name="Зло", request_text="чужая")).lead_number == LEAD
    assert reassign(front)["parent_ticket_id"] == booked


def test_the_session_ahead_is_released_also_where_a_newer_ticket_has_none(front, booked):
    newer = followed(front, apply_for(front, request_text="Ещё одна заявка"))
    answer = reassign(front)
    assert answer["parent_ticket_id"] == newer
    assert answer["released"]["psychologist"] == "Мария Орлова"
    assert ticket_status(front, booked) == "cancelled"


def test_a_later_booking_that_was_called_off_does_not_hide_the_session_ahead(front, booked):
    later = book(front, tomorrow(12, days=2), update_id=7, request_text="Вторая", selected_slots=["v12"])
    front.post("/cancel-session", {"ticket_id": later}).ok()
    followed(front, apply_for(front, request_text="Третья"))
    assert reassign(front)["released"]["slot_time"] == moscow(tomorrow(12))
    assert ticket_status(front, booked) == "cancelled"


def test_what_the_old_link_held_passes_on_or_is_given_back(front, booked):
    first = reassign(front, tomorrow(12, days=2), tomorrow(13, days=2), names="Анна Ким, Вера Соколова")
    second = reassign(front, tomorrow(13, days=2), names="Вера Соколова, Анна Ким")
    assert held(second) == [("v", at(tomorrow(13, days=2)))]
    assert "v12" in free_slots(front)
    assert "v13" not in free_slots(front)
    assert ticket_status(front, first["ticket_id"]) == "reassigned"


def test_the_old_link_books_nothing_any_more(front, tick, booked):
    first = reassign(front, tomorrow(12, days=2), names="Анна Ким, Вера Соколова")
    reassign(front, tomorrow(13, days=2), names="Анна Ким, Вера Соколова")
    answer = front.post("/process-link", {"user_id": str(CLIENT), "ticket_id": first["ticket_id"]}, SERVICE).ok()
    assert answer["slot_time"] is None
    assert "v12" in free_slots(front)


def test_the_admin_hears_of_an_unfollowed_link_once_for_the_newest(front, tick, people):
    apply_for(front)
    reassign(front)
    assert tick("check_link_transition", datetime.now(UTC) + timedelta(minutes=3)) == 1
    (told,) = ledger("admin", "admin_link_not_followed")
    assert told.ticket_id == ledger("admin", "admin_reassigned")[0].ticket_id


def test_wishes_of_the_old_form_rank_the_new_offer(front, people):
    specialist(front, "Игорь Лев", id="i", gender="male", debt=0)
    apply_for(front, preferences={"gender": "Мужчина"})
    assert reassign(front)["matches"][0]["psychologist_id"] == "i"


def test_topics_that_are_named_take_the_place_of_the_old_ones(front, people):
    specialist(front, "Игорь Лев", id="i", specialisations=["гнев"], debt=0)
    apply_for(front, preferences={"specializations": ["сон"]})
    assert reassign(front)["matches"][0]["psychologist_id"] == "m"
    assert reassign(front, _queries="гнев")["matches"][0]["psychologist_id"] == "i"
    assert front.get(INFO, SERVICE, lead_number=LEAD).ok()["ticket"]["queries"] == ["гнев"]


def test_another_contours_time_is_not_given(front, people):
    apply_for(front)
    trial = specialist(front, "Проба Пробная", contour="test")
    slot(front, trial, tomorrow(12))
    answer = reassign(front, tomorrow(12), names="Проба Пробная")
    assert answer["held_slots"] == []
    assert answer["unknown_psychologists"] == ["Проба Пробная"]
    assert offered(answer) == {"m", "v", "a"}


def test_the_same_wish_twenty_times_has_one_effect_and_one_answer(front, booked):
    body = wish(tomorrow(12, days=2), names="Вера Соколова, Анна Ким", _queries="сон; гнев")
    again = {**body, "lead_number": LEAD.upper(), "filtered_psychologists": "Ким Анна; Соколова Вера", "_queries": "гнев;сон"}
    first = front.post(DOOR, body, SERVICE).ok()
    assert all(front.post(DOOR, again if number % 2 else body, SERVICE).ok() == first for number in range(19))
    assert len(ledger("admin", "admin_reassigned")) == 1
    assert [row.template for row in ledger("specialist#m")].count("specialist_session_cancelled") == 1


def test_the_same_wish_twenty_times_at_once_has_one_effect_and_one_answer(front, booked):
    body = wish(tomorrow(12, days=2), names="Вера Соколова")
    with OneAtATime(), ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(lambda _: front.post(DOOR, body, SERVICE).ok(), range(20)))
    assert all(answer == answers[0] for answer in answers)
    assert len(ledger("admin", "admin_reassigned")) == 1


def test_after_ten_minutes_the_same_wish_is_a_new_one(front, booked):
    first = reassign(front, tomorrow(12, days=2), names="Вера Соколова, Анна Ким")
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        second = reassign(front, tomorrow(12, days=2), names="Вера Соколова, Анна Ким")
    assert second["parent_ticket_id"] == first["ticket_id"]
    assert held(second) == held(first)


def test_a_slot_that_somebody_takes_meanwhile_is_told_and_the_rest_is_held(front, booked, meanwhile):
    rival = {"contact": {"type": "phone", "value": "+7 904 550-15-68"}}
    meanwhile(lambda: apply_for(front, tomorrow(12, days=2), psychologist="Анна Ким", **rival))
    answer = reassign(front, tomorrow(12, days=2), tomorrow(13, days=2), names="Анна Ким")
    assert held(answer) == [("v", at(tomorrow(12, days=2))), ("a", at(tomorrow(13, days=2)))]


def test_a_client_who_follows_the_old_link_meanwhile_is_released_all_the_same(front, people, meanwhile):
    slot(front, "m", tomorrow(12), id="old")
    old = apply_for(front, tomorrow(12))
    meanwhile(lambda: front.post("/process-link", {"user_id": str(CLIENT), "ticket_id": old}, SERVICE).ok())
    answer = reassign(front)
    assert answer["released"] == {"psychologist": "Мария Орлова", "slot_time": moscow(tomorrow(12))}
    assert free_slots(front) == ["old"]


def test_a_link_followed_while_it_is_replaced_books_nothing(front, people, meanwhile):
    slot(front, "m", tomorrow(12), id="old")
    old = apply_for(front, tomorrow(12))
    meanwhile(lambda: reassign(front))
    answer = front.post("/process-link", {"user_id": str(CLIENT), "ticket_id": old}, SERVICE).ok()
    assert answer["slot_time"] is None
    assert free_slots(front) == ["old"]


def test_two_different_wishes_at_one_moment_make_a_chain(front, people, meanwhile):
    apply_for(front)
    others = []
    meanwhile(lambda: others.append(reassign(front, names="Вера Соколова")))
    assert reassign(front, names="Анна Ким")["parent_ticket_id"] == others[0]["ticket_id"]


def test_two_different_wishes_for_one_time_hold_it_once(front, booked, meanwhile):
    others = []
    meanwhile(lambda: others.append(reassign(front, tomorrow(12, days=2), names="Вера Соколова")))
    mine = reassign(front, tomorrow(12, days=2), names="Анна Ким")
    assert [held(others[0]), held(mine)] == [[("v", at(tomorrow(12, days=2)))], [("a", at(tomorrow(12, days=2)))]]
    assert "v12" in free_slots(front)


@pytest.mark.parametrize("refused", ["TransactWriteItems", "Query", "BatchGetItem"])
def test_a_busy_store_changes_nothing_and_the_same_wish_comes_through_later(front, booked, refused):
    body = wish(tomorrow(12, days=2), names="Вера Соколова")
    with Wire() as wire:
        wire.refuse(refused, "ThrottlingException", times=100)
        assert front.post(DOOR, body, SERVICE).status == 429
    assert ticket_status(front, booked) == "pending"
    assert held(front.post(DOOR, body, SERVICE).ok()) == [("v", at(tomorrow(12, days=2)))]


def test_it_costs_nine_calls_and_no_scan(front, booked):
    with Wire() as wire:
        reassign(front, tomorrow(12, days=2), names="Вера Соколова")
    assert [call.operation for call in wire.calls] == ["PutItem", *["BatchGetItem", "Query"] * 3, "Query", "TransactWriteItems"]


def test_what_a_new_booking_needs_to_know(front, booked):
    asked = front.get(INFO, SERVICE, lead_number=LEAD.upper()).ok()["ticket"]
    assert asked["id"] == booked
    assert (asked["lead_number"], asked["client_name"], asked["contact"]) == (LEAD, "Анна Лебедева", "+7 904 550-15-67")
    assert asked["client_phone"] == "+79045501567"
    assert asked["chosen"] == {"psychologist_id": "m", "psychologist": "Мария Орлова"}
    assert {row["psychologist_id"] for row in asked["psychologists"]} == {"m", "v", "a"}
    assert (asked["status"], asked["rejected"], asked["parent_ticket_id"]) == ("pending", [], None)
    assert not {"slots", "held_slots", "slot_time"} & set(asked)


def test_the_chosen_one_is_of_the_newest_ticket(front, booked):
    answer = reassign(front, tomorrow(12, days=2), names="Вера Соколова")
    asked = front.get(INFO, SERVICE, lead_number=LEAD).ok()["ticket"]
    assert (asked["id"], asked["status"], asked["chosen"]["psychologist_id"]) == (answer["ticket_id"], "new", "v")


def shown(front, mode):
    return [row["id"] for row in front.get(SCHEDULE, SERVICE, lead_number=LEAD, mode=mode).ok()["slots"]]


def test_by_time_only_the_one_chosen_before_is_shown(front, booked):
    assert shown(front, "time") == ["m12", "m13"]


def test_by_psychologist_the_others_picked_before_are_shown_soonest_first(front, booked):
    specialist(front, "Новая Новенькая", id="n", debt=0)
    slot(front, "n", tomorrow(9, days=2))
    assert sorted(shown(front, "psychologist")) == ["a12", "a13", "v12", "v13"]
    assert [one[1:] for one in shown(front, "psychologist")] == ["12", "12", "13", "13"]


def test_who_was_left_is_shown_in_no_mode(front, booked):
    reassign(front, tomorrow(12, days=2), names="Вера Соколова")
    assert shown(front, "time") == ["v13"]
    assert sorted(shown(front, "psychologist")) == ["a12", "a13"]


def test_time_that_is_over_or_taken_is_not_shown(front, booked):
    rival = {"contact": {"type": "phone", "value": "+7 904 550-15-68"}}
    apply_for(front, tomorrow(13, days=2), psychologist="Мария Орлова", **rival)
    assert shown(front, "time") == ["m12"]
    with time_machine.travel(tomorrow(12, days=2) + timedelta(seconds=1)):
        assert shown(front, "time") == ["m13"]  # the rival's hold is over too


def test_who_has_chosen_nobody_sees_the_ones_picked_for_him(front, people):
    apply_for(front)
    slot(front, "v", tomorrow(12), id="v12")
    assert shown(front, "time") == []
    assert shown(front, "psychologist") == ["v12"]


def test_reading_costs_five_calls_and_one_more_for_each_psychologist(front, booked):
    with Wire() as wire:
        front.get(INFO, SERVICE, lead_number=LEAD).ok()
        known = len(wire.calls)
        shown(front, "time")
        by_time = len(wire.calls) - known
        shown(front, "psychologist")
    assert (known, by_time, len(wire.calls) - known - by_time) == (5, 6, 7)
    assert {call.operation for call in wire.calls} == {"BatchGetItem", "Query"}
