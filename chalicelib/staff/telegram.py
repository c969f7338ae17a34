"""Signing in by Telegram: the signed data of a Mini App opens a session of the staff, or says which client it is."""

import re

from chalicelib.clients import app
from chalicelib.clients.service import Client
from chalicelib.core import client_token, clock, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.facts import SYSTEM, acting
from chalicelib.core.settings import settings
from chalicelib.integrations.telegram.init_data import InitData, validate_init_data
from chalicelib.staff import facts, repository, rules, sessions
from chalicelib.staff.errors import Raced
from chalicelib.staff.models import StaffName, StaffSession, StaffUser
from chalicelib.staff.schemas import AppClient, Verified

BY_SETTING = "ADMIN_TG_IDS"


def proven(signed: str | None) -> InitData:
    """Whom Telegram vouches for. Raises Invalid where nothing was shown, BadInitData where it proves nothing."""
    if not signed:
        raise Invalid.field("body", "init_data", msg="Field required", kind="missing")
    token = settings().telegram_bot_token
    return validate_init_data(signed, token.get_secret_value() if token else "", clock.wall())


def verified(signed: str | None) -> Verified:
    """A token: one of the staff gets a session of twelve hours, anybody else is the client whom his account names."""
    data = proven(signed)
    who = user_of(data)
    if who is None:
        return _client(data)
    session = opened(who, "telegram")
    lasts = int(rules.LONGEST["telegram"].total_seconds())
    return Verified(access_token=sessions.access(session), role=who.role, expires_in=lasts, client=None)


def opened(who: StaffUser, kind: str, session_id: str | None = None) -> StaffSession:
    """A new session of a user, written. Raises WrongCredentials where somebody ended his sessions a moment ago."""
    session, tx = sessions.opened(who, kind, session_id), storage.Transaction()
    repository.open_session(tx, session, who)
    tx.commit()
    return session


@storage.again(Raced)
def user_of(data: InitData) -> StaffUser | None:
    """The active user of a Telegram account; one whom the setting names is made an owner, unless he was a user before."""
    (name,) = storage.read(repository.name_key("telegram", data.user_id))
    if isinstance(name, StaffName):
        who = repository.user(int(name.user_id))
        return who if who and who.is_active and not who.deleted_at and not name.freed else None
    return _first_owner(data) if data.user_id in _owners() else None


def _owners() -> set[str]:
    return {one.strip() for one in (settings().admin_tg_ids or "").split(",")} - {""}


def _first_owner(data: InitData) -> StaffUser:
    """An owner who signs in by Telegram alone; the commit raises Raced where the same request made him a moment ago."""
    who = StaffUser(house=repository.HOUSE, user_id=repository.range_of(repository.new_id()), role="owner", by=BY_SETTING)
    who.full_name, who.telegram_id, who.is_active = data.first_name[:255] or None, data.user_id, True
    who.timezone, who.language, who.created_at = settings().business_timezone, "ru", sessions.now()
    who.email_notifications, who.sms_notifications = True, False
    tx = storage.Transaction()
    repository.create(tx, who)
    repository.take(tx, "telegram", data.user_id, who.user_id, Raced())
    with acting(SYSTEM):  # it is the setting's doing, whoever came first
        facts.made(tx, who)
    tx.commit()
    return who


def _client(data: InitData) -> Verified:
    known = app.of_account(data.user_id, data.username, data.first_name or None)
    (client,) = storage.read(Client.at(known.client_id))
    card = AppClient(id=_number(known.lead_number), lead_number=known.lead_number, name=client.name if client else None)
    token = client_token.issue(known.client_id, settings().secret_of_clients)
    return Verified(access_token=token, role="client", expires_in=int(client_token.LIFETIME.total_seconds()), client=card)


def _number(lead_number: str) -> int:
    return int(re.sub(r"\D", "", lead_number))
