"""What the log says of notes."""

from dataclasses import dataclass

from chalicelib.core.facts import Fact


@dataclass(frozen=True, kw_only=True)
class LeadNoted(Fact):
    """Something was written down of a lead, `lead` by his number; `ref` is where its words stand, `author` whose they are.

    `call` says that it was a call.
    """

    lead: int
    author: str
    call: str | None = None
