"""Requests that may come again: one under an Idempotency-Key is done once, and a repeat is answered with what it made.

The key is its caller's, for one operation, for 24 hours. The row is written in the transaction that does the work and holds the id of what
was made; the answer is rendered anew from that. Its body is kept as a keyed digest, for it may hold what nobody should be able to try out.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta

from pydantic import BaseModel
from pynamodb.attributes import TTLAttribute, UnicodeAttribute

from chalicelib.core import clock, storage
from chalicelib.core.errors import Conflict
from chalicelib.core.settings import settings

REMEMBERED = timedelta(hours=24)


class KeyReused(Conflict):
    """A key names one request: what came under it before said something else."""

    code = "key_reused"
    message = "This Idempotency-Key came with another request."


class AskedAtOnce(Exception):
    """The same request was faster: read again what it made."""


class RequestRow(storage.Table):
    """One request that was done, and what it made."""

    Meta = storage.meta("requests")

    name = UnicodeAttribute(hash_key=True)
    said = UnicodeAttribute()
    made = UnicodeAttribute()
    expires_at = TTLAttribute()


@dataclass(frozen=True, slots=True)
class Request:
    """One that may come again: `name` is empty where its caller named it by no key."""

    name: str
    said: str

    @property
    def keys(self) -> list[storage.Key]:
        """What to read before it is done."""
        return [RequestRow.at(self.name)] if self.name else []

    def made(self, rows: list[RequestRow | None]) -> str | None:
        """What it made before, from the rows at `keys`. Raises KeyReused where the key came with something else."""
        row = rows[0] if self.name and rows else None
        if row is None or row.expires_at <= clock.wall():
            return None
        if not hmac.compare_digest(row.said, self.said):
            raise KeyReused
        return str(row.made)

    def done(self, tx: storage.Transaction, made: str) -> None:
        """Add to the transaction what it made; the commit raises AskedAtOnce where the same request was faster.

        That is told before anything else that is in the way then: the same request has taken its names and contacts too.
        """
        if self.name:
            at = clock.wall()
            row = RequestRow(name=self.name, said=self.said, made=made, expires_at=at + REMEMBERED)
            nobodys = RequestRow.name.does_not_exist() | (RequestRow.expires_at <= at)
            tx.put(row, condition=nobodys, otherwise=AskedAtOnce(), first=True)


def request(actor: str, operation: str, key: str | None, body: BaseModel) -> Request:
    """A request by who asks, what for (method and path), its key and its body."""
    said = hmac.new(_secret(), body.model_dump_json().encode("utf-8", "surrogatepass"), "sha256").hexdigest()
    return Request(f"{actor}#{operation}#{key}" if key else "", said)


def _secret() -> bytes:
    service = settings().service_api_key
    return (settings().secret_of_staff or (service.get_secret_value() if service else "")).encode()
