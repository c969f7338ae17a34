"""A mail as it goes out: one form for both carriers, made by the standard library, which refuses a header with a line break."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from chalicelib.integrations.recipients import RecipientRefused

VENDOR = "email"
BAD_ADDRESS = 553
"""What SMTP answers to an address that cannot be one."""


LONGEST_LINE = 900
"""Characters of one header of ours: a line of a mail holds 998."""


@dataclass(frozen=True, slots=True)
class Mail:
    """Who says what to whom. `message_id` is the same each time that it is tried: a mailbox may know the second one by it."""

    sender: str
    to: str
    subject: str
    text: str
    message_id: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def envelope_from(self) -> str:
        """The sender's bare address."""
        return parseaddr(self.sender)[1]

    @property
    def recipient(self) -> str:
        """The address as it is on the wire: its domain in Punycode. Raises RecipientRefused for what no server of ours can reach."""
        mailbox, _, domain = self.to.rpartition("@")
        if not mailbox or not mailbox.isascii():
            raise RecipientRefused(VENDOR, BAD_ADDRESS, "a mailbox that is not ASCII", unreachable=True)
        try:
            return f"{mailbox}@{domain.encode('idna').decode()}"
        except UnicodeError:
            raise RecipientRefused(VENDOR, BAD_ADDRESS, "a domain that cannot be one", unreachable=True) from None

    def content(self) -> bytes:
        """The whole mail."""
        message = EmailMessage(policy=SMTP)
        name, address = parseaddr(self.sender)
        message["From"] = Address(display_name=name, addr_spec=address)
        message["To"] = Address(addr_spec=self.recipient)
        message["Subject"] = " ".join(self.subject.split())
        message["Message-ID"] = f"<{self.message_id}@{address.rpartition('@')[2]}>"
        message.set_content(self.text, cte="base64")
        return "".join(_line(name, value) for name, value in self.headers.items()).encode() + message.as_bytes()


def _line(name: str, value: str) -> str:
    """A header as it is. The library would fold a long URL into encoded words, which no mailbox reads as a link."""
    if not (value.isascii() and value.isprintable() and len(value) <= LONGEST_LINE):
        raise ValueError(f"{name} does not fit a line")
    return f"{name}: {value}\r\n"
