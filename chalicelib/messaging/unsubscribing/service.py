"""Links of unsubscribing: made for a message, shown as a page with a button, followed by pressing it."""

from functools import cache
from pathlib import Path

from chalicelib.clients import consents
from chalicelib.core import ids, storage
from chalicelib.core.settings import settings
from chalicelib.messaging.models import MessageRow
from chalicelib.messaging.unsubscribing import tokens
from chalicelib.messaging.unsubscribing.tokens import Claims

MARKETING, CLIENTS, SMS = "marketing", "client#", "sms"
_PAGES = Path(__file__).parent / "pages"


def is_set() -> bool:
    """Whether a link can be made: without one no marketing leaves by mail."""
    return bool(settings().public_url and settings().secret_of_clients)


def link(client_id: str, channel: str) -> str:
    """Where a client says no to marketing that he was sent by a channel."""
    return f"{(settings().public_url or '').rstrip('/')}/u/{tokens.issue(Claims(client_id, channel))}"


def short_link(message_id: str) -> str:
    """The same for an SMS, which pays for each letter: the message's own id, which nobody can guess, says whom it was sent to."""
    return f"{(settings().public_url or '').rstrip('/')}/u/{message_id}"


def asked(token: str) -> tuple[str, bool]:
    """The page that a link shows, and whether the link is one of ours. Programs follow links too: it changes nothing."""
    known = _claims(token) is not None
    return _page("ask" if known else "unknown"), known


def pressed(token: str) -> tuple[str, bool]:
    """The page after the button, or a mail program's one click: the client wants no marketing. Pressed again it is the same."""
    claims = _claims(token)
    if claims is None:
        return _page("unknown"), False
    consents.unsubscribe(claims.client_id, MARKETING, channel=claims.channel)
    return _page("done"), True


def _claims(token: str) -> Claims | None:
    """Whom a link was sent to, and by which channel; None for a link that is none of ours."""
    if not ids.is_ulid(token):
        return tokens.read(token)
    (row,) = storage.read(MessageRow.at(token))
    if row is None or row.purpose != MARKETING or not row.recipient.startswith(CLIENTS):
        return None
    return Claims(row.recipient.removeprefix(CLIENTS), row.channel or SMS)


@cache
def _page(name: str) -> str:
    return (_PAGES / f"{name}.html").read_text(encoding="utf-8")
