"""Policies of the staff's doors: which roles are let in. One function makes them all, and OpenAPI shows the roles."""

from chalicelib.clients.policies import APP, CLIENT_TOKEN, SERVICE_OR_CLIENT
from chalicelib.core import schemes
from chalicelib.core.errors import Unauthorized
from chalicelib.core.security import API_KEY, Caller, Policy
from chalicelib.core.settings import Settings
from chalicelib.core.wire import Incoming
from chalicelib.integrations.telegram.policy import INIT_DATA
from chalicelib.staff import members
from chalicelib.staff.errors import AnotherKindOfToken, RoleNeeded
from chalicelib.staff.members import Member
from chalicelib.staff.rules import HEADS, ROLES, Role

STAFF_TOKEN = schemes.bearer(
    "StaffToken", "The access token of one of the staff; the roles that are let in stand beside it.", form="JWT", needs="roles"
)
STAFF_COOKIE = schemes.key(
    "StaffCookie",
    "The desk's session in a browser; counts only together with the header `X-Frontdesk-Desk: 1`.",
    place="cookie",
    called=members.COOKIE,
    needs="roles",
)
SCHEMES = (STAFF_TOKEN, STAFF_COOKIE, API_KEY)


def staff(*roles: Role) -> Policy:
    """Let in those who have one of these roles, whoever works here where none is named; the service key counts as an owner's."""
    allowed = roles or ROLES

    def admit(request: Incoming, config: Settings) -> Member:
        member = members.member_of(request, config)
        if member.role not in allowed:
            raise RoleNeeded(f"Roles: {', '.join(allowed)}")
        return member

    return Policy("staff", admit, SCHEMES, roles=allowed)


def _heads_or_client(request: Incoming, config: Settings) -> Caller:
    """One of those who run the house; or a client, by Telegram's word or by his token, for what is his."""
    if request.shown("tma"):
        return SERVICE_OR_CLIENT.admit(request, config)
    try:
        return ADMIN.admit(request, config)
    except AnotherKindOfToken:
        return SERVICE_OR_CLIENT.admit(request, config)


def _office_or_app(request: Incoming, config: Settings) -> Caller:
    """One of the office; or a client who opens the app, by the header, by his token, or by what Telegram signed as a field of the body."""
    signed = {"init_data", "initData"} & request.loose_fields().keys()
    if request.shown("tma") or (signed and not {"authorization", "x-api-key"} & request.headers.keys()):
        return APP.admit(request, config)
    try:
        return OFFICE.admit(request, config)
    except AnotherKindOfToken:
        return APP.admit(request, config)


def _may_sign_in(request: Incoming, config: Settings) -> Caller:
    """Anyone, where sessions can be opened; a bearer token that he shows is his to be read."""
    if not config.secret_of_staff:
        raise Unauthorized("JWT_SECRET is not set, so that nobody of the staff can sign in")
    return Caller("public", subject=request.shown("bearer"))


def _opens_the_app(request: Incoming, config: Settings) -> Caller:
    """Anyone, where Telegram's word can be checked; what the header says of him is his to be read."""
    if not (config.secret_of_staff and config.telegram_bot_token):
        raise Unauthorized("JWT_SECRET and TELEGRAM_BOT_TOKEN are not both set, so that nobody can sign in by Telegram")
    return Caller("public", subject=request.shown("tma"))


ANYBODY_HERE = staff()
ADMIN = staff(*HEADS)
OFFICE = staff(*HEADS, "operator")
"""Those who see every client and keep the bookings; a manager has the rooms of sales, where a colleague's client is nowhere, a master sees
his own, an analyst numbers."""
ADMIN_OR_CLIENT = Policy("staff_or_client", _heads_or_client, (*SCHEMES, INIT_DATA, CLIENT_TOKEN), roles=HEADS)
OFFICE_OR_APP = Policy("office_or_app", _office_or_app, (*SCHEMES, INIT_DATA, CLIENT_TOKEN), roles=OFFICE.roles)
SIGN_IN = Policy("staff_sign_in", _may_sign_in)
MINI_APP = Policy("staff_mini_app", _opens_the_app, ("", INIT_DATA))
