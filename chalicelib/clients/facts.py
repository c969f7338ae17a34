"""What the log says of clients themselves. Every answer to a question of consent is one: his facts are their history."""

from collections.abc import Iterable

from chalicelib.clients.models import Client
from chalicelib.clients.rules import Person
from chalicelib.core import facts, storage
from chalicelib.core.facts import NOBODY, Fact, detailed


@detailed
class ConsentGiven(Fact):
    """A client agreed to a purpose; `ref` is where he was asked, `version` which text he read."""

    purpose: str
    version: str


class ConsentWithdrawn(ConsentGiven):
    """A client said no to a purpose."""


@detailed
class Unsubscribed(Fact):
    """A client said no to a purpose by the link of a message; `channel` is how that message came."""

    purpose: str
    channel: str


@detailed
class ChannelDied(Fact):
    """A client cannot be reached on a channel any more."""

    channel: str


@detailed
class ContactsChanged(Fact):
    """The office changed how a client is reached; `changed` are the fields' names."""

    changed: str


class ContactsConfirmed(ContactsChanged):
    """The office said that contacts are a client's own; `changed` are their kinds."""


class ContactsLost(ContactsChanged):
    """Contacts that a client had typed became another's, by the office's word; `ref` is the other's number, `changed` are their kinds."""


class ClientMade(Fact):
    """The office wrote a client down; `ref` is his number."""


@detailed
class ClientChanged(Fact):
    """The office changed what is kept of a client; `changed` are the fields' names. What he agrees to is said by its own kinds."""

    changed: str


class ClientResumed(Fact):
    """The office let what goes by the clock go to a client again; `ref` is his number."""


@detailed
class BaseExported(Fact):
    """The office took clients away as a table; `ref` is which one, `rows` how many there were."""

    rows: int


class ClientMerged(Fact):
    """Another client turned out to be this one; `ref` is the other's id."""


def answered(tx: storage.Transaction, person: Person, client_id: str, contour: str, source: str) -> None:
    """Add to a transaction what somebody answered, purpose by purpose."""
    for purpose, given, version in person.consents:
        kind = ConsentGiven if given else ConsentWithdrawn
        facts.record(tx, kind(subject=client_id, contour=contour, ref=source, purpose=purpose, version=version))


def unsubscribed(tx: storage.Transaction, client: Client, purpose: str, channel: str) -> None:
    """Add to a transaction that a client followed a link of unsubscribing."""
    facts.record(tx, Unsubscribed(subject=client.client_id, contour=client.contour, ref=channel, purpose=purpose, channel=channel))


def died(tx: storage.Transaction, client_id: str, contour: str, channel: str) -> None:
    """Add to a transaction that a channel of a client died."""
    facts.record(tx, ChannelDied(subject=client_id, contour=contour, ref=channel, channel=channel))


def changed(tx: storage.Transaction, client: Client, fields: Iterable[str]) -> None:
    """Add to a transaction which ways to a client change."""
    said = ", ".join(sorted(fields))
    facts.record(tx, ContactsChanged(subject=client.client_id, contour=client.contour, ref=client.lead_number, changed=said))


def confirmed(tx: storage.Transaction, client: Client, contacts: Iterable[str]) -> None:
    """Add to a transaction which contacts the office says to be a client's own."""
    said = ", ".join(sorted(contacts))
    facts.record(tx, ContactsConfirmed(subject=client.client_id, contour=client.contour, ref=client.lead_number, changed=said))


def lost(tx: storage.Transaction, client_id: str, contour: str, number: str, contacts: Iterable[str]) -> None:
    """Add to a transaction which contacts of a client become those of the one with this number."""
    facts.record(tx, ContactsLost(subject=client_id, contour=contour, ref=number, changed=", ".join(sorted(contacts))))


def made(tx: storage.Transaction, client_id: str, number: str) -> None:
    """Add to a transaction that the office writes a client down."""
    facts.record(tx, ClientMade(subject=client_id, contour="live", ref=number))


def rewritten(tx: storage.Transaction, client_id: str, number: str, fields: Iterable[str]) -> None:
    """Add to a transaction which fields of a client change; nothing where none does."""
    if said := ", ".join(sorted(fields)):
        facts.record(tx, ClientChanged(subject=client_id, contour="live", ref=number, changed=said))


def resumed(tx: storage.Transaction, client_id: str, contour: str, number: str) -> None:
    """Add to a transaction that a client's pause is lifted."""
    facts.record(tx, ClientResumed(subject=client_id, contour=contour, ref=number))


def exported(table: str, rows: int) -> None:
    """Note that clients were taken away: a transaction of its own, for nothing else is written."""
    tx = storage.Transaction()
    facts.record(tx, BaseExported(subject=NOBODY, contour="live", ref=table, rows=rows))
    tx.commit()


def merged(tx: storage.Transaction, source: Client, target: Client) -> None:
    """Add to a transaction that two clients are one."""
    facts.record(tx, ClientMerged(subject=target.client_id, contour=target.contour, ref=source.client_id))
