"""Who may tell what the helpdesk did: Chatwoot, by its signature or by its webhook's address."""

import hmac

from pydantic import SecretStr

from chalicelib.core import clock, schemes
from chalicelib.core.errors import Unauthorized
from chalicelib.core.security import Caller, Policy, same
from chalicelib.core.settings import Settings
from chalicelib.core.wire import Incoming
from chalicelib.integrations.schemes import TOKEN_QUERY

SIGNED_WITHIN = 300
"""Seconds for which a signed webhook is believed: longer, and whoever once saw it could send it again."""


def _webhook(request: Incoming, config: Settings) -> Caller:
    """Chatwoot by its signature; by the secret in its webhook's address where no signing secret is set."""
    secret = config.chatwoot_webhook_secret
    if _signed(request, secret) if secret else same(request.query.get("token"), config.chatwoot_webhook_token):
        return Caller("webhook")
    raise Unauthorized


def _signed(request: Incoming, secret: SecretStr) -> bool:
    """Whether the body and its time carry the signature, and the time is now, give or take `SIGNED_WITHIN`."""
    stamp = request.headers.get("x-chatwoot-timestamp", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
        return False
    expected = hmac.new(secret.get_secret_value().encode(), f"{stamp}.".encode() + request.body, "sha256").hexdigest()
    right = same(request.headers.get("x-chatwoot-signature"), SecretStr(f"sha256={expected}"))
    return right and abs(clock.wall().timestamp() - int(stamp)) <= SIGNED_WITHIN


SIGNATURE = schemes.key(
    "ChatwootSignature",
    "`sha256=<hex>` of `X-Chatwoot-Timestamp`, a dot and the body; five minutes old at most.",
    place="header",
    called="X-Chatwoot-Signature",
)
CHATWOOT = Policy("chatwoot", _webhook, (SIGNATURE, TOKEN_QUERY))
