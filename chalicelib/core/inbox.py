"""What the outside sends and will not ask again, stored raw before anything is decided.

    receive ──new──────────> decide ──one transaction──> done (the answer is kept for repeats)
       ├──done──> the first answer again        └──refused──> refused (an operator reads, mends, replays)
       └──still at work──> wait a moment, then do the same work with the same ids: one transaction wins

A row that stays ``received`` (a Lambda died, the store was busy) is taken up by the sweep (see `abandoned`). Those that are ``waiting``
for something to come are `waiting`'s.
"""

import gzip
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from pydantic import BaseModel
from pydantic_core import from_json, to_json
from pynamodb.attributes import BinaryAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection

from chalicelib.core import clock, ids, storage
from chalicelib.core.facts.days import spread
from chalicelib.core.security import CallerKind
from chalicelib.core.sender import Sender

KEPT = timedelta(days=30)
PATIENCE = 12
"""How many times, 0.1 s apart, a repeat looks whether the first is done."""

STALE_AFTER = timedelta(seconds=30)
"""When unfinished work counts as abandoned: longer than a webhook's Lambda may run."""


RECEIVED = "received"
"""What nobody has decided yet: every event is for a moment, so these stand over a few keys (see `unfinished`)."""

RETRYING = "retrying"
"""Under which name events are kept that the sweep has taken up at least once."""


class ByState(GlobalSecondaryIndex[Any]):
    """Rows that are not done, by the moment they came; done rows leave the index."""

    class Meta:
        index_name = "by_state"
        projection = IncludeProjection(["source", "operation", "error", "state"])

    open = UnicodeAttribute(hash_key=True)
    received_at = UTCDateTimeAttribute(range_key=True)


class ToRetry(GlobalSecondaryIndex[Any]):
    """Rows that were taken up and failed, by the moment of their next try."""

    class Meta:
        index_name = "to_retry"
        projection = KeysOnlyProjection()

    retry_in = UnicodeAttribute(hash_key=True)
    retry_at = UTCDateTimeAttribute(range_key=True)


class InboxRow(storage.Table):
    """One event as it came, what became of it, and the seed of the ids it makes.

    `error` is why it is not done, in its state; `tries` counts how often the sweep took it up.
    """

    Meta = storage.meta("inbox")

    inbox_id = UnicodeAttribute(hash_key=True)
    source = UnicodeAttribute()
    operation = UnicodeAttribute(null=True)
    contour = UnicodeAttribute(null=True)
    state = UnicodeAttribute()
    open = UnicodeAttribute(null=True)
    seed = UnicodeAttribute(null=True)
    received_at = UTCDateTimeAttribute()
    content_type = UnicodeAttribute(null=True)
    raw = BinaryAttribute(null=True, legacy_encoding=False)
    sender = UnicodeAttribute(null=True)
    sender_address = UnicodeAttribute(null=True)
    sender_visitor = UnicodeAttribute(null=True)
    answer = storage.PackedText(null=True)
    error = UnicodeAttribute(null=True)
    expires_at = TTLAttribute()
    tries = NumberAttribute(null=True)
    retry_in = UnicodeAttribute(null=True)
    retry_at = UTCDateTimeAttribute(null=True)
    by_state = ByState()
    to_retry = ToRetry()


@dataclass(frozen=True, slots=True)
class Mail:
    """What came, before it is decided: who it is from, its own id there, and the raw bytes.

    `window` is for ids made from content: the same content after that long is a new event, not a repeat.
    """

    source: str
    external_id: str
    operation: str
    raw: bytes
    content_type: str = ""
    contour: str = "live"
    window: timedelta | None = None
    sender: Sender = field(default_factory=Sender)

    @property
    def inbox_id(self) -> str:
        """The row that a repeat of this event finds."""
        return f"{self.source}#{self.external_id}" if self.contour == "live" else f"{self.source}-{self.contour}#{self.external_id}"


class AlreadyAnswered(Exception):
    """Another worker finished the same event first; its answer is the answer."""

    def __init__(self, inbox_id: str) -> None:
        self.inbox_id = inbox_id
        super().__init__("already answered")


@dataclass(slots=True)
class Receipt:
    """The right to decide one event. Ids derived from its seed are the same for every worker on that event.

    `sender` is who sent it first, so that whoever takes it up later believes it no more than that.
    """

    inbox_id: str
    seed: str
    received_at: datetime
    answer: str | None = None
    sender: Sender = field(default_factory=Sender)

    @classmethod
    def of(cls, row: InboxRow) -> "Receipt":
        """The right to decide a stored event, with its answer where it is decided."""
        sender = Sender(cast(CallerKind, row.sender or "public"), row.sender_address, row.sender_visitor)
        return cls(row.inbox_id, row.seed, row.received_at, row.answer if row.state == "done" else None, sender)

    def new_id(self, *parts: str) -> str:
        """An id that a repeat of this event derives too, and nobody else can."""
        return ids.derived(self.seed, *parts, at=self.received_at)

    def complete(self, tx: storage.Transaction, answer: BaseModel) -> None:
        """Keep `answer` for repeats, in the transaction that makes it true."""
        actions = _closed_with(answer)
        # First: whoever shares this event derived the same ids, so what he wrote stands in the way of all we write.
        tx.update(InboxRow.row(self.inbox_id), actions, condition=_mine(self), otherwise=AlreadyAnswered(self.inbox_id), first=True)

    def claim(self, tx: storage.Transaction, key: str, answer: BaseModel, *, window: timedelta | None = None) -> None:
        """Say that this answer also stands for another way the same event may come (see `claimed`)."""
        claim(tx, key, answer, window=window)


def claim(tx: storage.Transaction, key: str, answer: BaseModel, *, window: timedelta | None = None) -> None:
    """Keep `answer` at `key`, once; the commit raises AlreadyAnswered while an earlier one stands there (see `claimed`)."""
    wall = clock.wall()
    row = InboxRow(inbox_id=key, source="claim", state="done", received_at=wall, answer=answer.model_dump_json(), expires_at=wall + KEPT)
    tx.put(row, condition=_new_or_older(window), otherwise=AlreadyAnswered(key))


def claim_key(source: str, contour: str, name: str, *parts: str) -> str:
    """Where an answer is found again under another name of the same event."""
    return f"{source}-{contour}:{name}#{ids.fingerprint(*parts)}"


def claimed(row: InboxRow | None, *, window: timedelta | None = None) -> str | None:
    """The answer that a claim row holds, while it stands."""
    if row is None or (window and row.received_at < clock.wall() - window):
        return None
    return row.answer


def receive(mail: Mail) -> Receipt:
    """Store what came and get the right to decide it; a finished repeat comes back with its answer."""
    wall = clock.wall()
    row = InboxRow(
        inbox_id=mail.inbox_id,
        source=mail.source,
        operation=mail.operation,
        contour=mail.contour,
        state=RECEIVED,
        open=spread(RECEIVED, mail.inbox_id),
        seed=ids.token(),
        received_at=wall,
        content_type=mail.content_type,
        raw=gzip.compress(mail.raw, 1),
        sender=mail.sender.kind,
        sender_address=mail.sender.address,
        sender_visitor=mail.sender.visitor,
        expires_at=wall + KEPT,
    )
    standing = storage.put_new(row, _new_or_older(mail.window, finished=True))
    if standing is None:
        return Receipt.of(row)
    return _repeat(InboxRow.from_raw_data(standing))


def _new_or_older(window: timedelta | None, *, finished: bool = False) -> Condition:
    """A key is free when nothing stands there, or what stands there is past its window (and done, where it is mail)."""
    free = InboxRow.inbox_id.does_not_exist()
    if window is None:
        return free
    past = InboxRow.received_at < clock.wall() - window
    return free | (past & (InboxRow.state == "done") if finished else past)


def _mine(receipt: Receipt) -> Condition:
    """Not done yet, and still the event of this receipt: where one waits, a newer one may have taken its place."""
    return (InboxRow.state != "done") & (InboxRow.seed == receipt.seed)


def _repeat(row: InboxRow) -> Receipt:
    """The first answer when there is one; after a short wait for the first worker, a share in its work."""
    if row.state == "received" and clock.wall() - row.received_at < STALE_AFTER:
        row = _wait(row)
    return Receipt.of(row)


def _wait(row: InboxRow) -> InboxRow:
    for _ in range(PATIENCE):
        clock.pause(0.1)
        (row,) = storage.read(InboxRow.at(row.inbox_id))
        if row.state != "received":
            break
    return row


def answer_of(inbox_id: str) -> str | None:
    """The kept answer of a finished row."""
    (row,) = storage.read(InboxRow.at(inbox_id))
    return row.answer if row else None


def done(receipt: Receipt, answer: BaseModel) -> None:
    """Close an event that changed nothing."""
    storage.change(InboxRow.row(receipt.inbox_id), _closed_with(answer), condition=_mine(receipt))


def _closed_with(answer: BaseModel) -> list[Action]:
    return [InboxRow.state.set("done"), InboxRow.answer.set(answer.model_dump_json()), InboxRow.open.remove(), *_over()]


def _over() -> list[Action]:
    return [InboxRow.retry_in.remove(), InboxRow.retry_at.remove(), InboxRow.tries.remove()]


def refuse(receipt: Receipt, error: dict[str, Any]) -> None:
    """Keep an event that could not be understood, with the reason, for an operator."""
    actions = [InboxRow.state.set("refused"), InboxRow.open.set("refused"), InboxRow.error.set(to_json(error).decode()), *_over()]
    storage.change(InboxRow.row(receipt.inbox_id), actions, condition=_mine(receipt))


def raw_of(row: InboxRow) -> bytes:
    """What was received, as it came."""
    return gzip.decompress(row.raw)


def reason_of(row: InboxRow) -> Any:
    """Why an event was refused, as the caller was told."""
    return from_json(row.error) if row.error else None
