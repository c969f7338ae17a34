"""Which addresses an event says are dead. Pure.

Amazon SNS wraps SES's event in a `Message` of text, unless it was asked for raw delivery. Whoever has another carrier says
`{"email": …, "event": "bounce" | "complaint", "permanent": true}`. An address may stand behind its owner's name, in <>.
"""

from collections.abc import Iterable, Mapping
from email.utils import parseaddr
from typing import Any

from pydantic_core import from_json

BOUNCE, COMPLAINT = "bounce", "complaint"
NO_SPAM = "not-spam"
"""The kind of a complaint that takes one back."""


def unwrapped(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The event itself; what SNS wraps and nobody can read is as good as nothing."""
    message = fields.get("Message")
    if not isinstance(message, str) or fields.get("Type") != "Notification":
        return fields
    try:
        event = from_json(message)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


def is_confirmation(fields: Mapping[str, Any]) -> bool:
    """Whether SNS asks to confirm that we want its notifications: a person does, by the address that it sent."""
    return fields.get("Type") == "SubscriptionConfirmation"


def dead(event: Mapping[str, Any]) -> list[str]:
    """The addresses that take no mail from us any more, as they were written; a bounce that may pass says nothing of one."""
    kind = str(event.get("eventType") or event.get("notificationType") or event.get("event") or "").lower()
    if kind == BOUNCE and (event.get("permanent") is True or _of(event, BOUNCE).get("bounceType") == "Permanent"):
        return _addresses(event, _of(event, BOUNCE).get("bouncedRecipients"))
    if kind == COMPLAINT and _of(event, COMPLAINT).get("complaintFeedbackType") != NO_SPAM:
        return _addresses(event, _of(event, COMPLAINT).get("complainedRecipients"))
    return []


def bounced(event: Mapping[str, Any]) -> str | None:
    """The carrier's own id of the mail that came back, where it names one; a complaint is of one that arrived."""
    mail_id = _of(event, "mail").get("messageId")
    is_bounce = str(event.get("eventType") or event.get("notificationType") or "").lower() == BOUNCE
    return mail_id if is_bounce and isinstance(mail_id, str) else None


def _of(event: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    found = event.get(kind)
    return found if isinstance(found, dict) else {}


def _addresses(event: Mapping[str, Any], recipients: Any) -> list[str]:
    listed: Iterable[Any] = recipients if isinstance(recipients, list) else ()
    found = [one.get("emailAddress") for one in listed if isinstance(one, dict)] or [event.get("email")]
    return list(dict.fromkeys(parseaddr(one)[1] or one for one in found if isinstance(one, str)))


def is_ses(event: Mapping[str, Any]) -> bool:
    """Whether an event is in SES's own words."""
    return bool(event.get("eventType") or event.get("notificationType"))


MOST = 200
"""Recipients of whom one event may tell: four times as many as a mail of SES's can have."""
