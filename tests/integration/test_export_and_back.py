"""What was exported comes back: nothing changes where it came from, and an empty store gets the same."""

from pathlib import Path

import pytest

from chalicelib.booking.slots.models import Slot
from chalicelib.booking.specialists.models import Specialist
from chalicelib.clients.models import Client
from scripts import export_data, import_csv
from tests.builders import slot, specialist, tomorrow
from tests.integration.booking import desk

CARD = {
    "queries": ["тревога; сон"],
    "works_with": ["янв 5"],
    "verified": True,
    "is_married": False,
    "min_client_age": 18,
    "telegram": "https://t.me/public_page",
    "education": [{"program_title": "Гештальт", "year": "2015"}],
}
MODELS = {"specialists": Specialist, "slots": Slot, "clients": Client}


def counts(report):
    return {kind: number for kind, number in report.counts.items() if number}


@pytest.fixture
def office(front):
    """Two specialists; a free, a held and a booked slot; two clients of whom one has tags and a name that looks like a formula."""
    person = specialist(front, "Мария Орлова", price_max=450_050, specialisations=["тревога; сон", "янв 5"], age=41, profile=CARD)
    specialist(front, "Пётр Ильин", telegram_id="5550002", gender="male")
    free, held, taken = (slot(front, person, tomorrow(hour), minutes=50) for hour in (10, 12, 14))
    desk.booked(front, taken, name="=Анна; Лебедева", utm={"utm_source": "vk"}, email="anna@example.org")
    desk.applied(front, held, user_id=desk.BORIS, name="(5)")
    return free, held, taken


def export(folder):
    export_data.run(folder, list(MODELS))
    return [Path(folder) / f"{name}.csv" for name in MODELS]


def state(*, but=()):
    return {name: sorted(repr(sorted(row.attribute_values.items(), key=str)) for row in model.scan()) for name, model in MODELS.items()}


def test_an_export_changes_nothing_where_it_came_from(office, tmp_path):
    files, before = export(tmp_path), state()
    reports = import_csv.run(*files)
    assert [report.refused for report in reports] == [[], [], []], [report.lines() for report in reports]
    assert [counts(report) for report in reports] == [{"unchanged": 2}, {"unchanged": 2}, {"unchanged": 3}]
    assert state() == before


def essence():
    """What a file can carry: no ids of ours, no holds, no clocks."""
    people = {row.specialist_id: row for row in Specialist.scan()}
    told = ("name", "telegram_id", "gender", "age", "price_min", "price_max", "specialisations", "debt", "active", "profile")
    return {
        "specialists": sorted(([getattr(row, field) for field in told] for row in people.values()), key=str),
        "clients": sorted([row.name, row.phone, row.email, row.age, row.timezone, row.first_utm] for row in Client.scan()),
        "slots": sorted(
            [row.slot_id, row.start_at, row.minutes, row.specialist_name, "free" if row.state == "held" else row.state]
            for row in Slot.scan()
        ),
    }


def test_an_empty_store_gets_the_same(office, tmp_path):
    files, before = export(tmp_path), essence()
    for model in MODELS.values():
        for row in model.scan():
            row.delete()
    from chalicelib.booking.specialists.models import SpecialistName
    from chalicelib.clients.models import Identity

    for model in (Identity, SpecialistName):
        for row in model.scan():
            row.delete()
    reports = import_csv.run(*files)
    assert [report.refused for report in reports] == [[], [], []], [report.lines() for report in reports]
    assert [counts(report) for report in reports] == [{"new": 2}, {"new": 2}, {"new": 3}]
    assert essence() == before
