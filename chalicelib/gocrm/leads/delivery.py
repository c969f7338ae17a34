"""Sending leads, in the order they came. What Go-CRM cannot take now waits; what it will not have is shown to operators."""

from datetime import timedelta
from typing import Any

from chalicelib.core import clock, outbox, storage
from chalicelib.core.observability import count
from chalicelib.core.outbox import Effect
from chalicelib.core.vendors import VendorBusy, VendorDown, VendorError, VendorRefused
from chalicelib.gocrm.directories import refreshing
from chalicelib.gocrm.directories import service as directories
from chalicelib.gocrm.leads import repository, rules, service
from chalicelib.gocrm.leads.models import LeadRow
from chalicelib.gocrm.leads.schemas import Said
from chalicelib.integrations.gocrm.client import PluginHook
from chalicelib.integrations.gocrm.errors import GoCrmInvalid
from chalicelib.integrations.gocrm.schemas import Lead
from chalicelib.messaging import service as messaging

NOT_LET_IN = {401, 403}
"""Refusals of the door, not of a lead: they pass when somebody mends the setting."""

LONGEST_WAIT = timedelta(hours=1)
"""However long Go-CRM asks us to wait, we look again by then."""

SUSPECT_AFTER = 8
"""Tries, some minutes: a lead that fails so often while Go-CRM answers otherwise may be the reason itself."""


def deliver(effect: Effect, tx: storage.Transaction) -> None:
    """Send one lead. Raises the outbox's Retry.

    After a lost answer it is sent again, for Go-CRM cannot be asked whether it came and a lost lead is worse than a double:
    both carry our id.
    """
    row = repository.at(effect.payload["lead_id"])
    if row is None or row.state == "sent" or row.effect_id != effect.effect_id:
        return
    try:
        repository.sent(tx, row, _sent(row), clock.now())
    except VendorBusy as busy:
        raise outbox.Retry(busy.reason, _wait(busy.retry_after), for_all=True) from busy
    except VendorDown as down:
        if effect.attempts < SUSPECT_AFTER or not _serves_others():
            raise outbox.Retry(down.reason, for_all=True) from down
        repository.moved(tx, row, service.queue(tx, row.lead_id, due_at=row.created_at))
    except VendorRefused as refused:
        if refused.status in NOT_LET_IN:
            raise outbox.Retry(f"we are not let in: {refused.reason}", ours="gocrm_user") from refused
        _refuse(tx, row, refused.reason or f"HTTP {refused.status}", refused.fields if isinstance(refused, GoCrmInvalid) else {})


def _wait(seconds: float | None) -> timedelta | None:
    return min(timedelta(seconds=seconds), LONGEST_WAIT) if seconds else None


def _sent(row: LeadRow) -> str | None:
    """Go-CRM's id of the lead that it took. Raises the vendor's errors."""
    said = Said.model_validate(row.said)
    if row.funnel:
        return _hook(row.funnel).send(_form(row, said))
    club = refreshing.configured()
    if club is None:
        raise outbox.Retry("GOCRM_URL is not set any more", ours="gocrm_unset")
    return club.create_lead(_lead(row, said))


def _hook(funnel: str) -> PluginHook:
    url = service.funnels().get(funnel)
    if url is None:
        raise outbox.Retry(f"funnel {funnel} is not among GOCRM_FUNNELS any more", ours="gocrm_unset")
    return PluginHook(url)


def _lead(row: LeadRow, said: Said) -> Lead:
    center_id, unknown = _center(said)
    return Lead(
        name=said.name,
        phone=said.phone,
        center_id=center_id,
        birthday=said.birthday,
        comment=rules.comment_of(row.lead_id, said, center=unknown),
        parent_name=said.parent_name,
        email=said.email,
        utm_source=said.utm.get("utm_source"),
    )


def _form(row: LeadRow, said: Said) -> dict[str, str]:
    """The same as a form's fields, each tag under its own name."""
    center_id, unknown = _center(said)
    fields: dict[str, Any] = {**said.utm, **said.model_dump(mode="json", include={"name", "parent_name", "phone", "email", "birthday"})}
    fields |= {"center_id": center_id, "comment": rules.comment_of(row.lead_id, said, center=unknown)}
    return {name: str(value) for name, value in fields.items() if value}


def _center(said: Said) -> tuple[str | None, str | None]:
    """The branch's id, or the words that name none we know: they go along in the comment."""
    if said.center_id or not said.center:
        return said.center_id, None
    found = directories.center_meant(said.center)
    return found, None if found else said.center


def _serves_others() -> bool:
    """Whether Go-CRM answers what cannot be this lead's fault; then the lead steps aside and is tried after the others."""
    club = refreshing.configured()
    try:
        return club is not None and bool(club.cities())
    except VendorError:
        return False


def _refuse(tx: storage.Transaction, row: LeadRow, reason: str, fields: dict[str, str]) -> None:
    repository.refused(tx, row, reason, fields)
    count("LeadsRefused")
    values = {
        "lead_id": row.lead_id,
        "lead_number": row.lead_number,
        "funnel": row.funnel,
        "problems": rules.objections(reason, fields),
    }
    messaging.tell_admin(tx, "admin_lead_refused", messaging.About("lead_refused", service.CONTOUR, row.lead_id), values)


def bury(effect: Effect, tx: storage.Transaction, reason: str) -> None:
    """A lead that could not be sent for a week is left to a person."""
    row = repository.at(effect.payload["lead_id"])
    if row is not None and row.state == "waiting" and row.effect_id == effect.effect_id:
        _refuse(tx, row, reason, {})
