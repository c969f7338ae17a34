"""Mails: by Amazon SES or an SMTP server, whichever the settings name."""

from typing import Any

from chalicelib.core.settings import settings
from chalicelib.integrations.email.mail import Mail
from chalicelib.integrations.email.ses import SesClient
from chalicelib.integrations.email.smtp import SmtpClient, SmtpServer
from chalicelib.messaging import rules
from chalicelib.messaging.channels.base import Address, Parcel, asking
from chalicelib.messaging.unsubscribing import service as unsubscribing

KIND = "message_email"


def is_set() -> bool:
    """Whether a carrier and a sender are set."""
    return settings().has_email


def address(person: Any) -> Address | None:
    """A client's address, proven or typed; a specialist's is the office's word."""
    found = getattr(person, "email", None)
    return Address(found, proven=bool(getattr(person, "email_proven", True))) if found else None


def may_market() -> bool:
    """Whether a mail can say how its kind ends."""
    return unsubscribing.is_set()


def kind(_address: str) -> str | None:
    """The kind of effect that carries mails, where a carrier is set."""
    return KIND if is_set() else None


def say(parcel: Parcel) -> str | None:
    """The carrier's id of the mail."""
    row = parcel.message
    text, headers = _with_way_out(parcel) if row.purpose == rules.MARKETING else (parcel.text, {})
    mail = Mail(
        sender=settings().email_from or "",
        to=parcel.address,
        subject=rules.subject(row.template or "", row.language, row.values or {}),
        text=text,
        message_id=row.message_id.lower(),
        headers=headers,
    )
    with asking("the mail's carrier", ours="email_account"):
        return _carrier().send(mail)


def _with_way_out(parcel: Parcel) -> tuple[str, dict[str, str]]:
    """Marketing says how it ends: a line below the text, and the headers by which a mail program ends it with one click."""
    row = parcel.message
    link = unsubscribing.link(row.recipient.partition("#")[2], "email")
    line = rules.render("client_unsubscribe_line", rules.RUSSIAN, {"link": link}).text
    return f"{parcel.text}\n\n{line}", {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _carrier() -> SesClient | SmtpClient:
    config = settings()
    if config.email_by == "ses":
        return SesClient(config.ses_url, configuration_set=config.ses_configuration_set)
    password = config.smtp_password.get_secret_value() if config.smtp_password else ""
    return SmtpClient(SmtpServer(config.smtp_host or "", config.smtp_port, config.smtp_security, config.smtp_user, password))
