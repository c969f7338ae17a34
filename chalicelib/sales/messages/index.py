"""Lists of messages: found by bitmaps of their own ids, brought up to date each minute, compared and mended each night."""

from chalicelib.core import facts
from chalicelib.core.bitmaps import Described, Index, writing
from chalicelib.core.bitmaps.upkeep import Upkeep
from chalicelib.sales.messages import repository, rules
from chalicelib.sales.messages.models import SalesMessage


def describe(row: SalesMessage) -> Described:
    """What the index says of a message, days being the business's."""
    return rules.described(row, facts.day_of(row.created_at))


WRITER = writing.writer(SalesMessage, repository.folded)
MESSAGES = Index("sales-messages", rules.ALL, rules.FACETS, repository.key, repository.pending, describe)
UPKEEP = Upkeep(MESSAGES, WRITER, repository.waiting, repository.COUNTER, "SalesIndexDrifted")


def fold() -> dict[str, int]:
    """Bring the sets up to the messages that changed, as far as there is time; how many were written and settled."""
    return UPKEEP.fold()


def check() -> int:
    """Compare random blocks with their rows and put right what differs; how many did."""
    return UPKEEP.check()
