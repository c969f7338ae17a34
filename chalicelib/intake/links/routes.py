"""The bot's doors to links, and what a ticket tells."""

from chalicelib.clients.errors import ClientNotFound
from chalicelib.clients.policies import TICKET_HOLDER
from chalicelib.core import security
from chalicelib.core.http import Api
from chalicelib.core.security import Caller
from chalicelib.intake.helping import service as helping
from chalicelib.intake.helping.errors import NumberAmbiguous
from chalicelib.intake.helping.schemas import NumberAnswer
from chalicelib.intake.links import service
from chalicelib.intake.links.schemas import LinkAnswer, LinkFollowed
from chalicelib.intake.tickets.errors import LinkTaken, TicketNotFound
from chalicelib.intake.tickets.schemas import TicketAnswer, TicketQuery, TicketRow

api = Api("intake.links")


@api.post("/process-link", auth=security.SERVICE, webhook=True, errors=[TicketNotFound, LinkTaken])
def process_link(body: LinkFollowed) -> LinkAnswer:
    """Bind a Telegram user to a ticket and book the first chosen slot that still stands.

    Where the account may be somebody else than the ticket's client, `contact_needed` asks for its phone first.
    """
    return service.follow_for(service.person_of(body), body.ticket_id, service.reply_of(body))


@api.get(
    "/get-ticket-info",
    auth=TICKET_HOLDER,
    webhook=True,
    body_as_query=True,
    errors=[TicketNotFound, ClientNotFound, NumberAmbiguous],
)
def get_ticket_info(query: TicketQuery, caller: Caller) -> TicketAnswer | TicketRow | NumberAnswer:
    """One ticket: by `ticket_id` wrapped in `ticket`, by lead number and link id as one row.

    A helping-hand form's own number tells price and status alone; the token of the bot's link what the ticket's bare id would.
    """
    return helping.info(query, caller)
