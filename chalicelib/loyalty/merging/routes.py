"""The door by which two clients become one: it stands where it is known who brought whom."""

from chalicelib.clients.errors import ClientNotFound, MergeRefused
from chalicelib.clients.schemas import Merge, Merged
from chalicelib.core.http import Api
from chalicelib.loyalty.accounts.errors import ReferralCycle
from chalicelib.loyalty.merging import desk
from chalicelib.staff.policies import ADMIN

api = Api("loyalty.merging")


@api.post("/clients/{client_id}/merge", auth=ADMIN, errors=[ClientNotFound, MergeRefused, ReferralCycle])
def merge_clients(client_id: str, body: Merge) -> Merged:
    """Make a client one with another: his signs, sessions, tickets and messages follow; he is read there from then on."""
    return desk.merge(client_id, body)
