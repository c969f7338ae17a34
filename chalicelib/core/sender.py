"""Who sent an event: what he proved, and marks by which the same visitor is known again. No address is ever stored."""

import hmac
import ipaddress
from dataclasses import dataclass
from typing import Self

from chalicelib.core.security import Caller, CallerKind
from chalicelib.core.settings import settings
from chalicelib.core.wire import Incoming


@dataclass(frozen=True, slots=True)
class Sender:
    """`kind` is the caller's; the marks are keyed hashes of his address alone and with his agent.

    The address is the one that the gateway saw, never one that a header claims. Without a key or an address nobody is known again.
    """

    kind: CallerKind = "public"
    address: str | None = None
    visitor: str | None = None

    @classmethod
    def of(cls, request: Incoming, caller: Caller) -> Self:
        """The sender of a request that was let in."""
        place = _network(request.address)
        return cls(caller.kind, mark("address", place), mark("visitor", place, request.agent) if place else None)

    @property
    def is_proven(self) -> bool:
        """Whether a right key, token or signature was shown."""
        return self.kind != "public"

    @property
    def scope(self) -> str:
        """Among whose events a repeat is looked for by its words alone: the proven senders' are one, each visitor's his own."""
        return "proven" if self.is_proven else self.visitor or ""


def mark(*parts: str) -> str | None:
    """A keyed hash by which something personal is found again and cannot be read; None for nothing, or without a key."""
    key = settings().service_api_key
    if key is None or not parts[1]:
        return None
    return hmac.new(key.get_secret_value().encode(), "\x1f".join(parts).encode("utf-8", "surrogatepass"), "sha256").hexdigest()[:32]


def _network(address: str) -> str:
    """An address; of IPv6 the network that one customer is given, for he has 2^64 addresses to come from."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)
