"""An index of rows that are numbered by one counter: folded by a tick, compared and mended each night."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.core import storage, turns
from chalicelib.core.bitmaps import checking, folding
from chalicelib.core.bitmaps.folding import Writer
from chalicelib.core.bitmaps.index import Index
from chalicelib.core.bitmaps.sets import BLOCK
from chalicelib.core.observability import count, logger

BLOCKS_A_NIGHT = 10


@dataclass(frozen=True)
class Upkeep:
    """How an index of the live contour is kept: `waiting` are rows that sets may be behind, `counter` gives their numbers.

    `metric` counts blocks that differed from their rows.
    """

    index: Index
    writer: Writer
    waiting: Callable[[], turns.Part]
    counter: str
    metric: str
    contour: str = "live"

    def fold(self) -> dict[str, int]:
        """Bring the sets up to the rows that changed, as far as there is time; how many were written and settled."""
        name = f"{self.index.name.replace('-', '_')}_fold"
        return folding.fold(self.index, self.contour, turns.walk(name, [self.waiting()]), self.writer)

    def check(self) -> int:
        """Compare random blocks with their rows and put right what differs; how many did."""
        last = storage.last_number(self.counter)
        blocks = range(last // BLOCK + 1)
        picked = random.sample(blocks, min(BLOCKS_A_NIGHT, len(blocks)))
        wrong = [number for number in picked if not turns.is_over() and self._mended(number, last)]
        if wrong:
            count(self.metric, len(wrong))
        return len(wrong)

    def _mended(self, number: int, last: int) -> bool:
        """Whether a block was wrong: what is mended differed from rows that nobody was changing."""
        drift = checking.compare(self.index, self.contour, number, last=last)
        if drift.is_any:
            logger.error("an index differs from its rows", extra={"index": self.index.name, "block": number, **drift.shown})
            checking.mend(self.index, self.contour, number, last=last)
        return drift.is_any
