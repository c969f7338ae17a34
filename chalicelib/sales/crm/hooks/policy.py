"""Who may tell of changes: the CRM of this very connection, by its own proof where it has one, else by the secret in its hook's address."""

from pydantic import SecretStr

from chalicelib.core import clock, schemes, storage, vault
from chalicelib.core.errors import Unauthorized
from chalicelib.core.security import Caller, Policy, same
from chalicelib.core.settings import Settings
from chalicelib.core.wire import Incoming
from chalicelib.integrations.schemes import TOKEN_QUERY
from chalicelib.sales.crm.connections import repository
from chalicelib.sales.crm.connections import rules as connections
from chalicelib.sales.crm.connections.models import Connection
from chalicelib.sales.crm.hooks import rules

SIGNATURE = "x-hubspot-signature-v3"
HUBSPOT = schemes.key(
    "HubSpotSignature",
    "HubSpot's: base64 of HMAC-SHA256 of method, address, body and `X-HubSpot-Request-Timestamp`; five minutes old at most.",
    place="header",
    called="X-HubSpot-Signature-v3",
)


def _crm(request: Incoming, config: Settings) -> Caller:
    row = _connection(request.path.get("connection_id", ""))
    if row is not None and _is_its_word(row, request, config):
        return Caller("webhook")
    raise Unauthorized


def _connection(number: str) -> Connection | None:
    if not (number.isascii() and number.isdecimal() and len(number) <= 10):
        return None
    row: Connection | None
    (row,) = storage.read(repository.key(int(number)))
    return row


def _is_its_word(row: Connection, request: Incoming, config: Settings) -> bool:
    """A proof of the CRM's own that is shown, or that we know of, must be right; the address alone is enough of one without it."""
    if row.crm_type == "bitrix24" and row.hook_digest:
        shown = connections.digest(rules.application_token(request.loose_fields()))
        return same(shown, SecretStr(str(row.hook_digest)))
    if row.crm_type == "hubspot" and SIGNATURE in request.headers:
        return _is_signed(row, request, config)
    key = config.secret_of_staff
    return bool(key) and same(request.query.get("token"), SecretStr(connections.hook_token(key, row.id, str(row.hook_nonce))))


def _is_signed(row: Connection, request: Incoming, config: Settings) -> bool:
    secret = vault.Reader().read(str(row.secret_name)).get("client_secret", "") if row.secret_name else ""
    bare = f"{(config.public_url or '').rstrip('/')}/webhooks/crm/{row.id}"
    urls = [bare, f"{bare}?token={request.query.get('token', '')}"]
    stamp, signature = request.headers.get("x-hubspot-request-timestamp", ""), request.headers[SIGNATURE]
    now = clock.wall().timestamp()
    return rules.is_signed(secret, method="POST", urls=urls, body=request.body, stamp=stamp, signature=signature, now=now)


CRM = Policy("crm", _crm, (TOKEN_QUERY, HUBSPOT))
