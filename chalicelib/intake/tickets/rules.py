"""What a ticket keeps of a form. Pure: no store, no clock."""

import json
from collections.abc import Mapping
from typing import Any

MOST_KEPT = 100_000
"""Bytes of answers on a ticket: a row holds 400 KB with everything else on it, and a site form says a tenth of this."""


def kept_answers(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that fit a ticket, in their order; what is too long for it stays in the raw request."""
    room, kept = MOST_KEPT, {}
    for name, value in answers.items():
        size = len(json.dumps([name, value]))  # as the store writes it: six bytes for a Cyrillic letter
        if size <= room:
            kept[name] = value
            room -= size
    return kept
