"""How the administrators' chat catches up: several of its messages as one, each in full, as many as one message holds.

A group takes twenty messages a minute; a flood of forms is thousands. Nothing is shortened: what does not fit is the next one's.
"""

from collections.abc import Sequence
from typing import Any

from chalicelib.core import clock, outbox, storage
from chalicelib.core.settings import settings
from chalicelib.integrations.telegram.client import TEXT_LIMIT, TelegramRefused, utf16_length
from chalicelib.messaging import letters, repository, rules, service
from chalicelib.messaging.channels import telegram
from chalicelib.messaging.letters import Letter
from chalicelib.messaging.rules import Rendered

LEAST, MOST = 5, 30
"""Messages that must wait before they are said as one, and the most that one transaction has room for: each is three writes."""

BETWEEN = "\n\n———\n\n"
ALONE = frozenset({"admin_risky_words"})
"""What must not stand in the middle of others."""


def deliver(effects: Sequence[outbox.Effect], tx: storage.Transaction) -> int:
    """Say the first of these messages as one; how many they are. None where the first has to go by itself."""
    token, together = settings().telegram_bot_token, _that_fit(letters.read_many([effect.payload for effect in effects]))
    if token is None or len(together) < 2:
        return 0
    texts = [text for _, text in together]
    head = together[0][0]
    try:
        remote_id = telegram.tell(head.message, str(head.chat_id), Rendered(_digest(texts), []), token.get_secret_value())
    except TelegramRefused as refusal:  # whatever is wrong, the first alone tells it better
        raise outbox.Refused(refusal.reason) from refusal
    for letter, text in together:
        said: dict[str, Any] = {"state": "sent", "channel": letters.CHANNEL, "text": text, "reason": f"told with {len(texts) - 1} others"}
        repository.settle(tx, letter.message, **said, at=clock.wall(), remote_id=remote_id)
    return len(together)


def _that_fit(found: Sequence[Letter]) -> list[tuple[Letter, str]]:
    """The first of these letters that may stand together in one message, with their texts."""
    together: list[tuple[Letter, str]] = []
    for letter in found:
        if not _may_be_joined(letter):
            break
        text = letters.render(letter)[1]
        if utf16_length(_digest([*(text for _, text in together), text])) > TEXT_LIMIT:
            break
        together.append((letter, text))
    return together


def _may_be_joined(letter: Letter) -> bool:
    """A message of words alone, of which nothing is out yet, that leaves us at all."""
    message = letter.message
    if message is None or message.state != "queued" or message.template in ALONE or not letter.chat_id:
        return False
    plain = not (message.buttons or letter.is_guarded or message.parts_sent or message.until)
    return plain and not rules.template(message.template or "", message.language)[1] and service.leaves(message.contour)


def _digest(texts: Sequence[str]) -> str:
    head = rules.render("admin_digest", rules.RUSSIAN, {"count": len(texts)}).text
    return BETWEEN.join([head, *texts])


BUNDLE = outbox.Bundle(service.is_admins, deliver, least=LEAST, most=MOST)
