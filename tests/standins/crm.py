"""What the CRMs on loopback share: a clock in whole seconds, refusals at every n-th call, and leads that a test arranges."""

from itertools import count
from typing import Any

from tests.standins.server import Asked, Refusal, StandIn

Row = dict[str, Any]


class CrmStandIn(StandIn):
    """`every`: each so manieth call is refused as busy, before it is looked at. `now` is the CRM's clock; each change takes a second."""

    def __init__(self, *, every: int = 0) -> None:
        super().__init__()
        self.every, self.now, self.busy = every, 1_790_000_000, 0
        self.down = False
        self._calls, self._ids = count(1), count(1001)

    def tick(self) -> int:
        """The next second."""
        self.now += 1
        return self.now

    def refuse_some(self, body: Any = None, status: int = 429) -> None:
        if self.down:
            raise Refusal(503)
        if self.every and next(self._calls) % self.every == 0:
            self.busy += 1
            raise Refusal(status, body) if self.busy % 2 else Refusal(503, body)

    def writes(self) -> list[Asked]:
        """What was asked of it but reading."""
        return [one for one in self.asked if one.method in ("POST", "PATCH", "PUT", "DELETE") and "oauth" not in one.path]
