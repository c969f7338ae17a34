"""Go-CRM as one parent's session sees it, its refusals in our words."""

from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib.core.errors import Busy, Invalid
from chalicelib.core.settings import settings
from chalicelib.core.vendors import VendorBusy, VendorDown, VendorRefused
from chalicelib.gocrm.cabinet import repository
from chalicelib.gocrm.cabinet.errors import GoCrmRefused, GoCrmUnavailable, SessionOver
from chalicelib.gocrm.cabinet.models import CabinetSession
from chalicelib.integrations.gocrm.client import ClientGoCrm
from chalicelib.integrations.gocrm.errors import GoCrmInvalid, GoCrmSessionOver, GoCrmTaken, GoCrmWrongCode
from chalicelib.integrations.gocrm.mapping import Zones

LONGEST_PAUSE = 600


def club(access_token: str | None = None) -> ClientGoCrm:
    """The club's cabinet, for nobody yet or for the parent of a token."""
    config = settings()
    app_token = config.gocrm_app_token.get_secret_value() if config.gocrm_app_token else ""
    return ClientGoCrm(f"{str(config.gocrm_url).rstrip('/')}/api", app_token, access_token, zones=Zones(config.zone))


@contextmanager
def cabinet(session: CabinetSession) -> Iterator[ClientGoCrm]:
    """Calls for a signed-in parent. Raises SessionOver, Invalid, Busy, GoCrmUnavailable or GoCrmRefused; GoCrmTaken as it is."""
    with told():
        try:
            yield club(session.access_token)
        except GoCrmSessionOver as over:
            repository.end(session.token_hash)
            raise SessionOver from over


@contextmanager
def told() -> Iterator[None]:
    """A vendor's errors as a caller should read them."""
    try:
        yield
    except GoCrmInvalid as invalid:
        found = invalid.fields or {"request": "not accepted"}
        raise Invalid([{"loc": ["body", name], "msg": words, "type": "refused"} for name, words in found.items()]) from invalid
    except VendorBusy as busy:
        raise Busy(min(int(busy.retry_after or 1) or 1, LONGEST_PAUSE)) from busy
    except VendorDown as down:
        raise GoCrmUnavailable from down
    except (GoCrmTaken, GoCrmWrongCode):
        raise
    except VendorRefused as refused:
        raise GoCrmRefused from refused
