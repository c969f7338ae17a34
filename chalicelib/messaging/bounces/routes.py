"""The door of a mail's carrier."""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

from chalicelib.core.http import Api, Source
from chalicelib.core.inbox import Receipt
from chalicelib.core.sender import Sender
from chalicelib.messaging.bounces import service
from chalicelib.messaging.bounces.policy import MAIL_EVENTS
from chalicelib.messaging.bounces.schemas import Heard, MailEvent

api = Api("messaging.bounces")


def _said(fields: Mapping[str, Any], body: bytes, sender: Sender) -> tuple[str, timedelta | None]:
    """The same bytes are the same event: what a carrier sends again it does not change."""
    return sha256(body).hexdigest(), None


@api.post("/webhooks/mail", auth=MAIL_EVENTS, webhook=True, source=Source("mail", key=_said))
def mail_events(body: MailEvent, receipt: Receipt) -> Heard:
    """Hear what became of mails: after a permanent bounce or a complaint the address gets no more."""
    return service.hear(body, receipt)
