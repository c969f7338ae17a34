"""How Tilda writes a submission: names that site owners choose, lists joined by "; ", UTM inside a cookie, orders of its cart."""

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote, unquote_plus

from chalicelib.core import ids
from chalicelib.core.patterns import pattern

SERVICE_FIELDS = {"tranid", "formid", "formname", "COOKIES", "referer", "test", "X-Api-Key", "X-API-Key", "token"}
"""What Tilda adds to what the visitor typed; no part of the content."""


MOST_TAGS = 20
"""How many UTM tags are kept; marketing uses five to eight."""

_KEY = pattern(r"key|token|auth|secret|ключ", re.IGNORECASE)
_LONG_ENOUGH = 16
_OF_PAYMENT = pattern(r"payment(?:\[|\.)(\w+)\]?")


class Order(NamedTuple):
    """A cart's order: its number at Tilda, what it costs as it was written, and whether a payment system named a payment."""

    number: str
    amount: str | None
    paid: bool


def is_probe(fields: Mapping[str, Any]) -> bool:
    """Tilda's connection test: ``test=test`` and nothing a visitor could have typed, whatever its key's field is called."""
    return fields.get("test") == "test" and all(name in SERVICE_FIELDS or _KEY.search(name) for name in fields)


def order_of(fields: Mapping[str, Any]) -> Order | None:
    """The order that a cart's submission is about: ``payment`` as an object, as JSON text, or as ``payment[orderid]`` and the like."""
    said = _payment(fields)
    number = ids.given(said.get("orderid"))
    if number is None:
        return None
    amount = said.get("amount")
    return Order(number, str(amount)[:60] if isinstance(amount, str | int | float) else None, ids.given(said.get("systranid")) is not None)


def is_of_payment(name: str) -> bool:
    """Whether a field tells of an order's payment: it changes when the order is paid."""
    return name == "payment" or _OF_PAYMENT.match(name) is not None


def _payment(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    whole = fields.get("payment")
    if isinstance(whole, str) and whole.lstrip().startswith("{"):
        try:
            whole = json.loads(whole)
        except (ValueError, RecursionError):
            whole = None
    if isinstance(whole, Mapping):
        return whole
    return {found[1]: value for name, value in fields.items() if (found := _OF_PAYMENT.fullmatch(name))}


def browser_of(fields: Mapping[str, Any]) -> str | None:
    """The number that Tilda's script gave the visitor's browser, from the cookies that come along; long enough not to be guessed."""
    found = _jar(fields.get("COOKIES")).get("tildauid", "")
    return found if len(found) >= _LONG_ENOUGH else None


def split(value: Any) -> list[str]:
    """A multi-choice field (``"A; B"``, a list, or one value) as its parts."""
    if isinstance(value, list | tuple):
        return [part for item in value for part in split(item)]
    if value is None or isinstance(value, dict | bool):
        return []
    return [part.strip() for part in str(value).split(";") if part.strip() and part.strip().lower() != "null"]


def utm(fields: Mapping[str, Any]) -> dict[str, str]:
    """UTM tags: own fields first, then the TILDAUTM cookie, percent-encoded twice. The word "null" is none."""
    tags = _cookie_utm(fields.get("COOKIES"))
    nested = fields.get("utm") if isinstance(fields.get("utm"), Mapping) else {}
    tags |= {f"utm_{key}": value for key, value in (nested or {}).items() if isinstance(key, str)}
    tags |= {key: value for key, value in fields.items() if key.startswith("utm_")}
    said = [(key[:60], str(value)[:500]) for key, value in tags.items() if _said(value)]
    return dict(said[:MOST_TAGS])


def _said(value: Any) -> bool:
    return isinstance(value, str | int | float) and str(value).strip().lower() not in {"", "null", "none", "undefined"}


def _cookie_utm(cookies: Any) -> dict[str, Any]:
    pairs = (pair.partition("=")[::2] for pair in unquote(_jar(cookies).get("TILDAUTM", "")).split("|||"))
    return {key: unquote_plus(value) for key, value in pairs if key.startswith("utm_")}


def _jar(cookies: Any) -> dict[str, str]:
    return dict(part.strip().partition("=")[::2] for part in cookies.split(";")) if isinstance(cookies, str) else {}
