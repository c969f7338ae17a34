"""One client as a panel reads him."""

from collections.abc import Sequence

from chalicelib.clients.errors import ClientNotFound
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.rules import number_of, place
from chalicelib.clients.models import Client
from chalicelib.company import service as company
from chalicelib.core import storage
from chalicelib.loyalty.accounts import repository, showing
from chalicelib.loyalty.accounts.models import Account
from chalicelib.loyalty.accounts.schemas import ClientShown


def one(number: int) -> ClientShown:
    """A client; by the number of one who was merged, whom he became. Raises ClientNotFound.

    A read, his points, and a read of his card, which alone says who may be the same person.
    """
    where = place("live", number)
    own: list[storage.Key] = [PersonRow.at(where), Account.at(where)]
    (row, account), system = storage.read_lists(own, company.keys())
    if row is None or not row.created_at:
        raise ClientNotFound({"field": "client_id"})
    if row.merged_into:
        return _became(row)
    lots = repository.lots(where)
    (card,) = storage.read(Client.at(row.client_id))
    return showing.client(
        row, account, company.loyalty_of(system), lots=lots, duplicates=numbers((card and card.possible_duplicates) or ())
    )


def _became(row: PersonRow) -> ClientShown:
    (card,) = storage.read(Client.at(str(row.merged_into)))
    if card is None or card.merged_into:
        raise ClientNotFound({"field": "client_id"})
    return one(number_of(card.lead_number))


def numbers(client_ids: Sequence[str] | set[str]) -> list[int]:
    """The numbers of clients by their ids: a read where there are any."""
    found = storage.read(*(Client.at(one) for one in sorted(client_ids))) if client_ids else []
    return sorted({number_of(card.lead_number) for card in found if card is not None and not card.merged_into})
