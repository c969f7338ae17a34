"""Who may bring an update, and whom a Mini App's signature proves."""

from chalicelib.core import clock, schemes
from chalicelib.core.errors import Unauthorized
from chalicelib.core.security import Caller, Policy, same
from chalicelib.core.settings import Settings
from chalicelib.core.wire import Incoming


def _webhook(request: Incoming, config: Settings) -> Caller:
    if same(request.headers.get("x-telegram-bot-api-secret-token"), config.telegram_webhook_secret):
        return Caller("webhook")
    raise Unauthorized


def vouched_for(signed: str, config: Settings) -> Caller:
    """The client whose account initData names. Raises Unauthorized, also where there is no bot whose word it could be."""
    from chalicelib.integrations.telegram.init_data import BadInitData, validate_init_data  # only a client's request needs it

    if not config.telegram_bot_token:
        raise Unauthorized
    try:
        data = validate_init_data(signed, config.telegram_bot_token.get_secret_value(), clock.wall())
    except BadInitData as error:
        raise Unauthorized(error.detail) from error
    return Caller("client", account=data.user_id, username=data.username, name=data.first_name or None)


SECRET = schemes.key("TelegramSecret", "What Telegram sends with every update.", place="header", called="X-Telegram-Bot-Api-Secret-Token")
INIT_DATA = schemes.key(
    "TelegramInitData",
    "`tma <initData>`: a client whom Telegram vouches for; own data only.",
    place="header",
    called="Authorization",
)
TELEGRAM = Policy("telegram", _webhook, (SECRET,))
