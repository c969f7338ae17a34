"""Who may call: policies that turn a request into a caller or refuse it.

A policy whose secret is not configured refuses everyone: a door without a lock stays shut.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pydantic import SecretStr

from chalicelib.core import clock
from chalicelib.core.errors import Unauthorized
from chalicelib.core.settings import Settings, settings
from chalicelib.core.wire import Incoming


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking. A `client` is known by the Telegram account that signed the request."""

    kind: Literal["public", "service", "client", "webhook"]
    telegram_id: str | None = None
    telegram_username: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule of entry and how OpenAPI names it. `schemes` are alternatives; none means anyone."""

    name: str
    admit: Callable[[Incoming, Settings], Caller]
    schemes: tuple[str, ...] = ()


def _same(given: str | None, secret: SecretStr | None) -> bool:
    """Compare in constant time; a missing secret equals nothing."""
    expected = secret.get_secret_value() if secret else ""
    return bool(given) and bool(expected) and hmac.compare_digest(str(given).encode("utf-8", "surrogatepass"), expected.encode())


def _key(request: Incoming) -> str | None:
    return request.headers.get("x-api-key")


def _service(request: Incoming, config: Settings) -> Caller:
    if _same(_key(request), config.service_api_key):
        return Caller("service")
    raise Unauthorized


def _public_form(request: Incoming, config: Settings) -> Caller:
    """Anyone; but a key that is sent must be Tilda's or the service's."""
    field = request.loose_fields().get("X-Api-Key") or request.loose_fields().get("X-API-Key")
    given = _key(request) or request.query.get("token") or (field if isinstance(field, str) else None)
    if not given:
        return Caller("public")
    if _same(given, config.tilda_api_key):
        return Caller("webhook")
    if _same(given, config.service_api_key):
        return Caller("service")
    raise Unauthorized


def _supabase(request: Incoming, config: Settings) -> Caller:
    if _same(request.headers.get("x-webhook-secret"), config.supabase_webhook_secret):
        return Caller("webhook")
    raise Unauthorized


def _telegram(request: Incoming, config: Settings) -> Caller:
    if _same(request.headers.get("x-telegram-bot-api-secret-token"), config.telegram_webhook_secret):
        return Caller("webhook")
    raise Unauthorized


def _ticket_holder(request: Incoming, config: Settings) -> Caller:
    """Whoever knows a ticket id that we issued; a key that is sent must be right."""
    return _service(request, config) if _key(request) else Caller("public")


def _service_or_client(request: Incoming, config: Settings) -> Caller:
    """The back office, or a client whose Telegram signed the request (``Authorization: tma <initData>``)."""
    scheme, _, signed = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "tma" or not config.telegram_bot_token:
        return _service(request, config)
    from chalicelib.core.init_data import BadInitData, validate_init_data  # only this door needs it

    try:
        data = validate_init_data(signed, config.telegram_bot_token.get_secret_value(), clock.wall())
    except BadInitData as error:
        raise Unauthorized(error.detail) from error
    return Caller("client", telegram_id=data.user_id, telegram_username=data.username)


PUBLIC = Policy("public", lambda request, config: Caller("public"))
PUBLIC_FORM = Policy("public_form", _public_form, ("", "ApiKey", "TokenQuery"))
SERVICE = Policy("service", _service, ("ApiKey",))
SUPABASE = Policy("supabase", _supabase, ("SupabaseSecret",))
TELEGRAM = Policy("telegram", _telegram, ("TelegramSecret",))
TICKET_HOLDER = Policy("ticket_holder", _ticket_holder, ("", "ApiKey"))
SERVICE_OR_CLIENT = Policy("service_or_client", _service_or_client, ("ApiKey", "TelegramInitData"))


def authorise(policy: Policy, request: Incoming) -> Caller:
    """The caller, if `policy` lets the request in; `Unauthorized` otherwise."""
    return policy.admit(request, settings())
