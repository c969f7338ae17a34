"""A specialist of both systems, and a free row of his time."""

import pytest

from tests.builders import specialist
from tests.integration.intake.rows.database import Row


@pytest.fixture
def person(front):
    return specialist(front, id="63", name="Ольга Белова")


@pytest.fixture
def row(front, person):
    """A free slot that both systems know."""
    row = Row(front)
    assert row.insert().ok()["result"] == "added"
    return row
