"""Who may try a login code."""

from chalicelib.core.errors import Unauthorized
from chalicelib.core.security import Caller, Policy
from chalicelib.core.settings import Settings
from chalicelib.core.wire import Incoming


def _code_holder(request: Incoming, config: Settings) -> Caller:
    """Anyone who may hold a login code: nobody, where codes cannot be made."""
    if not config.secret_of_clients:
        raise Unauthorized
    return Caller("public")


CODE_HOLDER = Policy("code_holder", _code_holder)
