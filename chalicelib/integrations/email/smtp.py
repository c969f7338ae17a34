"""An SMTP server: one mail a connection, step by step, so that each refusal is known for what it is."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from chalicelib.core.vendors import VendorDown, VendorError
from chalicelib.integrations.email.mail import VENDOR, Mail
from chalicelib.integrations.recipients import RecipientBusy, RecipientRefused

DEAD = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1")
"""Enhanced codes of an address that is none: no such mailbox, no such domain, bad syntax, moved away, takes no mail, switched off."""

DEAD_BARE = (550, 551, 553)
"""The same of a server that gives no enhanced code."""

GOES_AWAY = 421
_REASON_LENGTH = 200


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mails are handed over, and who signs in."""

    host: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: str = ""
    timeout: float = 10.0


class SmtpClient:
    """Every call raises `VendorDown`, `VendorBusy` or `RecipientRefused`."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    def send(self, mail: Mail) -> str:
        """Hand a mail over; its Message-ID. SMTP knows no repeats: after `VendorDown.sent_maybe` a second attempt may be a second mail."""
        to, content = mail.recipient, mail.content()
        with self._answering():
            smtp = self._open()
        try:
            with self._answering():
                self._sign_in(smtp)
                self._taken(smtp.mail(mail.envelope_from), ours=True)
                self._taken(smtp.rcpt(to), of_recipient=to)
            with self._answering(sent_maybe=True):
                self._taken(smtp.data(content))
        finally:
            smtp.close()
        return mail.message_id

    def _open(self) -> smtplib.SMTP:
        it = self._server
        if it.security == "tls":
            return smtplib.SMTP_SSL(it.host, it.port, timeout=it.timeout, context=ssl.create_default_context())
        return smtplib.SMTP(it.host, it.port, timeout=it.timeout)

    def _sign_in(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        if self._server.security == "starttls":
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        if self._server.user:
            smtp.login(self._server.user, self._server.password)

    @contextmanager
    def _answering(self, *, sent_maybe: bool = False) -> Iterator[None]:
        """A connection that breaks is an outage; after the mail itself nobody knows whether it was taken."""
        failed: VendorError | None = None
        try:
            yield
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
            failed = self._of_account(getattr(error, "smtp_code", 0), type(error).__name__)
        except (smtplib.SMTPDataError, smtplib.SMTPHeloError) as error:
            failed = self._judged(int(error.smtp_code), error.smtp_error)
        except (smtplib.SMTPException, OSError) as error:
            failed = VendorDown(VENDOR, f"no answer ({type(error).__name__})", sent_maybe=sent_maybe)
        if failed:  # outside: no traceback drags along what was said
            raise failed

    def _of_account(self, code: int, name: str) -> VendorError:
        if 400 <= code < 500:
            return VendorDown(VENDOR, f"nobody signs in now ({code})")
        return RecipientRefused(VENDOR, code, f"the server does not let us in ({code or name})", ours=True)

    def _taken(self, reply: tuple[int, bytes | str], *, ours: bool = False, of_recipient: str = "") -> None:
        """Nothing where the server says yes. Raises what a no means."""
        code, words = reply
        if not 200 <= code < 300:
            raise self._judged(code, words, ours=ours, of_recipient=of_recipient)

    def _judged(self, code: int, words: bytes | str, *, ours: bool = False, of_recipient: str = "") -> VendorError:
        said = " ".join((words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)).split())
        if code == GOES_AWAY or code < 400:
            return VendorDown(VENDOR, f"the server says {code}")
        if code < 500:
            return RecipientBusy(VENDOR) if of_recipient else VendorDown(VENDOR, f"the server says {code}")
        dead = bool(of_recipient) and (said.startswith(DEAD) if said.startswith("5.") else code in DEAD_BARE)
        for private in (of_recipient, self._server.password):
            said = said.replace(private, "***") if private else said
        return RecipientRefused(VENDOR, code, f"{code} {said}"[:_REASON_LENGTH], unreachable=dead, ours=ours)
