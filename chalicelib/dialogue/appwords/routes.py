"""The door of what clients write from the Mini App."""

from chalicelib.clients.policies import APP
from chalicelib.core.http import Api
from chalicelib.core.security import Caller
from chalicelib.dialogue.appwords import service
from chalicelib.dialogue.appwords.schemas import AppWords, Written

api = Api("dialogue.appwords")


@api.post("/api/v1/feedback/app/message", auth=APP)
def app_message(body: AppWords, caller: Caller) -> Written:
    """Words of a client to the office; the same within a minute are kept once."""
    return service.write(body.text, caller)
