"""What sessions are asked."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from chalicelib.booking.sessions.schemas import Cancellation, Confirmation, Move, Rating

SHAPES = {
    "confirm_session_by_client": Confirmation,
    "cancel_session": Cancellation,
    "cancel_session.by_slot": Cancellation,
    "reschedule_session": Move,
    "rate_session": Rating,
}


@pytest.mark.parametrize("name", SHAPES)
def test_the_samples_are_valid(name):
    SHAPES[name].model_validate_json(Path(f"events/booking/{name}.json").read_text(encoding="utf-8"))


def test_a_slot_row_names_the_slot_by_its_numeric_id():
    row = json.loads(Path("events/booking/cancel_session.by_slot.json").read_text(encoding="utf-8"))
    assert Cancellation.model_validate(row).id == "4817"


@pytest.mark.parametrize("said", [{}, {"ticket_id": ""}, {"ticket_id": "null", "slot_id": " "}, {"cancellation_reason": "не смогу"}])
def test_a_cancellation_names_what_it_cancels(said):
    with pytest.raises(ValidationError):
        Cancellation.model_validate(said)


@pytest.mark.parametrize("rating", [0, 6, -1, 3.5, "пять", None, [], 10**30])
def test_a_rating_is_one_to_five(rating):
    with pytest.raises(ValidationError):
        Rating.model_validate({"ticket_id": "01KQ", "rating": rating})


@pytest.mark.parametrize("rating", [5, "5", 5.0])
def test_a_rating_may_come_as_a_forms_text(rating):
    assert Rating.model_validate({"ticket_id": "01KQ", "rating": rating}).rating == 5
