"""What a follower says of a consultation: its status moves, the other follower and the client hear of it, words are kept.

Only what changed there is news: a reading that was seen before says nothing, whatever our status is by now. So what we
wrote ourselves does not come back as a change, and a follower that was down does not undo what happened meanwhile. What
is older than what was heard last is late, by the follower's own clock.
"""

from datetime import datetime
from typing import Any

from chalicelib.clients import service as clients
from chalicelib.consultations.followers import chatwoot, finding, repository, rules
from chalicelib.consultations.followers.errors import Overtaken
from chalicelib.consultations.tickets import repository as tickets
from chalicelib.consultations.tickets import service as consultations
from chalicelib.consultations.tickets.models import Consultation
from chalicelib.consultations.tickets.rules import OVER, Follower, ours, public, theirs
from chalicelib.core import clock, ids, storage
from chalicelib.core.settings import settings
from chalicelib.dialogue.threads import waiting
from chalicelib.integrations.chatwoot.schemas import Conversation, Message
from chalicelib.messaging import service as messaging
from chalicelib.safety import service as safety

DELETED_THERE = "taken back in Chatwoot"


def hear_conversation(row: Consultation, conversation: Conversation) -> bool:
    """Take a conversation's state for every consultation that it is the state of; True when that was news."""
    reading, at = chatwoot.reading_of(conversation), conversation.updated_at
    return sum(hear(one, "chatwoot", reading, at=at) for one in finding.moved_with(row)) > 0


@storage.again(Overtaken)
def hear(row: Consultation, follower: Follower, reading: str, *, number: str | None = None, at: datetime | None = None) -> bool:
    """Take a follower's reading of the status, and 1C's number where it has one; True when that was news.

    `at` is the moment of it by Chatwoot's clock: one from before what was heard last is late, and nothing.
    """
    row = tickets.at(row.client_id, row.place) or row
    seen, numbered = repository.state(row, follower, "seen"), bool(number) and number != row.number
    if at and row.chatwoot_at and at < row.chatwoot_at:
        return False
    if reading == seen and not numbered:
        return _heard_again(row, at)
    status = ours(follower, reading, row.status) if reading != seen else row.status
    tx = storage.Transaction()
    actions = [repository.attribute(follower, "seen").set(reading), Consultation.number.set(str(number)) if numbered else None]
    actions += [Consultation.chatwoot_at.set(at)] if at else []
    if status != row.status:
        actions += _moved(row, status)
    actions += _pass_on(tx, row, follower, status, numbered=numbered)
    as_read = (Consultation.status == row.status) & repository.as_read(row, follower)
    tx.update(tickets.handle(row), actions, condition=as_read, otherwise=Overtaken())
    _say_closed(tx, row, status, number)
    tx.commit()
    return True


def _heard_again(row: Consultation, at: datetime | None) -> bool:
    """The same at a later moment: what comes late from between the two is no news then."""
    if at and (row.chatwoot_at is None or at > row.chatwoot_at):
        tickets.change(row, [Consultation.chatwoot_at.set(at)], condition=repository.as_read(row, "chatwoot"))
    return False


def _moved(row: Consultation, status: str) -> list[Any]:
    at = clock.wall()
    end = Consultation.end_at.set(Consultation.end_at | at) if status in OVER else Consultation.end_at.remove()
    return [Consultation.status.set(status), Consultation.updated_at.set(at), end]


def _pass_on(tx: storage.Transaction, row: Consultation, follower: Follower, status: str, *, numbered: bool) -> list[Any]:
    """Have the other follower told where it calls the status otherwise, or should show the number."""
    other = repository.other(follower)
    differs = theirs(other, status) not in (None, rules.plain(repository.state(row, other, "seen")))
    if repository.state(row, other) == "off" or not (differs or numbered):
        return []
    return repository.awaiting({other: consultations.send(tx, row, other)})


def _say_closed(tx: storage.Transaction, row: Consultation, status: str, number: str | None) -> None:
    if public(status) == "closed" and public(row.status) != "closed":
        consultations.tell(tx, row, "client_consultation_closed", {"number": row.number or number})


def keep(row: Consultation, conversation_id: int, message: Message) -> bool:
    """Keep a message of the conversation in the client's dialogue, once; whatever answers there is passed on to the client.

    An answer that was taken back is not passed on, and is not said where it has not left yet.
    """
    ours = rules.is_marked(message) or rules.is_question(message, row.consultation_id, row.comment) or message.id == row.question_id
    if ours or message.private or message.message_type not in ("incoming", "outgoing"):
        return False
    tx, message_id = storage.Transaction(), _id_of(row, conversation_id, message)
    if message.is_deleted:
        return message.message_type == "outgoing" and messaging.take_back(messaging.client(row.client_id), message_id, DELETED_THERE)
    if not (_answered if message.message_type == "outgoing" else _wrote)(tx, row, message, message_id):
        return False
    try:
        tx.commit()
    except storage.ConditionFailed:  # kept before: by the webhook, or by an earlier poll
        return False
    return True


def _id_of(row: Consultation, conversation_id: int, message: Message) -> str:
    """The same message's id here whoever brings it: a restored Chatwoot gives its number to another, at another second."""
    at = (message.created_at or row.created_at).replace(microsecond=0)
    return ids.derived(f"chatwoot-{settings().chatwoot_desk}-{conversation_id}", str(message.id), at=at)


def _answered(tx: storage.Transaction, row: Consultation, message: Message, message_id: str) -> bool:
    """An operator, a rule, a bot or the AI: the client asked us, not one of them."""
    links, unlinked = rules.files(message)
    said = {"text": message.content.strip() or None, "files": links or None, "unlinked": unlinked or None}
    if any(said.values()):
        consultations.tell(tx, row, "client_consultation_reply", said, message_id=message_id)
        waiting.answered_in(tx, row.client_id, message_id, contour="live")
    return any(said.values())


def _wrote(tx: storage.Transaction, row: Consultation, message: Message, message_id: str) -> bool:
    words = [message.content.strip(), *(one.data_url or one.file_type for one in message.attachments)]
    text = "\n".join(filter(None, words))
    if text:
        messaging.hear(tx, messaging.client(row.client_id), text, contour="live", message_id=message_id, channel="chatwoot")
        _screen(tx, row, text)
    return bool(text)


def _screen(tx: storage.Transaction, row: Consultation, text: str) -> None:
    """Risky words are heard there as anywhere; who the client is by now is asked for such words alone."""
    if safety.is_risky(text):
        known = clients.find(row.client_id)
        safety.screen_in(tx, known, text, name=clients.name_of(row.client_id), where=safety.MESSAGE, contour="live")
