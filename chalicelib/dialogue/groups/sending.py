"""Words to many: all are read at once, then twenty-five at a time are decided and written, each with how far the group has come.

Whoever is cut off and asks again under the same key, or what is no marketing within a minute, goes on where that stands. What is written
of one has an id that derives from the group's and his number, so that nobody hears it twice, however many go on with it at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel

from chalicelib.clients.models import Client
from chalicelib.company import policy
from chalicelib.core import clock, facts, ids, inbox, once, storage
from chalicelib.core.inbox import AlreadyAnswered, InboxRow
from chalicelib.core.once import AskedAtOnce, Request
from chalicelib.dialogue.groups import repository, rules
from chalicelib.dialogue.groups.models import Group, Touches
from chalicelib.dialogue.groups.repository import GroupRaced
from chalicelib.dialogue.groups.schemas import GroupResult, GroupWords, PersonResult
from chalicelib.dialogue.registry import people
from chalicelib.dialogue.registry.rules import GROUPS
from chalicelib.dialogue.threads import waiting
from chalicelib.messaging import foreseeing
from chalicelib.messaging import rules as wording
from chalicelib.messaging import service as messaging
from chalicelib.staff.members import Member

PLACE = "POST /api/v1/admin/dialogues/send-group"
ABOUT, REPLY_ABOUT = (messaging.About(cause, people.LIVE) for cause in ("message_to_group", "message_from_staff"))
REPLY = "client_words_of_staff"
REPEAT_WINDOW = timedelta(minutes=1)
"""Within it the same request without a key is a repeat: a second click. Of marketing frequency knows."""


class Made(BaseModel):
    """What a repeat without a key finds."""

    group_id: str


@dataclass(slots=True)
class Case:
    """All that decides: the words, who says them, who is named and what is known of each."""

    body: GroupWords
    member: Member
    request: Request
    claim: str
    group: Group
    whose: dict[int, str | None]
    cards: dict[str, Client | None] = field(default_factory=dict)
    touches: dict[str, Touches | None] = field(default_factory=dict)
    is_claimed: bool = False
    was_lost: bool = False

    @property
    def at(self) -> datetime:
        """When it leaves."""
        now = clock.now()
        return max(self.body.scheduled_for or now, now)

    @property
    def due_at(self) -> datetime | None:
        """The same, where that is not at once."""
        return self.body.scheduled_for if self.body.scheduled_for and self.body.scheduled_for > clock.now() else None

    def message_id(self, number: int) -> str:
        """The id of what is said to one of them."""
        return ids.derived(self.group.group_id, str(number), at=self.group.created_at)

    def claim_in(self, tx: storage.Transaction) -> None:
        """Add what a repeat finds, by its key or for a minute; the commit raises AskedAtOnce, AlreadyAnswered where it was faster."""
        self.request.done(tx, self.group.group_id)
        if self.claim:
            inbox.claim(tx, self.claim, Made(group_id=self.group.group_id), window=REPEAT_WINDOW)

    def look(self, numbers: Sequence[int]) -> None:
        """Read what is known of some of them: their cards, and when they were touched where that counts."""
        known = [one for one in dict.fromkeys(self.whose[number] for number in numbers) if one]
        touched = [Touches.at(one) for one in known] if self.body.is_marketing else []
        cards, touches = storage.read_lists([Client.at(one) for one in known], touched)
        self.cards |= dict(zip(known, cards, strict=True))
        self.touches |= dict(zip(known, touches, strict=False))


@storage.again(AskedAtOnce, AlreadyAnswered)
def send(body: GroupWords, *, member: Member, key: str | None) -> GroupResult:
    """Queue the words for everybody who may hear them; what becomes of each. Raises KeyReused."""
    request, numbers = once.request(member.actor, PLACE, key, body), body.people
    claim = "" if key or body.is_marketing else inbox.claim_key("dialogue", people.LIVE, "group", member.actor, body.model_dump_json())
    before, clicked, named = storage.read_lists(
        request.keys, [InboxRow.at(claim)] if claim else [], [people.key(number) for number in numbers]
    )
    made = request.made(before) or _clicked(clicked)
    group = (repository.read(made) if made else None) or repository.new(member.actor, len(numbers))
    whose = {number: row.client_id if row is not None else None for number, row in zip(numbers, named, strict=True)}
    case = Case(body, member, request, claim, group, whose, is_claimed=made is not None)
    if group.done < group.total:
        case.look(numbers[int(group.done) :])
    while case.group.done < case.group.total:
        _go_on(case)
    return _answer(case)


def _clicked(rows: Sequence[InboxRow | None]) -> str | None:
    """The group that the same request without a key made a moment ago."""
    earlier = inbox.claimed(rows[0], window=REPEAT_WINDOW) if rows else None
    return Made.model_validate_json(earlier).group_id if earlier else None


@storage.again(GroupRaced, times=6)
def _go_on(case: Case) -> None:
    """Decide the next few and write it; who lost a race looks again. The commit raises GroupRaced, and what `claim_in` says."""
    if case.was_lost:
        _look_again(case)
    case.was_lost, done = True, int(case.group.done)
    some, tx = case.body.people[done : done + rules.TOGETHER], storage.Transaction()
    if some:
        refused = {**(case.group.refused or {}), **_say(tx, case, some)}
        if not case.is_claimed:
            case.claim_in(tx)
        repository.go_on(tx, case.group, done + len(some), refused)
        tx.commit()
        case.group.done, case.group.refused, case.is_claimed = done + len(some), refused, True
    case.was_lost = False


def _look_again(case: Case) -> None:
    """What stands after somebody else was faster."""
    case.group = repository.read(case.group.group_id) or case.group
    done = int(case.group.done)
    case.look(case.body.people[done : done + rules.TOGETHER])


def _say(tx: storage.Transaction, case: Case, some: Sequence[int]) -> dict[str, str]:
    """Add what is said to some of them; why the others do not hear it."""
    refused = {number: error for number in some if (error := _error(case, number))}
    for number in some:
        if refused.get(number) in (None, rules.UNSERVED):
            _say_to(tx, case, number, is_carried=number not in refused)
    return {str(number): error for number, error in refused.items()}


def _error(case: Case, number: int) -> str | None:
    """Why one of them does not hear it, as far as is known beforehand: as it leaves, all but frequency is looked at again."""
    client_id, body = case.whose[number], case.body
    card = case.cards.get(client_id) if client_id else None
    if client_id is None or card is None:
        return rules.UNKNOWN
    if next(other for other, same in case.whose.items() if same == client_id) != number:
        return rules.TWICE
    if card.paused_at and not body.is_reply:
        return rules.PAUSED
    if found := foreseeing.hindrance(card, body.channel, is_marketing=body.is_marketing, by_hand=body.is_reply):
        return rules.ERRORS[found[0]]
    row = case.touches.get(client_id)
    may = not body.is_marketing or rules.may_touch(row.moments if row else (), case.at, policy.DEFAULT)
    return None if may else rules.OFTEN


def _say_to(tx: storage.Transaction, case: Case, number: int, *, is_carried: bool) -> None:
    """Queue a message; one that nothing carries is kept as such, and touches nobody."""
    body, client_id = case.body, str(case.whose[number])
    template, about = (REPLY, REPLY_ABOUT) if body.is_reply else (GROUPS, ABOUT)
    values, to = {"text": body.text, "subject": body.subject}, messaging.client(client_id)
    how: dict[str, Any] = {"message_id": case.message_id(number), "by": body.channel, "group_name": body.group_name}
    how |= {"purpose": wording.MARKETING if body.is_marketing else None, "author": case.member.named or facts.OFFICE}
    if not is_carried:
        messaging.keep(tx, to, template, about, values, reason=rules.UNSERVED, **how)
        return
    messaging.say(tx, to, template, about, values, due_at=case.due_at, **how)
    if body.is_reply:
        waiting.answered_in(tx, client_id, case.message_id(number), contour=people.LIVE)
    if body.is_marketing:
        repository.touch(tx, client_id, case.touches.get(client_id), case.at)


def _answer(case: Case) -> GroupResult:
    items = [_result(case, number) for number in case.body.people]
    sent = sum(item.error is None for item in items)
    counts = {"total": len(items), "sent_count": sent, "sent": sent, "failed": len(items) - sent}
    return GroupResult(group_name=case.body.group_name or "", items=items, **counts)


def _result(case: Case, number: int) -> PersonResult:
    error = (case.group.refused or {}).get(str(number))
    status = "pending" if error is None else "failed" if error in rules.FAILED else "skipped"
    message_id = case.message_id(number) if error in (None, rules.UNSERVED) else None
    return PersonResult(client_id=number, message_id=message_id, delivery_status=status, error=error)
