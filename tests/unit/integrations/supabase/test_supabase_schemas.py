"""A trigger's payload and the rows inside it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from chalicelib.integrations.supabase.schemas import Change, SlotRow, SpecialistRow

SAMPLES = sorted(Path("events/supabase").glob("*.json"))
ROWS = {"hraniteli_slots": SlotRow, "hraniteli_psychologists": SpecialistRow}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_samples_are_valid(path):
    change = Change.model_validate_json(path.read_text(encoding="utf-8"))
    if change.table in ROWS:
        assert ROWS[change.table].model_validate(change.row).id.isdigit()


def test_a_number_is_an_id():
    row = SlotRow.model_validate({"id": 2**53 + 1, "client_id": 90417, "ticket": 12})
    assert (row.id, row.client_id, row.ticket) == ("9007199254740993", "90417", "12")


@pytest.mark.parametrize(
    "body",
    [
        {"type": "TRUNCATE", "table": "hraniteli_slots", "record": {"id": 1}},
        {"type": "INSERT", "table": "hraniteli_slots", "record": None, "old_record": {"id": 1}},
        {"type": "UPDATE", "table": "hraniteli_slots", "record": {}},
        {"type": "DELETE", "table": "hraniteli_slots", "record": {"id": 1}, "old_record": None},
        {"type": "INSERT", "record": {"id": 1}},
        {"table": "hraniteli_slots", "record": {"id": 1}},
        {"type": "INSERT", "table": "hraniteli_slots", "record": [1]},
    ],
)
def test_a_change_carries_its_row(body):
    with pytest.raises(ValidationError):
        Change.model_validate(body)


@pytest.mark.parametrize(
    ("state", "taken"), [("Свободен", False), (None, False), ("", False), ("Занят", True), ("Ожидает", True), ("свободен!", True)]
)
def test_one_word_is_free_and_none_is_nobodys(state, taken):
    assert SlotRow.model_validate({"id": 1, "state": state}).taken is taken


@pytest.mark.parametrize(
    ("date", "time", "text"),
    [("2031-03-14", "10:00", "2031-03-14 10:00"), ("14.03", "10:00", "14.03 10:00"), (None, "10:00", None), ("14.03", "", None)],
)
def test_a_time_needs_both_its_columns(date, time, text):
    assert SlotRow.model_validate({"id": 1, "date": date, "time": time}).time_text == text


def test_a_specialist_may_lack_anything_but_id_and_name():
    row = SpecialistRow.model_validate({"id": 63, "name": "Ольга Белова", "age": None, "queries": None, "min_price": "", "sex": None})
    assert (row.age, row.topics, row.min_price, row.sex) == (None, [], None, None)


@pytest.mark.parametrize(
    "row", [{"id": 63}, {"id": 63, "name": None}, {"id": 63, "name": ""}, {"id": None, "name": "Ольга"}, {"name": "Ольга"}]
)
def test_a_specialist_has_an_id_and_a_name(row):
    with pytest.raises(ValidationError):
        SpecialistRow.model_validate(row)


def test_postgres_times_are_read():
    change = Change.model_validate(json.loads(Path("events/supabase/slot_taken.json").read_text(encoding="utf-8")))
    assert SlotRow.model_validate(change.row).updated_at == datetime(2031, 2, 24, 11, 32, 7, 905_000, tzinfo=UTC)
