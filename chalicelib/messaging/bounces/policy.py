"""Who may tell of mails: the back office's key, or the secret in the address that the carrier was given."""

from chalicelib.core.security import API_KEY, SERVICE, Caller, Policy, same
from chalicelib.core.settings import Settings
from chalicelib.core.wire import Incoming
from chalicelib.integrations.schemes import TOKEN_QUERY


def _carrier(request: Incoming, config: Settings) -> Caller:
    """A carrier by its secret. SNS signs what it sends by a certificate that would have to be fetched within the request."""
    if same(request.query.get("token"), config.mail_events_token):
        return Caller("webhook")
    return SERVICE.admit(request, config)


MAIL_EVENTS = Policy("mail_events", _carrier, (TOKEN_QUERY, API_KEY))
