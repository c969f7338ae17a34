"""The doors to sessions: confirm, cancel, move, rate, read."""

from chalicelib.booking.calendar.errors import ClientBusy
from chalicelib.booking.sessions import history, service
from chalicelib.booking.sessions.answers import Done
from chalicelib.booking.sessions.errors import (
    PaymentAwaited,
    SessionEnded,
    SessionNotCompleted,
    SessionNotFound,
    SessionPast,
    SlotTimeDiffers,
)
from chalicelib.booking.sessions.schemas import Cancellation, Confirmation, History, HistoryQuery, Move, Rating
from chalicelib.booking.slots.errors import SlotNotFound, SlotPast, SlotTaken
from chalicelib.booking.specialists.errors import SpecialistHasSessions, SpecialistNotFound
from chalicelib.clients.errors import ClientNotFound
from chalicelib.clients.policies import SERVICE_OR_CLIENT, TICKET_HOLDER
from chalicelib.core import security
from chalicelib.core.http import Api
from chalicelib.core.schemas import Answer
from chalicelib.core.security import Caller

api = Api("booking.sessions")


@api.post(
    "/confirm-session-by-client",
    auth=TICKET_HOLDER,
    webhook=True,
    errors=[SessionNotFound, SlotTimeDiffers, SessionEnded, PaymentAwaited, SessionPast],
)
def confirm_session_by_client(body: Confirmation, caller: Caller) -> Done:
    """The client confirms his session at the time he chose."""
    return service.confirm(body, caller)


@api.post("/cancel-session", auth=TICKET_HOLDER, webhook=True, errors=[SessionNotFound, SlotNotFound, SessionEnded, SessionPast])
def cancel_session(body: Cancellation, caller: Caller) -> Done:
    """Cancel a session, by its ticket or (back office) by its slot; the slot is free at once."""
    return service.cancel(body, caller)


@api.post(
    "/reschedule-session",
    auth=TICKET_HOLDER,
    webhook=True,
    errors=[SessionNotFound, SlotTaken, ClientBusy, SessionEnded, SessionPast, SlotPast],
)
def reschedule_session(body: Move, caller: Caller) -> Done:
    """Move a session to another free time of the same specialist."""
    return service.move(body, caller)


@api.post("/rate-session", auth=TICKET_HOLDER, webhook=True, errors=[SessionNotFound, SessionNotCompleted])
def rate_session(body: Rating, caller: Caller) -> Done:
    """Rate a session that took place, 1 to 5."""
    return service.rate(body, caller)


@api.get("/client-sessions-history", auth=SERVICE_OR_CLIENT, webhook=True, errors=[ClientNotFound])
def client_sessions_history(query: HistoryQuery, caller: Caller) -> History:
    """A client's sessions, newest first."""
    return history.history(query, caller)


@api.delete("/specialists/{specialist_id}", auth=security.SERVICE, errors=[SpecialistNotFound, SpecialistHasSessions])
def delete_specialist(specialist_id: str) -> Answer:
    """Remove a specialist and his free slots; refused while sessions ahead are his."""
    return service.remove_specialist(specialist_id)
