"""The bot's door."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chalicelib.bot import service
from chalicelib.bot.schemas import BotAnswer
from chalicelib.core import ids
from chalicelib.core.http import Api, Source
from chalicelib.core.inbox import Receipt
from chalicelib.core.sender import Sender
from chalicelib.integrations.telegram.policy import TELEGRAM
from chalicelib.integrations.telegram.schemas import Update

api = Api("bot")


def _update_id(fields: Mapping[str, Any], raw: bytes, sender: Sender) -> tuple[str, timedelta | None]:
    """Telegram names its updates; what has no name is named by what it says."""
    update_id = fields.get("update_id")
    return (str(update_id) if isinstance(update_id, int) else ids.fingerprint(raw.hex())), None


@api.post("/telegram", auth=TELEGRAM, webhook=True, source=Source("telegram", key=_update_id, insistent=True))
def telegram(body: Update, receipt: Receipt) -> BotAnswer:
    """An update of the bot: a followed link, a pressed button, a block, plain words."""
    return service.handle(body, receipt)
