"""VK's messages of a community: everything is answered 200; what it thinks stands in the error's code."""

from hashlib import sha256
from typing import Any

from chalicelib.core.vendors import TIMEOUT, Timeout, Vendor, VendorBusy, VendorDown, VendorError
from chalicelib.integrations.recipients import RecipientRefused

PUBLIC_API = "https://api.vk.com/method"
VERSION = "5.199"
TEXT_LIMIT = 4096
VENDOR = "vk"

DEAD = frozenset({900, 901, 902, 917, 936})
"""The person has barred the community, never let it write, keeps to himself, or is nobody."""

OURS = frozenset({5, 7, 14, 15, 27})
"""The community's token and rights, and a captcha that nobody here can solve."""

BUSY = {6: 1.0, 9: None, 29: None}
"""Too much at once, and for how long to wait where it is known."""

PASSING = frozenset({1, 10, 950})


class VkClient:
    """Every call raises `VendorDown`, `VendorBusy` or `RecipientRefused`."""

    def __init__(self, token: str, api_url: str = PUBLIC_API, *, timeout: Timeout = TIMEOUT) -> None:
        self._api, self._token = Vendor(VENDOR, api_url, secrets=(token,), timeout=timeout), token

    def send(self, user_id: str, text: str, *, once: str) -> str:
        """Send a text and return its id. What was sent with the same `once` before is not sent again: VK sees to it."""
        form = {"access_token": self._token, "v": VERSION, "peer_id": user_id, "random_id": str(_number(once)), "message": text}
        reply = self._api.call("POST", "messages.send", form=form)
        error = reply.field("error")
        if isinstance(error, dict):
            raise self._judged(error)
        sent = reply.field("response")
        if not isinstance(sent, int):
            raise VendorDown(VENDOR, "an answer that is not VK's", sent_maybe=True)
        return str(sent)

    def _judged(self, error: dict[str, Any]) -> VendorError:
        code = error.get("error_code")
        if not isinstance(code, int) or code in PASSING:
            return VendorDown(VENDOR, f"error {code}")
        if code in BUSY:
            return VendorBusy(VENDOR, BUSY[code])
        reason = self._api.clean(f"{code} {error.get('error_msg') or ''}".strip())
        return RecipientRefused(VENDOR, code, reason, unreachable=code in DEAD, ours=code in OURS)


def _number(once: str) -> int:
    """The same positive int32 for the same words."""
    return int.from_bytes(sha256(once.encode()).digest()[:4], "big") & 0x7FFFFFFF or 1
