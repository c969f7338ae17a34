"""Signing in: a phone, a code by SMS, a token of our own. Whoever asks learns nothing of who is a client of the club.

A stranger who knows a phone can neither get in nor keep its owner out. Each guess counts for its address and for the code: five
and fifteen, so that one address cannot use up a code. Codes go to the phone whoever asks: one that a stranger asked for is good
for the owner, and within the pause his own request sends none in its place. After five codes a day a phone gets one every two
hours, so at most 17 x 15 guesses a day. What an address and all together may ask for is bounded, for SMS cost money.
"""

import secrets
from datetime import datetime
from http import HTTPStatus

from chalicelib.clients import service as clients
from chalicelib.clients.service import IdentityRaced, Person, Proof
from chalicelib.core import clock, ids, outbox, storage, tally, troubles
from chalicelib.core.errors import Invalid, TooMany
from chalicelib.core.outbox import Effect
from chalicelib.core.security import Caller
from chalicelib.core.sender import Sender
from chalicelib.core.settings import settings
from chalicelib.core.vendors import VendorBusy, VendorDown, VendorRefused
from chalicelib.gocrm.cabinet import repository, rules, upstream
from chalicelib.gocrm.cabinet.errors import Raced, SessionOver, WrongCode
from chalicelib.gocrm.cabinet.models import CabinetCode, CabinetSession
from chalicelib.gocrm.cabinet.schemas import SignedIn, SignIn
from chalicelib.integrations.gocrm.errors import GoCrmWrongCode

LIVE = "live"
_NOT_LET_IN = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
SENT = "Если этот номер знаком клубу, на него придёт код."
WELCOME = "Вы вошли."


def sign_in(body: SignIn, *, sender: Sender) -> SignedIn:
    """The first step without a code, the second with one. Raises WrongCode, Invalid, TooMany, Busy or GoCrmUnavailable."""
    person = clients.person_from(phone=body.phone)
    if not person.phone:
        raise Invalid.field("body", "phone", msg="expected a valid phone number", kind="phone")
    return _open(person.phone, body.code, sender) if body.code else _ask(person.phone, sender)


def _ask(phone: str, sender: Sender) -> SignedIn:
    """Have a code sent, unless that was done a moment ago; the answer is the same. Raises TooMany."""
    answer = SignedIn(message=SENT, resend_after=int(rules.PAUSE.total_seconds()))
    holder, now = rules.digest("phone", phone), clock.wall()
    (row,) = repository.codes(holder)
    if row and not rules.may_ask(row.asked_at, int(row.on_day), same_day=row.day == f"{now:%Y-%m-%d}", now=now):
        return answer
    tx = storage.Transaction()
    repository.ask(tx, _asked(holder, row), row)
    _count(tx, sender, now)
    outbox.send(tx, "gocrm_code", {"phone": phone, "asked_at": now.isoformat()}, lane=f"gocrm-code#{holder}")
    try:
        tx.commit()
    except Raced:  # pressed twice: the other code is on its way
        return answer
    return answer


def _count(tx: storage.Transaction, sender: Sender, now: datetime) -> None:
    """One SMS more for its address, whatever browser it says it is, and for everybody together."""
    full = TooMany(tally.until_tomorrow(now))
    if sender.address:
        tally.add_in(tx, "gocrm-codes", f"{now:%Y-%m-%d}", sender.address, most=rules.PER_ADDRESS, otherwise=full)
    tally.add_in(tx, "gocrm-codes", f"{now:%Y-%m-%d}", most=settings().sms_codes_a_day, otherwise=full)


def _asked(holder: str, before: CabinetCode | None) -> CabinetCode:
    now = clock.wall()
    day = f"{now:%Y-%m-%d}"
    times = int(before.on_day) + 1 if before and before.day == day else 1
    until, kept = now + rules.GOOD_FOR, now + repository.KEPT
    return CabinetCode(holder=holder, asked_at=now, day=day, on_day=times, until=until, expires_at=kept)


def send_code(effect: Effect) -> None:
    """Ask Go-CRM for the SMS. What it says of the phone is nobody's business; one that comes too late is not sent.

    A key that is refused has nobody get a code, who asks again meanwhile: it is shown until a code is taken.
    """
    if (clock.wall() - datetime.fromisoformat(effect.payload["asked_at"])) > rules.GOOD_FOR:
        return None
    try:
        upstream.club().ask_code(effect.payload["phone"].removeprefix("+"))
    except (VendorBusy, VendorDown) as error:
        raise outbox.Retry(error.reason, for_all=True) from error
    except VendorRefused as refused:
        if refused.status in _NOT_LET_IN:
            return troubles.meet(effect.kind, "gocrm_token")
    return troubles.end(effect.kind)


def _open(phone: str, code: str, sender: Sender) -> SignedIn:
    """Try a code. Each try is counted before it is made, at its address first: what that has no right to is not taken from the others."""
    (asked,) = repository.codes(rules.digest("phone", phone))
    if asked is None or asked.until <= clock.wall():
        raise WrongCode
    guess = ("gocrm-guess", asked.holder, asked.asked_at.isoformat(), sender.address or "")
    if not (tally.add(*guess, most=rules.TRIES_AN_ADDRESS) and repository.spend_try(asked)):
        raise WrongCode
    with upstream.told():
        try:
            access_token = upstream.club().sign_in(phone.removeprefix("+"), code)
        except GoCrmWrongCode as wrong:
            raise WrongCode from wrong
    return _welcome(phone, access_token, asked)


@storage.again(IdentityRaced)
def _welcome(phone: str, access_token: str, asked: CabinetCode) -> SignedIn:
    person, token, now = Person(phone=phone), secrets.token_urlsafe(32), clock.wall()
    rows, tx = storage.read(*clients.keys(person, LIVE)), storage.Transaction()
    known = clients.find_or_create(tx, person=person, rows=rows, contour=LIVE, new_id=ids.new(), source="gocrm", proof=Proof.CODE)
    session = CabinetSession(
        token_hash=rules.digest(token),
        owner=rules.digest("phone", phone),
        client_id=known.client_id,
        access_token=access_token,
        until=now + rules.LIFETIME,
        expires_at=now + rules.LIFETIME,
    )
    repository.open_session(tx, session, asked)
    tx.commit()
    return SignedIn(message=WELCOME, token=token, expires_in=int(rules.LIFETIME.total_seconds()))


def session_of(caller: Caller) -> CabinetSession:
    """Whose token this is. Raises SessionOver for one that is not, or no longer, ours."""
    session = repository.session(rules.digest(caller.subject or ""))
    if session is None or session.until <= clock.wall() or not settings().has_cabinet:
        raise SessionOver
    return session


def sign_out(caller: Caller) -> None:
    """End a session; a repeat changes nothing."""
    repository.end(rules.digest(caller.subject or ""))
