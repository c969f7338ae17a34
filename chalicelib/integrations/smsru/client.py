"""SMS.ru answers 200 to everything; what it thinks stands in two codes: of the request, and of the one number in it."""

from typing import Any

from chalicelib.core.vendors import TIMEOUT, Timeout, Vendor, VendorDown, VendorError
from chalicelib.integrations.recipients import RecipientRefused

PUBLIC_API = "https://sms.ru"
ACCEPTED = 100
DEAD = frozenset({202, 207, 209})
"""No such number, one that SMS.ru may not write to, one on its stop list."""

OURS = frozenset({200, 201, 204, 206, 300, 301, 302})
"""The key, the money, the sender's name, the account's daily limit, its standing: no other SMS would leave either."""

PASSING = frozenset({220, 500})
"""All that is worth another attempt."""

VENDOR = "sms.ru"


class SmsRuClient:
    """Every call raises `VendorDown`, `VendorBusy` or `RecipientRefused`."""

    def __init__(self, api_id: str, api_url: str = PUBLIC_API, *, sender: str | None = None, timeout: Timeout = TIMEOUT) -> None:
        self._api = Vendor(VENDOR, api_url, secrets=(api_id,), timeout=timeout)
        self._asked = {"api_id": api_id, "json": "1", **({"from": sender} if sender else {})}

    def send(self, phone: str, text: str) -> str:
        """Send an SMS to a number in E.164 and return its id. No key of repeats: after `VendorDown.sent_maybe` it may come twice."""
        digits = phone.removeprefix("+")
        reply = self._api.call("POST", "sms/send", form={**self._asked, "to": digits, "msg": text})
        self._taken(reply.data, digits)
        of_numbers = reply.field("sms")
        one = of_numbers.get(digits) if isinstance(of_numbers, dict) else None
        self._taken(one, digits)
        return str(one.get("sms_id") or "") if one else ""

    def _taken(self, said: Any, digits: str) -> None:
        code = said.get("status_code") if isinstance(said, dict) else None
        if not isinstance(code, int):
            raise VendorDown(VENDOR, "an answer that is not SMS.ru's", sent_maybe=True)
        if code != ACCEPTED:
            raise self._judged(code, str(said.get("status_text") or ""), digits)

    def _judged(self, code: int, words: str, digits: str) -> VendorError:
        if code in PASSING:
            return VendorDown(VENDOR, f"code {code}")
        reason = self._api.clean(f"{code} {words}".strip().replace(digits, "***"))
        return RecipientRefused(VENDOR, code, reason, unreachable=code in DEAD, ours=code in OURS)
