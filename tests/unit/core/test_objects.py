"""What may stand in an object whose fields its caller names."""

from typing import Annotated

import pytest

from chalicelib.core import objects
from chalicelib.core.errors import Invalid
from chalicelib.core.schemas import Schema, validated
from chalicelib.sales.interactions.schemas import Note
from chalicelib.sales.leads.schemas import NewLead


class Told(Schema):
    plain: Annotated[objects.Plain | None, objects.TOLD, objects.CLEAN, objects.few(3), objects.FITTING] = None
    data: Annotated[objects.Data | None, objects.TOLD, objects.CLEAN, objects.FITTING] = None


def places(model, said):
    with pytest.raises(Invalid) as caught:
        validated(model, said, "body")
    return [one["loc"] for one in caught.value.detail]


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"plain": {"a": "b\0"}}, ["plain", "a"]),
        ({"plain": {"a\0": 1}}, ["plain", "a\0"]),
        ({"plain": {"a\nb": 1}}, ["plain", "a\nb"]),
        ({"plain": {"\u200b": 1}}, ["plain", "\u200b"]),
        ({"plain": {"": 1}}, ["plain", "", "[key]"]),
        ({"plain": {"a" * 101: 1}}, ["plain", "a" * 100, "[key]"]),
        ({"data": {"a": {"b": ["c", "\u202e"]}}}, ["data", "a", "b", 1]),
        ({"data": {"a": [{"": 1}]}}, ["data", "a", 0, ""]),
        ({"data": '{"a": {"b\\u0000": 1}}'}, ["data", "a", "b\0"]),
        ({"data": '{"a": 1e999}'}, ["data", "a"]),
        ({"data": '{"a": NaN}'}, ["data"]),
        ({"data": '{"a":' * 5_000}, ["data"]),
        ({"data": {"a": "я" * 5_000}}, ["data"]),
        ({"plain": dict.fromkeys("abcd", 1)}, ["plain"]),
    ],
    ids=lambda one: str(one)[:40],
)
def test_what_may_not_stand_in_one_is_refused_where_it_stands(said, place):
    assert places(Told, said) == [["body", *place]]


def test_what_may_is_kept_as_it_was_said():
    said = {"plain": {"бюджет, ₽": 1.5, "да": True, "b": "1\n2"}, "data": {"a": [None, {"b": "👩\u200d🔬"}]}}
    assert Told(**said).model_dump() == said
    assert Told(plain="", data='{"a": [1]}').model_dump() == {"plain": None, "data": {"a": [1]}}


def test_ten_thousand_findings_are_not_all_told():
    assert len(places(Told, {"data": {"a": ["\0"] * 2_000}})) == 50


@pytest.mark.parametrize(
    ("model", "beside", "field"),
    [(NewLead, {"name": "Анна"}, "custom_fields"), (NewLead, {"name": "Анна"}, "source_data"), (Note, {"message": "да"}, "context")],
)
def test_every_such_field_of_sales_is_looked_at(model, beside, field):
    assert places(model, {**beside, field: {"a": "\0"}}) == [["body", field, "a"]]
    assert places(model, {**beside, field: {"": 1}}) == [["body", field, "", "[key]"]]
