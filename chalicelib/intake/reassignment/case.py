"""What is known of a client who is to be booked anew: four reads."""

from dataclasses import dataclass
from typing import Any

from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.service import Session
from chalicelib.clients import service as clients
from chalicelib.clients.service import Known
from chalicelib.intake.applications.reading import read as read_form
from chalicelib.intake.applications.schemas import Preferences
from chalicelib.intake.tickets import repository as ticket_rows
from chalicelib.intake.tickets import service as tickets
from chalicelib.intake.tickets.service import Ticket, TicketNotFound

LIVE = "live"
KEPT_IN_MIND = 20
"""How many of a client's newest tickets and sessions are looked at."""


@dataclass(frozen=True, slots=True)
class Case:
    """A client, his newest ticket, his last session, and what his newest tickets know of him.

    `form` is what he said last, `picked` who was picked for it, best first, `left` whom he left: specialists as id → name.
    """

    known: Known
    ticket: Ticket
    session: Session | None
    form: dict[str, Any]
    picked: dict[str, str]
    left: dict[str, str]

    @property
    def own_session(self) -> Session | None:
        """The session of the newest ticket itself."""
        return self.session if self.session and self.session.ticket_id == self.ticket.ticket_id else None

    @property
    def last_specialist(self) -> tuple[str, str] | None:
        """Whom the last session was with, as (id, name)."""
        return (self.session.specialist_id, self.session.specialist_name) if self.session else None

    @property
    def own_choice(self) -> tuple[str, str] | None:
        """The specialist of the newest ticket itself: of its session, else of the first slot it held."""
        if self.own_session:
            return self.last_specialist
        held = tickets.held_by(self.ticket)
        return (held[0].specialist_id, held[0].specialist_name) if held else None

    @property
    def chosen(self) -> tuple[str, str] | None:
        """The specialist chosen before: the newest ticket's, else the last session's."""
        return self.own_choice or self.last_specialist

    @property
    def rejected(self) -> dict[str, str]:
        """Whom the client left and has not gone back to since."""
        back = self.own_choice[0] if self.own_choice else None
        return {key: name for key, name in self.left.items() if key != back}

    @property
    def wishes(self) -> Preferences:
        """What the client asked of a specialist in his form."""
        return Preferences.model_validate(read_form(self.form)["preferences"])


def read(reference: str, *, proven: bool = False) -> Case:
    """Raises ClientNotFound, or TicketNotFound where the client has never applied; for a reader of his own, `proven` to be his."""
    known = clients.find(reference)
    rows = [row for row in ticket_rows.of_client(known.client_id, KEPT_IN_MIND) if row.contour == LIVE]
    rows = [row for row in rows if row.is_proven] or ([] if proven else rows)  # a stranger's form that named him is none of his
    if not rows:
        raise TicketNotFound
    last = _last(sessions.of_client(known.client_id, KEPT_IN_MIND), rows[0].ticket_id)
    form: dict[str, Any] = next((row.answers for row in rows if row.answers), {})
    matches: list[dict[str, Any]] = next((row.matches for row in rows if row.matches), [])
    left: dict[str, str] = next((row.rejected_specialists for row in rows if row.rejected_specialists is not None), {})
    return Case(known, rows[0], last, form, {match["psychologist_id"]: match["psychologist"] for match in matches}, left)


def _last(held: list[Session], ticket_id: str) -> Session | None:
    """The newest ticket's session; else one that is still ahead; else the one booked last."""
    return max(held, key=lambda one: (one.ticket_id == ticket_id, sessions.is_ahead(one), one.created_at), default=None)
