"""A connection's CRM, ready to be asked; and its test."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from chalicelib.core import clock, storage, vault
from chalicelib.core.outbox import Effect, Refused, Retry
from chalicelib.core.schemas import utc_text
from chalicelib.core.settings import settings
from chalicelib.core.vendors import VendorBusy, VendorDown, VendorRefused
from chalicelib.integrations.amocrm.client import AmoCrm
from chalicelib.integrations.bitrix24.client import Bitrix24
from chalicelib.integrations.hubspot.client import HubSpot
from chalicelib.sales.crm.connections import repository, rules
from chalicelib.sales.crm.connections.models import Connection
from chalicelib.sales.crm.vendors.amocrm import Amo
from chalicelib.sales.crm.vendors.bitrix24 import Bitrix
from chalicelib.sales.crm.vendors.hubspot import Hub
from chalicelib.sales.crm.vendors.shape import Crm, Shut

SHUT_FOR = timedelta(hours=1)
SHUT_OUT = "crm_shut"
"""The trouble of a CRM that has shut us out: the admin is told, and its lane alone waits."""

Keep = Callable[[dict[str, str]], None]


def _amo(row: Connection, secrets: Mapping[str, str], keep: Keep) -> Crm:
    return Amo(AmoCrm(row.base_url, secrets, keep=keep), row.field_mapping)


def _bitrix(row: Connection, secrets: Mapping[str, str], keep: Keep) -> Crm:
    return Bitrix(Bitrix24(secrets["webhook_url"]), row.field_mapping)


def _hub(row: Connection, secrets: Mapping[str, str], keep: Keep) -> Crm:
    return Hub(HubSpot(row.base_url, secrets["access_token"]), row.field_mapping)


OPENED: Mapping[str, Callable[[Connection, Mapping[str, str], Keep], Crm]] = {"amocrm": _amo, "bitrix24": _bitrix, "hubspot": _hub}


def opened(row: Connection) -> Crm:
    """The CRM of a connection. Raises Refused where its address may not be called here, or it has no secrets any more."""
    config = settings()
    if rules.address_fault(row.crm_type, row.base_url, hosts=config.crm_allowed, loopback=config.is_for_development):
        raise Refused("an address that may not be called from this stage")
    name = str(row.secret_name or "")
    secrets = vault.Reader().read(name) if name else {}
    if rules.NEEDED[row.crm_type] not in secrets:
        raise Refused("no secret to ask with")
    return OPENED[row.crm_type](row, secrets, lambda renewed: _keep(name, renewed))


def _keep(name: str, renewed: Mapping[str, str]) -> None:
    vault.Writer().keep(renewed, name)


def spoken(act: Callable[[], Any]) -> Any:
    """What a CRM says to that. Raises Retry where it cannot now, Refused where it will not."""
    try:
        return act()
    except Shut as shut:
        raise Retry(str(shut), SHUT_FOR, ours=SHUT_OUT, its_lane=True) from shut
    except VendorBusy as busy:
        raise Retry(busy.reason, timedelta(seconds=busy.retry_after) if busy.retry_after else None) from busy
    except VendorDown as down:
        raise Retry(down.reason) from down
    except VendorRefused as refused:
        raise Refused(f"HTTP {refused.status}: {refused.reason}") from refused


def check(effect: Effect, tx: storage.Transaction) -> None:
    """Test a connection with the secrets that it has now, and write down how that went. Raises Retry."""
    (row,) = storage.read(repository.key(int(effect.payload["connection"])))
    if row is None:
        return
    said: dict[str, Any] = {"at": utc_text(clock.wall())}
    try:
        said |= {"state": "ok", "account": spoken(lambda: opened(row).check())}
    except Refused as refused:
        said |= {"state": "failed", "error": refused.reason}
    repository.note(tx, row, {"check": said}, secret=True)
