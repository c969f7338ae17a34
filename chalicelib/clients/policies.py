"""Policies of what is a client's own: by a messenger's word, by his token, or by an id that only he was given."""

from chalicelib.core import schemes
from chalicelib.core.errors import Unauthorized
from chalicelib.core.security import API_KEY, SERVICE, Caller, Policy, key_of
from chalicelib.core.settings import Settings
from chalicelib.core.wire import Incoming
from chalicelib.integrations.telegram.policy import INIT_DATA, vouched_for


def _ticket_holder(request: Incoming, config: Settings) -> Caller:
    """Whoever knows a ticket id that we issued; a key, a signature or a token that is sent must be right."""
    if key_of(request):
        return SERVICE.admit(request, config)
    client = _client(request, config)
    if client is None and request.headers.get("authorization", "").strip():  # a proof that nobody can read is a wrong one
        raise Unauthorized
    return client or Caller("public")


def _service_or_client(request: Incoming, config: Settings) -> Caller:
    """The back office, or a client who says who he is."""
    return _client(request, config) or SERVICE.admit(request, config)


def _client(request: Incoming, config: Settings) -> Caller | None:
    """The client that the ``Authorization`` header vouches for: ``tma <initData>`` or ``Bearer <token>``; None without one."""
    scheme, _, proof = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "tma":
        return vouched_for(proof, config)
    return _holds_token(proof, config) if scheme.lower() == "bearer" else None


def _of_the_app(request: Incoming, config: Settings) -> Caller:
    """A client of the Mini App: by the header, or by what Telegram signed as the field `init_data`; a staff's token is none."""
    client = _client(request, config)
    if client is None:
        said = request.loose_fields()
        client = vouched_for(str(said.get("init_data") or said.get("initData") or ""), config)
    return client


def _holds_token(token: str, config: Settings) -> Caller:
    from chalicelib.core.client_token import BadToken, client_of  # only a client's request needs it

    secret = config.secret_of_clients
    if not secret:
        raise Unauthorized
    try:
        return Caller("client", client_id=client_of(token, secret))
    except BadToken as error:
        raise Unauthorized(error.detail) from error


CLIENT_TOKEN = schemes.bearer("ClientToken", "The token that `/verify-code` gives for a right code: 24 hours, own data only.", form="JWT")
TICKET_HOLDER = Policy("ticket_holder", _ticket_holder, ("", API_KEY, INIT_DATA, CLIENT_TOKEN))
SERVICE_OR_CLIENT = Policy("service_or_client", _service_or_client, (API_KEY, INIT_DATA, CLIENT_TOKEN))
APP = Policy("app", _of_the_app, (INIT_DATA, CLIENT_TOKEN))
