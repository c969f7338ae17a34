"""What the log says of specialists."""

from chalicelib.core import facts, storage
from chalicelib.core.facts import NOBODY, Fact


class SpecialistSecretRenewed(Fact):
    """A specialist's own page has another link from now on; `ref` is the specialist."""


def renewed(tx: storage.Transaction, specialist_id: str) -> None:
    """Add to a transaction that a specialist's secret is another."""
    facts.record(tx, SpecialistSecretRenewed(subject=NOBODY, contour="live", ref=specialist_id))
