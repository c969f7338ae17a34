import pytest
from bench.operations import OPERATIONS, World
from bench.wire import recorded, connections

@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.name)
def test_calls(front, tick, operation):
    request = operation.prepare(World.opened(front, tick))
    with recorded() as r, connections() as c:
        a = request.send(front)
    print("CALLS", operation.name, len(r.operations), operation.ceiling, r.operations, a.text[:150])
    a.ok()
    assert not c
    assert len(r.operations) <= operation.ceiling
