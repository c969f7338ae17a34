"""Updates of the bot. What can never be processed is answered and kept, for Telegram repeats anything else for a day."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chalicelib.booking.sessions.service import ClientBusy, SessionRaced
from chalicelib.booking.slots.service import SlotTaken
from chalicelib.booking.specialists.service import Specialist, account_key, bearer, has_account
from chalicelib.bot import buttons, contents
from chalicelib.bot.schemas import BotAnswer
from chalicelib.clients import service as clients
from chalicelib.clients.service import Identity, IdentityRaced, Person, Proof
from chalicelib.core import facts, inbox, storage
from chalicelib.core.inbox import Receipt
from chalicelib.core.settings import settings
from chalicelib.dialogue import service as dialogue
from chalicelib.dialogue import specialists
from chalicelib.intake.links import service as links
from chalicelib.intake.links.schemas import LinkAnswer
from chalicelib.intake.links.service import Reply
from chalicelib.intake.tickets.errors import LinkTaken, TicketNotFound, TicketRaced
from chalicelib.integrations.telegram.schemas import Update
from chalicelib.messaging import moves
from chalicelib.messaging import service as messaging
from chalicelib.safety import service as safety

LIVE = "live"
DECLINE = "Не хочу делиться"
CONTACT_BUTTONS = [[("Поделиться номером", "request_contact")], [(DECLINE, "say")]]


def handle(update: Update, receipt: Receipt) -> BotAnswer:
    """Serve one update; whatever happens Telegram is told that it was taken."""
    actions: dict[str, Callable[[Update, Receipt], BotAnswer]] = {"button": _button, "membership": _membership, "message": _message}
    action = actions.get(update.kind)
    if action is None or not (update.sender_id or update.moved):
        return _nothing(receipt, "no person's message, button or membership")
    with facts.acting(facts.CLIENT):
        return action(update, receipt)


def _nothing(receipt: Receipt, reason: str | None = None) -> BotAnswer:
    """Close an update that decides nothing more; `reason` says why it is left alone."""
    answer = BotAnswer(reason=reason)
    inbox.done(receipt, answer)
    return answer


def _person(update: Update) -> Person:
    sender = update.sender
    username = clients.username_of(sender.username) if sender else None
    return Person(name=sender.name if sender else None, telegram_id=update.sender_id, telegram_username=username)


def _membership(update: Update, receipt: Receipt) -> BotAnswer:
    """The bot was blocked or unblocked: the channel is dead or alive."""
    if update.reachable is None:
        return _nothing(receipt, "a membership that is no block")
    clients.mark_channel(telegram_id=str(update.sender_id), channel="telegram", dead=not update.reachable)
    return _nothing(receipt)


def _message(update: Update, receipt: Receipt) -> BotAnswer:
    if update.moved:
        return _moved(receipt, *update.moved)
    if update.said is None or update.said.chat.type != "private" or update.chat_id == settings().telegram_admin_chat_id:
        return _in_group(update, receipt)
    if update.message is None:
        return _talk(update, receipt)
    if update.message.contact is not None:
        return _contact(update, receipt)
    if update.text == DECLINE:
        return _declined(update, receipt)
    return _start(update, receipt) if update.start_payload else _talk(update, receipt)


def _in_group(update: Update, receipt: Receipt) -> BotAnswer:
    """A line of the admin chat that is meant for a client; other talk of groups is nothing to us."""
    line = contents.words(update.said, edited=False) if update.said else ""
    if not dialogue.is_command(line) or not moves.is_now(update.chat_id, settings().telegram_admin_chat_id):
        return _nothing(receipt, "talk of a group")
    dialogue.in_chat(line, lambda tx: receipt.complete(tx, BotAnswer()), edited=update.message is None)
    return BotAnswer()


def _moved(receipt: Receipt, old: str, new: str) -> BotAnswer:
    """A group became a supergroup: what is said to its old id goes to the new one."""
    tx = storage.Transaction()
    moves.remember(tx, old, new)
    receipt.complete(tx, BotAnswer())
    tx.commit()
    return BotAnswer()


def _start(update: Update, receipt: Receipt) -> BotAnswer:
    """A followed link: bind and book, or ask first who it is; a link that leads nowhere gets a kind word."""
    return _led(update, receipt, lambda done: links.follow(_person(update), str(update.start_payload), done)) or BotAnswer()


def _contact(update: Update, receipt: Receipt) -> BotAnswer:
    """A shared contact: the sender's own proves his phone and answers our question; anybody else's proves nothing.

    A specialist's is his words: we ask him nothing.
    """
    if has_account(update.sender_id, LIVE):
        return _talk(update, receipt)
    phone = clients.phone_of(f"+{update.own_phone.lstrip('+')}", settings().regions) if update.own_phone else None
    if phone is None:
        return _talk(update, receipt, answer="client_contact_refused")
    answered = _led(update, receipt, lambda done: links.answer_question(_person(update), Reply(phone), done))
    if answered is None:
        links.share(replace(_person(update), phone=phone), LIVE, lambda tx: _say(tx, update, receipt, "client_contact_kept"))
    return BotAnswer()


def _declined(update: Update, receipt: Receipt) -> BotAnswer:
    """Who will not share his phone is somebody of his own; the same words without a question are words."""
    answered = _led(update, receipt, lambda done: links.answer_question(_person(update), Reply(declined=True), done))
    return answered or _talk(update, receipt)


def _led(update: Update, receipt: Receipt, lead: Callable[[links.Completion], Any]) -> BotAnswer | None:
    """Where a link led, or nothing where no link was asked about; a link that leads nowhere gets a kind word."""

    def done(tx: storage.Transaction, answer: LinkAnswer) -> None:
        about, whom = messaging.About("link_followed", LIVE, answer.ticket_id), messaging.chat(str(update.chat_id))
        if answer.contact_needed:
            messaging.say(tx, whom, "client_share_contact", about, {"question": answer.message}, buttons=CONTACT_BUTTONS)
        elif answer.over:
            messaging.say(tx, whom, "client_link_over", about, {"words": answer.message})
        receipt.complete(tx, BotAnswer())

    try:
        return BotAnswer() if lead(done) else None
    except (TicketNotFound, LinkTaken) as error:
        return _reply(update, receipt, "client_link_unknown" if isinstance(error, TicketNotFound) else "client_link_taken")


def _reply(update: Update, receipt: Receipt, template: str) -> BotAnswer:
    tx = storage.Transaction()
    _say(tx, update, receipt, template)
    tx.commit()
    return BotAnswer()


def _say(tx: storage.Transaction, update: Update, receipt: Receipt, template: str) -> None:
    messaging.say(tx, messaging.chat(str(update.chat_id)), template, messaging.About("bot_start", LIVE))
    receipt.complete(tx, BotAnswer())


@storage.again(IdentityRaced)
def _talk(update: Update, receipt: Receipt, *, answer: str | None = None) -> BotAnswer:
    """Words and whatever else was sent are kept in the person's dialogue and passed to the admin, with a word of what it was.

    Who writes first becomes a client, unless he is a specialist. `answer` is what the bot says to it.
    """
    said = contents.words(update.said, edited=update.message is None) if update.said else ""
    person = safety.screened(_person(update), said)
    account, *rows = storage.read(account_key(person.telegram_id, LIVE), *clients.keys(person, LIVE))
    tx = storage.Transaction()
    if answer:
        messaging.say(tx, messaging.chat(str(update.chat_id)), answer, messaging.About("bot_start", LIVE))
    if who := bearer(account):
        return _specialist(tx, update, receipt, who, said)
    known = clients.find_or_create(
        tx, person=person, rows=rows, contour=LIVE, new_id=receipt.new_id("client"), source="bot", proof=Proof.TELEGRAM
    )
    if update.is_start:
        messaging.say(
            tx, messaging.client(known.client_id), "client_welcome", messaging.About("bot_start", LIVE), {"client_name": person.name}
        )
    else:
        dialogue.heard_in(tx, known, person, said or contents.OTHER, contour=LIVE, message_id=receipt.new_id("message"))
    receipt.complete(tx, BotAnswer())
    tx.commit()
    return BotAnswer()


def _specialist(tx: storage.Transaction, update: Update, receipt: Receipt, who: Specialist, said: str) -> BotAnswer:
    if update.is_start:
        specialists.welcome_in(tx, who)
    else:
        specialists.heard_in(tx, who, said or contents.OTHER, message_id=receipt.new_id("message"))
    receipt.complete(tx, BotAnswer())
    tx.commit()
    return BotAnswer()


@storage.again(SessionRaced, SlotTaken, TicketRaced)
def _button(update: Update, receipt: Receipt) -> BotAnswer:
    """A pressed button, if it is the presser's own and still means something."""
    query = update.callback_query
    if query is None:
        return _nothing(receipt, "no button")
    subject, presser = buttons.read(query.data, query.sender.id)
    said, tx = buttons.NOT_YOURS, storage.Transaction()
    if subject is not None and _may_press(update, query.data, subject, presser):
        with facts.acting(facts.OFFICE if buttons.is_the_offices(query.data) else facts.CLIENT):
            said, tx = buttons.press(tx, query.data, subject)
    try:
        return _said(query.id, said, tx, receipt, presser)
    except ClientBusy as busy:
        return _said(query.id, buttons.REFUSALS[busy.code], storage.Transaction(), receipt, presser)


def _may_press(update: Update, data: str, subject: buttons.Subject, presser: Identity | None) -> bool:
    """The office's buttons are whoever's in the admin chat presses them, by the chat that Telegram names; others are their client's."""
    if buttons.is_the_offices(data):
        return moves.is_now(update.chat_id, settings().telegram_admin_chat_id)
    return presser is not None and buttons.is_his(subject, presser)


def _said(query_id: str, text: str, tx: storage.Transaction, receipt: Receipt, presser: Identity | None) -> BotAnswer:
    """What a button did, written and told to its presser; who presses can be reached."""
    if presser is not None:
        clients.heard_in(tx, presser.client_id)
    answer = BotAnswer(method="answerCallbackQuery", callback_query_id=query_id, text=text[:200], show_alert=False)
    receipt.complete(tx, answer)
    tx.commit()
    return answer
