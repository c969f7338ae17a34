"""The time machine's door."""

from chalicelib.core import security
from chalicelib.core.http import Api
from chalicelib.intake.tickets.errors import TicketNotFound
from chalicelib.ops.timemachine import service
from chalicelib.ops.timemachine.errors import NotATest
from chalicelib.ops.timemachine.schemas import Advance, Timeline

api = Api("ops.timemachine")


@api.post("/test-contur/advance", auth=security.SERVICE, errors=[TicketNotFound, NotATest])
def advance(body: Advance) -> Timeline:
    """Play every scheduled rule for a test ticket and tell what happened when."""
    return service.advance(body)
