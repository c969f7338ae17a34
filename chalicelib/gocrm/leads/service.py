"""Taking leads: each is stored with its client, its answer and its way out in one transaction, however often it comes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic_core import to_json

from chalicelib.clients import service as clients
from chalicelib.clients.service import IdentityRaced, Known, Person, Proof
from chalicelib.core import clock, inbox, outbox, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.inbox import InboxRow, Mail, Receipt
from chalicelib.core.security import redacted
from chalicelib.core.sender import Sender
from chalicelib.core.settings import settings
from chalicelib.gocrm.leads import facts, rules
from chalicelib.gocrm.leads.errors import FunnelUnknown, LeadsClosed
from chalicelib.gocrm.leads.models import LeadRow
from chalicelib.gocrm.leads.schemas import LeadForm, LeadTaken, Said
from chalicelib.integrations.tilda import forms
from chalicelib.messaging import service as messaging

SOURCE, CONTOUR, LANE = "gocrm-leads", "live", "gocrm"
DOOR = "POST /gocrm/leads"
THANKS = "Заявка принята. Мы свяжемся с вами."


def funnels() -> dict[str, str]:
    """Funnels by name; their URLs are secrets."""
    setting = settings().gocrm_funnels
    return rules.funnels_of(setting.get_secret_value() if setting else None)


def take(form: LeadForm, *, receipt: Receipt) -> LeadTaken:
    """A lead, once; where nobody gave a name the phone stands for it.

    Raises LeadsClosed, FunnelUnknown, or Invalid for a phone that is nobody's.
    """
    _check_door(form.funnel)
    said, person = said_of(form), person_of(form)
    if person.phone is None:
        raise Invalid.field("body", "phone", msg="expected a valid phone number", kind="missing" if form.phone is None else "phone")
    told = said.model_copy(update={"phone": person.phone, "name": said.name or person.phone})
    return _take(form.funnel, told, person, receipt)


def take_into(funnel: str, form: LeadForm, *, sender: Sender) -> LeadTaken:
    """The same for a funnel's own door. It is kept in the inbox as a lead that names its funnel, so that the sweep can decide it."""
    if forms.is_probe(form.given):
        return LeadTaken(message="ok", lead_id=None)
    receipt = inbox.receive(_mail(funnel, form, sender))
    try:
        if receipt.answer is None:
            return take(form.model_copy(update={"funnel": funnel}), receipt=receipt)
        answer: str | None = receipt.answer
    except inbox.AlreadyAnswered as first:
        answer = inbox.answer_of(first.inbox_id)
    except (LeadsClosed, FunnelUnknown, Invalid) as error:
        inbox.refuse(receipt, error.body())
        raise
    return LeadTaken.model_validate_json(answer or "{}")


def _mail(funnel: str, form: LeadForm, sender: Sender) -> Mail:
    given = {**{name: value for name, value in form.given.items() if name not in rules.KEYS}, "funnel": funnel}
    raw = redacted(to_json(given))
    external_id, window = rules.key_of(given, raw, sender)
    return Mail(SOURCE, f"funnel:{funnel}:{external_id}", DOOR, raw, "application/json", window=window, sender=sender)


def _check_door(funnel: str | None) -> None:
    known = funnels()
    if funnel is None and not settings().gocrm_url:
        raise LeadsClosed("GOCRM_URL is not set")
    if funnel is not None and not known:
        raise LeadsClosed("GOCRM_FUNNELS is not set")
    if funnel is not None and funnel not in known:
        raise FunnelUnknown(known)


def said_of(form: LeadForm) -> Said:
    """A form as it is kept, but for a phone that was looked at."""
    birthday = rules.birthday_of(form.birthday, clock.now().astimezone(settings().zone))
    parent = form.parent_name or (form.name if form.child_name else None)
    return Said(
        name=form.child_name or form.name or parent or "",
        parent_name=parent,
        phone=form.phone or "",
        email=form.email,
        center_id=form.center_id,
        center=form.center,
        birthday=birthday,
        birthday_text=form.birthday if birthday is None else None,
        comment=form.comment,
        utm=form.utm,
    )


def person_of(form: LeadForm) -> Person:
    """Who left it: the parent, where the form tells parent and child apart."""
    asked = {"personal_data": rules.agreed(form.consent), "marketing": rules.agreed(form.marketing)}
    return clients.person_from(
        phone=form.phone,
        email=form.email,
        name=form.parent_name or form.name,
        consents=tuple((purpose, given, "form") for purpose, given in asked.items() if given is not None),
        utm=form.utm,
    )


@storage.again(IdentityRaced)
def _take(funnel: str | None, said: Said, person: Person, receipt: Receipt) -> LeadTaken:
    claims = _claims(funnel, said, person, receipt.sender)
    earlier, own, *rows = storage.read(*(InboxRow.at(claim) for claim in claims), *clients.keys(person, CONTOUR))
    if answer := _first_answer(receipt, earlier, own):
        return answer
    tx, lead_id = storage.Transaction(), receipt.new_id("lead")
    known = joined(tx, person, rows, new_id=receipt.new_id("client"), proof=Proof.TYPED)
    _send(tx, lead_id, funnel, said, known, person)
    answer = LeadTaken(message=THANKS, lead_id=lead_id, warnings=_warnings(said))
    receipt.complete(tx, answer)
    for claim in claims:
        receipt.claim(tx, claim, answer, window=rules.REPEAT_WINDOW)
    tx.commit()
    return answer


def _claims(funnel: str | None, said: Said, person: Person, sender: Sender) -> list[str]:
    """Under what else this lead may come again: the same words from anybody, and what the sender alone is answered by.

    Proven senders are one another's; of theirs the same person asking the same is enough, with whatever comment.
    """
    words = rules.words_of(said, funnel, person.consents)
    own = ("proven", *rules.same(said, funnel)) if sender.is_proven else (sender.scope, *words)
    return [inbox.claim_key(SOURCE, CONTOUR, "lead", *parts) for parts in (words, own)]


def _first_answer(receipt: Receipt, earlier: InboxRow | None, own: InboxRow | None) -> LeadTaken | None:
    """What the same lead was answered, if it was here: to him who got it, or showed a key. To anybody else it looks like a first one."""
    mine, any_first = (inbox.claimed(row, window=rules.REPEAT_WINDOW) for row in (own, earlier))
    first = mine or any_first
    if not first:
        return None
    answer = LeadTaken.model_validate_json(first)
    if not (mine or receipt.sender.is_proven):
        answer = answer.model_copy(update={"lead_id": receipt.new_id("lead")})
    inbox.done(receipt, answer)
    return answer


def joined(tx: storage.Transaction, person: Person, rows: Sequence[Any], *, new_id: str, proof: Proof) -> Known:
    """The person's place in the one client base; who may be two people is told to the admin."""
    known = clients.find_or_create(tx, person=person, rows=rows, contour=CONTOUR, new_id=new_id, source="gocrm", proof=proof)
    messaging.tell_duplicates(tx, known, person.name, messaging.About("duplicates_found", CONTOUR))
    return known


def _send(tx: storage.Transaction, lead_id: str, funnel: str | None, said: Said, known: Known, person: Person) -> None:
    row = row_of(lead_id, said, known, state="waiting", created_at=clock.now())
    row.funnel, row.effect_id = funnel, queue(tx, lead_id)
    row.consents = [list(said) for said in person.consents] or None  # a form proves nobody: they are the lead's, not the client's
    tx.create(row)
    facts.taken(tx, lead_id, known.client_id, funnel)


def row_of(lead_id: str, said: Said, known: Known | None, *, state: str, created_at: datetime) -> LeadRow:
    """A lead's row, not written yet."""
    row = LeadRow(lead_id=lead_id, state=state, created_at=created_at, said=said.model_dump(mode="json", exclude_none=True))
    if known is not None:
        row.client_id, row.lead_number = known.client_id, known.lead_number
    return row


def queue(tx: storage.Transaction, lead_id: str, *, due_at: datetime | None = None) -> str:
    """Put a lead at the end of the one lane: they leave in the order they came."""
    return outbox.send(tx, "gocrm_lead", {"lead_id": lead_id}, lane=LANE, due_at=due_at)


def _warnings(said: Said) -> list[str]:
    return ["birthday is no date that can be read; it goes along as text"] if said.birthday_text else []
