"""The old panel's SQLite file: lists and cards as they are, balances as an opening, movements and operations as history."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from chalicelib.clients.index.rules import place_of
from chalicelib.company.directories import CHANNELS, LOCATIONS, Directory
from chalicelib.company.directories import bring as bring_entry
from chalicelib.core import clock, facts
from chalicelib.core.errors import AppError
from chalicelib.loyalty.certificates import importing as certificates
from chalicelib.loyalty.imports.rules import Past
from scripts.importing import uds_sqlite_clients as client_rows
from scripts.importing.old_values import amount, ident, moment, needed_moment, text
from scripts.importing.report import LeftOut, Outcome, Report, Said, refusal
from scripts.importing.sqlite_file import SqliteFile, folded
from scripts.importing.table import BadCell
from scripts.importing.tills import People, Row, read_each, take_history
from scripts.importing.uds_file import TABLES, kind_of, why_not
from scripts.importing.uds_sqlite_goods import Goods

Progress = Callable[[Iterable[Any], str, int], Iterable[Any]]

ACTOR = "import"
KINDS: Final = ("purchase", "order", "refund", "points_accrual", "points_writeoff")
STATUSES: Final = {"active": "active", "in_progress": "active", "redeemed": "redeemed", "used": "redeemed", "expired": "active"}


def bring(path: Path, *, dry_run: bool, progress: Progress) -> list[Report | LeftOut | Said]:
    """Every table: what it holds is taken, or it is said why not. Raises BadFile."""
    base = SqliteFile(path)
    import_ = _Import(base, dry_run, progress)
    done: list[Report | LeftOut | Said] = []
    for kind in TABLES:
        done += [import_.take(kind, table) for table in base.names if kind_of(folded(table)) == kind]
    done += [LeftOut(table, base.count(table), why_not(folded(table))) for table in base.names if kind_of(folded(table)) is None]
    mapped = import_.people.mapped()
    return [*done, Said(["clients there -> here:", *mapped])] if mapped else done


class _Import:
    """One file's: whoever is named by number finds here what that became."""

    def __init__(self, base: SqliteFile, dry_run: bool, progress: Progress) -> None:
        self._base, self._dry_run, self._progress = base, dry_run, progress
        self.people = People(dry_run)
        self._channels: dict[str, int | None] = {}
        self._parents: dict[str, str] = {}
        self._locations: dict[str, int | None] = {}
        has_stock = any(kind_of(folded(table)) == "stock" for table in base.names)
        self._goods = Goods(self._locations, has_stock=has_stock, dry_run=dry_run)

    def take(self, kind: str, table: str) -> Report | Said:
        """A table's report."""
        if kind == "referrals":
            self._parents |= {child: parent for child, parent in map(client_rows.brought, self._base.rows(table)) if child and parent}
            return Said([f"{table}: {self._base.count(table)} rows: said with the clients whom they name"])
        report = Report(table)
        rows = self._progress(self._base.rows(table), table, self._base.count(table))
        takes: dict[str, Callable[[int, Row], Outcome]] = {
            "channels": lambda _, row: self._entry(CHANNELS, self._channels, row, _channel(row)),
            "locations": lambda _, row: self._entry(LOCATIONS, self._locations, row, _location(row)),
            "products": lambda _, row: self._goods.card(row),
            "stock": lambda _, row: self._goods.lies(row),
            "certificates": lambda _, row: self._certificate(row),
        }
        if kind == "clients":
            arrivals = read_each(rows, lambda line, row: client_rows.arrival(line, row, self._channels, self._parents), report)
            self.people.take(arrivals, report)
        elif kind == "operations":
            take_history(self.people, read_each(rows, _past, report), report)
        elif kind == "movements":
            self._goods.moved(read_each(rows, self._goods.past, report), report)
        else:
            _each(rows, takes[kind], report)
        return report

    def _entry(self, directory: Directory, kept: dict[str, int | None], row: Row, said: Row) -> Outcome:
        name = _name(row)
        source = f"sqlite#{directory.name}#{name}"
        kept[name], is_new = bring_entry(directory, source, said, actor=ACTOR, dry_run=self._dry_run)
        return Outcome("new" if is_new else "unchanged")

    def _certificate(self, row: Row) -> Outcome:
        """Keep one under its code. Raises BadCell."""
        code, status, worth = text(row, "code", 64), STATUSES.get(str(row.get("status") or "active")), amount(row, "amount_rub")
        owner, at = ident(row, "client_id"), moment(row, "created_at") or clock.now()
        end = moment(row, "expires_at") or (at if row.get("status") == "expired" else None)
        if code is None or status is None or worth <= 0:
            raise BadCell("code" if code is None else "status" if status is None else "amount_rub", "is none that can be kept")
        if owner is not None and owner not in self.people.here:
            raise BadCell("client_id", "its client is not among the clients that were taken")
        whose = self.people.here.get(owner) if owner else None
        said = {
            "title": text(row, "title") or "Сертификат",
            "amount": worth,
            "balance": 0 if status == "redeemed" else worth,
            "issue_method": text(row, "issue_method", 32) or "manual",
            "status": status,
            "client": place_of(whose.lead_number) if whose else None,
            "expires_at": end,
        }
        is_new = certificates.bring(code, said, at=at, dry_run=self._dry_run)
        if is_new is None:
            return Outcome("skipped", "code", "can be no code here: give its owner a new one")
        return Outcome("new" if is_new else "unchanged")


def _each(rows: Iterable[Row], take: Callable[[int, Row], Outcome], report: Report) -> None:
    for line, row in enumerate(rows, 1):
        try:
            report.add(line, take(line, row))
        except (AppError, BadCell) as error:
            report.add(line, refusal(error))


def _name(row: Row) -> str:
    name = ident(row, "id")
    if name is None:
        raise BadCell("id", "is empty")
    return name


def _channel(row: Row) -> Row:
    """A traffic channel as our directory keeps it. Raises BadCell."""
    costs: list[Row] = []
    if amount(row, "cost_rub"):
        day = facts.day_of(moment(row, "created_at") or clock.now())
        costs = [{"from_day": day, "cost": amount(row, "cost_rub"), "is_active": True}]
    said = {"channel_type": text(row, "channel_type", 32) or "other", "promo_code": text(row, "promo_code", 64) or "", "costs": costs}
    return {"name": _called(row), "is_active": row.get("is_active") != 0, **said}


def _location(row: Row) -> Row:
    """A location as our directory keeps it. Raises BadCell."""
    kind = text(row, "location_type", 32)
    kind = kind if kind in ("warehouse", "store", "point") else "point"
    return {
        "name": _called(row)[:100],
        "location_type": kind,
        "address": text(row, "address", 400) or "",
        "is_active": row.get("is_active") != 0,
    }


def _called(row: Row) -> str:
    name = text(row, "name")
    if name is None:
        raise BadCell("name", "is empty")
    return name


def _past(line: int, row: Row) -> tuple[int, str, Past] | Outcome:
    """An operation as it was, or why it is left out. Raises BadCell."""
    whose, kind = ident(row, "client_id"), str(row.get("op_type") or "purchase").casefold()
    if whose is None:
        return Outcome("skipped", "client_id", "it is nobody's")
    if kind not in KINDS:
        return Outcome("skipped", "op_type", "nobody here knows what it is")
    at: datetime = needed_moment(row, "created_at")
    worth, points = abs(amount(row, "amount_rub")), abs(amount(row, "points"))
    about: dict[str, Any] = {"source": f"sqlite#operations#{_name(row)}", "op_type": kind, "at": at}
    about |= {"comment": text(row, "comment", 1000) or "", "receipt_number": text(row, "receipt_number", 64)}
    if kind == "points_accrual":
        return line, whose, Past(earned=points or worth, **about)
    if kind == "points_writeoff":
        return line, whose, Past(points=points or worth, **about)
    about |= {"discount": amount(row, "discount_rub"), "referral_discount": amount(row, "referral_discount_rub")}
    about |= {"points": amount(row, "points_spent"), "earned": amount(row, "points_earned")}
    return line, whose, Past(amount=worth, **about)
