"""What operators see of leads and may do about those that were refused."""

from typing import Any

from chalicelib.clients import service as clients
from chalicelib.core import clock, pagination, replays, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.outbox import OutboxRow
from chalicelib.core.schemas import utc_text
from chalicelib.core.settings import settings
from chalicelib.gocrm.leads import repository, rules, service
from chalicelib.gocrm.leads.errors import LeadNotFound, LeadNotRefused
from chalicelib.gocrm.leads.models import LeadRow
from chalicelib.gocrm.leads.schemas import Corrections, Deliveries, DeliveriesQuery, Delivery, Replayed


def page(query: DeliveriesQuery) -> Deliveries:
    """Leads of one state, the newest first."""
    start = pagination.decode(query.cursor, "lead_id", "state", "created_at")
    found = repository.of(query.state, limit=query.limit, start=start)
    return Deliveries(deliveries=_lines(found.rows), next_cursor=pagination.encode(found.next_key))


def replay(lead_id: str, corrections: Corrections) -> Replayed:
    """Send a refused lead again, with what was corrected; one that waits is tried at once.

    Raises LeadNotFound, LeadNotRefused, or Invalid for a correction that is none.
    """
    row = repository.at(lead_id)
    if row is None:
        raise LeadNotFound
    corrected = _checked(corrections)
    if row.state == "refused":
        _again(row, corrected)
    elif row.state != "waiting" or corrected:
        raise LeadNotRefused({"state": row.state})
    else:
        replays.wake({"gocrm_lead"})
    return Replayed(delivery=_lines([repository.at(lead_id) or row])[0])


def _checked(corrections: Corrections) -> dict[str, Any]:
    """Corrections as a lead keeps them."""
    said = corrections.model_dump(exclude_none=True)
    if corrections.phone:
        said["phone"] = clients.person_from(phone=corrections.phone).phone
    if corrections.birthday:
        said["birthday"] = rules.birthday_of(corrections.birthday, clock.now().astimezone(settings().zone))
    for field, value in said.items():
        if value is None:
            raise Invalid.field("body", field, msg=f"expected a valid {field}", kind=field)
    return said


def _again(row: LeadRow, corrected: dict[str, Any]) -> None:
    """In one transaction with the end of the effect that died, if one did: nobody else sends it too."""
    tx, said = storage.Transaction(), {**row.said, **corrected}
    if "birthday" in corrected:
        said |= {"birthday": corrected["birthday"].isoformat(), "birthday_text": None}
    if row.effect_id:
        over = OutboxRow.lane.does_not_exist() | (OutboxRow.state == "dead")
        tx.delete(OutboxRow.row(service.LANE, row.effect_id), condition=over, otherwise=LeadNotRefused({"state": "waiting"}))
    repository.again(tx, row, said, service.queue(tx, row.lead_id))
    tx.commit()


def _lines(rows: list[LeadRow]) -> list[Delivery]:
    """One read for the effects of those that wait."""
    keys = [OutboxRow.at(service.LANE, row.effect_id) for row in rows if row.state == "waiting" and row.effect_id]
    effects = {effect.effect_id: effect for effect in storage.read(*keys) if effect is not None}
    return [_line(row, effects.get(row.effect_id)) for row in rows]


def _line(row: LeadRow, effect: OutboxRow | None) -> Delivery:
    return Delivery(
        **row.said,
        lead_id=row.lead_id,
        state=row.state,
        created_at=utc_text(row.created_at),
        client_id=row.lead_number,
        funnel=row.funnel,
        reason=row.reason or (effect.last_error if effect else None),
        fields=row.fields or {},
        attempts=int(effect.attempts) if effect else 0,
        next_try=utc_text(max(effect.not_before, clock.wall())) if effect else None,
        remote_id=row.remote_id,
        sent_at=utc_text(row.sent_at) if row.sent_at else None,
    )
