"""The doors between clients and the administrator."""

from chalicelib.clients.errors import ClientNotFound
from chalicelib.core import security
from chalicelib.core.http import Api
from chalicelib.dialogue import service, ticket_data
from chalicelib.dialogue.errors import ClientUnreachable, ClientWithoutBot, NoColon, NoLead, NoText
from chalicelib.dialogue.schemas import AdminLine, ClientWords, Passed, TicketData

api = Api("dialogue")


@api.post("/send-ticket-data-to-admin", auth=security.SERVICE, webhook=True)
def send_ticket_data_to_admin(body: TicketData) -> Passed:
    """Tell the administrator of a ticket, as people read it; the same content within ten minutes is told once."""
    return ticket_data.forward(body)


@api.post("/send_user_message_to_admin", auth=security.SERVICE, webhook=True, errors=[ClientNotFound])
def send_user_message_to_admin(body: ClientWords) -> Passed:
    """Pass a client's words to the administrator, with a reply command ready to use."""
    return service.from_client(body)


@api.post(
    "/send_admin_message_to_user",
    auth=security.SERVICE,
    webhook=True,
    errors=[NoColon, NoLead, NoText, ClientNotFound, ClientWithoutBot, ClientUnreachable],
)
def send_admin_message_to_user(body: AdminLine) -> Passed:
    """Say the administrator's words to a client: `br0722: text`. The same line within a minute is said once."""
    return service.to_client(body)
