"""Races, told one after the other."""

from collections.abc import Callable, Iterator

import pytest

from tests.standins.store import Wire


@pytest.fixture
def meanwhile() -> Iterator[Callable[[Callable[[], object]], None]]:
    """Have something happen between the next decision's reading and its writing, once."""
    with Wire() as wire:

        def plan(act):
            waiting = [act]

            def before(call):
                if call.operation == "TransactWriteItems" and waiting:
                    waiting.pop()()

            wire.before = before

        yield plan
