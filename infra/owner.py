"""The first owner of a stack that has none: somebody must be able to sign in, and there is no default account."""

from collections.abc import Callable

from infra.loopback import Api

EMAIL = "admin@frontdesk.local"
USERS = "/api/v1/users"


def ensure(api: Api, password: Callable[[], str]) -> bool:
    """Make an owner with this password, unless there is one; whether he was made. The password is asked for only then."""
    if api.get(USERS, role="owner", limit=1)["total"]:
        return False
    api.post(USERS, {"email": EMAIL, "password": password(), "role": "owner", "full_name": "Владелец"})
    return True
