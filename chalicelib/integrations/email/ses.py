"""Amazon SES, version 2: one mail a call, signed with the function's own role. It knows no idempotency token."""

from base64 import b64encode
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from pydantic_core import to_json

from chalicelib.core.vendors import TIMEOUT, Reply, Timeout, Vendor, VendorBusy, VendorDown, VendorError
from chalicelib.integrations.aws import signing
from chalicelib.integrations.email.mail import VENDOR, Mail
from chalicelib.integrations.recipients import RecipientRefused

PATH = "v2/email/outbound-emails"
OURS = frozenset({"AccountSuspendedException", "SendingPausedException", "MailFromDomainNotVerifiedException", "NotFoundException"})
"""Refusals that no other mail would escape: the account, its sender, its configuration set."""

BUSY = "LimitExceededException"


class SesClient:
    """Every call raises `VendorDown`, `VendorBusy` or `RecipientRefused`."""

    ROLE_NEEDS = ("ses:SendEmail", "ses:SendRawEmail")
    """What the role of a function that comes here must allow: for one call, SES asks for the second where the mail is a raw one."""

    def __init__(self, api_url: str | None = None, *, configuration_set: str | None = None, timeout: Timeout = TIMEOUT) -> None:
        self._url = (api_url or f"https://email.{signing.region()}.amazonaws.com").rstrip("/")
        self._api, self._set = _Ses(VENDOR, self._url, timeout=timeout), configuration_set

    def send(self, mail: Mail) -> str:
        """Send a mail and return SES's id of it; after `VendorDown.sent_maybe` a second attempt may be a second mail."""
        asked: dict[str, Any] = {"FromEmailAddress": mail.envelope_from, "Destination": {"ToAddresses": [mail.recipient]}}
        asked["Content"] = {"Raw": {"Data": b64encode(mail.content()).decode()}}
        if self._set:
            asked["ConfigurationSetName"] = self._set
        body = to_json(asked)
        reply = self._api.call("POST", PATH, body=body, headers=_signed(f"{self._url}/{PATH}", body))
        sent = reply.field("MessageId")
        if not isinstance(sent, str):
            raise VendorDown(VENDOR, "a sent mail without its id", sent_maybe=True)
        return sent


class _Ses(Vendor):
    def refusal(self, reply: Reply) -> VendorError:
        kind = str(reply.headers.get("x-amzn-ErrorType", "")).partition(":")[0]
        if kind == BUSY:
            return VendorBusy(self.name, self.retry_after(reply))
        ours = kind in OURS or reply.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
        return RecipientRefused(self.name, reply.status, f"{kind or reply.status}: {self.reason(reply)}", ours=ours)


def _signed(url: str, body: bytes) -> Mapping[str, str]:
    return signing.signed("ses", "POST", url, body, {"Content-Type": "application/json"})
