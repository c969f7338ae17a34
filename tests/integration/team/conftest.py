"""A house with its employees, as panels and masters see it."""

from typing import Any

import pytest

from tests.builders import SERVICE, Answer
from tests.integration.staff.conftest import House, staff_sign_in

__all__ = ["staff_sign_in"]

EMPLOYEES = "/api/v1/admin/employees"


class Team(House):
    """The doors, the staff, and employees' cards."""

    def card(self, name: str = "Мария Орлова", header: dict[str, str] = SERVICE, **said: Any) -> dict[str, Any]:
        return self.front.post(EMPLOYEES, {"full_name": name, "is_bookable": False, **said}, header).ok()

    def one(self, number: int) -> dict[str, Any]:
        return self.front.get(f"{EMPLOYEES}/{number}", SERVICE).ok()

    def change(self, number: int, header: dict[str, str] = SERVICE, **said: Any) -> Answer:
        return self.front.put(f"{EMPLOYEES}/{number}", said, header)

    def archive(self, number: int, header: dict[str, str] = SERVICE) -> Answer:
        return self.front.delete(f"{EMPLOYEES}/{number}", header)

    def events(self, number: int) -> list[tuple[Any, ...]]:
        items = self.front.get(f"{EMPLOYEES}/{number}/history", SERVICE).ok()["items"]
        return [tuple(one[name] for name in ("event_type", "field", "old_value", "new_value", "changed_by")) for one in items]

    def names(self, **query: Any) -> list[str]:
        return [one["full_name"] for one in self.front.get(EMPLOYEES, SERVICE, **query).ok()["items"]]

    def as_staff(self, name: str, role: str) -> dict[str, str]:
        """The header of somebody of a role, who is hired at need."""
        if name not in self.ids:
            self.hire(name, role)
        return self.of(name)

    def master(self, name: str = "mark", **said: Any) -> tuple[int, dict[str, str]]:
        """A master with a card: its number, and his header."""
        header = self.as_staff(name, "master")
        return self.card(name, user_id=self.ids[name], **said)["id"], header


@pytest.fixture
def team(front):
    return Team(front)


def told(answer: Answer) -> tuple[int, str, Any]:
    """What a refusal says."""
    return answer.status, answer.body["error"], answer.body["detail"]
