"""What a form that is not sent yet wishes for, read as an application's is."""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.booking.specialists.service import Wishes, gender_of
from chalicelib.intake.applications import rules
from chalicelib.intake.applications.schemas import NAMES, PSYCHOLOGISTS, TOPICS, flatten, single
from chalicelib.integrations.tilda import forms

LONGEST, MOST = 200, 100


def of(said: Mapping[str, Any]) -> Wishes:
    """The form's criteria; nothing that it says of a person is read."""
    flat = flatten(said)
    gender, price = (_first(flat, NAMES[name]) for name in ("gender", "price_max"))
    topics, names = (tuple(_all(flat, fields)) for fields in (TOPICS, PSYCHOLOGISTS))
    return Wishes(gender_of(gender), rules.kopecks(price), topics, names, chose_times=False)


def _first(flat: Mapping[str, Any], names: Iterable[str]) -> str | None:
    found = next((value for name in names if (value := single(flat.get(name))) is not None), None)
    return None if found is None else str(found)[:LONGEST]


def _all(flat: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(part[:LONGEST] for name in names for part in forms.split(flat.get(name))))[:MOST]
