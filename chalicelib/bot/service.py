"""Updates of the bot. What can never be processed is answered and kept, for Telegram repeats anything else for a day."""

from collections.abc import Callable

from chalicelib.booking.sessions.service import ClientBusy, SessionRaced
from chalicelib.booking.slots.service import SlotTaken
from chalicelib.bot import buttons
from chalicelib.bot.schemas import BotAnswer
from chalicelib.clients import service as clients
from chalicelib.clients.service import IdentityRaced, Person
from chalicelib.core import inbox, storage
from chalicelib.core.inbox import Receipt
from chalicelib.core.settings import settings
from chalicelib.dialogue import service as dialogue
from chalicelib.intake.links import service as links
from chalicelib.intake.tickets.errors import LinkTaken, TicketNotFound, TicketRaced
from chalicelib.integrations.telegram.schemas import Update
from chalicelib.messaging import service as messaging
from chalicelib.safety import service as safety

LIVE = "live"


def handle(update: Update, receipt: Receipt) -> BotAnswer:
    """Serve one update; whatever happens Telegram is told that it was taken."""
    actions: dict[str, Callable[[Update, Receipt], BotAnswer]] = {"button": _button, "membership": _membership, "message": _message}
    action = actions.get(update.kind, _nothing)
    return action(update, receipt) if update.sender_id else _nothing(update, receipt)


def _nothing(update: Update, receipt: Receipt) -> BotAnswer:
    inbox.done(receipt, BotAnswer())
    return BotAnswer()


def _person(update: Update) -> Person:
    sender = update.sender
    username = clients.username_of(sender.username) if sender else None
    return Person(name=sender.name if sender else None, telegram_id=update.sender_id, telegram_username=username)


def _membership(update: Update, receipt: Receipt) -> BotAnswer:
    """The bot was blocked or unblocked: the channel is dead or alive."""
    if update.reachable is not None:
        clients.mark_channel(telegram_id=str(update.sender_id), channel="telegram", dead=not update.reachable)
    return _nothing(update, receipt)


def _message(update: Update, receipt: Receipt) -> BotAnswer:
    if update.chat_id == settings().telegram_admin_chat_id and dialogue.is_command(update.text):
        dialogue.in_chat(update.text, lambda tx: receipt.complete(tx, BotAnswer()))
        return BotAnswer()
    if update.message is None or update.message.chat.type != "private" or update.chat_id == settings().telegram_admin_chat_id:
        return _nothing(update, receipt)
    return _start(update, receipt) if update.start_payload else _talk(update, receipt)


def _start(update: Update, receipt: Receipt) -> BotAnswer:
    """A followed link: bind and book; a link that leads nowhere gets a kind word."""
    try:
        links.follow(_person(update), str(update.start_payload), lambda tx, answer: receipt.complete(tx, BotAnswer()))
    except (TicketNotFound, LinkTaken) as error:
        return _reply(update, receipt, "client_link_unknown" if isinstance(error, TicketNotFound) else "client_link_taken")
    return BotAnswer()


def _reply(update: Update, receipt: Receipt, template: str) -> BotAnswer:
    tx = storage.Transaction()
    messaging.say(tx, messaging.chat(str(update.chat_id)), template, messaging.About("bot_start", LIVE))
    receipt.complete(tx, BotAnswer())
    tx.commit()
    return BotAnswer()


@storage.again(IdentityRaced)
def _talk(update: Update, receipt: Receipt) -> BotAnswer:
    """Plain words are kept in the person's dialogue and passed to the admin; who writes first becomes a client."""
    person = safety.screened(_person(update), update.text)
    rows = storage.read(*clients.keys(person, LIVE))
    tx = storage.Transaction()
    known = clients.find_or_create(tx, person=person, rows=rows, contour=LIVE, new_id=receipt.new_id("client"), source="bot")
    if update.is_start:
        messaging.say(
            tx, messaging.client(known.client_id), "client_welcome", messaging.About("bot_start", LIVE), {"client_name": person.name}
        )
    elif update.text:
        dialogue.heard_in(tx, known, person, update.text, contour=LIVE, message_id=receipt.new_id("message"))
    receipt.complete(tx, BotAnswer())
    tx.commit()
    return BotAnswer()


@storage.again(SessionRaced, SlotTaken, TicketRaced)
def _button(update: Update, receipt: Receipt) -> BotAnswer:
    """A pressed button, if it is the presser's own and still means something."""
    query = update.callback_query
    if query is None:
        return _nothing(update, receipt)
    subject, presser = buttons.read(query.data, query.sender.id)
    said, tx = buttons.NOT_YOURS, storage.Transaction()
    if subject is not None and presser is not None and presser.client_id == subject.client_id:
        said, tx = buttons.press(tx, query.data, subject)
    try:
        return _said(query.id, said, tx, receipt)
    except ClientBusy as busy:
        return _said(query.id, buttons.REFUSALS[busy.code], storage.Transaction(), receipt)


def _said(query_id: str, text: str, tx: storage.Transaction, receipt: Receipt) -> BotAnswer:
    """What a button did, written and told to its presser."""
    answer = BotAnswer(method="answerCallbackQuery", callback_query_id=query_id, text=text[:200], show_alert=False)
    receipt.complete(tx, answer)
    tx.commit()
    return answer
