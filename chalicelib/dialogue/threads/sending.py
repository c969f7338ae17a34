"""A person of ours answers a client: his words leave once, and the client does not wait any more."""

from datetime import timedelta

from pydantic import BaseModel

from chalicelib.clients.models import Client
from chalicelib.core import facts, ids, inbox, once, storage
from chalicelib.core.inbox import AlreadyAnswered, InboxRow
from chalicelib.core.once import AskedAtOnce, Request
from chalicelib.dialogue.registry import people, showing
from chalicelib.dialogue.registry.rules import CHANNELS, canonical
from chalicelib.dialogue.registry.schemas import TalkMessage
from chalicelib.dialogue.threads import waiting
from chalicelib.dialogue.threads.models import Dialogue
from chalicelib.dialogue.threads.schemas import AnswerWords
from chalicelib.messaging import foreseeing
from chalicelib.messaging import service as messaging
from chalicelib.messaging.errors import NowhereToSend
from chalicelib.messaging.models import MessageRow
from chalicelib.staff.members import Member

PLACE = "/api/v1/admin/dialogues"
ABOUT = messaging.About("message_from_staff", people.LIVE)
REPEAT_WINDOW = timedelta(minutes=1)
"""Within it the same words to the same client are a repeat."""


class Said(BaseModel):
    """What a repeat finds of an answer."""

    message_id: str


@storage.again(AskedAtOnce, AlreadyAnswered)
def send(number: int, body: AnswerWords, *, member: Member, key: str | None) -> TalkMessage:
    """Queue an answer. The same one within a minute, or under the same key, is the one that was queued.

    Raises ClientNotFound, KeyReused, NowhereToSend, ChannelUnavailable, NoConsent.
    """
    known = people.of(number)
    request = once.request(member.actor, f"POST {PLACE}/{number}/send", key, body)
    claim = inbox.claim_key("dialogue", people.LIVE, "answer", known.client_id, body.channel or "", body.text)
    before, (said, card, talk) = storage.read_lists(
        request.keys, [InboxRow.at(claim), Client.at(known.client_id), Dialogue.at(known.client_id)]
    )
    earlier = inbox.claimed(said, window=REPEAT_WINDOW)
    made = request.made(before) or (earlier and Said.model_validate_json(earlier).message_id)
    if not made:
        made = _say(body, card, _channel(body, card, talk), member, request, claim)
    (row,) = storage.read(MessageRow.at(made))
    return showing.shown(row, card)


def _channel(body: AnswerWords, card: Client, talk: Dialogue | None) -> str | None:
    """By what it leaves; None for whatever reaches him then. Raises what is known beforehand to keep it from him."""
    if body.channel:
        foreseeing.check(card, body.channel, is_marketing=False)
        return body.channel
    his = str(canonical(talk.channel)) if talk is not None else ""
    if his in CHANNELS and foreseeing.hindrance(card, his, is_marketing=False) is None:
        return his
    found = [foreseeing.hindrance(card, channel, is_marketing=False) for channel in foreseeing.CHANNELS]
    if not all(found):
        return None
    unwilling = next((one for one in found if one and one[0] == "consent"), None)
    raise foreseeing.REFUSALS[unwilling[0]](unwilling[1]) if unwilling else NowhereToSend("no address is known that anything carries to")


def _say(body: AnswerWords, card: Client, channel: str | None, member: Member, request: Request, claim: str) -> str:
    """Queue it, with all that a repeat finds; its id."""
    tx, message_id = storage.Transaction(), ids.new()
    messaging.say(
        tx,
        messaging.client(card.client_id),
        "client_words_of_staff",
        ABOUT,
        {"text": body.text, "subject": body.subject},
        message_id=message_id,
        by=channel,
        author=member.named or facts.OFFICE,
    )
    waiting.answered_in(tx, card.client_id, message_id, contour=people.LIVE)
    request.done(tx, message_id)
    inbox.claim(tx, claim, Said(message_id=message_id), window=REPEAT_WINDOW)
    tx.commit()
    return message_id
