"""What the back office may say of a specialist."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from chalicelib.booking.slots.schemas import NewSlots
from chalicelib.booking.specialists.schemas import NewSpecialist, SpecialistInput


def sample(name):
    return json.loads(Path(f"events/booking/{name}.json").read_text(encoding="utf-8"))


def test_the_samples_are_valid():
    assert NewSpecialist.model_validate(sample("create_specialist")).price_max == 520_050
    assert [slot.specialist_id for slot in NewSlots.model_validate(sample("create_slots")).slots] == ["63", "63"]


@pytest.mark.parametrize(
    "said",
    [
        {"name": ""},
        {"name": "   "},
        {"gender": "other"},
        {"age": 17},
        {"telegram_id": "@orlova"},
        {"telegram_id": "0123"},
        {"price_min": -1},
        {"price_min": 10.5},
        {"price_min": 500, "price_max": 499},
        {"specialisations": [""]},
        {"specialisations": "сон"},
        {"number_of_clients_provided": -1},
    ],
)
def test_what_a_specialist_cannot_be(said):
    with pytest.raises(ValidationError):
        SpecialistInput.model_validate({"name": "Мария Орлова", **said})


def test_a_numeric_telegram_id_is_kept_as_text():
    assert SpecialistInput.model_validate({"name": "Мария Орлова", "telegram_id": 6180052417}).telegram_id == "6180052417"


@pytest.mark.parametrize("given", [7, "7", " 7 "])
def test_an_id_is_kept_as_text(given):
    assert NewSpecialist.model_validate({"name": "Мария Орлова", "id": given}).id == "7"
