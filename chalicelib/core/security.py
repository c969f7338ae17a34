"""Who may call: policies that turn a request into a caller or refuse it.

A policy whose secret is not configured refuses everyone: a door without a lock stays shut.
"""

import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal
from urllib.parse import quote_plus

from pydantic import SecretStr

from chalicelib.core import clock
from chalicelib.core.errors import Unauthorized
from chalicelib.core.settings import Settings, settings
from chalicelib.core.wire import Incoming

CallerKind = Literal["public", "service", "client", "webhook", "person", "backend", "staff"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking. A `client` is known by the Telegram account that signed the request or by the token he was given; a `person` and a
    `backend` by what their token's issuer calls them: `subject` names one of them among all issuers. `scopes` are what a back end may
    do; of the `staff` more is known (`staff.members`).
    """

    kind: CallerKind
    telegram_id: str | None = None
    telegram_username: str | None = None
    client_id: str | None = None
    subject: str | None = None
    scopes: frozenset[str] = frozenset()

    @property
    def named(self) -> str | None:
        """How what he does names him; None for whoever is known by his kind alone."""
        return None


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule of entry and how OpenAPI names it. `schemes` are alternatives; none means anyone.

    `scope` is what a back end needs, `roles` are those of the staff that are let in: whoever has another one reads 403.
    """

    name: str
    admit: Callable[[Incoming, Settings], Caller]
    schemes: tuple[str, ...] = ()
    scope: str | None = None
    roles: tuple[str, ...] = ()


SIGNED_WITHIN = 300
"""Seconds for which a signed webhook is believed: longer, and whoever once saw it could send it again."""


NO_BEARER = {"WWW-Authenticate": "Bearer"}
WRONG_BEARER = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
"""What a refusal asks for (RFC 6750): a token, or a better one than that which was shown."""

NOBODY_VERIFIES = "OIDC_ISSUER is not set, so that no token can be verified"
NOBODY_IS_MEANT = "OIDC_AUDIENCE is not set, so that a token for any other application of the issuer would pass"


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
    """Anyone; but a key that is sent as such must be Tilda's or the service's, and whatever carries a right key is one."""
    field = request.loose_fields().get("X-Api-Key") or request.loose_fields().get("X-API-Key")
    given = _key(request) or request.query.get("token") or (str(field) if field else None)
    caller = _keyed(given, config)
    if given and caller is None:
        raise Unauthorized
    return _take_out_keys(request, config) or caller or Caller("public")


def _keyed(given: object, config: Settings) -> Caller | None:
    """The caller whose key this is, bare or as a bearer's; None for any other value."""
    text = given.removeprefix("Bearer ").strip() if isinstance(given, str) else None
    if _same(text, config.tilda_api_key):
        return Caller("webhook")
    return Caller("service") if _same(text, config.service_api_key) else None


def _take_out_keys(request: Incoming, config: Settings) -> Caller | None:
    """Whoever a key under another name stands for: site builders let their owners name its field. It is no part of what was said."""
    fields = request.loose_fields()
    found = [_keyed(value, config) for value in (request.headers.get("authorization"), *request.query.values())]
    for name, caller in [(name, _keyed(value, config)) for name, value in fields.items()]:
        if caller:
            del fields[name]
            found.append(caller)
    return next((caller for caller in found if caller), None)


def _supabase(request: Incoming, config: Settings) -> Caller:
    if _same(request.headers.get("x-webhook-secret"), config.supabase_webhook_secret):
        return Caller("webhook")
    raise Unauthorized


def _telegram(request: Incoming, config: Settings) -> Caller:
    if _same(request.headers.get("x-telegram-bot-api-secret-token"), config.telegram_webhook_secret):
        return Caller("webhook")
    raise Unauthorized


def _ticket_holder(request: Incoming, config: Settings) -> Caller:
    """Whoever knows a ticket id that we issued; a key, a signature or a token that is sent must be right."""
    if _key(request):
        return _service(request, config)
    client = _client(request, config)
    if client is None and request.headers.get("authorization", "").strip():  # a proof that nobody can read is a wrong one
        raise Unauthorized
    return client or Caller("public")


def _service_or_client(request: Incoming, config: Settings) -> Caller:
    """The back office, or a client who says who he is."""
    return _client(request, config) or _service(request, config)


def _client(request: Incoming, config: Settings) -> Caller | None:
    """The client that the ``Authorization`` header vouches for: ``tma <initData>`` or ``Bearer <token>``; None without one."""
    scheme, _, proof = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "tma":
        return _signed_by_telegram(proof, config)
    return _holds_token(proof, config) if scheme.lower() == "bearer" else None


def _signed_by_telegram(signed: str, config: Settings) -> Caller:
    from chalicelib.core.init_data import BadInitData, validate_init_data  # only a client's request needs it

    if not config.telegram_bot_token:
        raise Unauthorized
    try:
        data = validate_init_data(signed, config.telegram_bot_token.get_secret_value(), clock.wall())
    except BadInitData as error:
        raise Unauthorized(error.detail) from error
    return Caller("client", telegram_id=data.user_id, telegram_username=data.username)


def _holds_token(token: str, config: Settings) -> Caller:
    from chalicelib.core.client_token import BadToken, client_of

    secret = config.secret_of_clients
    if not secret:
        raise Unauthorized
    try:
        return Caller("client", client_id=client_of(token, secret))
    except BadToken as error:
        raise Unauthorized(error.detail) from error


def bearer(scope: str, *, open_form: bool = False) -> Policy:
    """A person by his issuer's token, for what is his own; a back end whose token carries `scope`; where `open_form` and the
    setting says so, a site that shows no token at all."""

    def admit(request: Incoming, config: Settings) -> Caller:
        from chalicelib.core import bearers  # only who takes such tokens pays for it

        given = request.headers.get("authorization", "")
        if open_form and not given.strip() and config.consultations_open_form:
            return Caller("public")
        return bearers.admitted(given, config, scope=scope)

    schemes = ("Bearer", "BackEnd", *([""] if open_form else []))
    return Policy("open_form" if open_form else "bearer", admit, schemes, scope)


def bearer_state(config: Settings) -> Literal["verified", "any", "closed"]:
    """How bearer tokens are taken: only those the issuer signed for us, any at all, or none."""
    if config.is_for_development:
        return "verified" if config.oidc_issuer else "any"
    return "verified" if config.oidc_issuer and config.oidc_audience else "closed"


def bearers_closed(config: Settings) -> str:
    """Why no bearer token passes, where none does."""
    return NOBODY_VERIFIES if not config.oidc_issuer else NOBODY_IS_MEANT


def _chatwoot(request: Incoming, config: Settings) -> Caller:
    """Chatwoot by its signature; by the secret in its webhook's address where no signing secret is set."""
    secret = config.chatwoot_webhook_secret
    if _signed(request, secret) if secret else _same(request.query.get("token"), config.chatwoot_webhook_token):
        return Caller("webhook")
    raise Unauthorized


def _signed(request: Incoming, secret: SecretStr) -> bool:
    """Whether the body and its time carry the signature, and the time is now, give or take `SIGNED_WITHIN`."""
    stamp = request.headers.get("x-chatwoot-timestamp", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
        return False
    expected = hmac.new(secret.get_secret_value().encode(), f"{stamp}.".encode() + request.body, "sha256").hexdigest()
    right = _same(request.headers.get("x-chatwoot-signature"), SecretStr(f"sha256={expected}"))
    return right and abs(clock.wall().timestamp() - int(stamp)) <= SIGNED_WITHIN


def _cabinet(request: Incoming, config: Settings) -> Caller:
    """Anyone, where there is a cabinet to sign in to."""
    if not config.has_cabinet:
        raise Unauthorized("The cabinet is closed: GOCRM_URL and GOCRM_APP_TOKEN are not set")
    return Caller("public")


def _parent(request: Incoming, config: Settings) -> Caller:
    """Whoever shows a cabinet token; whether it is one of ours, and whose, its session says."""
    _cabinet(request, config)
    token = request.shown("bearer")
    if token is None:
        raise Unauthorized("Authorization: Bearer <the token of /gocrm/sign-in> is required")
    return Caller("client", subject=token)


def _code_holder(request: Incoming, config: Settings) -> Caller:
    """Anyone who may hold a login code: nobody, where codes cannot be made."""
    if not config.secret_of_clients:
        raise Unauthorized
    return Caller("public")


def calendar_token(owner_id: str, config: Settings) -> str | None:
    """What a calendar feed's secret link carries for its owner; None where no secret is set, and then no link opens anything."""
    secret = config.calendar_secret
    return hmac.new(secret.get_secret_value().encode(), f"calendar\x1f{owner_id}".encode(), "sha256").hexdigest() if secret else None


def _calendar(request: Incoming, config: Settings) -> Caller:
    """The back office; or a calendar program, which sends no header: its link is the key to one specialist's feed."""
    given = request.query.get("token")
    if not given or request.query.get("format") != "ics":
        return _service(request, config)
    token = calendar_token(request.query.get("psychologist", ""), config)
    if _same(given, SecretStr(token) if token else None):
        return Caller("public")
    raise Unauthorized


PUBLIC = Policy("public", lambda request, config: Caller("public"))
PUBLIC_FORM = Policy("public_form", _public_form, ("", "ApiKey", "TokenQuery"))
SERVICE = Policy("service", _service, ("ApiKey",))
SUPABASE = Policy("supabase", _supabase, ("SupabaseSecret",))
TELEGRAM = Policy("telegram", _telegram, ("TelegramSecret",))
CODE_HOLDER = Policy("code_holder", _code_holder)
TICKET_HOLDER = Policy("ticket_holder", _ticket_holder, ("", "ApiKey", "TelegramInitData", "ClientToken"))
SERVICE_OR_CLIENT = Policy("service_or_client", _service_or_client, ("ApiKey", "TelegramInitData", "ClientToken"))
CONSULTATIONS_CREATE = bearer("consultations:create")
CONSULTATIONS_FORM = bearer("consultations:create", open_form=True)
CLIENTS_READ = bearer("clients:read")
CLIENTS_WRITE = bearer("clients:write")
CHATWOOT = Policy("chatwoot", _chatwoot, ("ChatwootSignature", "TokenQuery"))
CABINET = Policy("cabinet", _cabinet)
PARENT = Policy("parent", _parent, ("CabinetToken",))
CALENDAR = Policy("calendar", _calendar, ("ApiKey", "CalendarToken"))


REDACTED = "***"
"""What stands where a key was."""


def redacted(body: bytes) -> bytes:
    """A body as it may be kept: a key that came as a field is no part of what was said."""
    for secret in (settings().tilda_api_key, settings().service_api_key):
        for written in _written(secret.get_secret_value()) if secret else ():
            body = body.replace(written, REDACTED.encode())
    return body


@cache
def _written(secret: str) -> set[bytes]:
    """A secret as text, as a form writes it, and as JSON does."""
    as_json = {json.dumps(secret, ensure_ascii=ascii_only)[1:-1].encode() for ascii_only in (True, False)}
    return {secret.encode(), quote_plus(secret).encode(), *as_json}


def authorise(policy: Policy, request: Incoming) -> Caller:
    """The caller, if `policy` lets the request in; `Unauthorized` otherwise."""
    return policy.admit(request, settings())
