"""A house with an admin and a manager, and CRMs on loopback that it is connected to."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core import outbox, storage, vault
from chalicelib.core.outbox import EPOCH, OutboxRow
from chalicelib.integrations import paced
from chalicelib.ops import jobs  # noqa: F401  # the import registers what the outbox delivers
from chalicelib.sales.crm.sync.models import Link
from tests.builders import SERVICE, Answer
from tests.integration.staff.conftest import House, house, staff_sign_in  # noqa: F401
from tests.standins.amocrm import AmoStandIn
from tests.standins.parameterstore import empty_parameter_store

PLACE = "/api/v1/crm/connections"


@pytest.fixture(autouse=True)
def without_pace(monkeypatch):
    """What is asked of loopback needs no places in a row; `tests/unit/integrations/test_paced.py` looks at those."""
    for name in paced.PER_SECOND:
        monkeypatch.setitem(paced.PER_SECOND, name, 1e9)


@pytest.fixture(autouse=True)
def secrets_kept(tables):
    vault._store.cache_clear()
    with empty_parameter_store():
        yield
    vault._store.cache_clear()


@pytest.fixture
def amo():
    with AmoStandIn() as standing:
        yield standing
        assert not standing.wrong, f"amoCRM would have refused these: {standing.wrong}"


@dataclass
class Desk:
    """The doors of connections, and the outbox that carries out what they queue."""

    front: Any
    house: House
    tick: Any

    def made(self, standing: Any, **said: Any) -> Answer:
        own = {"crm_type": "amocrm", "base_url": standing.address, "access_token": standing.token} if "crm_type" not in said else {}
        body = {"name": "Отдел продаж", **own, **said}
        return self.front.post(PLACE, body, SERVICE)

    def connected(self, standing: Any, **said: Any) -> int:
        answer = self.made(standing, **said)
        assert answer.status == 201, answer.text
        self.deliver()
        return int(answer.body["id"])

    def deliver(self) -> None:
        """What waits for CRMs leaves, also what was put off a moment ago, or is still in the hands of a worker who died."""
        lanes = {row.lane: row for row in OutboxRow.scan() if row.lane.startswith("crm#")}
        for row in lanes.values():
            row.update([OutboxRow.not_before.set(EPOCH)])
        outbox.deliver_lanes(lanes, within=timedelta(seconds=30))

    def shown(self, number: int) -> Any:
        return self.front.get(f"{PLACE}/{number}", SERVICE).ok()

    def status(self, number: int) -> Any:
        return self.front.get(f"{PLACE}/{number}/status", SERVICE).ok()

    def run(self, number: int, mode: str = "sync", **said: Any) -> Any:
        """A run to its end; how it stands then."""
        answer = self.front.post(f"{PLACE}/{number}/sync", {"mode": mode, **said}, SERVICE)
        assert answer.status == 202, answer.text
        for _ in range(40):
            self.deliver()
            if (last := self.status(number)["last_run"])["state"] != "running":
                return last
        raise AssertionError("the run does not end")


@pytest.fixture
def desk(front, house, tick):  # noqa: F811
    return Desk(front, house, tick)


def every_row() -> str:
    """Everything that stands in any table, as text; what is packed unpacked."""
    return "\n".join(repr(row.attribute_values) for model in storage.tables() for row in model.scan())


def linked() -> int:
    """How many are linked; both halves of each agree."""
    halves = [link for link in Link.scan() if link.state == "linked"]
    there = {(link.name, link.other) for link in halves if link.side.endswith("#there")}
    here = {(link.other, link.name) for link in halves if link.side.endswith("#here")}
    assert there == here and len({one for one, _ in there}) == len({one for _, one in there}) == len(there)
    return len(there)
