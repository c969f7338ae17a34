"""What a body may say of a lead, and how a path names one."""

import pytest
from pydantic import ValidationError

from chalicelib.core.arguments import KINDS
from chalicelib.sales.leads.schemas import LeadId, LeadPatch, LeadsQuery, NewLead

WRONG = [
    {"name": ""}, {"name": "x\ny"}, {"name": "x" * 256}, {"website": "ftp://x.ru"},
    {"source": "dream"}, {"stage": "dream"}, {"status": "won"},
    {"amount": -1}, {"amount": 0.001}, {"amount": 10**13}, {"amount": True},
    {"assigned_to": True},
    {"expected_close": "soon"}, {"tags": ["x" * 51]},
    {"tags": ["x"] * 31}, {"custom_fields": {str(one): 1 for one in range(51)}}, {"custom_fields": {"x": "я" * 5_000}},
    {"custom_fields": {"x": {"y": 1}}},
    {"custom_fields": [1]}, {"notes": "x" * 5_001}, {"next_follow_up": "soon"}, {"next_follow_up": "9999-12-31"},
    {"next_follow_up": "3000-01-01"}, {"forecast_category": "x"},
]  # fmt: skip


@pytest.mark.parametrize("said", WRONG, ids=str)
def test_what_is_wrong_is_refused(said):
    with pytest.raises(ValidationError):
        NewLead.model_validate({"name": "Анна", **said})


def test_a_form_says_the_same_in_text():
    said = {
        "name": " Анна ",
        "amount": "1000,50",
        "custom_fields": '{"a": 1}',
        "tags": "чай",
        "assigned_to": "7",
        "company": "",
        "stage": "won",
    }
    lead = NewLead.model_validate(said)
    assert (lead.name, lead.amount, lead.custom_fields, lead.tags, lead.assigned_to) == ("Анна", 100050, {"a": 1}, ["чай"], 7)
    assert (lead.company, lead.source, LeadPatch(company=None).model_fields_set) == (None, "other", {"company"})


@pytest.mark.parametrize(("said", "number"), [("722", 722), ("br0722", 722), ("BR722", 722), ("0007", 7)])
def test_a_path_names_a_lead_by_id_or_number(said, number):
    assert KINDS[LeadId].validate_strings(said) == number


@pytest.mark.parametrize("said", ["", "0", "-1", "br", "tbr0001", "br 1", "1.5", "9" * 11, "٣"])
def test_what_names_none_is_refused(said):
    with pytest.raises(ValidationError):
        KINDS[LeadId].validate_strings(said)


@pytest.mark.parametrize(
    "said", [{"search": "a"}, {"search": "a b c d e f"}, {"status": "lots"}, {"order_by": "name"}, {"assigned_to": -1}]
)
def test_a_list_is_asked_by_its_own_words(said):
    with pytest.raises(ValidationError):
        LeadsQuery.model_validate(said)
