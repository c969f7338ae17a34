"""Every door, tried by everybody: the status, what it changed, and what it told."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bench.wire import Recorder, recorded
from chalicelib.core import clock
from chalicelib.core.http import OPERATIONS, Operation
from chalicelib.core.settings import settings
from tests.authorisation import page
from tests.authorisation import store as tables
from tests.authorisation.callers import BOT_TOKEN, CALLERS, CHATWOOT_SECRET
from tests.authorisation.policy import expected, pending, row_of, unknown_rows
from tests.authorisation.requests import Asked, asked, contacts, of_somebody_unknown
from tests.authorisation.world import World, built
from tests.builders import Answer, Front, doors, scheduled
from tests.standins.gocrm import GoCrmStandIn
from tests.standins.oidc import IssuerStandIn

READS = {"GetItem", "BatchGetItem", "Query"}
TABLE = r"'TableName': 'frontdesk-test-([a-z-]+)'"


pytestmark = pytest.mark.xdist_group("authorisation")  # the world is built, and each door tried, once


@dataclass
class Outcome:
    """How one request fared."""

    answer: Answer
    changed: list[str]
    learned: list[str]


@dataclass
class Matrix:
    """The world, and every door that was tried in it so far; each caller finds it as it was built."""

    world: World
    wire: Recorder
    before: tables.Rows = field(default_factory=tables.kept)
    tried: dict[str, dict[str, Outcome]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        tables.put_back(self.before, self.before)
        self.state, self.family = tables.state(), deepcopy(self.world.family)

    def row(self, operation: Operation) -> dict[str, Outcome]:
        """All callers at one door, about the owner."""
        if operation.name not in self.tried:
            request = asked(operation, self.world)
            self.tried[operation.name] = {caller: self.ask(request, caller) for caller in CALLERS}
        return self.tried[operation.name]

    def ask(self, request: Asked, caller: str) -> Outcome:
        """One request of a caller."""
        self.wire.calls.clear()
        headers = {"Content-Type": "application/json", **self.world.proofs.headers(caller, request.body)}
        answer = self.world.front.call(request.method, request.address(self.world.proofs.query(caller)), body=request.body, headers=headers)
        told = f"{answer.text} {answer.headers}"
        learned = [what for what, value in self.world.planted.items() if value in told and value not in request.said]
        return Outcome(answer, self._changed_and_put_back(), learned)

    def _changed_and_put_back(self) -> list[str]:
        changed = ["the family at Go-CRM"] if self.world.family != self.family else []
        vars(self.world.family).update(deepcopy(vars(self.family)))
        if set(self.wire.operations) <= READS:
            return changed
        written = {name for call in self.wire.calls if call.operation not in READS for name in re.findall(TABLE, repr(call.params))}
        differ = [name for name, rows in tables.state(written).items() if rows != self.state[name]]
        tables.put_back(self.before, differ)
        return changed + sorted(set(differ) - tables.NO_STATE)


@pytest.fixture(scope="module")
def matrix(store: None) -> Iterator[Matrix]:
    """The world, built once: whatever a caller changes is put back."""
    with pytest.MonkeyPatch.context() as environment, GoCrmStandIn() as club, IssuerStandIn() as issuer:
        said = {"OIDC_ISSUER": issuer.issuer, "OIDC_AUDIENCE": issuer.audience, "CHATWOOT_WEBHOOK_SECRET": CHATWOOT_SECRET}
        said |= {"JWT_SECRET": "staff-token-secret-of-the-tests-2026"}
        said |= {"GOCRM_URL": club.address, "GOCRM_APP_TOKEN": club.app_token, "GOCRM_FUNNELS": json.dumps({"trial": club.plugin_url(5)})}
        for name, value in said.items():
            environment.setenv(name, value)
        settings.cache_clear()
        tables.emptied()
        world = built(Front(doors()), club, issuer, ticked)
        environment.setenv("TELEGRAM_BOT_TOKEN", BOT_TOKEN)  # only now: what the building of the world said is not sent
        settings.cache_clear()
        with recorded() as wire:
            yield Matrix(world, wire)
        tables.emptied()
    settings.cache_clear()


def ticked(name: str, at: Any = None) -> None:
    """Run a scheduled function at a moment."""
    import app as composition

    composition.app.handler_map[name](scheduled(at or clock.wall()), None)


def rows(test: str, operations: list[Operation] = OPERATIONS) -> Any:
    """One test for each operation; strictly expected to fail where the table says that a point is open."""
    points = [(operation, pending(test, operation.name)) for operation in operations]
    marks = [pytest.mark.xfail(strict=True, reason=point) if point else () for _, point in points]
    return pytest.mark.parametrize(
        "operation", [pytest.param(one, marks=mark, id=one.name) for (one, _), mark in zip(points, marks, strict=True)]
    )


def test_the_table_names_every_operation_once_and_no_other() -> None:
    assert unknown_rows() == [], "take these out of tests/authorisation/policy.py"
    for operation in OPERATIONS:
        row_of(operation)


def test_a_new_operation_is_told_what_it_lacks() -> None:
    with pytest.raises(LookupError, match=r"brand_new \(POST /brand-new\) stands in no row.*\n.*\n.*ROWS"):
        row_of(replace(OPERATIONS[0], name="brand_new", method="POST", path="/brand-new"))


def test_the_page_is_the_table() -> None:
    assert page.PLACE.read_text(encoding="utf-8") == page.text(), "run `python -m tests.authorisation` and commit it"


@rows("statuses")
def test_each_caller_is_let_in_or_refused_as_the_table_says(matrix: Matrix, operation: Operation) -> None:
    wanted, row = expected(operation), matrix.row(operation)
    wrong = {
        caller: (outcome.answer.status, wanted[caller], outcome.answer.text[:300])
        for caller, outcome in row.items()
        if outcome.answer.status != wanted[caller]
    }
    assert wrong == {}, "caller: (answered, expected, body)"


@rows("changes")
def test_who_is_refused_has_changed_nothing(matrix: Matrix, operation: Operation) -> None:
    wanted, row = expected(operation), matrix.row(operation)
    idle = [caller for caller in CALLERS if wanted[caller] >= 400 or caller in row_of(operation).idle]
    assert {caller: row[caller].changed for caller in idle if row[caller].changed} == {}, "caller: tables"


@rows("learns")
def test_nobody_else_learns_what_is_the_owners(matrix: Matrix, operation: Operation) -> None:
    others = {caller: outcome for caller, outcome in matrix.row(operation).items() if caller not in row_of(operation).sees}
    assert {caller: one.learned for caller, one in others.items() if one.learned} == {}, "caller: what he learned"


def test_the_owner_s_things_stand_where_the_back_office_reads_them(matrix: Matrix) -> None:
    """The tests above would pass in an empty world."""
    seen = {what for operation in OPERATIONS for outcome in matrix.row(operation).values() for what in outcome.learned}
    assert seen >= set(matrix.world.planted) - {"phone as typed", "account hash", "INN"}


OPEN = [operation for operation in OPERATIONS if expected(operation)["nobody"] < 400 and "nobody" not in row_of(operation).sees]
"""Doors that ask for no proof; what carries its key within is no stranger's request."""


@rows("tells", OPEN)
def test_no_public_answer_tells_a_key_or_an_account(matrix: Matrix, operation: Operation) -> None:
    """Beside what is the owner's (`learned`): secrets, ids that open something, whom the bot writes to, other people's things."""
    request, answer = asked(operation, matrix.world), matrix.row(operation)["nobody"].answer
    told = f"{answer.text} {answer.headers}"
    assert [what for what, value in matrix.world.unshared.items() if value in told and value not in request.said] == []


@rows("differs", OPEN)
def test_a_stranger_cannot_tell_whom_we_know(matrix: Matrix, operation: Operation) -> None:
    """Asked about somebody we know and about somebody we do not, a public door says the same but for ids."""
    for request in contacts(operation, matrix.world):
        known, unknown = (matrix.ask(one, "nobody") for one in (request, of_somebody_unknown(request)))
        assert known.learned == []
        assert (known.answer.status, page.without_ids(known.answer.text)) == (
            unknown.answer.status,
            page.without_ids(unknown.answer.text),
        ), request.said
