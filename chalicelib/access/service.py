"""Codes and tokens. The bot tells a client six digits; who shows them is that client for a day.

Whoever checks a code learns only whether it is right: a wrong one, an old one and a stranger's get the same answer from
the same calls.

A stranger who knows the account can neither get in nor keep its owner out. A guess counts for its address and for the code: five and
thirty, so that one address cannot use a code up. Whoever asks for a code has it told to the owner alone; while one is good the same is
told again, so that a stranger's request neither ends the owner's code nor costs one of his day's.
"""

import hmac
from typing import Any

from chalicelib.access import repository, rules
from chalicelib.access.errors import CodeRaced, CodesClosed
from chalicelib.access.models import LoginCode
from chalicelib.access.schemas import CodeCheck, CodeChecked, TelegramIdAnswer, TelegramIdQuery
from chalicelib.clients import service as clients
from chalicelib.clients.service import Client, ClientNotFound
from chalicelib.core import client_token, clock, ids, storage, tally
from chalicelib.core.schemas import Contour
from chalicelib.core.sender import Sender
from chalicelib.core.settings import settings
from chalicelib.messaging import service as messaging

TEMPLATE = "client_login_code"


def _secret() -> str:
    return settings().secret_of_clients


def find(query: TelegramIdQuery, contour: Contour) -> TelegramIdAnswer:
    """A client's Telegram id and, where it is asked for, a code to his bot. Raises CodesClosed."""
    if query.send_code and not _secret():
        raise CodesClosed
    client = _named(query.said, contour)
    telegram_id = client.telegram_id if client else None
    if query.send_code and client and telegram_id:
        _send(client, contour)
    return TelegramIdAnswer(telegram_id=telegram_id, resend_after=int(rules.PAUSE.total_seconds()) if query.send_code else None)


def _named(said: list[str], contour: Contour) -> Client | None:
    """The client that these words name; the surest sign wins."""
    lead = [key for text in said for key in clients.reference_keys(text, contour)]
    people = [clients.person_from(contact=text) for text in said]
    rows = storage.read(*lead, *(key for person in people for key in clients.keys(person, contour)))
    try:
        known = clients.by_reference(rows)
    except ClientNotFound:
        return None
    (client,) = storage.read(Client.at(known.client_id))
    return client if client is not None and client.contour == contour else None


def _send(client: Client, contour: Contour) -> None:
    """Have the bot tell a code, the last one while it is good, unless that was done a moment ago or too often today."""
    whose, now = rules.holder(client.telegram_id, contour), clock.wall()
    last, tx = repository.of(whose), storage.Transaction()
    if last and _tells_again(last, client):
        if now - last.sent_at < rules.PAUSE:
            return
        repository.tell_again(tx, last, now)
        nonce, until = last.nonce, last.good_until
    elif last and not rules.may_send(last.sent_at, last.day, int(last.sent_on_day), now):
        return
    else:
        nonce, until = ids.token(), now + rules.GOOD_FOR
        repository.replace(tx, _new(whose, nonce, client, last), last)
    values: dict[str, Any] = {"holder": whose, "nonce": nonce}
    about = messaging.About("login_code_asked", contour)
    still: dict[str, Any] = {"guard": {"kind": "login_code", **values}, "until": until}
    messaging.say(tx, messaging.client(client.client_id), TEMPLATE, about, values, **still)
    try:
        tx.commit()
    except CodeRaced:  # the same person pressed twice: the other code is on its way
        return


def _tells_again(last: LoginCode, client: Client) -> bool:
    """Whether the last code is still worth telling."""
    alive = not last.used_at and int(last.tries) < rules.MOST_TRIES and last.client_id == client.client_id
    return alive and bool(last.good_until - clock.wall() >= rules.WORTH_TELLING)


def _new(whose: str, nonce: str, client: Client, last: LoginCode | None) -> LoginCode:
    now = clock.wall()
    day = rules.day_of(now)
    new = LoginCode(holder=whose, nonce=nonce, client_id=client.client_id, sent_at=now, day=day)
    new.good_until, new.expires_at = now + rules.GOOD_FOR, now + rules.KEPT
    new.sent_on_day = last.sent_on_day + 1 if last and last.day == day else 1
    return new


def check(body: CodeCheck, contour: Contour, *, sender: Sender) -> CodeChecked:
    """Whether this is the code we sent to this account, and a token if it is. Each code is good once, for an address's five guesses."""
    whose = rules.holder(body.telegram_id, contour)
    row = repository.of(whose)
    nonce = row.nonce if row else ""
    right = hmac.compare_digest(rules.code(_secret(), whose, nonce), body.code) and row is not None
    may = tally.add("login-guess", whose, nonce, sender.address or "", most=rules.TRIES_AN_ADDRESS)
    counted = repository.spend_try(whose, nonce if may else "", at=clock.wall(), right=right)
    if row is None or not (right and counted):
        return CodeChecked(verified=False)
    return CodeChecked(verified=True, token=client_token.issue(row.client_id, _secret()))
