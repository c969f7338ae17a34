"""Whom a panel means by a client's number or by words of his name."""

from chalicelib.clients.errors import ClientNotFound
from chalicelib.clients.index import rules as people
from chalicelib.clients.index import service as index
from chalicelib.clients.repository import key_of
from chalicelib.clients.rules import lead_number
from chalicelib.clients.service import Known, by_reference
from chalicelib.core import storage
from chalicelib.core.bitmaps import Question, Term, finding
from chalicelib.core.settings import settings
from chalicelib.dialogue.registry.errors import NarrowName

LIVE = "live"
MOST = 25
"""Clients whose messages are read one after another."""


def key(number: int) -> storage.Key:
    """Where it is read who has a number; of one who was merged, whom he became."""
    return key_of(lead_number(number, LIVE), LIVE)


def of(number: int) -> Known:
    """The client of a number. Raises ClientNotFound, which names the field."""
    try:
        return by_reference(storage.read(key(number)))
    except ClientNotFound:
        raise ClientNotFound({"field": "client_id"}) from None


def called(fio: str) -> list[str]:
    """The ids of those who have all these words in their names. Raises NarrowName where they are many."""
    words = people.wanted(fio, settings().regions)[: people.MOST_WORDS]
    if not words:
        return []
    found = finding.find(index.PEOPLE, LIVE, Question(terms=[Term(people.EVERYONE)], words=words, limit=MOST))
    if found.total > MOST:
        raise NarrowName
    return [row.client_id for row in found.rows]
