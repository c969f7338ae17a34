"""One reader for every shape an application comes in."""

from urllib.parse import parse_qs

import pytest
from hypothesis import given
from pydantic import ValidationError

from chalicelib.intake.applications.reading import NAMES, read
from chalicelib.intake.applications.schemas import Application
from tests.builders import sample
from tests.unit.intake.applications.strategies import objects, values


@given(objects)
def test_any_json_object_is_an_application_or_a_named_mistake(raw):
    try:
        form = Application.model_validate(raw)
    except ValidationError:
        return
    assert form.name or form.contact.value or form.phone or form.email or form.telegram
    assert all(isinstance(slot, str) for slot in form.selected_slots)


@given(values)
def test_what_is_no_object_is_a_named_mistake(raw):
    if isinstance(raw, dict):
        return
    with pytest.raises(ValidationError):
        Application.model_validate(raw)


@given(objects)
def test_reading_never_fails_by_itself(raw):
    assert set(read(raw)) >= {"name", "contact", "selected_slots", "preferences", "utm", "answers"}


@pytest.mark.parametrize(
    ("field", "name"), [(field, name) for field in ("name", "phone", "email", "telegram", "request_text") for name in NAMES[field]]
)
def test_a_field_is_found_under_any_of_its_names(field, name):
    assert getattr(Application.model_validate({"name": None, "contact": "@somebody", name: "сказано"}), field) == "сказано"


@pytest.mark.parametrize(
    ("said", "value", "kind"),
    [
        ({"contact": {"type": "phone", "value": "+7 904 550-15-67"}}, "+7 904 550-15-67", "phone"),
        ({"contact": "@anna", "contactType": "Telegram"}, "@anna", "Telegram"),
        ({"contact": 7012345678}, "7012345678", None),
        ({"contact": ["", "@anna"]}, "@anna", None),
        ({"contact": {}, "name": "Анна"}, None, None),
        ({"contact": None, "name": "Анна"}, None, None),
        ({"contact": "null", "name": "Анна"}, None, None),
    ],
)
def test_a_contact_is_text_or_an_object(said, value, kind):
    contact = Application.model_validate(said).contact
    assert (contact.value, contact.type) == (value, kind)


@pytest.mark.parametrize(
    "nobody", [{}, {"name": ""}, {"name": "null"}, {"age": 31}, {"contact": {"type": "phone"}}, {"form": {"form": {}}}]
)
def test_an_application_of_nobody_is_refused(nobody):
    with pytest.raises(ValidationError, match="expected a name or a contact"):
        Application.model_validate(nobody)


def test_the_contracts_shape():
    form = Application.model_validate(sample("intake/submit_application.json"))
    assert (form.name, form.age, form.contact.value) == ("Вера Соколова", "29", "@vera_sokolova_spb")
    assert form.selected_slots == ["14.03 10:00", "14.03 18:30"]
    assert (form.preferences.gender, form.preferences.price_max) == ("female", "4500")
    assert form.preferences.specializations == ["тревога", "выгорание"]


def test_the_standard_request():
    form = Application.model_validate(sample("intake/submit_application.standard_flat.json"))
    assert (form.ticket_id, form.name, form.age) == ("6402713", "Олег Ветров", "41")
    assert form.selected_slots == ["11.3 10:00", "12.03 / 19:00"]
    assert form.psychologists == ["Орлова Мария"]
    assert form.preferences.price_max == "до 3 500 ₽"
    assert form.preferences.specializations == ["Выгорание", "Отношения", "Переезд в другой город", "Сон", "тревога", "развод"]
    assert form.utm == {"utm_source": "vk", "utm_medium": "cpc", "utm_campaign": "vesna"}
    assert form.request_text == "Можно ли встречаться вечером?"


def test_the_standard_request_under_form_with_lists_that_hold_null():
    form = Application.model_validate(sample("intake/submit_application.standard_nested.json"))
    assert (form.ticket_id, form.name, form.age, form.timezone) == ("hh_4471209", "Инна Полякова", None, "МСК+2")
    assert (form.contact.value, form.contact.type) == ("8 (921) 640-71-88", "Phone")
    assert (form.selected_slots, form.psychologists, form.utm) == ([], [], {})
    assert form.preferences.specializations == ["Тревога", "тревога"]
    assert form.answers["city"] == "Екатеринбург"


def test_what_is_blank_outside_is_taken_from_within():
    raw = {
        "name": "",
        "age": None,
        "ticket_id": "1",
        "form": {"name": "Инна", "age": "", "ticket_id": "2", "formPsyClientInfo": {"age": 34}},
    }
    form = Application.model_validate(raw)
    assert (form.name, form.age, form.ticket_id) == ("Инна", "34", "1")


def test_the_preferred_gender_of_the_inner_questionnaire_is_a_wish():
    assert Application.model_validate(sample("intake/submit_application.standard_nested.json")).preferences.gender == "Женщина"


def test_a_tilda_form():
    fields = {name: values[0] for name, values in parse_qs(sample("intake/submit_application.tilda.form")).items()}
    form = Application.model_validate(fields)
    assert (form.name, form.phone, form.email, form.telegram) == (
        "Павел Громов",
        "+7 (916) 803-42-75",
        "Pavel.Gromov@Example.org",
        "@pavel_gromov",
    )
    assert form.selected_slots == ["14.03 10:00", "14.03 11:00"]
    assert form.preferences.specializations == ["Тревога", "Отношения", "Сон"]
    assert (form.tranid, form.consent) == ("2406115:7250918344", "yes")
    assert "COOKIES" not in form.answers and "tranid" not in form.answers


def test_ids_come_before_texts_and_nothing_twice():
    form = Application.model_validate({"name": "Анна", "slots_objects": ["17", 18], "slots": ["14.03 10:00", "17", None]})
    assert form.selected_slots == ["17", "18", "14.03 10:00"]
