"""What the outbox must know of codes and of pages: how to tell one as it leaves, and when a code is no longer worth telling."""

from typing import Any

from chalicelib.access import pages, rules
from chalicelib.access.models import LoginCode
from chalicelib.access.service import TEMPLATE
from chalicelib.core.settings import settings
from chalicelib.messaging import letters


def _stale(row: LoginCode | None, guard: dict[str, Any]) -> str | None:
    """Why a code need not be told any more."""
    if row is None or row.nonce != guard["nonce"]:
        return "a newer code was sent"
    return "the code was used" if row.used_at else None


def _code(values: dict[str, Any]) -> dict[str, str]:
    secret = settings().secret_of_clients
    return {"code": rules.code(secret, values["holder"], values["nonce"])} if secret else {}


def _page(page: pages.Page, values: dict[str, Any]) -> dict[str, str]:
    """A link to the reader's own page: whoever he is as the message leaves, for he may have been merged since it was said."""
    about = str(values.get("ref") or "").rpartition(":")[2] if page is not pages.REBOOKING else None
    kind, _, client_id = str(values["recipient"]).partition("#")
    address = pages.link(page, client_id, about or None) if kind == "client" else None
    return {"page": address} if address else {}


def rebooking_page(values: dict[str, Any]) -> dict[str, str]:
    """The value `page` of a template to a client: where he books anew."""
    return _page(pages.REBOOKING, values)


def feedback_page(values: dict[str, Any]) -> dict[str, str]:
    """The same: where he tells of the session that the message's buttons are about (`ref`)."""
    return _page(pages.FEEDBACK, values)


def help_page(values: dict[str, Any]) -> dict[str, str]:
    """The same: where he chooses a time for the application that they are about."""
    return _page(pages.HELP, values)


letters.guards["login_code"] = letters.Guard(lambda guard: LoginCode.at(guard["holder"]), _stale)
letters.sealed[TEMPLATE] = _code
letters.sealed |= {"client_session_cancelled": rebooking_page, "client_follow_up": rebooking_page, "client_feedback": feedback_page}
letters.sealed |= {"client_help_still_needed": help_page}
