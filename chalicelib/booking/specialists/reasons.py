"""Why a specialist fits a client, in words: one wording for what the site shows, the administrator reads and a ticket keeps.

Pure: no store, no clock.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from chalicelib.booking.specialists.names import fold
from chalicelib.core.patterns import pattern

TOPICS = {
    "specialisations": "работает с запросом",
    "events": "работает с событием",
    "states": "работает с состоянием",
    "diagnoses": "работает с диагнозом",
}
"""What a client may ask help with, by the name of the wish; a topic counts once, for the first that it answers."""

_WORD = pattern(r"\w+")
_SHORT = 3
"""Letters up to which a word must be the very word: «сон» is not in «сонет»."""

_ENDING = 2
"""Letters of a longer word that its forms do not share: «тревога», «тревожно»."""


class Asked:
    """What a client asks help with, read once for all specialists: `wanted` are his words by what he says they are."""

    def __init__(self, wanted: Mapping[str, Sequence[str]]) -> None:
        self._said = [(kind, fold(text), _words(text)) for kind in TOPICS for text in wanted.get(kind, ())]
        self._found: dict[str, tuple[int, str] | None] = {}

    def shared(self, offered: Sequence[str]) -> dict[str, list[str]]:
        """A specialist's topics that the client's words name, by what he says they are, in the client's order; each once.

        The client's words may be a topic, or a sentence that speaks of it.
        """
        topics = {_topic(topic)[0]: topic for topic in reversed(offered)}
        hits = sorted((*hit, topic) for folded, topic in topics.items() if (hit := self._place(folded, topic)))
        found: dict[str, list[str]] = {}
        for _, kind, topic in hits:
            found.setdefault(kind, []).append(topic)
        return found

    def _place(self, folded: str, topic: str) -> tuple[int, str] | None:
        if folded not in self._found:
            roots = _topic(topic)[1]
            places = ((place, kind) for place, (kind, text, said) in enumerate(self._said) if text == folded or _speaks_of(said, roots))
            self._found[folded] = next(places, None)
        return self._found[folded]


@lru_cache(maxsize=2048)
def _topic(topic: str) -> tuple[str, tuple[str, ...]]:
    """A topic as it is compared, and what every form of its words begins with; joining words say nothing."""
    words = [word for word in _WORD.findall(fold(topic)) if len(word) >= _SHORT]
    return fold(topic), tuple(word if len(word) <= _SHORT else word[: max(_SHORT + 1, len(word) - _ENDING)] for word in words)


def _words(text: str) -> set[str]:
    """A text's short words, and all that its longer ones begin with."""
    words = set(_WORD.findall(fold(text)))
    short = {word for word in words if len(word) <= _SHORT}
    return short | {word[:length] for word in words for length in range(_SHORT + 1, len(word) + 1)}


def _speaks_of(said: set[str], roots: Sequence[str]) -> bool:
    """Whether all words of a topic are said, in whatever form."""
    return bool(roots) and said.issuperset(roots)


def told(
    *,
    named: bool,
    gender: bool,
    price: bool,
    age: bool,
    client_age: bool,
    topics: Mapping[str, Sequence[str]],
    free: str,
    place: int | None,
) -> list[str]:
    """The reasons that hold, the weightiest first; `free` says how much time there is, `place` where the site showed him."""
    said = [
        "выбран в заявке" if named else "",
        "подходит по полу" if gender else "",
        "подходит по цене" if price else "",
        "подходит по возрасту" if age else "",
        "работает с возрастом клиента" if client_age else "",
        *(f"{words}: {', '.join(topics[kind])}" for kind, words in TOPICS.items() if topics.get(kind)),
        free,
        f"показан на сайте: {place}-й" if place else "",
    ]
    return [reason for reason in said if reason]


def free_times(number: int, *, chosen: bool) -> str:
    """How many of the chosen times he is free at, or of all ahead where none was chosen."""
    words = "свободен в выбранное время" if chosen else "свободных окон впереди"
    return f"{words}: {number}" if number else ""


def owed(coefficient: int) -> str:
    """How many more clients he is to be given."""
    return f"осталось назначить: {coefficient}"
