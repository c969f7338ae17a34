"""A specialist who writes to the bot: he is known as one, and the administrator reads who it is."""

from chalicelib.booking.specialists import link
from chalicelib.booking.specialists.service import Specialist
from chalicelib.core import storage
from chalicelib.messaging import service as messaging
from chalicelib.messaging.service import About


def heard_in(tx: storage.Transaction, who: Specialist, text: str, *, message_id: str) -> None:
    """Keep a specialist's words in his own dialogue and pass them to the administrator."""
    messaging.hear(tx, messaging.specialist(who.specialist_id), text, contour=who.contour, message_id=message_id)
    values = {"specialist_name": who.name, "text": text}
    messaging.tell_admin(tx, "admin_specialist_wrote", About("message_received", who.contour), values)


def welcome_in(tx: storage.Transaction, who: Specialist) -> None:
    """The bot's answer to his Start."""
    about = About("bot_start", who.contour)
    messaging.say(tx, messaging.specialist(who.specialist_id), "specialist_welcome", about, {"specialist_name": who.name})
    link.tell_in(tx, who)
