"""Lists of the till's clients: found by the people index, with exact totals; and as a table to take away."""

from collections.abc import Iterator
from typing import Any

from chalicelib.clients import facts
from chalicelib.clients.index import rules as people
from chalicelib.clients.index import service as index
from chalicelib.clients.index.models import PersonRow
from chalicelib.company import service as company
from chalicelib.core import pagination, paging, sheet, storage
from chalicelib.core.bitmaps import Question, Term, finding
from chalicelib.core.settings import settings
from chalicelib.core.sheet import Narrow
from chalicelib.loyalty.accounts import rules, showing
from chalicelib.loyalty.accounts.models import Account
from chalicelib.loyalty.accounts.schemas import Clients, ClientShown, ClientsQuery, Filters

MOST_EXPORTED = sheet.MOST
_LONGEST_ID = 9


def listed(query: ClientsQuery) -> Clients:
    """A page of the clients that a panel asks for, newest first: pending rows, one call a filter or word, rows, accounts.

    A cursor is the number of the last client that was shown.
    """
    cursor = paging.begun(query)
    if cursor is not None and not (cursor.after.isdecimal() and len(cursor.after) <= _LONGEST_ID):
        raise pagination.refused()
    last, skip = (int(cursor.after) - 1, 0) if cursor else (None, query.skipped)
    found = finding.find(index.PEOPLE, "live", Question(**_asked(query), last=last, skip=skip, limit=query.size))
    after = str(found.rows[-1].number) if found.rows and found.total > skip + len(found.rows) else None
    page, total = (cursor.page + 1, cursor.total) if cursor else (skip // query.size + 1, found.total)
    return Clients(items=[*_shown(found.rows)], **paging.numbers(query, page, total, found.is_exact, after))


def _asked(query: Filters) -> dict[str, Any]:
    """What a list asks the index: terms, and the words of its search."""
    terms = _terms(query) or [Term(people.EVERYONE)]
    if not query.q:
        return {"terms": terms}
    named = int(query.q) if query.q.isascii() and query.q.isdecimal() and len(query.q) <= _LONGEST_ID else None
    words = people.wanted(query.q, settings().regions)[: people.MOST_WORDS]
    return {"terms": terms, "words": words, "named": named} if words else {"terms": terms}


def _terms(query: Filters) -> list[Term]:
    asked = {
        rules.LEVEL: query.level,
        rules.STATUS: query.status,
        rules.TAG: query.tag and rules.tag(query.tag),
        rules.CHANNEL: query.acquisition_channel_id and str(query.acquisition_channel_id),
        rules.GENDER: query.gender,
    }
    answers = {name: getattr(query, name) for name in rules.CONSENTS}
    said = [Term(rules.CONSENT, f"{name}.{'yes' if answer else 'no'}") for name, answer in answers.items() if answer is not None]
    return [Term(facet, value) for facet, value in asked.items() if value] + said


def _shown(rows: list[PersonRow]) -> Iterator[ClientShown]:
    """Rows as panels show them, with their accounts: one read a hundred."""
    accounts, system = storage.read_lists([Account.at(row.place) for row in rows], company.keys())
    loyalty = company.loyalty_of(system)
    return (showing.client(row, account, loyalty) for row, account in zip(rows, accounts, strict=True))


COLUMNS = (
    "id",
    "lead_number",
    "full_name",
    "phone",
    "email",
    "telegram_username",
    "status",
    "level",
    "points_balance",
    "money_balance_rub",
    "total_spent_rub",
    "visits_count",
    "last_visit_at",
    "birthday",
    "gender",
    "acquisition_channel_id",
    "referrer_client_id",
    "tags",
    "notes",
    *rules.CONSENTS,
    "created_at",
)


def exported(query: Filters) -> str:
    """The clients of a list as a table that office programs open: semicolons, decimal commas, no cell that is a formula. Raises Narrow."""
    found = finding.find(index.PEOPLE, "live", Question(**_asked(query), limit=MOST_EXPORTED), most=MOST_EXPORTED)
    if found.total > MOST_EXPORTED:
        raise Narrow
    page = sheet.written(COLUMNS, map(_row, _shown(found.rows)))
    facts.exported("clients.csv", len(found.rows))
    return page


def _row(client: ClientShown) -> list[Any]:
    said = client.model_dump(mode="json") | {"level": client.level.code, "tags": ", ".join(client.tags)}
    return [said[name] for name in COLUMNS]
