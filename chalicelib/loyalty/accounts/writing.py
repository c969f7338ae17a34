"""A panel writes a client down, or changes what it keeps of him."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.clients import facts as told
from chalicelib.clients import office
from chalicelib.clients.errors import IdentityRaced
from chalicelib.clients.index import repository as index
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.rules import number_of, place, place_of
from chalicelib.clients.models import Client
from chalicelib.clients.rules import Person, email_of, phone_of, username_of
from chalicelib.company import service as company
from chalicelib.company.directories import CHANNELS
from chalicelib.company.rules import Loyalty
from chalicelib.core import clock, facts, once, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.once import AskedAtOnce
from chalicelib.core.settings import settings
from chalicelib.loyalty.accounts import cards, referrers, repository, rules, showing
from chalicelib.loyalty.accounts.errors import AccountRaced, ClientExists, ReferrerFixed
from chalicelib.loyalty.accounts.models import Account
from chalicelib.loyalty.accounts.schemas import ClientChange, ClientShown, NewClient
from chalicelib.staff.errors import RoleNeeded

CARD = {"full_name": "name", "phone": "phone", "email": "email", "tg_id": "telegram_id", "telegram_username": "telegram_username"}
"""Fields that are his card's, by what the card calls them."""

OWN = {
    **{name: name for name in ("whatsapp_phone", "vk_username", "instagram_username", "facebook_username", "max_username", "address")},
    **{name: name for name in ("birthday", "birth_year", "gender", "notes", "tags", "level")},
    "status": "blocked",
    "acquisition_channel_id": "channel",
    "referrer_client_id": "referrer",
}
"""Fields that are his account's, by what the account calls them."""


WORTH = ("level", "referrer_client_id")
"""Fields that are worth money."""


def check_may(is_head: bool, body: NewClient) -> None:
    """Raises RoleNeeded where somebody of the office says of a new client what is worth money."""
    said = next((field for field in WORTH if getattr(body, field) is not None), None)
    if said and not is_head:
        raise RoleNeeded({"field": said})


@storage.again(AskedAtOnce, IdentityRaced, AccountRaced)
def create(body: NewClient, *, key: str | None, actor: str) -> ClientShown:
    """A new client: counter, one read, one transaction. Raises ClientExists, ClientNotFound, ChannelNotFound, Invalid, KeyReused."""
    request, card = once.request(actor, "POST /api/v1/admin/clients", key, body), _card(body)
    person = Person(**{name: value for name, value in card.items() if value}, consents=_answers(body, {}))  # type: ignore[arg-type]
    asked = [request.keys, office.keys(person), company.keys(), _channel_keys(body), referrers.keys(body.referrer_client_id)]
    before, signs, system, channel, brought = storage.read_lists(*asked)
    made = request.made(before)
    if made is not None:
        return cards.one(int(made))
    loyalty, at, tx = company.loyalty_of(system), clock.now(), storage.Transaction()
    _check(body, person, signs, loyalty, channel)
    if body.referrer_client_id:
        referrers.check(0, None, body.referrer_client_id, brought)
    known = office.create_in(tx, person, signs)
    row = _person(known.lead_number, card, person, at)
    account = _write(tx, row.place, {name: value for name, value in _own(body).items() if value is not None}, None, at)
    told.made(tx, known.client_id, known.lead_number)
    request.done(tx, str(row.number))
    tx.commit()
    return showing.client(row, account, loyalty)


@storage.again(IdentityRaced, AccountRaced)
def change(number: int, body: ClientChange) -> ClientShown:
    """Change what is said. A read, and a read of his card where that changes; a transaction.

    Raises ClientNotFound, ClientExists, ReferralSelf, ReferralCycle, ReferrerFixed, ChannelNotFound, Invalid.
    """
    where, card = place("live", number), _card(body)
    said = Person(**{name: card[name] for name in office.CONTACTS if card.get(name)})  # type: ignore[arg-type]
    own_keys: list[storage.Key] = [PersonRow.at(where), Account.at(where)]
    asked = [own_keys, office.keys(said), company.keys(), _channel_keys(body), referrers.keys(body.referrer_client_id)]
    (row, account), signs, system, channel, brought = storage.read_lists(*asked)
    loyalty, at, tx = company.loyalty_of(system), clock.now(), storage.Transaction()
    row = index.standing(row)
    _check(body, said, signs, loyalty, channel, but=row.client_id)
    own = _own(body)
    if body.referrer_client_id:
        if not referrers.check(number, account, body.referrer_client_id, brought):
            del own["referrer"]
    elif account is not None and account.referrer and "referrer" in own:
        raise ReferrerFixed({"field": referrers.FIELD})
    answers, card = _answers(body, row.consents), {name: value for name, value in card.items() if value != getattr(row, name)}
    changed = _changed(card, own, account)
    if answers or card:
        _correct(tx, row, card, said, signs, answers)
    told.rewritten(tx, str(row.client_id), str(row.lead_number), changed)
    account = _write(tx, where, own, account, at)
    tx.commit()
    return showing.client(row, account, loyalty)


def named(*said: int | None) -> int:
    """The client whom a body or a query names. Raises Invalid where none does, or they name two."""
    numbers = {one for one in said if one is not None}
    if len(numbers) != 1:
        raise Invalid.field("body", "id", msg="expected the client's id")
    return numbers.pop()


def _card(body: ClientChange) -> dict[str, str | None]:
    """What is said of his card, as the card keeps it. Raises Invalid for what is no contact, and for a name that is taken away."""
    regions = settings().regions
    readers: dict[str, Callable[[Any], str | None]] = {
        "phone": lambda said: phone_of(said, regions),
        "email": email_of,
        "telegram_username": username_of,
    }
    found: dict[str, str | None] = {}
    for field, name in CARD.items():
        said = getattr(body, field)
        if field in body.model_fields_set:
            value = readers.get(name, str)(said) if said is not None else None
            if value is None and (said is not None or name == "name"):
                raise Invalid.field("body", field, msg=f"expected a valid {field}", kind=field)
            found[name] = value
    if body.whatsapp_phone and not phone_of(body.whatsapp_phone, regions):
        raise Invalid.field("body", "whatsapp_phone", msg="expected a valid phone", kind="phone")
    return found


def _answers(body: ClientChange, known: Mapping[str, str]) -> tuple[tuple[str, bool, str], ...]:
    """His answers that differ from what panels show of him: a panel that sends a card back whole says nothing that nobody was asked."""
    said = {purpose: getattr(body, name) for name, purpose in rules.CONSENTS.items()}
    new = {purpose: answer for purpose, answer in said.items() if answer is not None and answer != (known.get(purpose) == "yes")}
    return tuple((purpose, answer, office.SOURCE) for purpose, answer in new.items())


def _own(body: ClientChange) -> dict[str, Any]:
    """What is said of his account, as the account keeps it; None clears."""
    said = {name: getattr(body, field) for field, name in OWN.items() if field in body.model_fields_set}
    kept: dict[str, dict[Any, Any]] = {"blocked": {"blocked": True}, "gender": {"male": "male", "female": "female"}}
    said |= {name: values.get(said[name]) for name, values in kept.items() if name in said}
    return said | ({"tags": rules.tags(said["tags"]) or None} if "tags" in said else {})


def _changed(card: Mapping[str, Any], own: Mapping[str, Any], account: Account | None) -> set[str]:
    """What panels call the fields that say something else from now on; `card` holds only such."""
    differs = {name for name, value in own.items() if value != getattr(account, name, None)}
    return {field for field, name in CARD.items() if name in card} | {field for field, name in OWN.items() if name in differs}


def _channel_keys(body: ClientChange) -> list[storage.Key]:
    return [CHANNELS.key(body.acquisition_channel_id)] if body.acquisition_channel_id else []


def _check(body: ClientChange, said: Person, signs: list[Any], loyalty: Loyalty, channel: list[Any], *, but: str | None = None) -> None:
    """Raises what forbids it: a level that there is not, a day ahead, an unknown channel, a contact that is proven of another."""
    if body.level and body.level not in {level.code for level in loyalty.levels}:
        raise Invalid.field("body", "level", msg="expected the code of a level, or null")
    if body.birthday and body.birthday > facts.day_of(clock.now()):
        raise Invalid.field("body", "birthday", msg="expected a day that is not ahead")
    if body.acquisition_channel_id:
        CHANNELS.standing(body.acquisition_channel_id, channel[0], where="acquisition_channel_id")
    owned = office.owner(said, signs, but)
    if owned:
        raise ClientExists({"client_id": number_of(owned.lead_number), "by": owned.by})


def _correct(tx: storage.Transaction, row: PersonRow, card: dict[str, str | None], said: Person, signs: list[Any], answers: Any) -> None:
    """Have his card say it; what his row in lists had of him must be what the card has."""
    (client,), old = storage.read_lists([Client.at(str(row.client_id))], office.old_keys(row, card))
    if client is None or any(getattr(client, name) != getattr(row, name) for name in office.CONTACTS):
        raise AccountRaced
    by_sign = dict(zip(office.keys(said), signs, strict=True))
    told = office.Correction(client, card, old, (), answers)
    office.correct_in(tx, replace(told, new=[by_sign[key] for key in office.keys(told.person)]))
    for name, value in card.items():
        setattr(row, name, value)
    row.consents |= {purpose: "yes" if answer else "no" for purpose, answer, _ in answers}


def _write(tx: storage.Transaction, where: str, own: dict[str, Any], account: Account | None, at: datetime) -> Account:
    """Have his account say it; the account as it is then."""
    condition, otherwise = referrers.condition() if own.get("referrer") else (None, None)
    repository.change_card(tx, where, own, at=at, condition=condition, otherwise=otherwise)
    if own.get("referrer"):
        referrers.brought_in(tx, where, own["referrer"])
    now = account or Account(place=where)
    for name, value in (own | {"updated_at": at}).items():
        setattr(now, name, value)
    return now


def _person(number: str, card: Mapping[str, str | None], person: Person, at: datetime) -> PersonRow:
    """How lists show who was just made."""
    row = PersonRow(place=place_of(number), lead_number=number, created_at=at)
    for name, value in card.items():
        setattr(row, name, value)
    row.consents, row.others = {purpose: "yes" if given else "no" for purpose, given, _ in person.consents}, {}
    return row
