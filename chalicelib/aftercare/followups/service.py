"""Planning a follow-up, and carrying it out when its time comes."""

from datetime import timedelta
from enum import StrEnum

from chalicelib.aftercare.followups import repository
from chalicelib.aftercare.followups.errors import FollowUpRaced
from chalicelib.aftercare.followups.models import FollowUp
from chalicelib.aftercare.followups.schemas import FollowUpPlanned, FollowUpRequest
from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.slots import service as slots
from chalicelib.booking.specialists import service as specialists
from chalicelib.clients import service as clients
from chalicelib.clients.service import Client, Known
from chalicelib.core import clock, outbox, storage
from chalicelib.core.schemas import utc_text
from chalicelib.messaging import service as messaging

CONTOUR = "live"
SHOWN = 15
"""How many of the soonest free times a schedule message names."""


class Plan(StrEnum):
    """When the schedule is sent."""

    DAYS = "after_5_days"
    WEEKS = "after_3_weeks"


DEAD, NOTHING_FREE = "the channel is dead", "nothing is free"
WORDS = {DEAD: "бот заблокирован", NOTHING_FREE: "свободного времени нет"}
"""Why a schedule that was promised is not sent, as the admin reads it."""

AFTER = {Plan.DAYS: timedelta(days=5), Plan.WEEKS: timedelta(weeks=3)}


@storage.again(FollowUpRaced)
def plan(body: FollowUpRequest, which: Plan) -> FollowUpPlanned:
    """Plan one; a repeat finds what is planned. Raises ClientNotFound, SpecialistNotFound or NameAmbiguous."""
    known = clients.find(body.client_id) if body.client_id else clients.by_telegram(telegram_id=body.telegram_id)
    specialist_id = _specialist(body.psychologist_name) if body.psychologist_name else None
    tx = storage.Transaction()
    row = plan_in(tx, known, which, specialist_id=specialist_id)
    tx.commit()
    return FollowUpPlanned(message="Расписание будет отправлено.", client_id=known.lead_number, due_at=utc_text(row.due_at))


def _specialist(name: str) -> str:
    return specialists.resolve(storage.read(*specialists.reference_keys(name, CONTOUR)))


def plan_in(tx: storage.Transaction, known: Known, which: Plan, *, specialist_id: str | None, contour: str = CONTOUR) -> FollowUp:
    """Plan one in a caller's transaction; one that is planned already stays as it is."""
    standing = repository.get(known.client_id, which)
    if standing is not None and standing.state == "planned":
        return standing
    at = clock.now()
    who = specialist_id or sessions.last_specialist(known.client_id)
    row = FollowUp(known.client_id, which.value, contour=contour, specialist_id=who, planned_at=at, due_at=at + AFTER[which])
    repository.save(tx, row, standing)
    outbox.send(
        tx, "follow_up", {"client_id": known.client_id, "plan": which.value}, lane=f"follow-up#{known.client_id}", due_at=row.due_at
    )
    return row


def carry_out(client_id: str, which: str, tx: storage.Transaction) -> None:
    """Send the schedule, unless the client has booked, refused or cannot be reached meanwhile; then say why in the row.

    Of one that was promised and cannot be sent the admin is told.
    """
    row = repository.get(client_id, which)
    if row is None or row.state != "planned" or row.due_at > outbox.horizon():
        return
    (client,) = storage.read(Client.at(client_id))
    free = slots.free_of_specialist(row.specialist_id, limit=SHOWN) if row.specialist_id else slots.next_free(row.contour, SHOWN)
    reason = _reason_not_to(row, client) or (None if free else NOTHING_FREE)
    repository.end(tx, row, reason or "sent")
    if reason in WORDS:
        _tell_admin(tx, row, client, reason)
    if reason is None:
        times = [f"{slots.text(slot.start_at)} — {slot.specialist_name}" for slot in free]
        about = messaging.About(f"follow_up_{which}", row.contour)
        values = {"client_name": client.name, "slots": times}
        messaging.say(tx, messaging.client(client_id), "client_follow_up", about, values, until=free[-1].start_at)


def _tell_admin(tx: storage.Transaction, row: FollowUp, client: Client, reason: str) -> None:
    values = {"client_name": client.name, "lead_number": client.lead_number, "phone": client.phone, "why": WORDS[reason]}
    messaging.tell_admin(tx, "admin_follow_up_not_sent", messaging.About(f"follow_up_{row.plan}", row.contour), values)


def _reason_not_to(row: FollowUp, client: Client | None) -> str | None:
    if client is None:
        return "the client is gone"
    if "telegram" in (client.dead_channels or ()) and not messaging.elsewhere(client):
        return DEAD
    return "the client has booked" if sessions.has_any(row.client_id, since=row.planned_at) else None


def refuse_in(tx: storage.Transaction, client_id: str) -> None:
    """The client does not want to go on: whatever is planned for him is not sent."""
    for row in repository.planned(client_id, tuple(Plan)):
        repository.end(tx, row, "refused")
