"""Whom no channel reaches: what is remembered of it, and what the admin is told."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.clients import facts as clients
from chalicelib.clients.service import Client
from chalicelib.core import storage
from chalicelib.messaging import service
from chalicelib.messaging.letters import Letter
from chalicelib.messaging.reach import Plan

_WORDS = Path(__file__).parent / "templates" / "ru" / "reasons.json"


def tell(tx: storage.Transaction, letter: Letter, text: str, reasons: Sequence[str], *, died: Plan | None = None) -> None:
    """The admin hears whom we cannot reach and what he should have heard; `died` is the way that turned out to be dead.

    Of a client he hears once for each cause, not for each message; of a specialist each time, for each is an appointment missed.
    """
    if _is_new(tx, letter, "; ".join(reasons), died):
        _to_admin(tx, "admin_unreachable", letter, text, reasons)


def passed_on(tx: storage.Transaction, letter: Letter, text: str, *, died: Plan, other: Plan) -> None:
    """A way is dead and another goes on: the admin hears of it once, for somebody wrote an address wrong."""
    reason = died.channel.dead if died.channel else ""
    if _is_new(tx, letter, reason, died):
        _to_admin(tx, "admin_channel_died", letter, text, [reason], channel=other.name)


def _is_new(tx: storage.Transaction, letter: Letter, cause: str, died: Plan | None) -> bool:
    """Write down what is known now of a client, and whether the admin has not heard it yet.

    What was read of him still stands when this is written, or his next message finds it anew.
    """
    client = letter.person if isinstance(letter.person, Client) else None
    if client is None:
        return True
    is_new = cause not in (client.unreached or ())
    mark = died.channel.mark(died.at) if died and died.channel else None
    dies = mark is not None and mark not in (client.dead_channels or ())
    actions = [Client.unreached.add({cause})] if is_new else []
    actions += [Client.dead_channels.add({mark})] if dies else []
    if actions:
        tx.update(Client.row(client.client_id), actions)
    if dies and died:
        clients.died(tx, client.client_id, client.contour, died.name)
    return is_new


def _to_admin(tx: storage.Transaction, template: str, letter: Letter, text: str, reasons: Sequence[str], **more: str) -> None:
    about = service.About("channel_died", letter.message.contour, letter.message.ticket_id)
    why = "; ".join(_words().get(reason, reason) for reason in reasons)
    values = {"recipient": _name(letter), "why": why, "template": letter.message.template, "text": text, **_contacts(letter.person), **more}
    service.tell_admin(tx, template, about, values)


@cache
def _words() -> dict[str, str]:
    """Why somebody cannot be reached, as the admin reads it."""
    found: dict[str, str] = json.loads(_WORDS.read_text(encoding="utf-8"))
    return found


def _contacts(person: Any) -> dict[str, str | None]:
    """How else the admin reaches him; a client's phone may be only what a form said."""
    known = {"phone": getattr(person, "phone", None), "email": getattr(person, "email", None)}
    if isinstance(person, Client) and person.phone and not person.phone_proven:
        known["unproven"] = "не подтверждён"
    return known


def _name(letter: Letter) -> str:
    number = getattr(letter.person, "lead_number", None)
    return " ".join(part for part in (getattr(letter.person, "name", None), number) if part) or letter.message.recipient
