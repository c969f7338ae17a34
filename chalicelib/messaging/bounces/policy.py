"""Who may tell of mails: the back office's key, or the secret in the address that the carrier was given."""

import hmac

from chalicelib.core import security
from chalicelib.core.security import Caller, Policy
from chalicelib.core.settings import Settings
from chalicelib.core.wire import Incoming


def _carrier(request: Incoming, config: Settings) -> Caller:
    """A carrier by its secret. SNS signs what it sends by a certificate that would have to be fetched within the request."""
    given, secret = request.query.get("token"), config.mail_events_token
    if given and secret and hmac.compare_digest(given.encode("utf-8", "surrogatepass"), secret.get_secret_value().encode()):
        return Caller("webhook")
    return security.SERVICE.admit(request, config)


MAIL_EVENTS = Policy("mail_events", _carrier, ("TokenQuery", "ApiKey"))
