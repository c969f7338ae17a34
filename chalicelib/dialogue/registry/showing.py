"""Messages as panels read them, with the names of their clients."""

from collections.abc import Iterable, Mapping, Sequence

from chalicelib.clients.index.places import number_of
from chalicelib.clients.models import Client
from chalicelib.core import storage
from chalicelib.dialogue.registry import rules
from chalicelib.dialogue.registry.schemas import TalkMessage
from chalicelib.messaging.models import MessageRow


def id_of(row: MessageRow) -> str:
    """The id of a message's client."""
    return str(row.recipient).partition("#")[2]


def named(names: Sequence[MessageRow]) -> list[TalkMessage]:
    """Messages that an index named: they and their clients in one read a hundred."""
    clients = [*dict.fromkeys(map(id_of, names))]
    rows, cards = storage.read_lists([MessageRow.at(row.message_id) for row in names], [Client.at(one) for one in clients])
    known = dict(zip(clients, cards, strict=True))
    return [shown(row, known.get(id_of(name))) for name, row in zip(names, rows, strict=True) if row is not None]


def of(rows: Sequence[MessageRow]) -> list[TalkMessage]:
    """Messages that were read: their clients in one read."""
    return with_cards(rows, cards_of(map(id_of, rows)))


def cards_of(client_ids: Iterable[str]) -> dict[str, Client | None]:
    """Clients' cards by their ids."""
    wanted = [*dict.fromkeys(client_ids)]
    return dict(zip(wanted, storage.read(*map(Client.at, wanted)), strict=True)) if wanted else {}


def with_cards(rows: Sequence[MessageRow], cards: Mapping[str, Client | None]) -> list[TalkMessage]:
    """Messages, with the cards of their clients."""
    return [shown(row, cards.get(id_of(row))) for row in rows]


def number(card: Client | None) -> int:
    """A client's id on the wire; of one who was merged whom he became. 0 for one whose card is gone."""
    return number_of(card.merged_number or card.lead_number) if card is not None else 0


def shown(row: MessageRow, card: Client | None) -> TalkMessage:
    """One message."""
    return TalkMessage(
        message_id=row.message_id,
        client_id=number(card),
        client_name=(card and card.name) or "",
        channel=rules.channel(row),
        direction=row.direction,
        delivery_status=rules.status(row.state),
        reason=row.reason or "",
        message_type=rules.kind(row),
        group_name=row.group_name or "",
        subject=row.subject or "",
        text=rules.text(row),
        created_at=row.created_at,
        scheduled_for=row.due_at,
    )
