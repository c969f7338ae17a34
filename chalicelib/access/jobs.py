"""What the outbox must know of codes: how to tell one as it leaves, and when it is no longer worth telling."""

from typing import Any

from chalicelib.access import rules
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


letters.guards["login_code"] = letters.Guard(lambda guard: LoginCode.at(guard["holder"]), _stale)
letters.sealed[TEMPLATE] = _code
