"""A form is taken whatever it calls its fields, however it is written, and however long its answers are."""

import pytest

from chalicelib.core.inbox import InboxRow
from tests.builders import SERVICE, client_row, lead_of, ledger, specialist, ticket_row

DOOR = "/submit-application"
TILDA = "tilda-key-of-tests"


def test_a_contact_under_a_name_that_a_builder_made_up(front):
    answer = front.form(DOOR, {"Input": "Анна", "tel": "+79045501518", "tranid": "7654321:1130000016", "formid": "form1"}).ok()
    assert ticket_row(answer["ticket_id"]).phone == "+79045501518"


@pytest.mark.parametrize(
    ("field", "value", "kind", "read"),
    [
        ("Input_2", "+7 904 550-15-18", "phone", "+79045501518"),
        ("Как с вами связаться?", "tg: @anna_m", "telegram", "anna_m"),
        ("field-7", "anna@mail.ru,", "email", "anna@mail.ru"),
        ("Ваш_телефон", "8 904 550 15 18", "phone", "+79045501518"),
        ("E_MAIL", "Anna@mail.ru", "email", "anna@mail.ru"),
        ("ссылка", "https://t.me/anna_m", "telegram", "anna_m"),
        ("Telegram", "anna_m.t.me", "telegram", "anna_m"),
        ("Phone", "+7 904 550-15-61, +7 921 111-22-33", "phone", "+79045501561"),
    ],
)
def test_a_value_that_is_a_contact_is_one_in_any_field(front, field, value, kind, read):
    row = ticket_row(front.form(DOOR, {field: value}).ok()["ticket_id"])
    assert getattr(row, kind) == read
    assert row.answers[field] == value
    assert value in row.contact


@pytest.mark.parametrize(
    "field",
    ["psychologist", "Психолог", "questions", "Комментарий", "Кто вас направил?", "utm_source", "ИНН", "Номер заказа"],
)
def test_what_stands_where_something_else_is_asked_is_nobodys_contact(front, field):
    specialist(front)
    row = ticket_row(front.form(DOOR, {"Name": "Анна", field: "89045501518"}).ok()["ticket_id"])
    assert (row.phone, row.contact) == (None, None)


@pytest.mark.parametrize("field", ["Age", "Name", "Комментарий", "userTimeZone", "consent", "sexPsycho", "slots", "psychologist", "mood"])
def test_no_answer_is_too_long(front, field):
    text = "мне 35 лет, замужем, есть двое детей, живу в Казани и работаю учителем " * 100
    row = ticket_row(front.form(DOOR, {"Phone": "+79045501523", field: text}).ok()["ticket_id"])
    assert row.answers[field].strip() == text.strip()
    assert len(client_row("br0001").name or "") <= 300


PART = '--XX\r\nContent-Disposition: form-data; name="{0}"\r\n\r\n{1}\r\n'
MULTIPART = {"Content-Type": "multipart/form-data; boundary=XX"}


def test_a_form_in_parts_is_read(front):
    body = PART.format("Name", "Анна") + PART.format("Phone", "+79045501524") + PART.format("Возраст", "35\r\nлет") + "--XX--\r\n"
    row = ticket_row(front.call("POST", DOOR, body=body, headers=MULTIPART).ok()["ticket_id"])
    assert (row.name, row.phone, row.answers["Возраст"]) == ("Анна", "+79045501524", "35\r\nлет")


def test_of_a_file_its_name_is_kept(front):
    file = '--XX\r\nContent-Disposition: form-data; name="Чек"; filename="чек.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    body = PART.format("Phone", "+79045501524").encode() + file.encode() + b"\xff\xd8\x00\x1b\r\n--XX--\r\n"
    row = ticket_row(front.call("POST", DOOR, body=body, headers=MULTIPART).ok()["ticket_id"])
    assert row.answers["Чек"] == "чек.jpg"


@pytest.mark.parametrize("body", [b"", b"--YY\r\n", b"Name=1", b"--XX"])
def test_parts_that_are_none_are_named_and_kept(front, body):
    answer = front.call("POST", DOOR, body=body, headers=MULTIPART)
    assert (answer.status, answer.body["error"]) == (422, "invalid")
    assert front.get("/inbox", SERVICE).ok()["inbox"]


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "", "multipart/form-data; boundary=XX"])
def test_the_old_charset_is_read_where_nobody_names_it(front, kind):
    form = "name=Анна&Phone=%2B79045501524"
    body = (PART.format("name", "Анна") + PART.format("Phone", "+79045501524") + "--XX--") if "multipart" in kind else form
    row = ticket_row(front.call("POST", DOOR, body=body.encode("cp1251"), headers={"Content-Type": kind}).ok()["ticket_id"])
    assert (row.name, row.phone) == ("Анна", "+79045501524")


def test_three_forms_of_one_vk_profile_are_one_client(front):
    said = [
        {"contact": "https://vk.com/id901234567", "contactType": "VK"},
        {"contact": "id901234567", "contactType": "VK"},
        {"Input": "vk.com/id901234567"},
    ]
    answers = [front.post(DOOR, {"name": "Анна", "mood": number, **one}).ok() for number, one in enumerate(said)]
    assert {lead_of(answer) for answer in answers} == {"br0001"}
    assert {ticket_row(answer["ticket_id"]).phone for answer in answers} == {None}
    assert lead_of(front.post(DOOR, {"name": "Анна", "contact": "id901234567", "contactType": "Max"}).ok()) == "br0002"


# --- keys ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["api_key", "Authorization", "apikey", "secret", "ключ"])
def test_a_field_that_carries_the_right_key_is_the_key(front, name):
    assert front.form(DOOR, {"test": "test", name: TILDA}).ok()["success"] is True
    assert list(InboxRow.scan()) == []
    answer = front.form(DOOR, {"Name": "Анна", "Phone": "+79045501523", name: TILDA}).ok()
    assert answer["client_id"] == "br0001"
    assert name not in ticket_row(answer["ticket_id"]).answers
    assert all(TILDA not in f"{row.values}" for row in ledger("admin"))


@pytest.mark.parametrize("headers", [{"Authorization": TILDA}, {"Authorization": f"Bearer {TILDA}"}])
def test_a_header_of_another_name_is_the_key_too(front, headers):
    assert front.form(DOOR, {"Name": "Анна", "Phone": "+79045501523"}, headers).ok()["client_id"] == "br0001"


def test_a_wrong_key_under_a_name_that_nobody_knows_is_just_a_field(front):
    answer = front.form(DOOR, {"Name": "Анна", "Phone": "+79045501523", "api_key": "wrong"}).ok()
    assert answer["client_id"] is None
    assert front.form(DOOR, {"test": "test", "api_key": "wrong"}).status == 200
    assert front.form(DOOR, {"test": "test", "api_key": "wrong", "X-Api-Key": "wrong"}).status == 401


def test_a_key_under_another_name_is_not_kept(front):
    front.form(DOOR, {"mood": "x", "api_key": TILDA})
    from chalicelib.core import inbox

    (row,) = InboxRow.scan()
    assert TILDA.encode() not in inbox.raw_of(row)


# --- the other doors that read a form --------------------------------------------------------------------------------


def test_a_diagnostic_request_is_read_whatever_its_fields_are_called(front):
    door = "/webhook/diagnostic-session-request"
    answer = front.form(door, {"Name": "Анна " * 100, "Input_2": "tg: @anna_m", "Phone": "+7 904 550-15-18", "mood": "так себе"}).ok()
    row = ticket_row(answer["ticket_id"])
    assert (row.phone, row.name[:10]) == ("+79045501518", "Анна Анна ")
    assert front.form(door, {"Name": "Олег", "Input": "@oleg_m"}).ok()["ticket_id"] != answer["ticket_id"]
    assert front.form(door, {"Name": "Олег", "mood": "так себе"}).status == 422
