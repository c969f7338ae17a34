"""A company comes over from UDS: once, whatever its API does meanwhile, and nothing of its past moves a balance here."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from chalicelib.clients import service as clients
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.models import Client, Identity
from chalicelib.core import ids, storage
from chalicelib.core.facts import FactRow
from chalicelib.core.outbox import OutboxRow
from chalicelib.loyalty.accounts.models import Account, Lot
from chalicelib.loyalty.accounts.people import behind
from chalicelib.loyalty.imports import service
from chalicelib.loyalty.imports.rules import Newcomer, Past
from chalicelib.loyalty.ledger.models import Operation, Receipt
from chalicelib.loyalty.ledger.rules import balances
from chalicelib.messaging.models import MessageRow
from scripts import import_uds
from tests.standins.store import OneAtATime
from tests.standins.uds import UdsStandIn, customer, operation

MODELS = (Client, Identity, Account, Lot, Operation, Receipt, FactRow, OutboxRow, MessageRow)


def stored():
    """Everything that an import may write, as it stands."""
    return {model.__name__: sorted(repr(row.attribute_values) for row in model.scan()) for model in MODELS}


@pytest.fixture
def uds(tables):
    with UdsStandIn() as company:
        yield company
    assert company.wrong == []


@pytest.fixture
def bring(uds):
    """Import; the counts of each list, what is told, and the pauses that were made."""

    def run(key=None, **how):
        pauses = []
        reports = import_uds.run(uds.company, key or uds.key, uds.address, pause=pauses.append, page=5, **how)
        lists = {one.name: dict(one.counts) for one in reports[:-1]}
        told = [f"{outcome.kind}, {outcome.field}: {outcome.why}" for one in reports[:-1] for _, outcome in one.told]
        return lists, told, reports[-1].told[0], pauses

    return run


def account(name):
    """The account of a UDS customer."""
    (row,) = Identity.query(f"external#uds#{name}")
    return Account.get(f"live#{int(row.lead_number.removeprefix('br')):010d}")


def test_three_pages_with_troubles_in_the_middle_come_once(uds, bring):
    uds.customers = [customer(n, points=n + 0.25, inviter=n + 1 if n % 12 else None) for n in range(1, 13)]
    uds.operations = [operation(n, n % 8 + 1) for n in range(1, 15)]
    troubled = []

    def trouble(asked):
        if asked.query.get("cursor") == "c5" and asked.path not in troubled:
            troubled.append(asked.path)
            uds.fail(429, 500, 429, path=asked.path)

    uds.before = trouble
    lists, told, points, pauses = bring()
    assert lists == {"customers": {"new": 12}, "operations": {"new": 14}}
    assert pauses == [1.0] * 6
    assert told == []
    assert points == "points: clients have 81.00, their operations come to 420.00, -339.00 apart; of 12 clients they differ"
    assert (int(account(7).balance), int(account(7).referrer)) == (725, int(account(8).place[-10:]))
    assert account(12).referrer is None and account(12).brought() == 1
    before, asked = stored(), len(uds.numbers)
    assert bring()[0] == {"customers": {"unchanged": 12}, "operations": {"unchanged": 14}}
    assert stored() == before
    assert len(uds.numbers) > asked


def test_the_books_agree_and_the_past_moves_nothing(uds, bring):
    uds.customers = [customer(1, points=100), customer(2, points=0)]
    uds.operations = [
        operation(1, 1),
        operation(2, 1, total=500, cash=350, points=-100),
        operation(3, 1, state="REVERSAL", total=-200, cash=-200, points=-6),
        operation(4, 2, action="REWARD", total=0, cash=0, points=50),
    ]
    bring()
    rows = list(Operation.scan())
    assert Counter(row.op_type for row in rows) == {"import_opening": 1, "purchase": 2, "refund": 1, "points_accrual": 1}
    assert all(row.imported for row in rows)
    sums = balances(row.lines for row in rows)
    whose = account(1)
    assert {key: by for key, by in sums.items() if key[0].startswith("client:")} == {(f"client:{whose.place}", "PTS"): 10_000}
    assert sums["till:import", "RUB"] == 100_000 + 35_000 - 20_000
    assert (int(whose.balance), int(whose.consumed), int(whose.spent), int(whose.visits)) == (10_000, 0, 0, 0)
    assert sum(int(lot.amount) for lot in Lot.scan()) == 10_000
    second = next(row for row in rows if row.points and row.op_type == "purchase")
    assert (int(second.discount), int(second.cash), int(second.points)) == (5_000, 35_000, 10_000)
    facts = [row for row in FactRow.scan() if row.kind == "operation_made" and row.data["op_type"] != "import_opening"]
    assert {row.day for row in facts} == {"2025-03-02", "2025-03-03", "2025-03-04", "2025-03-05"}
    assert all(row.data["imported"] for row in facts)
    assert [row.day for row in facts if row.data.get("first")] == ["2025-03-02"]
    assert whose.first_purchase["day"] == "2025-03-02" and whose.last_purchase["day"] == "2025-03-03"
    assert behind(list(PersonRow.scan())) == {}, "lists say what accounts do"
    assert list(OutboxRow.scan()) == list(MessageRow.scan()) == []


def test_what_is_left_out_says_why(uds, bring):
    uds.customers = [
        customer(1),
        customer(2, points=-5),
        {"displayName": "Никто"},
        customer(4, inviter=99, phone=None),
        customer(5, inviter=5),
    ]
    uds.operations = [
        operation(1, None),
        operation(2, 1, state="CANCELED"),
        operation(3, 1, state="REVERSAL", origin={"id": 2}),
        operation(4, 1, action="CONJURED"),
        operation(5, 1, total=900),
        operation(6, 99),
        operation(7, 1, dateCreated="вчера"),
    ]
    lists, told, _, _ = bring()
    assert lists == {"customers": {"new": 3, "refused": 2}, "operations": {"skipped": 4, "refused": 3}}
    assert told == [
        "refused, participant.points: is below zero",
        "refused, participant.id: is empty",
        "new, : who brought him is not among the clients, or was brought by him",
        "new, : who brought him is not among the clients, or was brought by him",
        "skipped, customer: it is nobody's",
        "skipped, state: was cancelled there",
        "skipped, origin: takes back what is left out, for it was cancelled",
        "skipped, action: nobody here knows what it is",
        "refused, dateCreated: expected a date and time",
        "refused, total: is less than what was paid, or below zero",
        "refused, client_id: its client is not among the clients that were taken",
    ]


def test_who_is_known_here_stays_one_and_keeps_what_he_said(uds, bring):
    person, tx = clients.person_from(phone="+79045500001", name="Анна", email="anna@lotos.ru"), storage.Transaction()
    rows = storage.read(*clients.keys(person, "live"))
    clients.find_or_create(tx, person=person, rows=rows, contour="live", new_id=ids.new(), source="site", proof=clients.Proof.OFFICE)
    tx.commit()
    tiers = {"name": "Золотой", "rate": 3.0}, {"name": "Друзья", "rate": 5.0}, {"name": "Друзья", "rate": 11.0}
    uds.customers = [
        customer(1, points=10, email="other@lotos.ru", birthDate="1990-02-28", tier=tiers[0]),
        *(customer(n, tier=tier) for n, tier in zip((2, 3), tiers[1:], strict=True)),
    ]
    lists, told, _, _ = bring()
    assert lists["customers"] == {"changed": 1, "new": 2}
    (client,) = [row for row in Client.scan() if row.phone == "+79045500001"]
    assert (client.name, client.email) == ("Анна", "anna@lotos.ru")
    assert [account(n).level for n in (1, 2)] == ["gold", "silver"]
    assert (account(1).birthday, account(1).gender) == ("1990-02-28", "female")
    assert told == ["new, : no level here is called as his, or earns as much: his purchases decide"]


def test_two_imports_at_once_are_one(tables):
    person = clients.person_from(phone="+79045500001", external=("uds", "1"))
    one = Newcomer(source="uds#customer#1", person=person, points=500)
    bought = Past(source="uds#operation#1", op_type="purchase", at=datetime(2025, 3, 1, tzinfo=UTC), amount=100)
    with OneAtATime(), ThreadPoolExecutor(4) as pool:
        known = {brought.known.client_id: brought.known for brought in pool.map(lambda _: service.bring(one), range(4))}
        (whose,) = known.values()
        assert sorted(new for (new,) in pool.map(lambda _: service.past(whose, [bought]), range(4))) == [False] * 3 + [True]
    assert (int(account(1).balance), Counter(row.op_type for row in Operation.scan())) == (500, {"import_opening": 1, "purchase": 1})


def test_a_circle_of_inviters_is_broken_and_said(uds, bring):
    uds.customers = [customer(1, inviter=2), customer(2, inviter=3), customer(3, inviter=1)]
    lists, told, _, _ = bring()
    assert lists["customers"] == {"new": 3}
    assert [account(n).referrer is None for n in (1, 2, 3)].count(True) == 1 == len(told)


def test_a_dry_run_writes_nothing_and_says_the_same(uds, bring):
    uds.customers = [customer(1, points=5), customer(2, inviter=1)]
    uds.operations = [operation(1, 1), operation(2, 2, state="CANCELED")]
    empty = stored()
    said = bring(dry_run=True)
    assert stored() == empty
    assert bring() == said


def test_customers_without_cursors_come_by_offset(uds, bring):
    uds.has_cursors, uds.customers = False, [customer(n) for n in range(1, 11)]
    assert bring(dry_run=True)[0]["customers"] == {"new": 10}
    assert [one.query.get("offset") for one in uds.calls("GET", "customers")] == [None, "5", "10"]


@pytest.mark.parametrize("status", [400, 403, 408, 425])
def test_no_4xx_is_repeated(uds, bring, status):
    uds.fail_next(status, None if status == 408 else {"errorCode": "badRequest"}, headers={"X-Request-Id": "r-1"})
    with pytest.raises(RuntimeError, match=r"badRequest, request r-1|HTTP 408"):
        bring()
    assert len(uds.asked) == 1


def test_a_refusal_ends_it_at_once_and_is_not_repeated(uds, bring):
    with pytest.raises(RuntimeError, match=r"^uds: unauthorized; what was written stands") as refused:
        bring(key="another-key")
    assert len(uds.asked) == 1 and "another-key" not in str(refused.value)


def test_an_api_that_stays_down_is_given_up_and_a_repeat_goes_on(uds, bring):
    uds.customers, uds.operations = [customer(1, points=5)], [operation(1, 1)]
    uds.fail(*[503] * 10, path="operations")
    with pytest.raises(RuntimeError, match="a repeat goes on"):
        bring()
    assert bring()[0] == {"customers": {"unchanged": 1}, "operations": {"new": 1}}


def test_the_key_comes_from_the_environment_alone(uds, monkeypatch, capsys):
    monkeypatch.setattr(import_uds, "environment", lambda stage: {})
    monkeypatch.delenv(import_uds.KEY, raising=False)
    assert import_uds.main(["--company", uds.company]) == 2
    assert import_uds.KEY in capsys.readouterr().err
    monkeypatch.setenv(import_uds.KEY, uds.key)
    monkeypatch.setenv(import_uds.ADDRESS, uds.address)
    assert import_uds.main(["--company", uds.company, "--dry-run"]) == 0
    assert "Nothing was written." in capsys.readouterr().out
