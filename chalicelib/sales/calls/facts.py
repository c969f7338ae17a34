"""What the log says of calls."""

from dataclasses import dataclass

from chalicelib.core.facts import Fact


@dataclass(frozen=True, kw_only=True)
class CallAnswered(Fact):
    """Somebody of ours and a client spoke by telephone for so many `seconds`; `ref` is the call, `direction` inbound or outbound."""

    seconds: int
    direction: str
