"""What a row of the ledger is called on the wire. Pure."""

from typing import Any, Final, Literal, get_args

from chalicelib.messaging.rules import BY_HAND, MARKETING, OUR_WORDS

Channel = Literal["app", "telegram", "email", "sms", "vk", "max", "instagram", "facebook"]
Status = Literal["pending", "sent", "delivered", "read", "failed", "skipped"]
Kind = Literal["individual", "group", "campaign", "reminder", "automatic"]

CHANNELS: Final = frozenset(get_args(Channel))
OTHERWISE: Final = {"app_push": "app"}
"""Channels by other names."""

GROUPS: Final = "client_words_to_group"
"""The template of what a person of ours writes to many at once."""

_STATUSES: Final[dict[str, Status]] = {
    "queued": "pending",
    "sent": "sent",
    "recorded": "sent",
    "failed": "failed",
    "dead": "failed",
    "skipped": "skipped",
    "received": "delivered",
}


def canonical(channel: Any) -> Any:
    """A channel as it is called here."""
    return OTHERWISE.get(channel, channel) if isinstance(channel, str) else channel


def status(state: str) -> Status:
    """How a message stands; what a client wrote has been delivered to us."""
    return _STATUSES[state]


def kind(row: Any) -> Kind:
    """What a message is: a person's own words, those to a group, a campaign's, a reminder, or what follows from a state."""
    if row.direction == "in" or (row.template in BY_HAND and not row.group_name):
        return "individual"
    if row.template == GROUPS or row.group_name:
        return "group"
    if row.purpose == MARKETING:
        return "campaign"
    return "reminder" if "reminder" in (row.template or "") else "automatic"


def channel(row: Any) -> str:
    """The channel that a message names, else the one by which it left."""
    return str(canonical(row.named or row.channel))


def text(row: Any) -> str:
    """What was said, without what is sealed; of what waits only the words that a person wrote are known."""
    if row.text or row.template not in OUR_WORDS:
        return row.text or ""
    return str((row.values or {}).get("text") or "")
