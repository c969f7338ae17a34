"""Marks that nobody sees stand in no name."""

import pytest
from pydantic import ValidationError

from chalicelib.catalogue.products.schemas import NewProduct
from chalicelib.company.schemas import NewChannel, NewLocation
from chalicelib.company.settings_schemas import SettingsChange
from chalicelib.loyalty.accounts.schemas import ClientChange, NewClient

NAMED = [
    (NewClient, "full_name", {}),
    (ClientChange, "full_name", {}),
    (NewProduct, "name", {"price_rub": 1}),
    (NewLocation, "name", {}),
    (NewChannel, "name", {}),
    (SettingsChange, "company_name", {}),
]


@pytest.mark.parametrize(("body", "field", "beside"), NAMED)
def test_a_name_is_one_line_without_them(body, field, beside):
    for mark in ("\x00", "\x1b", "\n", "\x85", "\u202e", "\u2066"):
        with pytest.raises(ValidationError, match="without control characters"):
            body(**{field: f"Анна{mark}Ким", **beside})
    assert getattr(body(**{field: "Анна  «Ким» 👩\u200d🔬", **beside}), field)


def test_a_note_may_have_lines():
    assert ClientChange(notes="чай\nкофе").notes == "чай\nкофе"
    with pytest.raises(ValidationError):
        ClientChange(notes="чай\x00")
