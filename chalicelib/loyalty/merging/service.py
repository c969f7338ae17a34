"""Passing on what a merged client had: points, money and what he spent in one operation, then certificates and whom he brought.

Each step is one transaction under the condition that both are as they were read: however often it is begun, it ends the same. Nothing
is written to an account that says whom it became, so that nothing is left behind.
"""

from collections import Counter
from contextlib import suppress
from typing import Any

from chalicelib.clients.index import service as index
from chalicelib.clients.index.rules import number_of, place_of
from chalicelib.clients.joining import Known
from chalicelib.clients.models import Client
from chalicelib.core import clock, storage
from chalicelib.core.amounts import shown
from chalicelib.core.bitmaps import Question, Term, finding
from chalicelib.loyalty.accounts import repository as accounts
from chalicelib.loyalty.accounts import rules as facets
from chalicelib.loyalty.accounts.models import Account, Lot
from chalicelib.loyalty.certificates import repository as certificates
from chalicelib.loyalty.ledger import repository as ledger
from chalicelib.loyalty.ledger.rules import PTS, RUB, Line, client
from chalicelib.loyalty.merging import repository
from chalicelib.loyalty.merging.repository import ADDED, AccountsRaced
from chalicelib.loyalty.referrals import walking
from chalicelib.loyalty.referrals.config import GENERATIONS

TOGETHER = 40
"""Lots that pass in one transaction: two writes each."""

KEPT = ("whatsapp_phone", "vk_username", "instagram_username", "facebook_username", "max_username", "address", "notes")
FILLED = (*KEPT, "birthday", "birth_year", "gender", "level", "channel")
"""What fills an account where it says nothing."""


def pass_on(source_id: str, known: Known, *, limit: int) -> int:
    """How many of his things were passed on to whom he became; as many as `limit` where there may be more."""
    (was,) = storage.read(Client.at(source_id))
    if was is None or was.contour != "live" or was.lead_number == known.lead_number:
        return 0
    source, target = place_of(was.lead_number), place_of(known.lead_number)
    if not _accounts(source, target, known.client_id, str(was.lead_number)):
        return limit
    return max(_certificates(source, target, limit), _children(number_of(was.lead_number), number_of(known.lead_number), limit))


@storage.again(AccountsRaced)
def _accounts(source: str, target: str, client_id: str, called: str) -> bool:
    """Whether all of an account is passed on."""
    was, now = storage.read(Account.at(source), Account.at(target))
    if was is not None and was.merged_into:
        return True
    was = was or Account(place=source)
    lots = accounts.lots(source)
    some, whole = lots[:TOGETHER], len(lots) <= TOGETHER
    all_of_it = {name: int(getattr(was, name)) for name in ADDED} if whole else {"balance": sum(int(lot.amount) for lot in some)}
    given = {name: amount for name, amount in all_of_it.items() if amount}
    _pass(was, now or Account(place=target), some, given, client_id, called, whole=whole)
    return whole


def _pass(was: Account, now: Account, lots: list[Lot], given: dict[str, int], client_id: str, called: str, *, whole: bool) -> None:
    tx, at, into = storage.Transaction(), clock.now(), int(now.place.rpartition("#")[2])
    for lot in lots:
        repository.pass_lot(tx, lot, now.place)
    repository.give(tx, was, given, into if whole else None)
    repository.get(tx, now.place, given, _sums(was, now) if whole else {}, _said(was, now) if whole else {}, at=at)
    if whole:
        last = max((one["day"] for one in (was.last_purchase, now.last_purchase) if one), default=None)
        accounts.note_purchase_in(tx, now.place, given.get("spent", 0), last, visits=given.get("visits", 0))
    lines = _lines(was.place, now.place, given)
    if lines:
        points = given.get("balance", 0)
        said: dict[str, Any] = {"earned": points, "balance_after": int(now.balance) + points, "comment": _comment(called, given)}
        who: dict[str, Any] = {"subject": client_id, "actor": "system"}
        ledger.write(tx, ledger.number(), "merge", now.place, lines, at=at, told={}, **who, **said)
    tx.commit()


def _lines(source: str, target: str, given: dict[str, int]) -> list[Line]:
    """Points that pass, and money, which is what a client's lines of roubles lack."""
    points, money = given.get("balance", 0), -given.get("money", 0)
    lines = [Line(client(source), PTS, -points), Line(client(target), PTS, points)]
    return [line for line in [*lines, Line(client(source), RUB, -money), Line(client(target), RUB, money)] if line.amount]


def _comment(called: str, given: dict[str, int]) -> str:
    """What passed and from whom, for whoever reads why there is more."""
    named = (("баллы", "balance", ""), ("вознаграждения", "money", " ₽"))
    return f"перенесено с {called}: " + ", ".join(f"{what} {shown(given[name])}{unit}" for what, name, unit in named if name in given)


def _number(account: Account) -> int:
    return int(account.place.rpartition("#")[2])


def _sums(was: Account, now: Account) -> dict[str, int]:
    """What he brought and got, by generation; himself he did not bring, and whom the one of them brought who was brought by the other is no
    generation deeper any more.
    """
    sums = Counter(getattr(was, "sums", {}))
    brought = was if was.referrer == _number(now) else now if now.referrer == _number(was) else None
    if brought is not None:
        sums["brought_1"] -= 1
        sums.subtract({f"brought_{generation + 1}": brought.brought(generation) for generation in range(1, GENERATIONS)})
    return {name: amount for name, amount in sums.items() if amount}


def _said(was: Account, now: Account) -> dict[str, Any]:
    """What the account says beside: what was empty is filled, who was blocked stays so, and the elder's referrer where it has none."""
    said = {name: getattr(was, name) for name in FILLED if getattr(was, name) is not None and getattr(now, name) is None}
    said |= {"tags": {*(was.tags or ()), *(now.tags or ())}} if was.tags else {}
    said |= {"blocked": True} if was.blocked else {}
    first = [one for one in (was.first_purchase, now.first_purchase) if one]
    said |= {"first_purchase": min(first, key=lambda one: one["day"])} if was.first_purchase else {}
    last = [one for one in (was.last_purchase, now.last_purchase) if one]
    said |= {"last_purchase": max(last, key=lambda one: one["day"])} if was.last_purchase else {}
    visits = [one for one in (was.last_visit_at, now.last_visit_at) if one]
    said |= {"last_visit_at": max(visits)} if was.last_visit_at else {}
    if now.referrer == _number(was):
        return said | {"referrer": None}
    may = was.referrer and not now.referrer and was.referrer != _number(now)
    return said | {"referrer": was.referrer} if may and not _is_above(now.place, was) else said


def _is_above(place: str, account: Account) -> bool:
    return any(one.place == place for _, one in walking.up(account.place, walking.HIGHEST))


def _certificates(source: str, target: str, limit: int) -> int:
    found = storage.whole(certificates.of_client(source, limit))
    for row in found:
        certificates.pass_on(row, target)
    return len(found)


def _children(source: int, target: int, limit: int) -> int:
    """Those whom he brought were brought by whom he became; who became himself that one, not."""
    question = Question(terms=[Term(facets.REFERRER, str(source))], limit=limit)
    found = finding.find(index.PEOPLE, "live", question).rows
    for row in found:
        if row.number != target:
            with suppress(AccountsRaced):  # somebody says otherwise at this moment; what is left is looked for again
                repository.follow(row.place, source, target, clock.now())
    return len(found)
