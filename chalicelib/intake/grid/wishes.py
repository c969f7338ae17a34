"""What a form that is not sent yet wishes for, read as an application's is."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.booking.specialists.service import Wishes
from chalicelib.intake.applications import choice, rules
from chalicelib.intake.applications.reading import read
from chalicelib.intake.applications.schemas import Preferences


def of(said: Mapping[str, Any]) -> Wishes:
    """The form's criteria, and the visitor's age; nothing else that it says of a person is kept."""
    form = read(said)
    age = None if form["age"] is None else str(form["age"])  # sites send a number, too
    wanted = choice.wishes(Preferences.model_validate(form["preferences"]), age=rules.age_of(age))
    return replace(wanted, names=tuple(form["psychologists"]), shown=tuple(form["shown"]))
