"""Loyalty's part of the people index: attributes of a client's row that accounts set, and the facets that these are."""

from collections.abc import Iterable, Sequence
from typing import Any

from chalicelib.clients.index import facets
from chalicelib.clients.index.facets import Facets
from chalicelib.clients.index.models import PersonRow
from chalicelib.core import storage
from chalicelib.loyalty.accounts import levels, repository, rules
from chalicelib.loyalty.accounts.models import Account


def describe(row: PersonRow) -> Iterable[str]:
    """In which of loyalty's facets a client is; who comes by the test contour's doors is no loyalty client."""
    return rules.described(row.others, row.consents, levels.current().levels) if row.place.startswith("live#") else ()


def behind(rows: Sequence[PersonRow]) -> dict[str, list[Any]]:
    """Rows that do not say what their accounts say, each with what it must be told. Rows were read before accounts are."""
    ours = [row for row in rows if row.place.startswith("live#")]
    accounts = storage.read(*(Account.at(row.place) for row in ours))
    wrong = {row.place: repository.mirrored(account, row.others) for row, account in zip(ours, accounts, strict=True)}
    return {place: actions for place, actions in wrong.items() if actions}


facets.add("loyalty", Facets(rules.FACETS, describe, behind, levels.edition, together=rules.TOGETHER))
