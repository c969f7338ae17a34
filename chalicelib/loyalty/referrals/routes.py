"""The programme's doors."""

from chalicelib.clients.errors import ClientNotFound
from chalicelib.core.http import Api
from chalicelib.core.security import Caller
from chalicelib.loyalty.referrals import desk
from chalicelib.loyalty.referrals.errors import MarginGuard
from chalicelib.loyalty.referrals.schemas import ClientInfo, ConfigSaid, ConfigShown, InfoQuery, Programmes
from chalicelib.staff.members import Member
from chalicelib.staff.policies import ADMIN, ADMIN_OR_CLIENT

api = Api("loyalty.referrals")


@api.get("/api/v1/admin/referral-programs", auth=ADMIN)
def list_referral_programs() -> Programmes:
    """The programmes that there are."""
    return desk.programmes()


@api.get("/api/v1/admin/referral-programs/config", auth=ADMIN)
def get_referral_config() -> ConfigShown:
    """What whoever brought somebody gets of his purchases, by generation."""
    return desk.current()


@api.put("/api/v1/admin/referral-programs/config", auth=ADMIN, errors=[MarginGuard])
def update_referral_config(body: ConfigSaid, caller: Member) -> ConfigShown:
    """Set it. Where it promises more than is earned on what is sold, it is refused unless that is said, with a reason."""
    return desk.change(body, actor=caller.actor)


@api.get("/api/v1/admin/referral-programs/client-info", auth=ADMIN_OR_CLIENT, errors=[ClientNotFound])
def get_referral_client_info(query: InfoQuery, caller: Caller) -> ClientInfo:
    """What a client got for whom he brought, by generation. In the app he reads it of himself, and what is promised."""
    return desk.info(query.client_id, caller)
