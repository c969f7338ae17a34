"""Lists of messages: found by bitmaps of their own ids, brought up to date each minute, compared and mended each night."""

import random

from chalicelib.core import facts, storage, turns
from chalicelib.core.bitmaps import BLOCK, Described, Index, checking, folding, writing
from chalicelib.core.observability import count, logger
from chalicelib.sales.messages import repository, rules
from chalicelib.sales.messages.models import SalesMessage
from chalicelib.sales.messages.repository import LIVE

BLOCKS_A_NIGHT = 10


def describe(row: SalesMessage) -> Described:
    """What the index says of a message, days being the business's."""
    return rules.described(row, facts.day_of(row.created_at))


WRITER = writing.writer(SalesMessage, repository.folded)
MESSAGES = Index("sales-messages", rules.ALL, rules.FACETS, repository.key, repository.pending, describe)


def fold() -> dict[str, int]:
    """Bring the sets up to the messages that changed, as far as there is time; how many were written and settled."""
    return folding.fold(MESSAGES, LIVE, turns.walk("sales_messages_fold", [repository.waiting()]), WRITER)


def check() -> int:
    """Compare random blocks with their rows and put right what differs; how many did."""
    last = storage.last_number(repository.COUNTER)
    blocks = range(last // BLOCK + 1)
    picked = random.sample(blocks, min(BLOCKS_A_NIGHT, len(blocks)))
    wrong = [number for number in picked if not turns.is_over() and _mended(number, last)]
    if wrong:
        count("SalesIndexDrifted", len(wrong))
    return len(wrong)


def _mended(number: int, last: int) -> bool:
    """Whether a block was wrong: what is mended differed from rows that nobody was changing."""
    drift = checking.compare(MESSAGES, LIVE, number, last=last)
    if drift.is_any:
        logger.error("the index of messages differs from its rows", extra={"block": number, **drift.shown})
        checking.mend(MESSAGES, LIVE, number, last=last)
    return drift.is_any
