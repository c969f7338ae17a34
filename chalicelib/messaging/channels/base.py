"""What all channels share: an address, a message on its way, and what a vendor's error means for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.core import ids, outbox
from chalicelib.core.vendors import VendorBusy, VendorDown
from chalicelib.integrations.recipients import RecipientBusy, RecipientRefused
from chalicelib.integrations.telegram.client import split_text
from chalicelib.messaging import repository
from chalicelib.messaging.models import MessageRow
from chalicelib.messaging.rules import Rendered

MESSAGE = "message"
"""The kind of effect that a message is until it is decided how it leaves; Telegram's own leave by it."""

_LINKS = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody is reached on a channel, and whether it is known to be his."""

    value: str
    proven: bool = True

    def mark(self, channel: str) -> str:
        """What stands among his dead channels where this address is dead: of another one it says nothing."""
        return f"{channel}#{ids.fingerprint(self.value)[:16]}"


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message on its way: what was decided, and what is said."""

    message: MessageRow
    address: str
    shown: Rendered

    @property
    def text(self) -> str:
        """The words, with the links of its buttons: what a button does inside Telegram has no place elsewhere."""
        links = [f"{label}: {action}" for row in self.shown.buttons for label, action in row if action.startswith(_LINKS)]
        return "\n\n".join([self.shown.text, "\n".join(links)] if links else [self.shown.text])


class Undelivered(Exception):
    """A vendor will not deliver this, now or later. `dead`: not to this address, whatever is said."""

    def __init__(self, reason: str, *, dead: bool) -> None:
        self.reason, self.dead = reason, dead
        super().__init__(reason)


@contextmanager
def asking(vendor: str, *, ours: str) -> Iterator[None]:
    """Raises `Retry` for what passes, and for a fault of our own account, called `ours`; `Undelivered` for what is this message's."""
    try:
        yield
    except RecipientBusy as busy:
        raise outbox.Retry(f"{vendor} asks to come again with this one") from busy
    except VendorBusy as busy:
        wait = timedelta(seconds=busy.retry_after) if busy.retry_after else None
        raise outbox.Retry(f"{vendor} asks to wait", wait, for_all=True) from busy
    except VendorDown as down:
        raise outbox.Retry(f"{vendor} is down", for_all=True) from down
    except RecipientRefused as refused:
        if refused.ours:
            raise outbox.Retry(refused.reason, ours=ours) from refused
        raise Undelivered(refused.reason, dead=refused.unreachable) from refused


def in_parts(parcel: Parcel, longest: int, send: Callable[[str, int], str], *, text: str | None = None) -> str | None:
    """The vendor's id of the last part; `send` takes a part and its number. What is out already is not said again.

    `text` is what is said instead of the parcel's own: the same one at each try, for parts are counted.
    """
    remote_id, parts = None, split_text(text or parcel.text, longest)
    for number, part in enumerate(parts, 1):
        if number <= parcel.message.parts_sent:
            continue
        remote_id = send(part, number)
        if number < len(parts):
            repository.progress(parcel.message.message_id, number)
    return remote_id
