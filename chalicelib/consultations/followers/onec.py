"""A consultation in 1C: its client in the catalogue, its document, the kind that says whether it is over.

1C makes a second document of a repeated POST: what an earlier try made is looked for by our id before anything is made.
"""

from typing import Any

from chalicelib.clients.service import Client
from chalicelib.consultations.accounts import repository as accounts
from chalicelib.consultations.accounts.models import Account
from chalicelib.consultations.accounts.service import reach as reach_of
from chalicelib.consultations.followers import rules
from chalicelib.consultations.followers.rules import Entity
from chalicelib.consultations.tickets import repository as tickets
from chalicelib.consultations.tickets.models import Consultation
from chalicelib.consultations.tickets.rules import theirs
from chalicelib.core import ids, storage
from chalicelib.core.settings import settings
from chalicelib.integrations.onec import literals
from chalicelib.integrations.onec.client import OneCClient, eq

Row = dict[str, Any]


def configured() -> OneCClient:
    """The publication that the settings name."""
    config = settings()
    password = config.onec_password.get_secret_value() if config.onec_password else ""
    return OneCClient(str(config.onec_url), str(config.onec_user), password, zone=config.consultation_zone)


def align(row: Consultation) -> bool:
    """Bring 1C in line with a consultation; True when it has a document only now. Raises the vendor's errors."""
    base = configured()
    begun = bool(row.onec_seen)
    if not begun:
        _keep(row, _standing(base, row) or _make(base, row))
    _tell(base, row)
    return not begun


def _standing(base: OneCClient, row: Consultation) -> Row | None:
    """The document that the caller named, or that an earlier try made."""
    document = rules.entity("document")
    named = literals.reference(row.cl_ref_key)
    found = base.get(document.name, named) if named else None
    return found or base.first(document.name, eq(document.key, literals.string(row.consultation_id)))


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
    """The client's Ref_Key: as it is known, found by our id or by what the mapping says, else made."""
    client, account = storage.read(Client.at(row.client_id), Account.at(row.client_id))
    catalogue = rules.entity("client")
    known = literals.reference(account.cl_ref_key)
    if known and base.get(catalogue.name, known) is not None:
        return known
    reach = reach_of(client, account)
    values = {
        "client_id": ids.as_uuid(client.client_id),
        "name": reach.name,
        "org_inn": row.org_inn or account.org_inn,
        "phone": reach.phone,
        "email": reach.email,
    }
    found = _found(base, catalogue, values, typed=reach.is_typed)
    found = found or base.create(catalogue.name, rules.fields(catalogue, values, settings().consultation_zone))
    accounts.know_ref_key(row.client_id, str(found["Ref_Key"]))
    return str(found["Ref_Key"])


def _found(base: OneCClient, catalogue: Entity, values: Row, *, typed: bool) -> Row | None:
    """Our own id first, then each field of the mapping that has a value; what was only typed finds nobody's card."""
    for field, name in {catalogue.key: "client_id", **({} if typed else catalogue.find_by)}.items():
        found = base.first(catalogue.name, eq(field, literals.string(values[name]))) if values.get(name) else None
        if found is not None:
            return found
    return None


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
