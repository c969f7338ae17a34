"""Site forms on the deployed stack: a stranger gets nothing of anybody, an honest visitor is served as before."""

from urllib.parse import urlencode

import pytest

from tests.builders import SERVICE, application, moscow, slot, specialist, start, tomorrow
from tests.builders import TELEGRAM as BOT

DOOR = "/submit-application"
TILDA = {"X-Api-Key": "tilda-key-of-tests"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ANNA = {"Name": "Анна", "Phone": "+7 904 551-00-01", "Email": "anna.forms@example.org"}
OLEG = {"Name": "Олег", "Phone": "+7 904 551-00-02"}
OLD = {"Name": "Жанна", "Phone": "+7 904 551-00-03"}
STRANGER = {"User-Agent": "another browser"}


@pytest.fixture(scope="module")
def hours(deployed_front):
    """Twenty free hours of one specialist."""
    person = specialist(deployed_front, "Лидия Формина", telegram_id="5670001")
    return [slot(deployed_front, person, tomorrow(9 + number % 10, days=50 + number // 10)) for number in range(20)]


def phone(number):
    return {"type": "phone", "value": f"+7 904 552-00-{number:02}"}


def held(answer):
    return [row["id"] for row in answer["held_slots"]]


def told(cloud, template, ticket_id):
    return [row for row in cloud.tables.rows("messages", recipient="admin", template=template) if row["ticket_id"] == ticket_id]


@pytest.mark.parametrize("number", [{"tranid": "7654321:1010000001"}, {"ticket_id": "9104551"}, {"payment[orderid]": "190077"}])
def test_a_stranger_who_knows_the_number_gets_an_application_of_his_own(deployed_front, number):
    first = deployed_front.form(DOOR, {**ANNA, **number}).ok()
    other = deployed_front.form(DOOR, {**OLEG, **number}, STRANGER).ok()
    assert other["ticket_id"] != first["ticket_id"] and other["link"] != first["link"]
    assert first["client_id"] is other["client_id"] is None
    mine = deployed_front.get("/get-ticket-info", SERVICE, ticket_id=other["ticket_id"]).ok()["ticket"]
    assert mine["client_name"] == "Олег"


def test_a_stranger_who_sends_a_number_first_swallows_nobodys_application(deployed_front):
    deployed_front.form(DOOR, {**OLEG, "tranid": "7654321:1010000002"}, STRANGER).ok()
    for headers in ({}, TILDA):
        real = deployed_front.form(DOOR, {**ANNA, "tranid": "7654321:1010000002"}, headers).ok()
        shown = deployed_front.get("/get-ticket-info", SERVICE, ticket_id=real["ticket_id"]).ok()["ticket"]
        assert shown["client_name"] == "Анна"


@pytest.mark.parametrize("headers", [{}, TILDA], ids=["without a key", "with a key"])
def test_tildas_retry_gets_its_first_answer(cloud, deployed_front, headers):
    fields = {**ANNA, "tranid": f"7654321:20{len(headers)}", "mood": f"{len(headers)}"}
    first = deployed_front.form(DOOR, fields, headers).ok()
    assert [deployed_front.form(DOOR, fields, headers).ok() for _ in range(3)] == [first] * 3
    assert len(told(cloud, "admin_application", first["ticket_id"])) == 1
    assert bool(first["client_id"]) == bool(headers)


def test_tildas_probe_with_the_key_under_a_name_of_the_owners(deployed_front):
    body = urlencode({"test": "test", "api_key": TILDA["X-Api-Key"]})
    assert deployed_front.call("POST", DOOR, body=body, headers=FORM).status == 200
    assert deployed_front.call("POST", DOOR, body=urlencode({"test": "test", "X-Api-Key": "wrong"}), headers=FORM).status == 401


def test_a_bare_ticket_id_shows_no_contact_and_a_wrong_proof_is_none(deployed_front):
    ticket_id = deployed_front.form(DOOR, {**ANNA, "mood": "bare"}).ok()["ticket_id"]
    shown = deployed_front.get("/get-ticket-info", ticket_id=ticket_id).ok()["ticket"]
    assert (shown["client_id"], shown["client_name"], shown["request_text"]) == (None, "А.", None)
    assert (shown["client_phone"], shown["client_email"]) == ("+7 *** ***-00-01", "a***@example.org")
    whole = deployed_front.get("/get-ticket-info", SERVICE, ticket_id=ticket_id).ok()["ticket"]
    assert whole["client_phone"] == "+79045510001" and whole["client_id"].startswith("br")
    for proof in ({"X-Api-Key": "wrong"}, {"Authorization": "Bearer wrong"}, {"Authorization": "tma hash=1"}, TILDA):
        assert deployed_front.get("/get-ticket-info", proof, ticket_id=ticket_id).status == 401


def test_one_form_holds_three_and_a_second_of_the_same_person_none(deployed_front, hours):
    first = deployed_front.post(DOOR, application(*hours[:20], contact=phone(1))).ok()
    assert held(first) == hours[:3]
    assert [row["reason"] for row in first["taken_slots"]] == ["limit"] * 17
    again = deployed_front.post(DOOR, application(*hours[3:6], contact=phone(1), request_text="ещё"), STRANGER).ok()
    assert held(again) == []
    deployed_front.post("/telegram", start(first["ticket_id"], 7_600_000_001, update_id=76_001), BOT).ok()  # the rest is free again


def test_a_visitor_who_thinks_again_gets_the_new_time_and_gives_the_old_one_back(deployed_front, hours):
    said = {"contact": phone(2), "ticket_id": "9104552"}
    first = deployed_front.post(DOOR, application(hours[10], **said)).ok()
    again = deployed_front.post(DOOR, application(hours[11], **said)).ok()
    assert (again["ticket_id"], held(again)) == (first["ticket_id"], [hours[11]])
    stranger = deployed_front.post(DOOR, application(hours[11], hours[10], **said), STRANGER).ok()
    assert held(stranger) == [hours[10]], "his word moves nobody's hold"
    followed = {"user_id": "7600000002", "ticket_id": first["ticket_id"], "declined": True}
    answer = deployed_front.post("/process-link", followed, SERVICE).ok()
    assert answer["slot_time"] == moscow(tomorrow(10, days=51))
    deployed_front.post("/process-link", {"user_id": "7600000003", "ticket_id": stranger["ticket_id"]}, SERVICE)


def test_a_cart_that_is_paid_later_is_one_ticket(cloud, deployed_front):
    cart = {
        "name": "Вера",
        "phone": "89045520003",
        "payment": {"sys": "tinkoff", "orderid": "1900000001", "amount": "5000", "systranid": "0"},
    }
    paid = {**cart, "payment": {**cart["payment"], "systranid": "9037780797"}}
    first = deployed_front.post(DOOR, cart).ok()
    assert [deployed_front.post(DOOR, paid).ok() for _ in range(2)] == [first] * 2
    assert len(told(cloud, "admin_application", first["ticket_id"])) == 1
    assert len(told(cloud, "admin_order_paid", first["ticket_id"])) == 1


def test_a_form_in_parts_and_one_of_unknown_names_are_taken(deployed_front):
    parts = '--XX\r\nContent-Disposition: form-data; name="Input"\r\n\r\n+79045520004\r\n--XX--\r\n'
    answer = deployed_front.call("POST", DOOR, body=parts, headers={"Content-Type": "multipart/form-data; boundary=XX"}).ok()
    shown = deployed_front.get("/get-ticket-info", SERVICE, ticket_id=answer["ticket_id"]).ok()["ticket"]
    assert shown["client_phone"] == "+79045520004"


def test_a_form_in_parts_of_an_old_charset_keeps_its_letters(deployed_front):
    """A gateway that makes text of the bytes leaves nothing of them: such forms come through it as they are."""
    parts = "".join(f'--XX\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{said}\r\n' for name, said in OLD.items())
    headers = {"Content-Type": "multipart/form-data; boundary=XX"}
    answer = deployed_front.call("POST", DOOR, body=f"{parts}--XX--\r\n".encode("cp1251"), headers=headers).ok()
    assert deployed_front.get("/get-ticket-info", SERVICE, ticket_id=answer["ticket_id"]).ok()["ticket"]["client_name"] == "Жанна"
