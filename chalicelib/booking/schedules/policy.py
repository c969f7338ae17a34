"""Who may read a specialist's calendar feed: the back office, and whoever was given that feed's secret link."""

import hmac

from pydantic import SecretStr

from chalicelib.core import schemes
from chalicelib.core.errors import Unauthorized
from chalicelib.core.security import API_KEY, SERVICE, Caller, Policy, same
from chalicelib.core.settings import Settings
from chalicelib.core.wire import Incoming


def calendar_token(owner_id: str, config: Settings) -> str | None:
    """What a calendar feed's secret link carries for its owner; None where no secret is set, and then no link opens anything."""
    secret = config.calendar_secret
    return hmac.new(secret.get_secret_value().encode(), f"calendar\x1f{owner_id}".encode(), "sha256").hexdigest() if secret else None


def _calendar(request: Incoming, config: Settings) -> Caller:
    """The back office; or a calendar program, which sends no header: its link is the key to one specialist's feed."""
    given = request.query.get("token")
    if not given or request.query.get("format") != "ics":
        return SERVICE.admit(request, config)
    token = calendar_token(request.query.get("psychologist", ""), config)
    if same(given, SecretStr(token) if token else None):
        return Caller("public")
    raise Unauthorized


CALENDAR_TOKEN = schemes.key(
    "CalendarToken", "A specialist's secret link to his calendar feed: that feed only.", place="query", called="token"
)
CALENDAR = Policy("calendar", _calendar, (API_KEY, CALENDAR_TOKEN))
