"""Who else keeps what a person wrote to us: what he writes stands in the transaction that keeps the words.

Packages above register themselves as they are imported; whoever has words kept is above them, and imports them.
"""

from collections.abc import Callable
from typing import Final

from chalicelib.core import storage
from chalicelib.messaging.models import MessageRow

Listen = Callable[[storage.Transaction, MessageRow], None]
"""Adds his writes to a decision that keeps these words."""

listeners: Final[list[Listen]] = []
