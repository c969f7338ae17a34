"""Sales' part of the people index: attributes of a person's row that his lead sets, the facets that these are, and his company's words."""

from collections.abc import Iterable, Sequence
from typing import Any

from chalicelib.clients.index import facets
from chalicelib.clients.index.facets import Facets
from chalicelib.clients.index.models import PersonRow
from chalicelib.core import storage
from chalicelib.sales.leads import repository, rules
from chalicelib.sales.leads.models import Lead


def describe(row: PersonRow) -> Iterable[str]:
    """In which of sales' facets somebody is."""
    return rules.described(row.others)


def words(row: PersonRow) -> Iterable[str]:
    """By which words sales finds him."""
    return rules.found_by(row.others)


def behind(rows: Sequence[PersonRow]) -> dict[str, list[Any]]:
    """Rows that do not say what their leads say, each with what it must be told. Rows were read before leads are."""
    ours = [row for row in rows if row.place.startswith("live#")]
    leads = storage.read(*(Lead.at(row.place) for row in ours))
    wrong = {row.place: repository.behind(lead, row.others) for row, lead in zip(ours, leads, strict=True)}
    return {place: actions for place, actions in wrong.items() if actions}


def edition() -> str:
    """A description rests on nothing but what rows say."""
    return "1"


facets.add("sales", Facets(rules.FACETS, describe, behind, edition, words))
