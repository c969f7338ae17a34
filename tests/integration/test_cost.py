import pytest
from bench.operations import OPERATIONS, World
from bench.wire import recorded, connections

@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.name)
def test_calls(front, operation):
    request = operation.prepare(World.opened(front))
    with recorded() as r, connections() as c:
        a = request.send(front)
    print("CALLS", operation.name, len(r.operations), operation.ceiling, r.operations, a.text[:150])
    a.ok()
    assert not c
    assert len(r.operations) <= operation.ceiling
