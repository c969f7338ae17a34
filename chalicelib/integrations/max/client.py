"""MAX's bot API. It knows no key of repeats. UNVERIFIED: what it answers for a person who has stopped the bot, so that is a setting."""

from collections.abc import Collection
from http import HTTPStatus

from chalicelib.core.vendors import TIMEOUT, Reply, Timeout, Vendor, VendorDown, VendorError
from chalicelib.integrations.recipients import RecipientRefused

PUBLIC_API = "https://platform-api.max.ru"
TEXT_LIMIT = 4000
VENDOR = "max"


class MaxClient:
    """Every call raises `VendorDown`, `VendorBusy` or `RecipientRefused`. `dead` are the statuses that mean a dead chat."""

    def __init__(self, token: str, api_url: str = PUBLIC_API, *, dead: Collection[int] = (404,), timeout: Timeout = TIMEOUT) -> None:
        self._api = _Max(token, api_url, dead, timeout)

    def send(self, user_id: str, text: str) -> str:
        """Send a text and return its id; after `VendorDown.sent_maybe` a second attempt may be a second message."""
        message = self._api.call("POST", "messages", query={"user_id": user_id}, json={"text": text, "notify": True}).field("message")
        body = message.get("body") if isinstance(message, dict) else None
        if not isinstance(message, dict):
            raise VendorDown(VENDOR, "an answer that is not MAX's", sent_maybe=True)
        return str(body.get("mid") or "") if isinstance(body, dict) else ""


class _Max(Vendor):
    def __init__(self, token: str, api_url: str, dead: Collection[int], timeout: Timeout) -> None:
        super().__init__(VENDOR, api_url, secrets=(token,), headers={"Authorization": token}, timeout=timeout)
        self._dead = frozenset(dead)

    def refusal(self, reply: Reply) -> VendorError:
        ours = reply.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.METHOD_NOT_ALLOWED)
        dead = reply.status in self._dead and not ours
        return RecipientRefused(self.name, reply.status, self.reason(reply), unreachable=dead, ours=ours)
