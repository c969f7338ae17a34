"""By the office's hand: a contact is somebody's own, two clients are one."""

from typing import TYPE_CHECKING

from chalicelib.clients import facts, joining, rules
from chalicelib.clients import repository as base
from chalicelib.clients.errors import ClientNotFound, ContactTaken, IdentityRaced, MergeRefused
from chalicelib.clients.joining import Known, Words
from chalicelib.clients.merging import repository
from chalicelib.clients.models import Client, Identity
from chalicelib.clients.rules import Person, Proof
from chalicelib.core import ids, outbox, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.settings import settings

if TYPE_CHECKING:
    from chalicelib.clients.schemas import Confirmed, ContactConfirmation, Merge, Merged

EFFECT = "client_merged"
OWN_SIGNS = ("telegram_id", "phone", "email", "telegram_username")


def read_client(reference: str) -> Client:
    """The client of a lead number or an id, where he is read now. Raises ClientNotFound."""
    contour = rules.contour_of(reference)
    identity, client = storage.read(*base.reference_keys(reference, contour))
    if client is None and identity is not None:
        (client,) = storage.read(Client.at(identity.client_id))
    if client is None:
        raise ClientNotFound
    return client


@storage.again(IdentityRaced)
def confirm(reference: str, body: "ContactConfirmation") -> "Confirmed":
    """The office says that a contact is this client's own. Raises ClientNotFound, Invalid, or ContactTaken for another's proven one."""
    from chalicelib.clients.schemas import Confirmed  # only the office's doors pay for it

    client, person = _standing(reference), _said(body)
    signs = rules.signs(person)
    rows = storage.read(*(Identity.at(sign.key(client.contour)) for sign in signs))
    for sign, row in zip(signs, rows, strict=True):
        if rules.standing(sign, row) == "proven" and row.client_id != client.client_id:
            raise ContactTaken({"contact": sign.kind})
    if person.telegram_id and client.telegram_id not in (None, person.telegram_id):
        raise ContactTaken({"contact": "telegram", "client": "has another account"})
    losers = {row.client_id for row in rows if row is not None} - {client.client_id}
    known = Known(client.client_id, client.lead_number, duplicates=frozenset(losers), tie="proven")
    tx = storage.Transaction()
    joining.own(tx, Words(person, rows, client.contour, "office", Proof.OFFICE), known, client=client)
    facts.confirmed(tx, client, [sign.kind for sign in signs])
    tx.commit()
    return Confirmed(message="Контакт подтверждён.", client_id=client.lead_number, possible_duplicates=sorted(losers))


def _standing(reference: str) -> Client:
    """A client who is himself: one who was merged is confirmed and merged where he is now."""
    client = read_client(reference)
    return read_client(client.merged_into) if client.merged_into else client


def _said(body: "ContactConfirmation") -> Person:
    person = Person(phone=rules.phone_of(body.phone, settings().regions), email=rules.email_of(body.email), telegram_id=body.telegram_id)
    for field, found in (("phone", person.phone), ("email", person.email)):
        if getattr(body, field) and not found:
            raise Invalid.field("body", field, msg=f"expected a valid {field}", kind=field)
    return person


@storage.again(IdentityRaced)
def merge(reference: str, body: "Merge") -> "Merged":
    """Make a client one with another: his signs pass now, his sessions, tickets and messages in a moment. A repeat answers the same.

    Raises ClientNotFound, or MergeRefused for himself, for another contour, and where either was merged elsewhere already.
    """
    from chalicelib.clients.schemas import Merged  # only the office's doors pay for it

    source, target = _named("client_id", reference), _named("into", body.into)
    number = _number_that_led(reference, source)
    answer = Merged(message="Клиенты объединены.", client_id=target.lead_number, merged=number or source.lead_number)
    if source.merged_into == target.client_id or (number and source.client_id == target.client_id):
        return answer
    _check(source, target, led=number)
    keys = _keys(source)
    rows = [row for row in storage.read(*(Identity.at(key) for key in keys)) if row is not None and row.client_id == source.client_id]
    tx = storage.Transaction()
    repository.merge(tx, source, target, rows, body.reason)
    facts.merged(tx, source, target)
    outbox.send(tx, EFFECT, {"source": source.client_id, "target": target.client_id}, lane=f"merge#{source.client_id}")
    tx.commit()
    return answer


def _number_that_led(reference: str, client: Client) -> str | None:
    """The lead number by which a client was named who had another one before he was merged; None for his own name."""
    own = ids.from_uuid(reference) == client.client_id or reference.strip().lower() == client.lead_number
    return None if own else reference.strip().lower()


def _check(source: Client, target: Client, *, led: str | None) -> None:
    why = None
    if source.client_id == target.client_id:
        why = ("into", "another client: this one is himself already")
    elif source.contour != target.contour:
        why = ("into", "a client of the same contour")
    elif source.merged_into or led:  # by a number that led here another client would be merged than the one who was named
        why = ("client_id", "a client who is himself: this one was merged into somebody else")
    elif target.merged_into:
        why = ("into", "a client who is himself: this one was merged, name whom he became")
    if why:
        raise MergeRefused({"field": why[0], "expected": why[1]})


def _named(field: str, reference: str) -> Client:
    """The client whom a field names. Raises ClientNotFound, which says in which field."""
    try:
        return read_client(reference)
    except ClientNotFound:
        raise ClientNotFound({"field": field, "expected": "a lead number or an id of a client"}) from None


def _keys(client: Client) -> list[str]:
    """Where a client's own signs may stand."""
    person = Person(**{name: getattr(client, name) for name in OWN_SIGNS})
    own = {sign.key(client.contour) for sign in rules.signs(person)}
    return sorted({*own, *(client.typed or ()), *(client.known_as or ()), rules.Sign("lead", client.lead_number).key(client.contour)})


def standing(client_id: str) -> Known:
    """Who a client is by now, himself or whom he became. Raises ClientNotFound."""
    client = _standing(client_id)
    return Known(client.client_id, client.lead_number, tie="proven")


def carry(client_id: str, known: Known) -> None:
    """A client who was folded into one that is merged by now is read where that one is."""
    repository.carry(client_id, known)
