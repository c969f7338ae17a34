"""Use cases of consultations. A question is written once, with its client, its followers' work and the word to the client."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chalicelib.clients.service import IdentityRaced
from chalicelib.consultations.accounts import service as accounts
from chalicelib.consultations.accounts.service import (
    Account,
    AccountRaced,
    Asker,
    Client,
    ClientFields,
    ClientUnknown,
    Signs,
    Standing,
)
from chalicelib.consultations.tickets import cards, facts, repository, rules
from chalicelib.consultations.tickets.cards import cons_id_of
from chalicelib.consultations.tickets.errors import NumberTaken, TicketUnknown, TwoClients
from chalicelib.consultations.tickets.models import Consultation
from chalicelib.consultations.tickets.rules import FOLLOWERS, Follower
from chalicelib.consultations.tickets.schemas import (
    ConsultationCard,
    Created,
    NewConsultation,
    Question,
    TicketCard,
    TicketsPage,
    TicketsQuery,
)
from chalicelib.core import clock, ids, inbox, outbox, storage
from chalicelib.core.errors import Busy
from chalicelib.core.inbox import AlreadyAnswered, InboxRow
from chalicelib.core.schemas import Schema, utc_text
from chalicelib.core.security import Caller
from chalicelib.core.settings import settings
from chalicelib.messaging import service as messaging
from chalicelib.safety import service as safety

__all__ = ["Consultation", "Follower", "TicketUnknown", "cons_id_of"]

LIVE = "live"
SOURCE = "consultations"
KEY_REUSED = "this Idempotency-Key was used for another question before; the consultation of that one is shown"
REFUSED = "1C or Chatwoot refused this consultation; the operators were told"


class Place(Schema):
    """Where the consultation stands that an earlier request made."""

    client_id: str
    place: str


@dataclass(slots=True)
class _Case:
    """One request to be decided: who asks, what, and under which names a repeat of it would be known."""

    who: Asker
    question: Question
    source: str
    cl_ref_key: str | None = None
    key: str | None = None
    key_window: timedelta | None = None

    @property
    def keys(self) -> list[storage.Key]:
        """The rows to read: the claim by which a repeat is known before its client is, then the client's."""
        return [*([InboxRow.at(self.key)] if self.key else []), *self.who.keys]

    @property
    def marks(self) -> tuple[str, ...]:
        """What tells this question from another."""
        asked = self.question
        return rules.question_marks(asked.comment, asked.scheduled_at, asked.topic, asked.online_question_cat, asked.online_question)

    def question_keys(self, client_id: str) -> list[str]:
        """Where a repeat is known: under its firm; and under none, for whoever asks next without one means the latest."""
        firm = self.question.org_inn or self.who.fields.org_inn
        firms = [rules.normalised(firm), ""] if firm else [""]
        return [inbox.claim_key(SOURCE, LIVE, "question", client_id, *self.marks, one) for one in firms]

    def known_by(self, idempotency_key: str | None, visitor: str) -> None:
        """Set under which name a repeat is known whoever the client is: the header, of two users two.

        A site's form shows nobody: it is a repeat only from the same visitor, with the same contacts and words, for a day.
        """
        caller, contacts = self.who.caller, self.who.contacts
        if caller.kind == "public":
            said = (visitor, contacts.phone or "", contacts.email or "", *self.marks, idempotency_key or "")
            self.key, self.key_window = inbox.claim_key(SOURCE, LIVE, "form", *said), rules.REPEAT_WITHIN
        elif idempotency_key:
            self.key = inbox.claim_key(SOURCE, LIVE, "key", caller.subject or "", idempotency_key)


def create(body: NewConsultation, *, caller: Caller, visitor: str, idempotency_key: str | None) -> Created:
    """Take a question; its client is made when nobody is meant. Raises ClientNeeded, ClientUnknown, TwoClients or Invalid."""
    asked, fields = body.consultation, body.client or ClientFields()
    if asked.client_id and fields.client_id and ids.from_uuid(asked.client_id) != ids.from_uuid(fields.client_id):
        raise TwoClients
    who = accounts.asker(fields.model_copy(update={"client_id": fields.client_id or asked.client_id}), caller, "client")
    # A document of 1C that a stranger names would show him its number, and be written over.
    case = _Case(who, asked, body.source or "SITE", asked.cl_ref_key if who.is_trusted else None)
    case.known_by(idempotency_key, visitor)
    return _create(case)


def create_simple(body: Question, *, caller: Caller, idempotency_key: str | None) -> Created:
    """Take a question of a client whose id is known. Raises ClientNeeded or ClientUnknown."""
    case = _Case(accounts.asker(ClientFields(client_id=body.client_id), caller), body, "SITE")
    case.known_by(idempotency_key, "")
    return _create(case)


def _create(case: _Case) -> Created:
    try:
        return _decide(case)
    except (IdentityRaced, AccountRaced, NumberTaken) as raced:  # too many at once for one client: the caller comes again
        raise Busy from raced


@storage.again(IdentityRaced, AccountRaced, NumberTaken, times=10)
def _decide(case: _Case) -> Created:
    rows = storage.read(*case.keys)
    if earlier := inbox.claimed(rows.pop(0) if case.key else None, window=case.key_window):
        return _again(case, earlier)
    signs = case.who.read(rows)
    standing, asked = _known(case, accounts.chosen(case.who, signs))
    if earlier := inbox.claimed(asked, window=rules.REPEAT_WITHIN):
        return _again(case, earlier)
    return _take(case, signs, standing)


def _known(case: _Case, client_id: str | None) -> tuple[Standing, InboxRow | None]:
    """What is known of the client who asks, and whether he asked the same a moment ago. Raises ClientUnknown for another's."""
    if client_id is None:
        return Standing(), None
    client, account, asked = storage.read(Client.at(client_id), Account.at(client_id), InboxRow.at(case.question_keys(client_id)[0]))
    accounts.check_owner(case.who.caller, account, claims=bool(case.who.fields.client_id_hash))
    return Standing(client, account), asked


def _take(case: _Case, signs: Signs, standing: Standing) -> Created:
    tx = storage.Transaction()
    settled = accounts.settle(tx, case.who, signs, standing, consultations=1)
    row = _row(case, settled.known.client_id, int(standing.account.consultations) + 1 if standing.account else 1)
    _follow(tx, row)
    repository.add(tx, row)
    facts.asked(tx, row)
    _claim(tx, case, row)
    _tell_client(tx, row)
    words, name = [row.comment, row.topic], case.who.contacts.name
    safety.alert_of_nobody_in(tx, settled.known, words, name=name, where=safety.QUESTION, contour=LIVE)
    try:
        tx.commit()
    except AlreadyAnswered as first:
        return _again(case, inbox.answer_of(first.inbox_id) or "")
    return _created(row, settled.warnings)


def _row(case: _Case, client_id: str, number: int) -> Consultation:
    asked, at = case.question, clock.now()
    return Consultation(
        client_id=client_id,
        place=rules.place_of(number),
        consultation_id=ids.new(),
        created_at=at,
        updated_at=at,
        status=rules.RECEIVED,
        lang=asked.lang,
        comment=asked.comment,
        topic=asked.topic,
        org_inn=asked.org_inn or case.who.fields.org_inn,
        online_question_cat=asked.online_question_cat,
        online_question=asked.online_question,
        importance=asked.importance,
        scheduled_at=asked.scheduled_at,
        source=case.source,
        cl_ref_key=case.cl_ref_key,
    )


def _follow(tx: storage.Transaction, row: Consultation) -> None:
    """Have each follower that is configured take the consultation over."""
    config = settings()
    for follower, there in zip(FOLLOWERS, (config.has_chatwoot, config.has_onec), strict=True):
        setattr(row, follower, "waiting" if there else "off")
        if there:
            setattr(row, f"{follower}_effect", send(tx, row, follower))
            row.sync = "waiting"


def send(tx: storage.Transaction, row: Consultation, follower: Follower) -> str:
    """Have a follower brought up to date; a client's consultations reach it in order."""
    return outbox.send(tx, f"consultation_{follower}", {"client_id": row.client_id, "place": row.place}, lane=f"{follower}#{row.client_id}")


def _claim(tx: storage.Transaction, case: _Case, row: Consultation) -> None:
    place = Place(client_id=row.client_id, place=row.place)
    own, *loose = case.question_keys(row.client_id)
    inbox.claim(tx, own, place, window=rules.REPEAT_WITHIN)
    for key in loose:
        inbox.claim(tx, key, place, window=-rules.REPEAT_WITHIN)  # whatever stands there: it is another firm's
    if case.key:
        inbox.claim(tx, case.key, place, window=case.key_window)


def _tell_client(tx: storage.Transaction, row: Consultation) -> None:
    scheduled_at = row.scheduled_at.isoformat() if row.scheduled_at else None
    tell(tx, row, "client_consultation_received", {"scheduled_at": scheduled_at})


def tell(tx: storage.Transaction, row: Consultation, template: str, values: dict[str, Any], *, message_id: str | None = None) -> None:
    """Say something to the client in the language he asked in."""
    about = messaging.About(template.removeprefix("client_"), LIVE, row.consultation_id)
    said = {"comment": _short(row.comment), "zone": settings().consultation_timezone, **values}
    messaging.say(tx, messaging.client(row.client_id), template, about, said, language=row.lang, message_id=message_id)


def _short(comment: str) -> str:
    return comment if len(comment) <= 200 else f"{comment[:199]}…"


def _again(case: _Case, earlier: str) -> Created:
    """The consultation that an earlier request made, as it stands now."""
    place = Place.model_validate_json(earlier)
    row = repository.at(place.client_id, place.place)
    if row is None:
        raise TicketUnknown
    same = rules.normalised(row.comment) == rules.normalised(case.question.comment)
    return _created(row, [] if same else [KEY_REUSED])


def _created(row: Consultation, warnings: list[str]) -> Created:
    return Created(consultation=ConsultationCard(**cards.card(row)), client_id=ids.as_uuid(row.client_id), warnings=warnings)


def get(cons_id: str, *, caller: Caller) -> TicketCard:
    """A consultation by our id or by Chatwoot's, which anybody can count up to. Raises TicketUnknown, for another's too."""
    row, account = repository.named_with(Account.at, *_names(cons_id))
    if row is None or not accounts.owns(caller, account):
        raise TicketUnknown
    end_date = utc_text(row.end_at) if row.end_at else None
    return TicketCard(**cards.card(row), end_date=end_date, warnings=[REFUSED] if row.sync == "refused" else [])


def find(cons_id: str) -> Consultation:
    """The consultation of an id that its callers know. Raises TicketUnknown."""
    row = repository.named(*_names(cons_id))
    if row is None:
        raise TicketUnknown
    return row


def _names(cons_id: str) -> list[storage.Key]:
    """Where a consultation is found by our id, or by its conversation's number at the desk that is set up now, or at any."""
    there = repository.chatwoot_name(cons_id, settings().chatwoot_desk)
    return [repository.by_name(name) for name in (cons_id, there, repository.chatwoot_name(cons_id))]


def list_of(client_id: str, query: TicketsQuery, *, caller: Caller) -> TicketsPage:
    """A client's consultations, newest first; any page costs the same. Raises ClientUnknown."""
    own_id = ids.from_uuid(client_id)
    client, account = storage.read(Client.at(own_id), Account.at(own_id))
    if client is None or client.contour != LIVE:
        raise ClientUnknown
    accounts.check_owner(caller, account)
    total = int(account.consultations) if account else 0
    rows = repository.of_client(own_id, rules.page(total, query.skip), query.limit) if query.skip < total else []
    return TicketsPage(tickets=[cards.line(row) for row in cards.fitting(rows)], total=total)
