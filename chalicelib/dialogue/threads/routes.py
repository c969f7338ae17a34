"""The doors of talks."""

from chalicelib.clients.errors import ClientNotFound
from chalicelib.core.http import Api
from chalicelib.core.once import KeyReused
from chalicelib.core.paging import UseCursor
from chalicelib.dialogue.registry.schemas import TalkMessage
from chalicelib.dialogue.threads import reading, sending
from chalicelib.dialogue.threads.schemas import AnswerWords, Talk, TalkQuery, Talks, TalksQuery
from chalicelib.messaging.errors import ChannelUnavailable, NoConsent, NowhereToSend
from chalicelib.staff.members import Member
from chalicelib.staff.policies import OFFICE

api = Api("dialogue.threads")
REFUSED = [NowhereToSend, ChannelUnavailable, NoConsent]


@api.get("/api/v1/admin/dialogues", auth=OFFICE, errors=[UseCursor])
def dialogues_list(query: TalksQuery) -> Talks:
    """Talks: who waits for an answer first, the longest wait first, then by the last word."""
    return reading.listed(query)


@api.get("/api/v1/admin/dialogues/{client_id}", auth=OFFICE, errors=[ClientNotFound, UseCursor])
def dialogues_get(client_id: int, query: TalkQuery) -> Talk:
    """A talk, newest first. Whoever asks for its first page has read what the client wrote; the answer says how it stood before."""
    return reading.one(client_id, query)


@api.post("/api/v1/admin/dialogues/{client_id}/send", auth=OFFICE, errors=[ClientNotFound, KeyReused, *REFUSED])
def dialogues_send(client_id: int, body: AnswerWords, caller: Member, idempotency_key: str | None) -> TalkMessage:
    """Answer a client in one's own words; the same within a minute is said once."""
    return sending.send(client_id, body, member=caller, key=idempotency_key)
