"""What the log says of a club's leads; `ref` is our id of one."""

from chalicelib.core import facts, storage
from chalicelib.core.facts import Fact, detailed


@detailed
class GocrmLead(Fact):
    """A lead for the club was taken; `funnel` names the door that it came by, where that is not the common one."""

    funnel: str | None = None


def taken(tx: storage.Transaction, lead_id: str, client_id: str, funnel: str | None) -> None:
    """Add to a transaction that a lead is taken."""
    facts.record(tx, GocrmLead(subject=client_id, contour="live", ref=lead_id, funnel=funnel))
