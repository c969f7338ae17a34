"""The door of words to many."""

from chalicelib.core.http import Api
from chalicelib.core.once import KeyReused
from chalicelib.dialogue.groups import sending
from chalicelib.dialogue.groups.schemas import GroupResult, GroupWords
from chalicelib.staff.members import Member
from chalicelib.staff.policies import OFFICE

api = Api("dialogue.groups")


@api.post("/api/v1/admin/dialogues/send-group", auth=OFFICE, errors=[KeyReused])
def dialogue_send_group(body: GroupWords, caller: Member, idempotency_key: str | None) -> GroupResult:
    """The same words to up to 500 clients: what becomes of each is an item. To one client alone it is a reply."""
    return sending.send(body, member=caller, key=idempotency_key)
