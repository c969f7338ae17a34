"""What a follower says of a consultation: its status moves, the other follower and the client hear of it, words are kept.

Only what changed there is news: a reading that was seen before says nothing, whatever our status is by now. So what we
wrote ourselves does not come back as a change, and a follower that was down does not undo what happened meanwhile.
"""

from typing import Any

from chalicelib.consultations.followers import repository, rules
from chalicelib.consultations.followers.errors import Overtaken
from chalicelib.consultations.tickets import repository as tickets
from chalicelib.consultations.tickets import service as consultations
from chalicelib.consultations.tickets.models import Consultation
from chalicelib.consultations.tickets.rules import OVER, Follower, ours, public, theirs
from chalicelib.core import clock, ids, storage
from chalicelib.integrations.chatwoot.schemas import Message
from chalicelib.messaging import service as messaging

AGENT = {"user", "agent_bot"}
"""Who of Chatwoot's senders answers a client."""


@storage.again(Overtaken)
def hear(row: Consultation, follower: Follower, reading: str, *, number: str | None = None) -> bool:
    """Take a follower's reading of the status, and 1C's number where it has one; True when that was news."""
    row = tickets.at(row.client_id, row.place) or row
    seen = repository.state(row, follower, "seen")
    numbered = bool(number) and number != row.number
    if reading == seen and not numbered:
        return False
    status = ours(follower, reading, row.status) if reading != seen else row.status
    tx = storage.Transaction()
    actions = [repository.attribute(follower, "seen").set(reading), Consultation.number.set(str(number)) if numbered else None]
    if status != row.status:
        actions += _moved(row, status)
    actions += _pass_on(tx, row, follower, status, numbered=numbered)
    as_read = (Consultation.status == row.status) & (
        repository.attribute(follower, "seen") == seen if seen else repository.attribute(follower, "seen").does_not_exist()
    )
    tx.update(tickets.handle(row), actions, condition=as_read, otherwise=Overtaken())
    _say_closed(tx, row, status, number)
    tx.commit()
    return True


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
    """Keep a message of the conversation in the client's dialogue, once; an operator's answer is passed on to the client."""
    ours = rules.is_question(message, row.consultation_id, row.comment) or message.id == row.question_id
    if ours or message.private or not message.content.strip():
        return False
    tx, text = storage.Transaction(), message.content
    message_id = ids.derived(f"chatwoot-{conversation_id}", str(message.id), at=row.created_at)
    if message.message_type == "outgoing" and message.sender_type in AGENT:
        consultations.tell(tx, row, "client_consultation_reply", {"text": text}, message_id=message_id)
    elif message.message_type == "incoming":
        messaging.hear(tx, messaging.client(row.client_id), text, contour="live", message_id=message_id, channel="chatwoot")
    else:
        return False
    try:
        tx.commit()
    except storage.ConditionFailed:  # kept before: by the webhook, or by an earlier poll
        return False
    return True
