"""What people read on the dashboard: the words of a file."""

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def words() -> dict[str, Any]:
    """Titles, alerts, promo cards and links, in Russian."""
    return dict(json.loads((Path(__file__).parent / "data" / "ru.json").read_text(encoding="utf-8")))


def called(kind: str, code: str) -> str:
    """What one thing of a kind is called."""
    return str(words()[kind][code])
