"""Runs of pay: one accrual an employee and period, whoever runs what at once; and the table that equals the screen."""

import csv
import io
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

import chalicelib.ops.jobs  # noqa: F401  registers how the rows of a day are counted
from chalicelib.analytics.counts import service as counting
from chalicelib.analytics.counts.rules import PAY, PAYROLL, Place
from chalicelib.core import facts, storage
from chalicelib.core.clock import pinned
from chalicelib.core.facts import followers
from chalicelib.core.places import of_number
from chalicelib.team.pay.models import Accrual
from tests.builders import SERVICE
from tests.integration import sheet
from tests.integration.team.conftest import EMPLOYEES, told
from tests.standins.store import OneAtATime, Wire

RUN, EXPORT = f"{EMPLOYEES}/payroll/run", f"{EMPLOYEES}/export"
HALF = {"date_from": "2026-03-01", "date_to": "2026-03-15"}


@pytest.fixture(autouse=True)
def on_the_last_of_march():
    with pinned(datetime(2026, 3, 31, 9, tzinfo=UTC)):
        yield


def run(team, header=SERVICE, **said):
    return team.front.post(RUN, {**HALF, **said}, header)


def worked(team, number, day="2026-03-10", **said):
    return team.front.post(f"{EMPLOYEES}/{number}/timesheet", {"work_date": day, **said}, SERVICE).ok()


def accruals(number):
    """What stands of somebody in the store."""
    between = Accrual.place.startswith("pay#")
    return storage.query(Accrual, of_number(number), between=between, consistent=True).rows


def logged(kind):
    return [row for row in facts.of_subject("-", limit=50, start=None).rows if row.kind == kind]


@pytest.fixture
def two(team):
    """One who is paid by hours and one by pieces, and what they worked."""
    anna = team.card("Анна Ким", hourly_rate=333.33)["id"]
    boris = team.card("Борис Ли", pay_type="piecework", piece_rate=12.5)["id"]
    for day, said in (("2026-03-01", {"hours": 7.5}), ("2026-03-15", {"hours": 0.5, "pieces": 3}), ("2026-03-16", {"hours": 9})):
        worked(team, anna, day, **said)
    worked(team, boris, pieces=2.5, hours=4)
    return anna, boris


class TestRuns:
    def test_a_run_counts_each_by_how_he_is_paid_and_again_changes_nothing(self, team, two):
        first = run(team).ok()
        made = {"version": 1, "changed": True}
        assert first == {
            "items": [
                {"employee_id": 1, "full_name": "Анна Ким", "payment_type": "hourly", "hours": 8, "units": 3, "pieces": 3}
                | {"amount": 2666.65, **made},
                {"employee_id": 2, "full_name": "Борис Ли", "payment_type": "piecework", "hours": 4, "units": 2.5, "pieces": 2.5}
                | {"amount": 31.25, **made},
            ],
            "total_amount": 2697.9,
            "total": 2,
        }
        with Wire() as wire:
            again = [run(team).ok() for _ in range(10)]
        assert wire.count("TransactWriteItems") == 0
        same = {**first, "items": [{**item, "changed": False} for item in first["items"]]}
        assert again == [same] * 10
        assert [len(accruals(number)) for number in two] == [1, 1]
        assert [one[0] for one in team.events(two[0])] == ["accrued", "created"]

    def test_what_changed_is_counted_anew_and_told(self, team, two):
        run(team).ok()
        worked(team, two[1], "2026-03-11", pieces=1)
        changed = run(team).ok()["items"]
        assert [(item["version"], item["changed"], item["amount"]) for item in changed] == [(1, False, 2666.65), (2, True, 43.75)]
        assert team.events(two[1])[0][:4] == ("recalculated", "amount", "31.25", "43.75")
        (event, *_) = team.front.get(f"{EMPLOYEES}/{two[1]}/history", SERVICE).ok()["items"]
        assert (event["payload_json"]["period_end"], event["payload_json"]["units"]) == ("2026-03-15", 3.5)
        assert {(row.day, row.ref, row.data["was"], row.data["amount"]) for row in logged("pay_accrued")} == {
            ("2026-03-15", "1", 0, 266_665),
            ("2026-03-15", "2", 0, 3_125),
            ("2026-03-15", "2", 3_125, 4_375),
        }

    def test_who_may_and_what_is_no_period(self, team, two):
        adam, mark = team.as_staff("adam", "admin"), team.as_staff("mark", "master")
        for header, status in (({}, 401), (mark, 403), (adam, 403)):
            assert run(team, header).status == status
        assert (team.front.get(EXPORT).status, team.front.get(EXPORT, mark).status, team.front.get(EXPORT, adam).status) == (401, 403, 200)
        wrong = [
            {"employee_ids": [True]},
            {"date_from": "2026-05-02", "date_to": "2026-05-03"},
            {"date_to": "2026-02-28"},
            {"date_to": "2026-05-02"},
            {"date_from": None},
            {"employee_ids": []},
            {"employee_ids": [0]},
        ]
        assert {run(team, **said).status for said in wrong} == {422}
        assert told(run(team, employee_ids=[1, 99])) == (404, "not_found", {"field": "employee_ids"})
        assert [item["employee_id"] for item in run(team, employee_ids=[2, 2]).ok()["items"]] == [2]
        assert accruals(1) == []

    def test_another_period_that_shares_a_day_is_refused_whole(self, team, two):
        run(team, employee_ids=[two[1]]).ok()
        period = {"period_start": "2026-03-01", "period_end": "2026-03-15"}
        expected = {"period": period, "employee_id": two[1], "written": 0, "left": 2}
        assert told(run(team, date_from="2026-03-15", date_to="2026-03-31")) == (409, "period_overlaps", expected)
        assert accruals(two[0]) == []
        assert run(team, date_from="2026-03-16", date_to="2026-03-31").status == 200

    def test_what_was_paid_is_counted_no_more(self, team, two):
        run(team).ok()
        storage.change(accruals(two[0])[0], [Accrual.status.set("paid")])
        assert told(run(team)) == (409, "payroll_paid", {"employee_ids": [two[0]]})

    def test_what_is_paid_while_it_is_counted_stays_as_it_was(self, team, two):
        run(team).ok()
        worked(team, two[0], "2026-03-02", hours=1)

        def pay(call):
            if call.operation == "TransactWriteItems" and not paid:
                paid.append(call)
                desk.submit(lambda: storage.change(accruals(two[0])[0], [Accrual.status.set("paid")])).result()

        paid = []
        with ThreadPoolExecutor(1) as desk, Wire() as wire:  # somebody else's doing, not the run's
            wire.before = pay
            answer = run(team)
        assert told(answer) == (409, "payroll_paid", {"employee_ids": [two[0]]})
        assert int(accruals(two[0])[0].amount) == 266_665

    def test_who_has_left_is_counted_where_he_worked(self, team, two):
        team.card("Вера Со")
        for number in (two[0], 3):
            team.archive(number).ok()
        assert [item["employee_id"] for item in run(team).ok()["items"]] == [*two]
        assert [item["employee_id"] for item in run(team, date_from="2026-03-17", date_to="2026-03-20").ok()["items"]] == [two[1]]

    def test_a_key_gives_the_same_run_and_none_of_other_days(self, team, two):
        keyed = {**SERVICE, "Idempotency-Key": "k"}
        first, again = run(team, keyed).ok(), run(team, keyed).ok()
        assert (again["total_amount"], len(again["items"])) == (first["total_amount"], 2)
        assert told(run(team, keyed, date_to="2026-03-14"))[:2] == (409, "key_reused")

    def test_an_overlap_that_appears_meanwhile_is_told_and_a_repeat_goes_on(self, team):
        for number in range(21):
            team.card(f"Имя {number:02}")
        writes = []

        def another_run(call):
            if call.operation == "TransactWriteItems":
                writes.append(call)
                if len(writes) == 1:
                    late = {"date_from": "2026-03-10", "date_to": "2026-03-20", "employee_ids": [21]}
                    team.front.post(RUN, late, SERVICE).ok()

        with Wire() as wire:
            wire.before = another_run
            answer = run(team)
        period = {"period_start": "2026-03-10", "period_end": "2026-03-20"}
        assert told(answer) == (409, "period_overlaps", {"period": period, "employee_id": 21, "written": 20, "left": 1})
        assert [len(accruals(number)) for number in (1, 20, 21)] == [1, 1, 1]
        assert max(len(call.request["TransactItems"]) for call in writes) == 4 * 20, "and one for a key: under a hundred"
        rest = run(team, employee_ids=[*range(1, 21)]).ok()
        assert {(item["version"], item["changed"]) for item in rest["items"]} == {(1, False)}

    def test_ten_runs_of_days_that_overlap_leave_one_accrual_each(self, team, two):
        asked = [HALF, {"date_from": "2026-03-10", "date_to": "2026-03-20"}] * 5
        with OneAtATime(), ThreadPoolExecutor(10) as pool:
            answers = [*pool.map(lambda days: team.front.post(RUN, days, SERVICE), asked)]
        assert {answer.status for answer in answers} == {200, 409}
        for number in two:
            (row,) = accruals(number)
            assert int(row.version) == 1
            assert [one[0] for one in team.events(number)] == ["accrued", "created"]


class TestFinance:
    def test_pay_is_an_expense_of_the_periods_last_day_and_its_rows_prove_it(self, team, two):
        run(team).ok()
        worked(team, two[1], "2026-03-11", pieces=1)
        run(team).ok()
        followers.read_on(counting.NAME)
        answer = team.front.get("/api/v1/admin/analytics/finance", SERVICE, date_from="2026-03-14", date_to="2026-03-16").ok()
        (pay,) = [one for one in answer["expenses_by_source"] if one["code"] == "payroll"]
        assert (pay["value"], answer["expenses"], answer["profit"]) == (2710.4, 2710.4, -2710.4)
        assert [(one["period"], one["expenses"]) for one in answer["cashflow"]] == [
            ("2026-03-14", 0),
            ("2026-03-15", 2710.4),
            ("2026-03-16", 0),
        ]
        place = Place(PAYROLL, "live", "2026-03-15")
        assert counting.counted("live", place.day)[place] == counting.standing("live", place.day)[place] == {PAY: 271_040}


class TestExports:
    def table(self, team, **query):
        answer = team.front.get(f"{EXPORT}.csv", SERVICE, **query)
        assert (answer.status, answer.text[0], answer.headers["Content-Type"]) == (200, "\ufeff", "text/csv; charset=utf-8")
        return answer.text, [*csv.DictReader(io.StringIO(answer.text[1:]), delimiter=";")]

    def found(self, team, **query):
        return [(item["employee_id"], item["period_end"]) for item in team.front.get(EXPORT, SERVICE, **query).ok()["items"]]

    def test_accruals_are_found_by_names_and_days(self, team, two):
        run(team).ok()
        run(team, date_from="2026-03-16", date_to="2026-03-31").ok()
        assert self.found(team) == [(2, "2026-03-31"), (1, "2026-03-31"), (2, "2026-03-15"), (1, "2026-03-15")]
        assert self.found(team, full_name="КИМ анна", period_start="2026-03-15", period_end="2026-03-15") == [(1, "2026-03-15")]
        assert self.found(team, date_from="2026-03-31") == [(2, "2026-03-31"), (1, "2026-03-31")]
        assert self.found(team, date_to="2026-02-28") == self.found(team, full_name="никто") == []
        assert team.front.get(EXPORT, SERVICE, date_from="2026-03-02", date_to="2026-03-01").status == 422

    def test_the_table_equals_the_screen_to_the_kopeck_and_holds_no_formula(self, team, two):
        worked(team, team.card("=1+1", hourly_rate=0.01)["id"], hours=0.5)
        run(team).ok()
        screen = team.front.get(EXPORT, SERVICE).ok()
        text, rows = self.table(team)
        assert text[1:].splitlines()[0] == "employee_id;full_name;period_start;period_end;payment_type;hours;units;amount"
        assert {row["full_name"] for row in rows} == {"Анна Ким", "Борис Ли", "'=1+1"}
        assert {row["amount"] for row in rows} == {"2666,65", "31,25", "0,01"}
        kopecks = [round(float(row["amount"].replace(",", ".")) * 100) for row in rows]
        assert kopecks == [round(item["amount"] * 100) for item in screen["items"]]
        assert sum(kopecks) == round(screen["total_amount"] * 100) == 266_665 + 3_125 + 1
        assert [row.data for row in logged("pay_exported")] == [{"rows": 3}]

    def test_more_than_a_table_holds_is_refused(self, team, two, monkeypatch):
        run(team).ok()
        monkeypatch.setattr("chalicelib.team.pay.exporting.MOST", 1)
        for path in (EXPORT, f"{EXPORT}.csv"):
            assert told(team.front.get(path, SERVICE))[:2] == (422, "narrow")
        assert len(self.table(team, full_name="Анна")[1]) == 1

    @pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed here; csv reads the table above")
    def test_libreoffice_opens_it(self, team, two, tmp_path):
        run(team).ok()
        (tmp_path / "employees.csv").write_bytes(self.table(team)[0].encode())
        heading, *rows = sheet.read(tmp_path / "employees.csv", tmp_path)
        told = [[one.date().isoformat() if isinstance(one, datetime) else one for one in row[:8]] for row in rows if row[0]]
        assert told == [
            [2, "Борис Ли", "2026-03-01", "2026-03-15", "piecework", 4, 2.5, 31.25],
            [1, "Анна Ким", "2026-03-01", "2026-03-15", "hourly", 8, 3, 2666.65],
        ]
        assert heading[0] == "employee_id"
