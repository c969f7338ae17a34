"""Rewards for whom somebody brought: paid once, on what is left of a purchase, and given back with it."""

from datetime import timedelta

import pytest

from chalicelib.analytics.counts import repository as counts
from chalicelib.analytics.counts.rules import OPS, Place
from chalicelib.clients.index.rules import place
from chalicelib.clients.joining import Known
from chalicelib.company.models import Entry
from chalicelib.core import clock, facts, outbox, storage
from chalicelib.loyalty.accounts import repository as accounts
from chalicelib.loyalty.accounts.models import Account, Lot
from chalicelib.loyalty.certificates.models import Certificate
from chalicelib.loyalty.ledger import repository as ledger
from chalicelib.loyalty.ledger import rules
from chalicelib.loyalty.ledger.models import Operation
from chalicelib.loyalty.merging import service as merging
from chalicelib.loyalty.referrals import paying
from tests.builders import SERVICE
from tests.integration.loyalty.conftest import account, person, told

PROGRAMME = "/api/v1/admin/referral-programs"
RULES = [{"generation": 1, "percent": 10}, {"generation": 2, "percent": 5}, {"generation": 4, "percent": 1}]


def programme(till, **said):
    body = {"reward_unit": "points", "max_generations": 3, "generation_rules": RULES, "is_active": True, **said}
    return till.front.put(f"{PROGRAMME}/config", body, SERVICE)


@pytest.fixture
def line(till, tick):
    """Four, each brought by the one before."""
    made = [till.come("Анна")]
    for name in ("Вера", "Борис", "Глеб"):
        made.append(till.come(name, referrer_client_id=made[-1]))
    tick("sweep")
    return made


def buy(number, cash, **said):
    """What the till writes of a purchase, as far as rewards look at it."""
    where, at, made = place("live", number), clock.now(), ledger.number()
    tx = storage.Transaction()
    lines = rules.sold("cash", cash=cash, certificate=0, points=0, discounts=0)
    who = {"subject": "c", "actor": "t"}
    ledger.write(tx, made, "purchase", where, lines, at=at, told={}, cash=cash, referral_state="pending", **who, **said)
    tx.commit()
    return made


def refund(made, amount, **said):
    row = Operation.row(ledger.place(made))
    storage.change(row, [Operation.refunded.add(amount), *(getattr(Operation, name).add(value) for name, value in said.items())])


def operation(made):
    return storage.read(Operation.at(ledger.place(made)))[0]


def of(till, number):
    """Somebody's operations as a panel reads them, newest first."""
    return till.front.get("/api/v1/admin/operations", SERVICE, client_id=number).ok()["items"]


def info(till, number):
    return till.front.get(f"{PROGRAMME}/client-info", SERVICE, client_id=number).ok()


def balanced(number):
    """Whether an account is what its lots and its operations come to."""
    where = place("live", number)
    lots = sum(int(lot.amount) for lot in storage.query(Lot, where).rows)
    rows = storage.whole(storage.query(Operation.by_client, where).rows)
    sums = rules.balances(row.lines for row in rows)
    now = account(number) or Account(place=where)
    return now.balance == lots - now.consumed == sums.get((rules.client(where), "PTS"), 0) and now.money == -sums.get(
        (rules.client(where), "RUB"), 0
    )


class TestProgramme:
    def test_it_is_off_until_it_is_set_and_what_is_not_named_is_off(self, till):
        now = till.front.get(f"{PROGRAMME}/config", SERVICE).ok()
        assert (now["is_active"], now["max_generations"], [one["reward_percent"] for one in now["generation_rules"]]) == (
            False,
            3,
            [10, 5, 3, 2, 1, 0.5],
        )
        said = programme(till).ok()
        assert [one["is_enabled"] for one in said["generation_rules"]] == [True, True, False, False, False, False]
        assert (said["promised_percent"], said["margin_percent"], said["warnings"]) == (
            22,
            None,
            ["margin_unknown", "generation_4_stored_disabled"],
        )
        assert till.front.get(f"{PROGRAMME}/config", SERVICE).ok() == {**said, "warnings": ["margin_unknown"]}
        assert [one["enabled"] for one in till.front.get(PROGRAMME, SERVICE).ok()["items"]] == [True]
        old = till.front.put(f"{PROGRAMME}/config", {"generations_depth": 1, "levels": RULES, "reward_type": "money"}, SERVICE).ok()
        assert (old["is_active"], old["reward_unit"], old["promised_percent"]) == (True, "money", 17)

    @pytest.mark.parametrize(
        "said", [{"max_generations": 7}, {"generation_rules": []}, {"generation_rules": [RULES[0], RULES[0]]}, {"reward_unit": "x"},
                 {"generation_rules": [{"generation": 1, "percent": 60}, {"generation": 2, "percent": 41}]}, {"base_reward_value": -1}],
    )  # fmt: skip
    def test_what_is_wrong_is_refused(self, till, said):
        assert programme(till, **said).status == 422

    def test_more_than_is_earned_is_promised_only_with_a_reason(self, till):
        tx, at = storage.Transaction(), clock.now()
        tx.put(Entry(directory="settings", place="system", said={"loyalty": {"margin": 2000}}, by="t", created_at=at, updated_at=at))
        tx.commit()
        assert told(programme(till)) == (409, "margin_guard", {"margin": 20, "promised": 22})
        assert programme(till, force=True).status == 409
        assert programme(till, force=True, reason="акция").ok()["warnings"][0] == "promised_above_margin"
        assert programme(till, is_active=False).status == 200

    def test_what_is_earned_is_what_ninety_days_of_sales_left(self, till):
        today = clock.now()
        sold = {0: 10_000, 89: 5_000, 90: 900_000}  # of each, goods of four fifths cost three fifths; the last is too long ago
        tx = storage.Transaction()
        for ago, net in sold.items():
            numbers = {"purchase_net": net, "purchase_costed": net * 4 // 5, "purchase_cost": net * (3 if ago < 90 else 0) // 5}
            counts.add(tx, Place(OPS, "live", facts.day_of(today - timedelta(days=ago))), numbers)
        tx.commit()
        assert programme(till, max_generations=1).ok()["margin_percent"] == 25  # (80 - 60) / 80
        assert told(programme(till, generation_rules=[{"generation": 1, "percent": 20}])) == (
            409,
            "margin_guard",
            {"margin": 25, "promised": 27},
        )
        assert till.front.get(f"{PROGRAMME}/config", SERVICE).ok()["margin_percent"] == 25

    def test_a_client_reads_his_generations_and_nobody_the_tiers_alone(self, till, line):
        programme(till).ok()
        said = info(till, line[0])
        assert [one["referred_count"] for one in said["generations"]] == [1, 1, 1, 0, 0, 0]
        nobody = till.front.get(f"{PROGRAMME}/client-info", SERVICE).ok()
        assert nobody["client_id"] is None and nobody["generations"] == [] and [one["reward_value"] for one in nobody["tiers"]] == [10, 5]
        assert till.front.get(f"{PROGRAMME}/client-info", SERVICE, client_id=99).status == 404


class TestRewards:
    def test_each_generation_gets_its_share_once_whatever_is_delivered_again(self, till, line, tick):
        programme(till).ok()
        made = buy(line[3], 123_450)
        for _ in range(3):
            tx = storage.Transaction()
            outbox.send(tx, "referral", {"operation": made}, lane=f"referral#{made}")
            tx.commit()
        for _ in range(3):
            tick("sweep")
        paying.settle(made)
        assert [(one["generation"], one["client_id"], one["amount"]) for one in operation(made).referral] == [
            (1, line[2], 12_300),
            (2, line[1], 6_100),
        ]
        assert [account(one).balance for one in line[1:3]] == [6_100, 12_300] and all(balanced(one) for one in line)
        assert operation(made).referral_state == "done" and info(till, line[2])["total_accrued"] == 123

    def test_who_is_blocked_is_skipped_and_points_pay_no_reward(self, till, line):
        programme(till).ok()
        till.change(line[2], status="blocked").ok()
        made = buy(line[3], 100_000)
        paying.settle(made)
        assert [one["client_id"] for one in operation(made).referral] == [line[1]]
        free = buy(line[3], 0, points=100_000)
        paying.settle(free)
        assert (operation(free).referral, operation(free).referral_state) == ([], "done")

    def test_it_pays_on_what_is_left_and_takes_back_what_a_refund_takes(self, till, line):
        programme(till).ok()
        made = buy(line[3], 100_000)
        refund(made, 50_000)
        paying.settle(made)
        assert account(line[2]).balance == 5_000
        refund(made, 25_000)
        for _ in range(2):
            paying.settle(made)
        assert account(line[2]).balance == 2_500 - 2_500 % 100 and balanced(line[2])
        refund(made, 25_000)
        paying.settle(made)
        assert account(line[2]).balance == 0 and balanced(line[2]) and info(till, line[2])["total_accrued"] == 0
        taken, _, given = of(till, line[2])
        assert (given["points_earned"], given["points_taken_back"], given["refund_of"], given["purchase_id"]) == (50, 0, None, made)
        assert (taken["points_earned"], taken["points_taken_back"], taken["refund_of"], taken["purchase_id"]) == (0, 25, None, made)

    def test_what_was_spent_already_falls_below_zero_and_what_ended_is_not_taken_twice(self, till, line):
        programme(till).ok()
        made = buy(line[3], 100_000)
        paying.settle(made)
        where = place("live", line[2])
        storage.change(Account.row(where), [Account.balance.add(-6_000), Account.consumed.add(6_000)])
        (lot,) = storage.query(Lot, where).rows
        storage.change(Lot.row(where, lot.lot), [Lot.expired.add(1_000)])
        refund(made, 100_000)
        paying.settle(made)
        assert account(line[2]).balance == 10_000 - 6_000 - 9_000

    def test_money_is_paid_to_the_kopeck(self, till, line):
        programme(till, reward_unit="money").ok()
        made = buy(line[3], 12_345)
        paying.settle(made)
        assert account(line[2]).money == 1_234 and till.of(line[2])["money_balance_rub"] == 12.34 and balanced(line[2])
        refund(made, 12_345)
        paying.settle(made)
        assert account(line[2]).money == 0 and balanced(line[2])
        assert [(one["amount_rub"], one["points_taken_back"]) for one in of(till, line[2])] == [(-12.34, 0), (12.34, 0)]


class TestMerging:
    def test_nobody_becomes_whom_he_brought_by_others(self, till, line):
        merged = [(0, 2), (0, 3), (1, 3)]
        for source, into in merged:
            answer = till.front.post(f"/clients/br{line[source]:04d}/merge", {"into": f"br{line[into]:04d}", "reason": "один"}, SERVICE)
            assert told(answer) == (409, "referral_cycle", {"field": "into"})
        assert till.front.get(f"/api/v1/admin/clients/{line[0]}", SERVICE).status == 200
        back = till.front.post(f"/clients/br{line[3]:04d}/merge", {"into": f"br{line[0]:04d}", "reason": "один"}, SERVICE)
        assert back.status == 200, "whom somebody brought may become him"

    def test_what_one_had_is_the_others_and_sums_stay_what_they_were(self, till, line, tick, front):
        programme(till).ok()
        paying.settle(buy(line[3], 100_000))
        certificate = till.front.post("/api/v1/admin/certificates", {"title": "П", "amount_rub": 5, "client_id": line[2]}, SERVICE).ok()
        storage.change(Account.row(place("live", line[2])), [Account.spent.set(700), Account.visits.set(2), Account.tags.set({"vip"})])
        elder = till.come("Вера Лис")
        answer = front.post(f"/clients/br{line[2]:04d}/merge", {"into": f"br{elder:04d}", "reason": "один"}, SERVICE)
        assert answer.status == 200
        for _ in range(2):
            tick("sweep")
        now = till.of(elder)
        assert (now["points_balance"], now["total_spent_rub"], now["visits_count"], now["tags"]) == (100, 7, 2, ["vip"])
        assert (now["referrer_client_id"], now["referrals_count"], till.of(line[3])["referrer_client_id"]) == (line[1], 1, elder)
        assert till.of(line[2])["id"] == elder and till.found(tag="vip") == [elder]
        was = account(line[2])
        assert (was.balance, was.spent, was.merged_into) == (0, 0, elder) and balanced_pair(line[2], elder)
        assert [row.client for row in storage.query(Certificate.by_made, "live").rows] == [place("live", elder)]
        assert person(elder).others["loyalty_spent"] == 700 and certificate["client_id"] == line[2]
        paying.settle(buy(line[3], 10_000))
        assert account(elder).balance == 11_000

    def test_what_passed_is_said_and_who_was_brought_by_himself_counts_no_more(self, till, line, tick, front):
        """The first brought the second, he the third, he the fourth: of the first and second one is made, who brought two in a row."""
        tx, where = storage.Transaction(), place("live", line[1])
        accounts.add_lot(tx, where, 9, 1_250, None)
        accounts.change(tx, where, [Account.balance.add(1_250), Account.money.add(30_050)])
        tx.commit()
        front.post(f"/clients/br{line[1]:04d}/merge", {"into": f"br{line[0]:04d}", "reason": "один"}, SERVICE).ok()
        for _ in range(2):
            tick("sweep")
        (row,) = till.front.get("/api/v1/admin/operations", SERVICE, client_id=line[0]).ok()["items"]
        assert (row["op_type"], row["points_earned"], row["points_balance_after"]) == ("merge", 12.5, 12.5)
        assert row["comment"] == f"перенесено с br{line[1]:04d}: баллы 12.5, вознаграждения 300.5 ₽"
        assert till.front.get(f"/api/v1/admin/clients/{line[0]}/card", SERVICE).ok()["operations"][0]["points_earned"] == 12.5
        assert till.of(line[0])["referrals_count"] == 1
        assert [one["referred_count"] for one in info(till, line[0])["generations"]] == [1, 1, 0, 0, 0, 0]

    def test_more_lots_than_fit_together_pass_in_parts(self, till, tick, front):
        one, other = till.come(), till.come("Вера")
        where = place("live", one)
        for number in range(45):
            tx = storage.Transaction()
            accounts.add_lot(tx, where, number + 1, 100, None)
            accounts.change(tx, where, [Account.balance.add(100)])
            tx.commit()
        front.post(f"/clients/br{one:04d}/merge", {"into": f"br{other:04d}", "reason": "один"}, SERVICE).ok()
        tick("sweep")
        assert (account(other).balance, account(one).balance, account(one).merged_into) == (4_000, 500, None)
        known = Known(person(other).client_id, f"br{other:04d}")
        assert merging.pass_on(person(one).client_id, known, limit=100) == 0
        assert (account(other).balance, account(one).balance, account(one).merged_into) == (4_500, 0, other)
        assert len(storage.query(Lot, place("live", other)).rows) == 45


def balanced_pair(source, target):
    """Whether the points of both come to what their operations say of them."""
    places = [place("live", one) for one in (source, target)]
    rows = [row for where in places for row in storage.whole(storage.query(Operation.by_client, where).rows)]
    sums = rules.balances(row.lines for row in rows)
    return all(
        account(one).balance == sums.get((rules.client(where), "PTS"), 0) for one, where in zip((source, target), places, strict=True)
    )
