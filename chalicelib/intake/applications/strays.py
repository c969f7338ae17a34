"""Contacts under names that nobody knows: a site's builder calls a field ``Input_2``, and its value is a phone all the same."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from chalicelib.clients import service as clients
from chalicelib.core.patterns import pattern
from chalicelib.integrations.tilda import forms

MOST = 5
"""Fields whose contacts are taken; a form asks for two or three."""

_ANOTHERS = pattern(
    r"психолог|специалист|psycholog|specialist|master|мастер|therapist|терапевт|откуда|кто.*(?:посовет|рекоменд|направ)|рекоменд|refer|"
    r"source|utm|friend|друг|менеджер|manager|admin|parent_ticket",
    re.IGNORECASE,
)
"""Fields that speak of somebody else: his contact is not the visitor's."""

_NUMBERS = pattern(
    r"(?:^|[\W_])(?:инн|снилс|паспорт|карт|заказ|цен|сумм|бюджет|дат|врем|код|счет|счёт|возраст|рожд|год|"
    r"inn|passport|card|order|price|amount|budget|date|time|code|pin|account|age|birth|year|id|rid|bid|uid|ip|\w+clid)(?:$|[\W_]|[а-я]{1,4}\b)",
    re.IGNORECASE,
)
"""Fields whose digits are something else."""


def contacts_in(flat: Mapping[str, Any], known: Collection[str]) -> list[str]:
    """Values of unknown fields that are contacts and nothing else, in the form's order."""
    values = [value for name, value in flat.items() if name not in known and not _speaks_of_another_thing(name)]
    texts = [text for value in values for text in (value if isinstance(value, list) else [value])]
    return [str(text) for text in texts if isinstance(text, str | int) and clients.is_contact(text)][:MOST]


def _speaks_of_another_thing(name: str) -> bool:
    service = name in forms.SERVICE_FIELDS or forms.is_of_payment(name)
    return service or bool(_ANOTHERS.search(name) or _NUMBERS.search(name))
