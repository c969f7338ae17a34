"""Who may tell of a changed row: a trigger that knows the secret."""

from chalicelib.core import schemes
from chalicelib.core.errors import Unauthorized
from chalicelib.core.security import Caller, Policy, same
from chalicelib.core.settings import Settings
from chalicelib.core.wire import Incoming


def _trigger(request: Incoming, config: Settings) -> Caller:
    if same(request.headers.get("x-webhook-secret"), config.supabase_webhook_secret):
        return Caller("webhook")
    raise Unauthorized


SECRET = schemes.key("SupabaseSecret", "What Supabase's database triggers send.", place="header", called="X-Webhook-Secret")
SUPABASE = Policy("supabase", _trigger, (SECRET,))
