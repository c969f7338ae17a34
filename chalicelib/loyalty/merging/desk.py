"""Whether two clients may become one, as far as the till can tell."""

from chalicelib.clients.errors import ClientNotFound
from chalicelib.clients.index.rules import place_of
from chalicelib.clients.merging import service as clients
from chalicelib.clients.schemas import Merge, Merged
from chalicelib.loyalty.accounts.errors import ReferralCycle
from chalicelib.loyalty.ledger.rules import CONTOUR
from chalicelib.loyalty.referrals import walking


def merge(reference: str, body: Merge) -> Merged:
    """The client base's own merge. Raises ReferralCycle where it would have somebody brought by whom he brought, and what that raises."""
    if _closes_a_circle(reference, body.into):
        raise ReferralCycle({"field": "into"})
    return clients.merge(reference, body)


def _closes_a_circle(reference: str, into: str) -> bool:
    """Whether a client brought, by others, whom he is to become. Of two of whom one brought the other himself, nobody did afterwards."""
    try:
        source, target = clients.read_client(reference), clients.read_client(into)
    except ClientNotFound:  # which of the two, the client base says
        return False
    if source.merged_into or source.contour != CONTOUR or target.contour != CONTOUR:
        return False
    above = walking.up(place_of(target.lead_number), walking.HIGHEST)
    return any(generation > 1 and account.place == place_of(source.lead_number) for generation, account in above)
