"""POST /submit-application: every shape an application comes in is the same application."""

import base64
import json
from urllib.parse import quote, urlencode

import pytest

import app as composition
from chalicelib.core.inbox import InboxRow
from tests.builders import SERVICE, Answer, application, client_row, lead_of, moscow, sample, slot, specialist, ticket_row, tomorrow

DOOR = "/submit-application"
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("name", ["Name", "name", "Имя", "client_name", "ma_name"])
def test_a_name_is_read_from_any_of_its_fields(front, name):
    front.form(DOOR, {name: "Анна Лебедева", "Phone": "+7 904 550-15-67"}).ok()
    assert client_row("br0001").name == "Анна Лебедева"


@pytest.mark.parametrize(
    "said",
    [
        {"contact": {"type": "telegram", "value": "@anna_leb"}},
        {"contact": "https://t.me/Anna_Leb", "contactType": "Telegram"},
        {"contact": "anna_leb"},
        {"Telegram": "@anna_leb"},
        {"form": {"contact": "@anna_leb"}},
        {"contact": ["@anna_leb", "@anna_leb"]},
    ],
)
def test_a_contact_is_text_or_an_object(front, said):
    front.post(DOOR, {"name": "Анна", **said}).ok()
    assert client_row("br0001").telegram_username == "anna_leb"


def test_the_answer_has_all_that_the_site_shows(front):
    person, moment = specialist(front), tomorrow(12)
    chosen = slot(front, person, moment)
    answer = front.post(DOOR, application(chosen)).ok()
    told = {"held_slots", "taken_slots", "matches", "unknown_psychologists"}
    assert set(answer) == {"success", "message", "ticket_id", "client_id", "link", *told}
    assert answer["link"] == f"https://t.me/test_frontdesk_bot?start={answer['ticket_id']}"
    (held,) = answer["held_slots"]
    assert (held["id"], held["psychologist"], f"{held['date']} {held['time']}") == (chosen, "Мария Орлова", moscow(moment))


@pytest.mark.parametrize(
    "name", ["submit_application.json", "submit_application.standard_flat.json", "submit_application.standard_nested.json"]
)
@pytest.mark.parametrize("headers", [{"Content-Type": "application/json"}, {"Content-Type": "text/plain"}, {}])
def test_json_is_read_whatever_it_is_called(front, name, headers):
    body = json.dumps(sample(f"intake/{name}"), ensure_ascii=False)
    answer = front.call("POST", DOOR, body=body, headers=headers).ok()
    row = ticket_row(answer["ticket_id"])
    assert row.name in {"Вера Соколова", "Олег Ветров", "Инна Полякова"}
    assert row.contact


def test_the_standard_request_keeps_what_it_does_not_know(front):
    row = ticket_row(front.post(DOOR, sample("intake/submit_application.standard_nested.json")).ok()["ticket_id"])
    assert row.form_ticket_id == "hh_4471209"
    assert (row.answers["city"], row.answers["selectionСriteria"]) == ("Екатеринбург", "Опыт")
    assert row.phone == "+79216407188"
    assert client_row("br0001").timezone == "Etc/GMT-5"


@pytest.mark.parametrize("headers", [{"Content-Type": FORM}, {"Content-Type": f"{FORM}; charset=UTF-8"}, {}])
def test_a_tilda_form_is_read(front, headers):
    person = specialist(front, specialisations=["Сон", "Тревога"])
    answer = front.call("POST", DOOR, body=sample("intake/submit_application.tilda.form"), headers=headers).ok()
    row = ticket_row(answer["ticket_id"])
    assert (row.name, row.phone, row.email, row.telegram) == ("Павел Громов", "+79168034275", "pavel.gromov@example.org", "pavel_gromov")
    assert row.utm == {"utm_source": "yandex", "utm_medium": "cpc", "utm_campaign": "психолог онлайн"}
    assert row.request_text == "Удобнее вечером"
    assert [taken["slot"] for taken in answer["taken_slots"]] == ["14.03 10:00", "14.03 11:00"]
    assert [(match["psychologist_id"], match["reasons"][0]) for match in answer["matches"]] == [
        (person, "работает с запросом: Тревога, Сон")
    ]
    assert row.consents == [["personal_data", True, "form"]]


def test_what_tilda_adds_is_no_part_of_the_answers(front):
    body = sample("intake/submit_application.tilda.form") + "&X-Api-Key=tilda-key-of-tests"
    row = ticket_row(front.call("POST", DOOR, body=body, headers={"Content-Type": FORM}).ok()["ticket_id"])
    assert not {"COOKIES", "tranid", "formid", "formname", "X-Api-Key"} & set(row.answers)


def test_a_windows_charset_is_read(front):
    body = "&".join(
        f"{quote(key, encoding='cp1251')}={quote(value, encoding='cp1251')}" for key, value in {"Имя": "Анна", "Phone": "12"}.items()
    )
    front.call("POST", DOOR, body=body, headers={"Content-Type": f"{FORM}; charset=windows-1251"}).ok()
    assert client_row("br0001").name == "Анна"


def test_a_byte_order_mark_is_no_part_of_the_body(front):
    body = b"\xef\xbb\xbf" + json.dumps(application()).encode()
    assert lead_of(front.call("POST", DOOR, body=body).ok()) == "br0001"


def test_a_base64_body_is_read(front):
    body = base64.b64encode(urlencode({"Name": "Анна", "Phone": "+7 904 550-15-67"}).encode()).decode()
    assert lead_of(through_gateway(body, base64=True).ok()) == "br0001"
    assert client_row("br0001").name == "Анна"


def test_a_body_that_only_says_that_it_is_base64_is_named(front):
    assert through_gateway("это не base64", base64=True).status == 422


def test_repeated_form_keys_are_a_list(front):
    person = specialist(front)
    ids = [slot(front, person, tomorrow(hour)) for hour in (10, 11)]
    fields = [("Name", "Анна"), ("contact", ""), ("contact", "@anna_leb"), ("slots_objects", ids[0]), ("slots_objects", ids[1])]
    fields += [("Специализации", "сон"), ("Специализации", "тревога"), ("Phone", "+7 904 550-15-67"), ("Phone", "12")]
    answer = front.form(DOOR, fields).ok()
    assert [held["id"] for held in answer["held_slots"]] == ids
    assert "работает с запросом: сон, тревога" in answer["matches"][0]["reasons"]
    row = client_row("br0001")
    assert (row.phone, row.telegram_username) == ("+79045501567", "anna_leb")


@pytest.mark.parametrize(
    "probe", ["test=test", '{"test": "test"}', "test=test&X-Api-Key=tilda-key-of-tests", "test=test&api_key=tilda-key-of-tests"]
)
def test_tildas_connection_test_is_answered_and_stores_nothing(front, probe):
    assert front.call("POST", DOOR, body=probe, headers={"Content-Type": FORM}).ok()["success"] is True
    assert list(InboxRow.scan()) == []
    assert front.get("/messages", SERVICE, client_id="br0001").status == 404


def test_a_probe_with_a_wrong_key_is_refused(front):
    assert front.form(DOOR, {"test": "test", "X-Api-Key": "wrong"}).status == 401


def test_a_visitor_called_test_is_an_application(front):
    assert front.form(DOOR, {"test": "test", "Name": "test", "Phone": "+7 904 550-15-67"}).ok()["ticket_id"]


def through_gateway(body, *, base64=False):
    """The proxy event that API Gateway makes of a request."""
    event = {
        "resource": DOOR,
        "path": DOOR,
        "httpMethod": "POST",
        "requestContext": {"httpMethod": "POST", "resourcePath": DOOR, "identity": {"sourceIp": "192.0.2.7"}},
        "headers": {"Content-Type": FORM},
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "body": body,
        "isBase64Encoded": base64,
    }
    answer = composition.app(event, None)
    return Answer(type("Reply", (), {"status_code": answer["statusCode"], "headers": {}, "body": answer["body"].encode()}))


def test_consents_are_kept_per_channel_with_their_text(front):
    said = {"personal_data": "yes", "consent_telegram": "да", "consent_email": "no", "consent_version": "2026-11"}
    row = ticket_row(front.post(DOOR, application(**said)).ok()["ticket_id"])
    assert row.consents == [
        ["personal_data", True, "2026-11"],
        ["channel:telegram", True, "2026-11"],
        ["channel:email", False, "2026-11"],
    ]
