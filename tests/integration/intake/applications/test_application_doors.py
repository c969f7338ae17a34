"""The names under which the public site sends its applications: one reader, one inbox, one answer."""

import pytest

from tests.builders import SERVICE, TELEGRAM, ledger, moscow, sample, slot, specialist, start, ticket_row, tomorrow

SITE, DIAGNOSTIC, HELP = "/tilda-zayavka", "/tilda-zayavka-diagnostic-v2", "/register-ticket-for-help-hand"


def form(**said):
    return {**sample("intake/tilda_zayavka.json"), "slots": [], **said}


@pytest.fixture
def hour(front):
    moment = tomorrow(19)
    slot(front, specialist(front, "Мария Орлова"), moment, id="hers")
    slot(front, specialist(front, "Пётр Волков", telegram_id="5550002"), moment, id="his")
    return moment


@pytest.mark.parametrize(("door", "kind"), [(SITE, "application"), (DIAGNOSTIC, "diagnostic"), (HELP, "helping_hand")])
def test_each_door_sets_its_kind(front, door, kind):
    ticket = ticket_row(front.post(door, form()).ok()["ticket_id"])
    assert (ticket.kind, ticket.form_ticket_id, ticket.name) == (kind, "aB3dE7k", "Инна Полякова")
    assert (ticket.helping_in is not None) == (kind == "helping_hand")


def test_the_same_through_two_doors_is_one(front, hour):
    said = form(slots=[moscow(hour)])
    answers = [front.post(door, said).ok() for door in (SITE, "/submit-application", DIAGNOSTIC, HELP)]
    assert answers == [answers[0]] * 4
    assert len(ledger("admin", "admin_application")) == 1


@pytest.mark.parametrize("name", ["ticket_id", "ticketID", "ticketId", "Ticket ID"])
def test_the_form_s_number_has_several_names(front, name):
    said = {**form(), name: "zz9"} if name == "ticket_id" else {name: "zz9", **{k: v for k, v in form().items() if k != "ticket_id"}}
    assert ticket_row(front.post(SITE, said).ok()["ticket_id"]).form_ticket_id == "zz9"


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ({"selectedPsychologistsNames": ["Волков Пётр", "Мария Орлова"]}, "his"),
        ({"selectedPsychologistsNames": [None], "filtered_by_automatch_psy_names": ["Пётр Волков", "Мария Орлова"]}, "his"),
        ({"selectedPsychologistsNames": ["Мария Орлова"], "filtered_by_automatch_psy_names": ["Пётр Волков"]}, "hers"),
    ],
)
def test_the_first_of_the_chosen_is_the_chosen_one(front, hour, said, held):
    answer = front.post(SITE, form(slots=[moscow(hour)], **said)).ok()
    assert [row["id"] for row in answer["held_slots"]] == [held]
    assert answer["unknown_psychologists"] == []


def test_whom_the_site_showed_is_kept_in_its_order(front):
    ticket = ticket_row(front.post(SITE, form()).ok()["ticket_id"])
    assert (ticket.answers["shownPsychologists"], ticket.answers["top_3_psychologists"]) == (
        "Мария Орлова; Пётр Волков",
        ["Мария Орлова", "Пётр Волков"],
    )


def test_the_helping_hand_keeps_its_price_and_holds_nothing(front, hour):
    answer = front.post(HELP, form(slots=[moscow(hour)], slots_objects=["his"], categoryType="2000 руб")).ok()
    assert (answer["held_slots"], answer["taken_slots"]) == ([], [])
    assert ticket_row(answer["ticket_id"]).price == "2000 руб"
    (told,) = ledger("admin", "admin_application")
    assert told.values["price"] == "2000 руб"
    assert front.post(SITE, form(ticket_id="other", categoryType="2000 руб", name="Олег")).status == 200


def test_a_diagnostic_application_gets_one_session(front, hour):
    """Booked by its link, the office's booking is a matter of its own; booked by the office, its link books nothing more."""
    first = front.post(DIAGNOSTIC, form(slots_objects=["hers"])).ok()
    front.post("/telegram", start(first["ticket_id"], username="inna_polyakova"), TELEGRAM).ok()
    assert ticket_row(first["ticket_id"]).booked_at is not None
    who = front.get("/specialists", SERVICE).ok()["specialists"][0]["id"]
    later = slot(front, who, tomorrow(12))
    asked = {"client_id": ticket_row(first["ticket_id"]).lead_number, "psychologist_id": who, "slot_id": later}
    booked = front.post("/process-diagnostic-session-request", {**asked, "payment_info": {"status": "completed"}}, SERVICE).ok()
    assert booked["ticket_id"] != first["ticket_id"]


def test_a_diagnostic_application_that_the_office_booked_books_nothing_by_its_link(front, hour):
    first = front.post(DIAGNOSTIC, form(slots_objects=["hers"])).ok()
    row = ticket_row(first["ticket_id"])
    people = {one["name"]: one["id"] for one in front.get("/specialists", SERVICE).ok()["specialists"]}
    asked = {"client_id": row.lead_number, "psychologist_id": people["Пётр Волков"], "slot_id": "his"}
    booked = front.post("/process-diagnostic-session-request", {**asked, "payment_info": {"status": "completed"}}, SERVICE).ok()
    assert booked["ticket_id"] == first["ticket_id"]
    front.post("/telegram", start(first["ticket_id"], username="inna_polyakova"), TELEGRAM).ok()
    info = front.get("/get-ticket-info", SERVICE, ticket_id=first["ticket_id"]).ok()["ticket"]
    assert info["psychologist_name"] == "Пётр Волков"
