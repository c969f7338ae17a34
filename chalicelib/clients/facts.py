"""What the log says of clients themselves. Every answer to a question of consent is one: his facts are their history."""

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.clients.models import Client
from chalicelib.clients.rules import Person
from chalicelib.core import facts, storage
from chalicelib.core.facts import Fact


@dataclass(frozen=True, kw_only=True)
class ConsentGiven(Fact):
    """A client agreed to a purpose; `ref` is where he was asked, `version` which text he read."""

    purpose: str
    version: str


class ConsentWithdrawn(ConsentGiven):
    """A client said no to a purpose."""


@dataclass(frozen=True, kw_only=True)
class Unsubscribed(Fact):
    """A client said no to a purpose by the link of a message; `channel` is how that message came."""

    purpose: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class ChannelDied(Fact):
    """A client cannot be reached on a channel any more."""

    channel: str


@dataclass(frozen=True, kw_only=True)
class ContactsChanged(Fact):
    """The office changed how a client is reached; `changed` are the fields' names."""

    changed: str


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


def merged(tx: storage.Transaction, source: Client, target: Client) -> None:
    """Add to a transaction that two clients are one."""
    facts.record(tx, ClientMerged(subject=target.client_id, contour=target.contour, ref=source.client_id))
