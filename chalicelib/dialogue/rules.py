"""How the administrator names a client in a line of the chat. Pure: no store, no clock."""

import unicodedata
from dataclasses import dataclass

from chalicelib.clients.rules import lead_number
from chalicelib.core.patterns import pattern
from chalicelib.dialogue.errors import NoColon, NoLead, NoText

LOOKALIKES = str.maketrans("бвьрpгтоo", "bbbrrrt00")
"""Letters of a number typed in the wrong layout, by sound or by look; in a number an O is a zero."""

_AROUND = " \t\r\n/#№*_«»\"'`([])"
_COLON = pattern("[:\uff1a]")
_LEAD = pattern(r"(t?)br[\s-]*0*([0-9]{1,9})")
_BEGINS = pattern(r"t?br[0-9]{3,9}\b")


@dataclass(frozen=True, slots=True)
class Command:
    """What to say to whom: `lead` is the number as we write it."""

    lead: str
    text: str


def parse(line: str) -> Command:
    """``br0722: text``: the number up to the first colon, the rest as it is. Raises NoColon, NoLead or NoText."""
    key, *rest = _COLON.split(line, maxsplit=1)
    if not rest:
        raise NoColon
    lead, text = lead_of(key), rest[0].strip()
    if lead is None:
        raise NoLead
    if not text:
        raise NoText
    return Command(lead, text)


def lead_of(key: str) -> str | None:
    """A lead number as we write it, from how a person typed it; None where it is no such number."""
    match = _LEAD.fullmatch(_folded(key))
    return lead_number(int(match[2]), "test" if match[1] else "live") if match else None


def is_command(line: str) -> bool:
    """Whether a line of a chat is meant for a client: it begins with a lead number, though it may lack the colon or the text."""
    key, *rest = _COLON.split(line, maxsplit=1)
    return bool(rest and lead_of(key)) or _BEGINS.match(_folded(line[:40])) is not None


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text.strip(_AROUND)).strip(_AROUND).casefold().translate(LOOKALIKES)
