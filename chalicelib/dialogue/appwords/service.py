"""A client writes from the Mini App: his words are kept, the administrator reads them, and he waits for an answer."""

from chalicelib.clients import app
from chalicelib.clients import service as clients
from chalicelib.clients.index.places import number_of
from chalicelib.clients.service import Client, Person
from chalicelib.core import ids, inbox, storage
from chalicelib.core.inbox import AlreadyAnswered, InboxRow
from chalicelib.core.security import Caller
from chalicelib.dialogue import service as dialogue
from chalicelib.dialogue.appwords.schemas import Written
from chalicelib.safety import service as safety

LIVE = "live"


@storage.again(AlreadyAnswered)
def write(text: str, caller: Caller) -> Written:
    """Keep what he wrote; the same within a minute once. Risky words raise an alarm."""
    known = app.of_caller(caller)
    key = inbox.claim_key("dialogue", LIVE, "from_app", known.client_id, text)
    claim, card = storage.read(InboxRow.at(key), Client.at(known.client_id))
    if earlier := inbox.claimed(claim, window=dialogue.REPEAT_WINDOW):
        return Written.model_validate_json(earlier)
    person, tx, message_id = safety.screened(Person(name=card.name), text), storage.Transaction(), ids.new()
    if person.alarm:
        clients.pause_in(tx, known, person.alarm)
    dialogue.heard_in(tx, known, person, text, contour=LIVE, message_id=message_id, channel="app")
    answer = Written(client_id=number_of(known.lead_number), message_id=message_id)
    inbox.claim(tx, key, answer, window=dialogue.REPEAT_WINDOW)
    tx.commit()
    return answer
