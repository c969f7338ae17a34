"""How a queued message leaves: re-check the state, decide the channel, speak, write down how it ended.

A message is an effect of the kind `message` until it is decided how it leaves. One that does not leave by Telegram passes to its
carrier's own kind and lane, in the transaction that ends the first: a carrier that is down holds its own messages alone.
"""

from collections.abc import Collection

from chalicelib.core import clock, outbox, storage
from chalicelib.core.observability import count, logger
from chalicelib.messaging import budgets, digests, letters, mourning, planning, reach, repository, rules, service, unreached
from chalicelib.messaging.channels import email, sms, vk
from chalicelib.messaging.channels import max as max_bot
from chalicelib.messaging.channels.base import Parcel, Undelivered
from chalicelib.messaging.channels.registry import of_kind
from chalicelib.messaging.letters import Letter
from chalicelib.messaging.reach import NoWay, Plan, Withheld

AT_ONCE, A_SECOND = 8, 28
"""Chats that are spoken to at once, and messages a second: Telegram takes about thirty, a few of which are the stream's."""

PACES = {email.KIND: (4, 10), sms.SMSRU: (4, 10), sms.ESKIZ: (4, 10), max_bot.KIND: (4, 20), vk.KIND: (4, 15)}
"""The same of the other carriers."""

outbox.mourners.append(mourning.tell)

LATE = "late"
"""Why a message was not sent whose moment had passed: a vendor was down, or too much waited before it."""


def _bury(effect: outbox.Effect, tx: storage.Transaction, reason: str) -> None:
    """A message that failed keeps what it would have said; of one that was not for him the admin is told."""
    letter = letters.read(effect.payload)
    text = letters.render(letter)[1] if letter.message is not None else None
    if letter.message is not None and not service.is_admins(letter.message.recipient):
        mourning.tell(effect, tx, reason)
    if letter.message is not None:
        _end(tx, letter.message, "failed", of_kind(effect.kind).name, text, reason)


def _end(tx: storage.Transaction, message: service.MessageRow, state: str, channel: str, text: str | None, reason: str) -> None:
    repository.settle(tx, message, state=state, channel=channel, text=text, reason=reason, at=clock.wall())


def deliver(effect: outbox.Effect, tx: storage.Transaction) -> None:
    """Deliver one message, pass it on to its carrier, or write down why not."""
    letter = letters.read(effect.payload)
    message, tried = letter.message, effect.payload.get("tried", ())
    if message is None or message.state != "queued":
        return
    shown, kept = letters.render(letter)
    try:
        _check(letter)
        plan = planning.plan(letter, tried)
        if plan.kind == effect.kind:
            _leave(letter, plan, Parcel(message, plan.at.value, shown), tx, kept, effect)
        else:
            _pass_on(tx, effect, message, plan.kind, tried)
    except reach.Held as held:
        _hold(tx, effect, message, held)
    except Withheld as withheld:
        _end(tx, message, "skipped", of_kind(effect.kind).name, kept, str(withheld))
        if isinstance(withheld, NoWay):
            unreached.tell(tx, letter, kept, withheld.reasons)


outbox.handles(service.EFFECT, bury=_bury, width=AT_ONCE, per_second=A_SECOND, bundle=digests.BUNDLE)(deliver)
for kind, (at_once, a_second) in PACES.items():
    outbox.handles(kind, bury=_bury, width=at_once, per_second=a_second)(deliver)


def _check(letter: Letter) -> None:
    """Raises Withheld for what must not be said any more, `Retry` where nobody has told us the admin's chat."""
    if letter.stale:
        raise Withheld(letter.stale)
    if letter.message.until is not None and letter.message.until <= outbox.horizon():
        count("MessagesLate")
        raise Withheld(LATE)
    if getattr(letter.person, "paused_at", None) and _is_unasked(letter.message):
        raise Withheld("automation for this client is paused until a person lifts it")
    if not letter.chat_id and service.is_admins(letter.message.recipient) and service.leaves(letter.message.contour):
        raise outbox.Retry("no admin chat is set", ours="telegram_chat", its_lane=True)


def _is_unasked(message: service.MessageRow) -> bool:
    """Whether nobody asked for it. Marketing is that in whatever words: an employee's own may be an offer."""
    return message.template in rules.AUTOMATED or message.purpose == rules.MARKETING


def _leave(letter: Letter, plan: Plan, parcel: Parcel, tx: storage.Transaction, kept: str, effect: outbox.Effect) -> None:
    """Say it, and write down that it was said, or who did not want to hear it."""
    message = letter.message
    budgets.take(letter, plan, parcel)
    try:
        remote_id = plan.channel.say(parcel) if plan.channel else None
    except Undelivered as refusal:
        _refused(letter, plan, refusal, tx, kept, effect)
        return
    if not plan.channel:
        logger.info("message", extra={"template": message.template, "message_id": message.message_id})
    repository.settle(
        tx,
        message,
        state="sent" if plan.channel else "recorded",
        channel=plan.name,
        text=kept,
        keyboard=parcel.shown.buttons,
        reason=plan.why,
        at=clock.wall(),
        remote_id=remote_id,
    )


def _pass_on(tx: storage.Transaction, effect: outbox.Effect, message: service.MessageRow, kind: str, tried: Collection[str]) -> None:
    """Have a message leave by another kind of effect, in a lane of its own: its recipient's other channels go on."""
    lane = message.recipient if kind == service.EFFECT else f"{kind} {message.recipient}"
    payload = {**effect.payload, "tried": sorted(tried)} if tried else effect.payload
    effect_id = outbox.send(tx, kind, payload, lane=lane, rank=service.rank(message.template, message.purpose))
    repository.leaves_by(tx, message, [lane, effect_id])


def _hold(tx: storage.Transaction, effect: outbox.Effect, message: service.MessageRow, held: reach.Held) -> None:
    """A message waits for the morning as an effect that is due then: what stands behind it in its lane goes on."""
    lane = message.recipient
    effect_id = outbox.send(tx, service.EFFECT, effect.payload, lane=lane, due_at=held.until, rank=outbox.LATER)
    repository.leaves_by(tx, message, [lane, effect_id], str(held))


def _refused(letter: Letter, plan: Plan, refusal: Undelivered, tx: storage.Transaction, kept: str, effect: outbox.Effect) -> None:
    """A dead address has the message leave by the next channel, if there is one; an admin chat without us is our own configuration."""
    if not refusal.dead:
        raise outbox.Refused(refusal.reason) from refusal
    if service.is_admins(letter.message.recipient):
        raise outbox.Retry(refusal.reason, ours="telegram_chat", its_lane=True) from refusal
    tried = {*effect.payload.get("tried", ()), plan.name}
    try:
        other = planning.plan(letter, tried)
    except Withheld as none:
        _end(tx, letter.message, "dead", plan.name, kept, refusal.reason)
        unreached.tell(tx, letter, kept, none.reasons if isinstance(none, NoWay) else [str(none)], died=plan)
        return
    unreached.passed_on(tx, letter, kept, died=plan, other=other)
    _pass_on(tx, effect, letter.message, other.kind, tried)
