"""Writes that make one client of two."""

from collections.abc import Sequence
from dataclasses import replace

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.clients import repository as base
from chalicelib.clients.errors import IdentityRaced
from chalicelib.clients.index import repository as index
from chalicelib.clients.joining import Known
from chalicelib.clients.models import Client, Identity
from chalicelib.clients.rules import Sign, card_of
from chalicelib.core import clock, storage


def merge(tx: storage.Transaction, source: Client, target: Client, rows: Sequence[Identity], reason: str) -> None:
    """One client becomes another: his signs are the other's, his own row stays and says where he is.

    What was merely typed of either is a hint once the one they become is proven. The commit raises IdentityRaced when either changed.
    """
    merged = [Client.merged_into.set(target.client_id), Client.merged_number.set(target.lead_number), Client.merged_at.set(clock.now())]
    gone = [*merged, Client.merged_why.set(reason), Client.typed.remove()]
    tx.update(Client.row(source.client_id), gone, condition=base.as_read(source, None) & _same_telegram(source), otherwise=IdentityRaced())
    index.follow(tx, source.client_id, source.lead_number, gone)
    proven = source.is_proven or target.is_proven
    typed = set()
    for row in rows:
        copy = _moved(row, target, hint=proven)
        typed |= {row.identity} if copy.proven is False and not copy.hint else set()
        tx.put(copy, condition=base.seen(row), otherwise=IdentityRaced())
    became = base.became_key(source.client_id, source.contour)
    base.point(tx, became, client_id=target.client_id, number=target.lead_number)
    if proven and target.typed:
        base.take_back(tx, target.typed, client_id=target.client_id, number=target.lead_number, otherwise=IdentityRaced())
    whole = base.as_read(target, None) & _same_telegram(target)
    joined = _joined(source, target, typed, proven=proven)
    tx.update(Client.row(target.client_id), joined, condition=whole, otherwise=IdentityRaced())
    index.follow(tx, target.client_id, target.lead_number, joined)


def _joined(source: Client, target: Client, typed: set[str], *, proven: bool) -> list[Action]:
    """What the target gets of the source; where both say something, what the target says stays."""
    card = replace(card_of(source), telegram_username=source.telegram_username)
    actions = [*base.fill(card), Client.shared.set(True), Client.possible_duplicates.delete({source.client_id})]
    actions += [Client.proven_at.set(Client.proven_at | clock.now()), Client.typed.remove()] if proven else []
    actions += [Client.typed.add(typed)] if typed else []
    led = {Sign("lead", source.lead_number).key(source.contour), base.became_key(source.client_id, source.contour)}
    actions += [Client.known_as.add({*led, *(source.known_as or ())})]  # whoever asks by these is led on, wherever the target goes
    actions += [Client.was.add(_was(source))]
    actions += [Client.telegram_id.set(source.telegram_id)] if source.telegram_id and not target.telegram_id else []
    actions += base.paused(source.paused_reason or "", source.paused_at) if source.paused_at else []
    actions += _ways(source, target)
    for flag in ("phone", "email"):
        if getattr(source, f"{flag}_proven") and not getattr(target, flag):
            actions.append(getattr(Client, f"{flag}_proven").set(True))
    if source.consents:
        both = {purpose: max(answers, key=lambda one: one["at"]) for purpose, answers in _answers(source, target).items()}
        actions.append(Client.agreements.set(both))
    return actions


def _was(source: Client) -> set[str]:
    """By what the office looks for him still: the number and the contacts that he had, and whatever those had who became him."""
    had = {"lead": source.lead_number, "phone": source.phone, "email": source.email, "username": source.telegram_username}
    return {f"{kind}#{value}" for kind, value in had.items() if value} | set(source.was or ())


def _ways(source: Client, target: Client) -> list[Action]:
    """How the source was reached, where the target says nothing of it; and of the addresses that he brings, which are dead."""
    named = {name: getattr(source, name) for name in ("vk_id", "max_id", "preferred_channel") if not getattr(target, name)}
    actions = [getattr(Client, name).set(value) for name, value in named.items() if value]
    accounts = {"telegram"} if target.telegram_id else set()  # his own account is not dead because the other's is
    dead = set(source.dead_channels or ()) - accounts
    return [*actions, Client.dead_channels.add(dead)] if dead else actions


def _answers(*clients: Client) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for client in clients:
        for purpose, answer in client.consents.items():
            found.setdefault(purpose, []).append(answer)
    return found


def _same_telegram(client: Client) -> Condition:
    return Client.telegram_id.does_not_exist() if client.telegram_id is None else Client.telegram_id == client.telegram_id


def _moved(row: Identity, target: Client, *, hint: bool) -> Identity:
    """The source's identity row as the target's; a merely typed contact is a hint, where that is asked for."""
    copy = Identity(identity=row.identity, client_id=target.client_id, lead_number=target.lead_number)
    copy.proven, copy.proven_by, copy.proven_at, copy.beside = row.proven, row.proven_by, row.proven_at, row.beside
    copy.hint = True if row.hint or (hint and row.proven is False) else None
    return copy


def correct(tx: storage.Transaction, client: Client, actions: Sequence[Action]) -> None:
    """Change a card whose contacts are as they were read; the commit raises IdentityRaced otherwise."""
    same = base.as_read(client, None) & _same_telegram(client)
    for place, known in ((Client.phone, client.phone), (Client.email, client.email)):
        same &= place.does_not_exist() if known is None else place == known
    said = actions or [Client.lead_number.set(client.lead_number)]
    tx.update(Client.row(client.client_id), said, condition=same, otherwise=IdentityRaced())
    index.follow(tx, client.client_id, client.lead_number, actions)


def let_go(tx: storage.Transaction, row: Identity) -> None:
    """A sign is nobody's any more; the commit raises IdentityRaced where it is another's meanwhile."""
    tx.delete(Identity(row.identity), condition=base.seen(row), otherwise=IdentityRaced())


def carry(client_id: str, known: Known) -> None:
    """A folded client, and the lead number and the id that found him, lead to `known`."""
    (client,) = storage.read(Client.at(client_id))
    if client is None or client.merged_into == known.client_id:
        return
    number = [Identity.client_id.set(known.client_id), Identity.lead_number.set(known.lead_number)]
    for key in (Sign("lead", client.lead_number).key(client.contour), base.became_key(client_id, client.contour)):
        storage.change(Identity.row(key), number)
    storage.change(Client.row(client_id), [Client.merged_into.set(known.client_id), Client.merged_number.set(known.lead_number)])
