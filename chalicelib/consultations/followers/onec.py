"""A consultation in 1C: its client in the catalogue, its document, the kind that says whether it is over.

1C makes a second document of a repeated POST: what an earlier try made is looked for by our id before anything is made.
"""

from http import HTTPStatus
from typing import Any

from chalicelib.clients.service import Client
from chalicelib.consultations.accounts import repository as accounts
from chalicelib.consultations.accounts.models import Account
from chalicelib.consultations.accounts.service import reach as reach_of
from chalicelib.consultations.followers import moves, rules
from chalicelib.consultations.followers.rules import Entity
from chalicelib.consultations.tickets import repository as tickets
from chalicelib.consultations.tickets.models import Consultation
from chalicelib.consultations.tickets.rules import theirs
from chalicelib.core import ids, storage
from chalicelib.core.settings import settings
from chalicelib.core.vendors import VendorRefused
from chalicelib.integrations.onec import literals
from chalicelib.integrations.onec.client import OneCClient, OneCNotPublished, OneCRefused, both, eq

Row = dict[str, Any]

SAME = 5
"""Documents with the same id of ours that are looked at: more than one only after somebody marked the first for deletion."""


def configured() -> OneCClient:
    """The publication that the settings name."""
    config = settings()
    password = config.onec_password.get_secret_value() if config.onec_password else ""
    return OneCClient(str(config.onec_url), str(config.onec_user), password, zone=config.consultation_zone)


def fault_of(refused: VendorRefused) -> str | None:
    """What of our own configuration a refusal speaks of; None for one of the consultation itself."""
    if refused.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return "onec_user"
    elsewhere = refused.status == HTTPStatus.NOT_FOUND and not isinstance(refused, OneCRefused)
    return "onec_entity" if elsewhere or isinstance(refused, OneCNotPublished) else None


def align(row: Consultation) -> bool:
    """Bring 1C in line with a consultation; True when it has a document only now. Raises the vendor's errors."""
    base = configured()
    begun = bool(row.onec_seen)
    if not begun:
        document = _standing(base, row) or _make(base, row)
        _keep(row, document)
        if rules.document_reading(document) == rules.DELETED:  # whoever marked it did so before we knew of it
            moves.hear(row, "onec", rules.DELETED)
            return True
    if row.onec_seen != rules.DELETED:
        _tell(base, row)
    return not begun


def _standing(base: OneCClient, row: Consultation) -> Row | None:
    """The document that the caller named, or that an earlier try made; one that is not marked for deletion first."""
    document = rules.entity("document")
    named = literals.reference(row.cl_ref_key)
    found = base.get(document.name, named) if named else None
    ours = [] if found else base.rows(document.name, eq(document.key, literals.string(row.consultation_id)), top=SAME)
    return found or next(iter(sorted(ours, key=lambda one: one.get("DeletionMark") is True)), None)


def _make(base: OneCClient, row: Consultation) -> Row:
    document = rules.entity("document")
    values: Row = {
        "created_at": row.created_at,
        "client_ref": _client(base, row),
        "consultation_id": row.consultation_id,
        "kind": theirs("onec", row.status),
        "comment": row.comment,
        "topic": row.topic,
        "importance": rules.importance(int(row.importance) if row.importance is not None else None),
        "lang": row.lang,
        "scheduled_at": row.scheduled_at,
        "online_question_cat": row.online_question_cat,
        "online_question": row.online_question,
        "conversation": str(int(row.conversation_id)) if row.conversation_id else None,
    }
    row.onec_told = values["conversation"]
    return base.create(document.name, rules.fields(document, values, settings().consultation_zone))


def _keep(row: Consultation, made: Row) -> None:
    document, tx = rules.entity("document"), storage.Transaction()
    row.cl_ref_key, row.number = str(made["Ref_Key"]), made.get("Number")
    row.onec_seen = str(made.get(document.kind or "") or theirs("onec", row.status) or "")
    said = [
        Consultation.cl_ref_key.set(row.cl_ref_key),
        Consultation.number.set(row.number) if row.number else None,
        Consultation.onec_seen.set(row.onec_seen),
        Consultation.onec_told.set(row.onec_told) if row.onec_told else None,
    ]
    tx.update(tickets.handle(row), said)
    tickets.also_named(tx, row, tickets.onec_name(row.cl_ref_key))
    tx.commit()


def _client(base: OneCClient, row: Consultation) -> str:
    """The Ref_Key of the firm that the consultation's INN names; without one the client's, as it is known, found, or made."""
    client, account = storage.read(Client.at(row.client_id), Account.at(row.client_id))
    catalogue = rules.entity("client")
    known = literals.reference(account.cl_ref_key)
    reach = reach_of(client, account)
    values = {
        "client_id": ids.as_uuid(client.client_id),
        "name": reach.name,
        "org_inn": rules.inn(row.org_inn or account.org_inn),
        "phone": reach.phone,
        "email": reach.email,
    }
    card = base.get(catalogue.name, known) if known else None
    if card is not None and rules.is_firm(card, values["org_inn"]):
        return str(known)
    found = _found(base, catalogue, values, card, typed=reach.is_typed) or base.create(
        catalogue.name, rules.fields(catalogue, values, settings().consultation_zone)
    )
    ref = str(found["Ref_Key"])
    if card is None or not row.org_inn or rules.inn(row.org_inn) == rules.inn(account.org_inn):
        accounts.know_ref_key(row.client_id, ref)
    return ref


def _found(base: OneCClient, catalogue: Entity, values: Row, known: Row | None, *, typed: bool) -> Row | None:
    """A card of this firm: by what the mapping says, the INN first; then one of the client's without an INN, which gets it.

    What was only typed finds nobody's card. Where the client's card is another firm's, the new one bears no id of ours: it is
    found by its INN.
    """
    looked_for = [(field, name) for field, name in rules.looked_for(catalogue) if values.get(name) and (name == "client_id" or not typed)]
    cards = [_live(base, catalogue, field, values[name]) for field, name in looked_for]
    standing = [card for card in [*cards, known] if card is not None and not card.get("DeletionMark")]
    if found := next((card for card in standing if rules.is_firm(card, values["org_inn"])), None):
        return found
    if blank := next((card for card in standing if not card.get(rules.inn_field() or "")), None):
        return base.change(catalogue.name, str(blank["Ref_Key"]), {str(rules.inn_field()): values["org_inn"]})
    if standing:
        values["client_id"] = None
    return None


def _live(base: OneCClient, catalogue: Entity, field: str, value: str) -> Row | None:
    """The first card with this value that is not marked for deletion."""
    return base.first(catalogue.name, both(eq(field, literals.string(value)), eq("DeletionMark", "false")))


def _tell(base: OneCClient, row: Consultation) -> None:
    """The kind where somebody else moved the status, and the conversation once there is one."""
    document = rules.entity("document")
    kind = theirs("onec", row.status)
    conversation = str(int(row.conversation_id)) if row.conversation_id else None
    values = {
        "kind": kind if kind and kind != row.onec_seen else None,
        "conversation": conversation if conversation != row.onec_told else None,
    }
    if changed := rules.fields(document, values, settings().consultation_zone):
        base.change(document.name, str(row.cl_ref_key), changed)
        said = ((Consultation.onec_seen, values["kind"]), (Consultation.onec_told, values["conversation"]))
        tickets.change(row, [attribute.set(value) for attribute, value in said if value])
