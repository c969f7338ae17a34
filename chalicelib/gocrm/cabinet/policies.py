"""Who may come to the parents' cabinet."""

from chalicelib.core import schemes
from chalicelib.core.errors import Unauthorized
from chalicelib.core.security import Caller, Policy
from chalicelib.core.settings import Settings
from chalicelib.core.wire import Incoming


def _cabinet(request: Incoming, config: Settings) -> Caller:
    """Anyone, where there is a cabinet to sign in to."""
    if not config.has_cabinet:
        raise Unauthorized("The cabinet is closed: GOCRM_URL and GOCRM_APP_TOKEN are not set")
    return Caller("public")


def _parent(request: Incoming, config: Settings) -> Caller:
    """Whoever shows a cabinet token; whether it is one of ours, and whose, its session says."""
    _cabinet(request, config)
    token = request.shown("bearer")
    if token is None:
        raise Unauthorized("Authorization: Bearer <the token of /gocrm/sign-in> is required")
    return Caller("client", subject=token)


CABINET_TOKEN = schemes.bearer("CabinetToken", "The token that `/gocrm/sign-in` gives for a right SMS code: an hour, own children only.")
CABINET = Policy("cabinet", _cabinet)
PARENT = Policy("parent", _parent, (CABINET_TOKEN,))
