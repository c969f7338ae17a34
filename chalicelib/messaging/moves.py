"""Groups that became supergroups: the chat lives on under another id, and what is said to the old one is said there."""

from chalicelib.core import clock, storage
from chalicelib.messaging.models import ChatMove


def remember(tx: storage.Transaction, old: str, new: str) -> None:
    """Add to a transaction where a chat lives on; told twice it is known once."""
    tx.put(ChatMove(chat_id=old, moved_to=new, moved_at=clock.wall()))


def is_now(chat_id: str | None, known_as: str | None) -> bool:
    """Whether a chat is the one that we know by an id, perhaps an old one; a read where it is not plain."""
    if chat_id is None or known_as is None or chat_id == known_as:
        return chat_id is not None and chat_id == known_as
    (moved,) = storage.read(ChatMove.at(known_as))
    return moved is not None and moved.moved_to == chat_id
