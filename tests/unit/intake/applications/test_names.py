"""Whose name a field asks for, whatever it is called."""

import pytest

from chalicelib.gocrm.leads.schemas import LeadForm
from chalicelib.intake.applications.names import asks
from chalicelib.intake.applications.reading import read

HIS = [
    *("Name_2", "name2", "NAME", "Как вас зовут?", "Как Вас зовут", "Ваше ФИО", "Ф.И.О.", "Имя и фамилия", "Имя родителя", "your-name"),
    *(
        "fullname",
        "fullName",
        "yourName",
        "Full name:",
        "Имя_3",
        "Ваше имя*",
        "Укажите, пожалуйста, имя",
        "form[name]",
        "Как к вам обращаться?",
    ),
    *("Ismingiz", "First and last name", "parent-name"),
]
OTHERS = [
    *(
        "Название компании",
        "company_name",
        "Company name",
        "Имя ребёнка",
        "child_name",
        "ФИО ребенка",
        "Имя психолога",
        "formname",
        "page_name",
    ),
    *(
        "username",
        "user_login",
        "Имя пользователя",
        "Имя в Телеграм",
        "Кто посоветовал (имя)",
        "file name",
        "utm_name",
        "Фамилия",
        "Комментарий",
    ),
    *("Имя друга", "product_name", "Имя на карте", ""),
]


@pytest.mark.parametrize("field", HIS)
def test_a_name_is_found_whatever_its_field_is_called(field):
    assert asks(field)
    assert read({"Название компании": "ООО Лотос", "Имя ребёнка": "Петя", field: "Анна Ким", "Phone": "+79045501567"})["name"] == "Анна Ким"


@pytest.mark.parametrize("field", OTHERS)
def test_another_s_name_is_not_the_visitor_s(field):
    assert not asks(field)
    assert read({field: "Петя", "Phone": "+79045501567"})["name"] is None


def test_the_usual_name_goes_before_any_other():
    assert read({"Name_2": "Пётр", "Name": "Анна"})["name"] == "Анна"
    assert read({"Name": "", "Name_2": "Пётр"})["name"] == "Пётр"


@pytest.mark.parametrize("value", ["+79045501567", "anna@example.org", "", "  ", 7, True, None, [], "null", "123"])
def test_what_can_be_no_name_is_passed_over(value):
    assert read({"Name_2": value, "Name_3": "Анна"})["name"] == "Анна"


def test_a_lead_of_the_clubs_is_read_the_same_way():
    form = LeadForm.model_validate({"Как вас зовут?": "Анна", "Имя ребёнка": "Петя", "Phone": "+79045501567"})
    assert (form.name, form.child_name) == ("Анна", "Петя")
