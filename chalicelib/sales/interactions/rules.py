"""What a fact says as callers of sales read it. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.core.amounts import shown

SUMS: Final = frozenset(
    (
        *("amount", "budget", "price", "net", "discount", "referral_discount", "points", "certificate", "cash", "earned"),
        *("cost", "costed", "balance"),
    )
)
"""What facts keep in kopecks, or in hundredths of a point."""


def in_roubles(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same with sums in roubles and points, as everywhere at these doors; of a deal's standing too."""
    return {name: _value(name, value) for name, value in data.items()}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return in_roubles(value)
    return shown(int(value)) if name in SUMS and value is not None else value
