"""What a comparison found, in numbers: pure."""

from collections import Counter
from typing import Any, Final

MOST: Final = 20
"""Examples that are shown."""


class Drift:
    """What was found so far. Examples name leads and fields, never a value."""

    def __init__(self, said: dict[str, Any]) -> None:
        self._counts = Counter({name: int(said.get(name, 0)) for name in ("compared", "same", "missing_here", "missing_there")})
        self._differing = Counter(said.get("differing") or {})
        self._examples: list[dict[str, Any]] = list(said.get("examples") or [])

    def compared(self, remote_id: str, lead_id: int, fields: list[str]) -> None:
        """Two who are linked, and what they say otherwise."""
        self._counts.update(compared=1, same=int(not fields))
        self._differing.update(fields)
        for field in fields:
            self._show(remote_id=remote_id, lead_id=lead_id, field=field)

    def missing_here(self, remote_id: str) -> None:
        """One of theirs whom nobody is here."""
        self._counts.update(missing_here=1)
        self._show(remote_id=remote_id, lead_id=None, field=None)

    def missing_there(self, link: Any) -> None:
        """One of ours whose half there is gone."""
        self._counts.update(missing_there=1)
        self._show(remote_id=str(link.name).lstrip("0"), lead_id=int(link.other), field=None)

    def alone(self, lead_id: int) -> None:
        """One of ours who was never made there."""
        self._counts.update(missing_there=1)
        self._show(remote_id=None, lead_id=lead_id, field=None)

    def _show(self, **example: Any) -> None:
        if len(self._examples) < MOST:
            self._examples.append(example)

    def said(self) -> dict[str, Any]:
        """All of it, as rows and callers have it."""
        return {**self._counts, "differing": dict(self._differing), "examples": self._examples}


def carried(said: dict[str, Any] | None) -> Drift:
    """What earlier pages found."""
    return Drift(said or {})
