"""The doors of codes and tokens."""

from chalicelib.access import service
from chalicelib.access.errors import CodesClosed
from chalicelib.access.policies import CODE_HOLDER
from chalicelib.access.schemas import CodeCheck, CodeChecked, TelegramIdAnswer, TelegramIdQuery
from chalicelib.core import security
from chalicelib.core.errors import Unauthorized
from chalicelib.core.http import Api
from chalicelib.core.schemas import Contour
from chalicelib.core.sender import Sender

api = Api("access")


@api.get("/get-telegram-id", auth=security.SERVICE, webhook=True, test_contour=True, errors=[CodesClosed])
def get_telegram_id(query: TelegramIdQuery, contour: Contour) -> TelegramIdAnswer:
    """A client's Telegram id; with `send_code=true` the bot also sends him a login code."""
    return service.find(query, contour)


@api.post("/verify-code", auth=CODE_HOLDER, webhook=True, test_contour=True, errors=[Unauthorized])
def verify_code(body: CodeCheck, contour: Contour, sender: Sender) -> CodeChecked:
    """Check the six digits that the bot told a client; a right code buys a token for his own data.

    A wrong code, an old one and a stranger's get the same answer.
    """
    return service.check(body, contour, sender=sender)
