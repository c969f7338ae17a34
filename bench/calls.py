"""AWS calls of every webhook on its usual path, and connections to anyone else."""

from dataclasses import dataclass

from bench import desk
from bench.operations import OPERATIONS, Operation
from bench.wire import connections, recorded


@dataclass(frozen=True)
class Calls:
    """The calls of one operation in order; `vendors` counts the addresses it connected to."""

    operation: Operation
    names: list[str]
    vendors: int


def measure() -> list[Calls]:
    """Each operation on a desk of its own."""
    return [_count(operation) for operation in OPERATIONS]


def _count(operation: Operation) -> Calls:
    with desk.opened() as world:
        request = operation.prepare(world)
        with recorded() as recorder, connections() as connected:
            request.send(world.front).ok()
        return Calls(operation, recorder.operations, len(connected))
