"""Mails: by Amazon SES or an SMTP server, whichever the settings name."""

from typing import Any

from chalicelib.core.settings import settings
from chalicelib.integrations.email.mail import Mail
from chalicelib.integrations.email.ses import SesClient
from chalicelib.integrations.email.smtp import SmtpClient, SmtpServer
from chalicelib.messaging import rules
from chalicelib.messaging.channels.base import Address, Parcel, asking

KIND = "message_email"


def is_set() -> bool:
    """Whether a carrier and a sender are set."""
    return settings().has_email


def address(person: Any) -> Address | None:
    """A client's address, proven or typed; a specialist's is the office's word."""
    found = getattr(person, "email", None)
    return Address(found, proven=bool(getattr(person, "email_proven", True))) if found else None


def kind(_address: str) -> str | None:
    """The kind of effect that carries mails, where a carrier is set."""
    return KIND if is_set() else None


def say(parcel: Parcel) -> str | None:
    """The carrier's id of the mail."""
    row = parcel.message
    mail = Mail(
        sender=settings().email_from or "",
        to=parcel.address,
        subject=rules.subject(row.template or "", row.language, row.values or {}),
        text=parcel.text,
        message_id=row.message_id.lower(),
    )
    with asking("the mail's carrier", ours="email_account"):
        return _carrier().send(mail)


def _carrier() -> SesClient | SmtpClient:
    config = settings()
    if config.email_by == "ses":
        return SesClient(config.ses_url, configuration_set=config.ses_configuration_set)
    password = config.smtp_password.get_secret_value() if config.smtp_password else ""
    return SmtpClient(SmtpServer(config.smtp_host or "", config.smtp_port, config.smtp_security, config.smtp_user, password))
