"""A letter is all that a message's delivery knows: the row, who it is for and where he is reached, whether it still holds.

Packages above register what messaging must not know: where a specialist is reached, which row guards a message, where the contacts
stand that were typed with a ticket.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from chalicelib.clients import service as clients
from chalicelib.clients.service import Client
from chalicelib.core import clock, storage
from chalicelib.core.settings import settings
from chalicelib.messaging import rules
from chalicelib.messaging.channels import telegram
from chalicelib.messaging.models import ChatMove, MessageRow

CHANNEL = "telegram"


@dataclass(frozen=True, slots=True)
class Directory:
    """Where a kind of recipient is found: the row to read. Each channel knows which of its fields is its address."""

    key: Callable[[str], storage.Key]


@dataclass(frozen=True, slots=True)
class Guard:
    """A state that must still hold: the row to read, and why it does not (None when it does)."""

    key: Callable[[dict[str, Any]], storage.Key]
    stale: Callable[[Any, dict[str, Any]], str | None]


directories: dict[str, Directory] = {"client": Directory(Client.at)}
guards: dict[str, Guard] = {}
answers: dict[str, Callable[[MessageRow], storage.Key | None]] = {}
"""By template, of what answers a ticket: the row that holds the contacts which were typed with it."""

sealed: dict[str, Callable[[dict[str, Any]], dict[str, str]]] = {}
"""By template, what no row may hold: made from the row's values and its `recipient` as the message leaves, and never written down."""


@dataclass(slots=True)
class Letter:
    """Everything a delivery knows, read at once."""

    message: MessageRow
    person: Any
    chat_id: str | None
    stale: str | None
    is_guarded: bool = False


def render(letter: Letter) -> tuple[rules.Rendered, str]:
    """What the person reads, and what the ledger keeps of it: nothing sealed, but in the test contour, which is read nowhere else."""
    message = letter.message
    zone, values = getattr(letter.person, "timezone", None), _with_name(letter)
    unsealed = sealed[message.template]({**values, "recipient": message.recipient}) if message.template in sealed else {}
    telling = partial(rules.render, business=settings().business_timezone, said_at=clock.wall())
    shown = telling(message.template or "", message.language, {**values, **unsealed}, zone, message.buttons or ())
    if not unsealed or message.contour == "test":
        return shown, shown.text
    return shown, telling(message.template or "", message.language, values).text


def _with_name(letter: Letter) -> dict[str, Any]:
    """The message's values; a client whose name the sender did not know is called as his card says."""
    values = letter.message.values or {}
    if values.get("client_name") or "client_name" not in values:
        return values
    named = letter.person.name if isinstance(letter.person, Client) else None
    if named is None and values.get("lead_number"):
        named = clients.name_of(values["lead_number"])
    return {**values, "client_name": named}


def read_many(payloads: Sequence[dict[str, Any]]) -> list[Letter]:
    """Letters to one chat that is known without reading who it is, in their order."""
    named = _named_chat(payloads[0]) or ""
    *rows, moved = storage.read(*(MessageRow.at(payload["message_id"]) for payload in payloads), ChatMove.at(named))
    chat_id = moved.moved_to if moved else named
    return [Letter(row, None, chat_id, None, bool(payload.get("guard"))) for row, payload in zip(rows, payloads, strict=True)]


def read(payload: dict[str, Any]) -> Letter:
    """The letter of a message's effect: everything in one call."""
    directory, guard = directories.get(payload["kind"]), payload.get("guard")
    keys = [MessageRow.at(payload["message_id"])]
    keys += [directory.key(payload["id"])] if directory else []
    keys += [guards[guard["kind"]].key(guard)] if guard else []
    named = None if directory else _named_chat(payload)
    *rows, moved = storage.read(*keys, ChatMove.at(named or ""))
    person = rows[1] if directory else None
    account = telegram.address(person)
    chat_id = (account.value if account else None) if directory else moved.moved_to if moved else named
    return Letter(rows[0], person, chat_id, guards[guard["kind"]].stale(rows[-1], guard) if guard else None, bool(guard))


def _named_chat(payload: dict[str, Any]) -> str | None:
    """The chat that is known without reading who it is: only such a one can be a group, which may have moved."""
    return payload["id"] if payload["kind"] == "chat" else settings().telegram_admin_chat_id
