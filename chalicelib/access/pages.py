"""The site's pages for one client: what the bot's link to each carries in the place of his number, and what it opens.

Only the token is believed: ids and names beside it are the page's own copy of an address that anybody can write.
"""

from typing import NamedTuple
from urllib.parse import urlencode

from chalicelib.access.errors import TooManyUses
from chalicelib.clients.service import Client
from chalicelib.core import clock, page_token, schemes, security, storage, tally
from chalicelib.core.client_token import BadToken
from chalicelib.core.errors import Unauthorized
from chalicelib.core.page_token import Claims, Purpose
from chalicelib.core.security import API_KEY, Caller, Policy
from chalicelib.core.settings import Settings, settings
from chalicelib.core.wire import Incoming

MOST_A_DAY = 20
"""How often a client's page may change something on one day (UTC)."""


PAGE_TOKEN = schemes.key(
    "PageToken",
    "The token of a page that the bot linked to, in the query or the body wherever a client's number stands "
    "(`lead_number`, `utm_client`): 30 days, that client and that page only; what is said beside it counts for nothing.",
    place="query",
    called="lead_number",
)


class Page(NamedTuple):
    """What a page is for, and the field of its address, and of its calls, where the token stands."""

    purpose: Purpose
    field: str

    @property
    def place(self) -> str | None:
        """Where the page is; None where the house has none."""
        places = {"rebook": settings().rebooking_page_url, "feedback": settings().feedback_page_url, "help": settings().help_page_url}
        return places[self.purpose]


REBOOKING, FEEDBACK, HELP = Page("rebook", "lead_number"), Page("feedback", "utm_client"), Page("help", "ticket_id")


def link(page: Page, client_id: str, about: str | None = None) -> str | None:
    """The address of a client's own page, for thirty days; None where there is no such page, or nothing to sign with."""
    place, secret = page.place, settings().secret_of_clients
    if not place or not secret:
        return None
    token = page_token.issue(page.purpose, client_id, secret, about=about)
    return f"{place}{'&' if '?' in place else '?'}{urlencode({page.field: token})}"


def opens(page: Page) -> Policy:
    """Let in the back office, and whoever shows a page's token where the client's number stands."""

    def admit(request: Incoming, config: Settings) -> Caller:
        if "x-api-key" in request.headers:
            return security.SERVICE.admit(request, config)
        said = request.query.get(page.field) if request.method == "GET" else request.loose_fields().get(page.field)
        if not page_token.is_one(said):  # a bare number names somebody, and proves nothing
            raise Unauthorized
        claims = shown(page, str(said))
        return Caller("client", client_id=claims.client_id, subject=claims.about)

    return Policy("page", admit, (API_KEY, PAGE_TOKEN))


def shown(page: Page, token: str) -> Claims:
    """What a token says that is good now: its client is still somebody, and nobody else. Raises BadToken."""
    claims = page_token.read(page.purpose, token, settings().secret_of_clients, at=clock.wall())
    (client,) = storage.read(Client.at(claims.client_id))
    if client is None or client.merged_into:
        raise BadToken("void")
    return claims


def let_in(page: Page, token: str) -> Claims:
    """What a token says that was good when its bearer was let in: his request may be decided later. Raises BadToken."""
    return page_token.read(page.purpose, token, settings().secret_of_clients, at=None)


def count_in(tx: storage.Transaction, page: Page, client_id: str) -> None:
    """One more use of a client's page today; the commit raises TooManyUses where there were as many as anybody needs.

    Each one is told to people: who holds a forwarded link can be a nuisance to them, and not without end.
    """
    now = clock.wall()
    full = TooManyUses(tally.until_tomorrow(now))
    tally.add_in(tx, "page", page.purpose, client_id, now.date().isoformat(), most=MOST_A_DAY, otherwise=full)


def whom(page: Page, caller: Caller, said: str) -> str:
    """Whom a door means: the back office's number is believed, of anybody else his token alone."""
    return said if caller.kind == "service" else let_in(page, said).client_id


REBOOKING_PAGE, FEEDBACK_PAGE = opens(REBOOKING), opens(FEEDBACK)
