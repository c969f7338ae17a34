"""How large a proof by many is: enough for each kind that it covers, or all of it where `FULL_PROOFS=1` is set."""

import os

FULL = os.environ.get("FULL_PROOFS") == "1"


def size(usual: int, *, full: int) -> int:
    """How many of something a proof takes."""
    return full if FULL else usual
