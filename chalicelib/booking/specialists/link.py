"""The link to a specialist's own page, sent by the bot: whoever holds it is she, so that no row ever does."""

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from chalicelib.booking.specialists import secret
from chalicelib.booking.specialists.models import Specialist
from chalicelib.core import storage
from chalicelib.core.settings import settings
from chalicelib.messaging import letters
from chalicelib.messaging import service as messaging

if TYPE_CHECKING:
    from chalicelib.booking.specialists.schemas import SecretAnswer

TEMPLATE = "specialist_page"


def tell_in(tx: storage.Transaction, who: Specialist) -> None:
    """Send a specialist the link to her page; nothing where no page is set, or in the test contour, whose ledger shows all."""
    if settings().specialist_page_url and who.contour == "live":
        values = {"specialist_name": who.name, "specialist_id": who.specialist_id}
        messaging.say(tx, messaging.specialist(who.specialist_id), TEMPLATE, messaging.About("own_page", who.contour), values)


def renew(specialist_id: str) -> "SecretAnswer":
    """Give a specialist another secret, and send her the link that opens her page from now on. Raises SpecialistNotFound."""
    return secret.renew(specialist_id, tell_in)


def _link(values: dict[str, Any]) -> dict[str, str]:
    """The link as it is when the message leaves: a secret that was renewed meanwhile would open nothing."""
    address = settings().specialist_page_url or ""
    mark = "&" if "?" in address else "?"
    return {"link": f"{address}{mark}secret={quote(secret.of(values['specialist_id']), safe='')}"}


letters.sealed[TEMPLATE] = _link
