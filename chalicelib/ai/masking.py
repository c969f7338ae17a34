"""What names a person is taken out of whatever leaves us, and put back into what comes: `Анна` leaves as `[NAME_1]`. Pure.

What is known of a client is masked by its value, in whatever case of grammar; what anybody may have typed by its look. Too much masked
costs a word of understanding, too little a secret, so patterns are wide. A text of somebody's that looks like a mark is masked too.
"""

import re
import unicodedata
from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from chalicelib.core.patterns import pattern

ENDING: Final = 3
"""Letters by which a word's case of grammar may differ from the one that is known."""

SHORTEST_STEM: Final = 3
_SPACE = r"[\s\u00a0]"
_DASH = r"[-‐‑‒–—−]"
_NUMBER = rf"(?<![\d\w])\+?\(?\d(?:[\s().\u00a0]|{_DASH}|\d){{7,24}}\d(?!\d)"
_STREET = (
    r"(?<!\w)(?:ул(?:\.|ица|ице|ицы)|пр-т|просп(?:\.|ект|екте)|пер(?:\.|еулок|еулке)|ш(?:\.|оссе)|наб(?:\.|ережная|ережной)|"
    r"б-р|бульвар\w*|пл(?:\.|ощадь|ощади)|мкр\.?|микрорайон\w*|проезд\w*|аллея|тупик|ko['ʻ’]?cha\w*|mahalla\w*)"
)
_HOUSE = (
    r"(?:,?\s{0,3}(?:д(?:\.|ом)?|№)?\s{0,3}\d{1,4}(?:[/-]\d{1,4})?[а-яa-z]?)"
    r"(?:,?\s{0,3}(?:к(?:\.|орп\.?|орпус|в\.?|вартира)?|стр\.?|оф\.?|офис|под(?:\.|ъезд)?|эт\.?)\s{0,3}\d{1,4}){0,6}"
)
_WORDS = r"(?:\s{1,3}[\w«»\"'.-]{1,60}){1,4}?"

_LOOKS: Final[Sequence[tuple[str, re.Pattern[str]]]] = (
    ("TEXT", pattern(r"\[[A-Z]{2,12}_\d{1,6}\]")),
    ("LINK", pattern(r"(?:https?://|www\.)[^\s<>\"]+|\b(?:t\.me|wa\.me|vk\.com|vk\.me|max\.ru)/[^\s<>\"]+", re.IGNORECASE)),
    ("EMAIL", pattern(r"(?<![\w.+%-])[\w.+%-]+\s?@\s?[\w-]+(?:\.[\w-]+)+")),
    ("HANDLE", pattern(r"(?<![\w@])@[A-Za-z]\w{2,31}")),
    (
        "LINK",
        pattern(
            r"(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:ru|com|net|org|uz|kz|by|info|me|io|рф|site|online|store|pro)\b(?:/[^\s<>\"]*)?", re.IGNORECASE
        ),
    ),
    ("ADDRESS", pattern(rf"(?<!\w)[А-ЯЁ][а-яё]+(?:ая|ий|ый|ой|ое){_SPACE}{{1,3}}{_STREET}{_HOUSE}", re.IGNORECASE)),
    ("ADDRESS", pattern(rf"{_STREET}{_WORDS}{_HOUSE}", re.IGNORECASE)),
    (
        "ADDRESS",
        pattern(
            r"\b\d{1,5}\s{1,3}(?:[A-Z][\w'.-]{1,60}\s{1,3}){1,3}(?:street|st\.?|avenue|ave\.?|road|rd\.?|lane|drive|square)\b",
            re.IGNORECASE,
        ),
    ),
    ("INN", pattern(rf"\bинн\W{{0,5}}\d(?:{_SPACE}?\d){{8,11}}", re.IGNORECASE)),
    ("SNILS", pattern(rf"(?<!\d)\d{{3}}(?:{_DASH}|{_SPACE})\d{{3}}(?:{_DASH}|{_SPACE})\d{{3}}(?:{_DASH}|{_SPACE})?\d{{2}}(?!\d)")),
    ("PASSPORT", pattern(rf"(?<!\d)\d{{2}}{_SPACE}?\d{{2}}{_SPACE}{{0,3}}(?:№|N|номер)?{_SPACE}{{0,3}}\d{{6}}(?!\d)", re.IGNORECASE)),
    (
        "PASSPORT",
        pattern(rf"\b(?:паспорт\w*|серия|passport|pasport\w*)\W{{0,5}}[A-Zа-я]{{0,2}}{_SPACE}?\d[\d\s№]{{4,12}}\d", re.IGNORECASE),
    ),
    ("PASSPORT", pattern(rf"\b[A-Z]{{2}}{_SPACE}?\d{{7}}(?!\d)")),
)
_LONG_NUMBER = pattern(_NUMBER)
_MOMENT = pattern(r"\d{4}-\d\d-\d\d(?:[T\s]\d\d:\d\d(?::\d\d)?Z?)?")
_MARK = pattern(r"\[([A-Z]{2,12})_(\d{1,6})\]")
_WORD = pattern(r"[^\W_]+(?:[-'’][^\W_]+)*")


class Known(NamedTuple):
    """What is known of whom a text is about."""

    names: Sequence[str | None] = ()
    companies: Sequence[str | None] = ()
    values: Sequence[str | None] = ()
    """Contacts, accounts and addresses, letter by letter."""


class _Span(NamedTuple):
    start: int
    end: int
    kind: str


def plain(text: str) -> str:
    """A text in one form of each letter and digit, without what nobody sees: what looks the same is masked the same."""
    spread = unicodedata.normalize("NFKC", text)
    return "".join(mark for mark in spread if mark in "\n\t" or unicodedata.category(mark) not in ("Cf", "Cc", "Cs", "Co"))


class Mask:
    """One conversation's marks: the same words have the same mark in all that is hidden by it."""

    def __init__(self, known: Known | None = None) -> None:
        self._known = [*_known(known or Known())]
        self._marks: dict[tuple[str, str], str] = {}
        self._words: dict[str, str] = {}
        self._many: dict[str, int] = {}

    def hide(self, text: str) -> str:
        """The text with marks instead of whatever names a person."""
        text = plain(text)
        told, end = [], 0
        for span in self._spans(text):
            told += [text[end : span.start], self._mark(span.kind, text[span.start : span.end])]
            end = span.end
        return "".join([*told, text[end:]])

    def restore(self, said: Any) -> Any:
        """What came, with the words instead of the marks: a text, or a list or an object of them. A mark of nobody's stays one."""
        if isinstance(said, str):
            return _MARK.sub(lambda found: self._words.get(found.group(), found.group()), said)
        if isinstance(said, Mapping):
            return {name: self.restore(value) for name, value in said.items()}
        return [self.restore(value) for value in said] if isinstance(said, list) else said

    def _mark(self, kind: str, words: str) -> str:
        if (kind, words) not in self._marks:
            self._many[kind] = self._many.get(kind, 0) + 1
            mark = f"[{kind}_{self._many[kind]}]"
            self._marks[kind, words], self._words[mark] = mark, words
        return self._marks[kind, words]

    def _spans(self, text: str) -> list[_Span]:
        """What is masked, in order; of two that overlap the first of these kinds, the longer one's rest is looked at again by the next."""
        taken: list[_Span] = []
        for kind, found in (*_LOOKS[:1], *self._known, *_LOOKS[1:]):
            _take(taken, (_Span(*one.span(), kind) for one in found.finditer(text)))
        _take(taken, (_Span(*one.span(), _kind(one.group())) for one in _LONG_NUMBER.finditer(text) if _names(one.group())))
        return taken


def holds_marks(text: str) -> bool:
    """Whether a mark is left in a text: one that a model made up."""
    return _MARK.search(text) is not None


def _take(taken: list[_Span], found: Iterable[_Span]) -> None:
    """Add those that overlap none; `taken` stays in order, so that each looks at its neighbours alone: a text may hold thousands."""
    for span in found:
        place = bisect(taken, span)
        before, after = taken[place - 1 : place], taken[place : place + 1]
        if all(one.end <= span.start for one in before) and all(span.end <= one.start for one in after):
            taken.insert(place, span)


def _known(known: Known) -> Iterable[tuple[str, re.Pattern[str]]]:
    """Patterns of what is known, the longest first: a whole value before its words."""
    for value in sorted({plain(value).strip() for value in known.values if value}, key=len, reverse=True):
        if len(value) >= SHORTEST_STEM:
            yield _kind_of(value), re.compile(rf"(?<!\w){re.escape(value)}(?!\w)", re.IGNORECASE)
    for kind, texts in (("COMPANY", known.companies), ("NAME", known.names)):
        for text in texts:
            yield from ((kind, _inflected(word)) for word in _words(plain(text or "")) if _is_telling(kind, word))


def _words(text: str) -> list[str]:
    """The words of a name, whole ones before their parts: of `Анна-Мария` either is hers."""
    found = _WORD.findall(text)
    return [*found, *(part for word in found if len(parts := _PART.split(word)) > 1 for part in parts)]


_PART = pattern(r"[-'’]")
_FORMS: Final = frozenset(
    ("ооо", "зао", "оао", "пао", "ип", "тоо", "ltd", "llc", "inc", "gmbh", "mchj", "клуб", "студия", "центр", "компания")
)
"""Words of companies' names that name none."""


def _is_telling(kind: str, word: str) -> bool:
    return len(word) > 1 and not (kind == "COMPANY" and word.casefold() in _FORMS)


def _inflected(word: str) -> re.Pattern[str]:
    """A word in its cases: `Анна`, `Анны`, `Анной`; `Павел`, `Павла`; ё or е alike."""
    stem = word[:-1] if len(word) > SHORTEST_STEM and word[-1].casefold() in _SOFT else word
    stem = stem[:-1] if len(stem) > SHORTEST_STEM + 1 and stem[-1].casefold() in _SOFT else stem
    forms = [_letters(stem) + (rf"[^\W\d_]{{0,{ENDING}}}" if len(stem) >= SHORTEST_STEM else _SHORT_ENDING)]
    if fleeting := _FLEETING.fullmatch(word):
        forms.append(_letters(fleeting[1] + fleeting[2]) + _SHORT_ENDING)
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)", re.IGNORECASE)


_SOFT: Final = "аяйьеёиоуыюэ"
_SHORT_ENDING: Final = "(?:а|у|ом|ем|е|ы|и|я|ю)?"
_FLEETING = pattern(r"(\w{2,})[еёо]([^\W\d_аяйьеёиоуыюэ])", re.IGNORECASE)
"""A vowel that is gone in other cases."""


def _letters(word: str) -> str:
    return "".join("[её]" if letter.casefold() in "её" else re.escape(letter) for letter in word)


def _kind_of(value: str) -> str:
    if "@" in value:
        return "HANDLE" if value.startswith("@") else "EMAIL"
    digits = sum(mark.isdigit() for mark in value)
    return "PHONE" if digits * 2 > len(value) else "ADDRESS" if " " in value else "HANDLE"


def _names(number: str) -> bool:
    """Whether a long number may be somebody's: nine digits or more that are no moment."""
    return sum(mark.isdigit() for mark in _MOMENT.sub("", number)) >= _SHORTEST_NUMBER


_SHORTEST_NUMBER: Final = 9
_CARD: Final = range(13, 20)
_INN: Final = (10, 12)


def _kind(number: str) -> str:
    digits = "".join(mark for mark in number if mark.isdigit())
    if len(digits) in _CARD and _is_luhn(digits):
        return "CARD"
    return "INN" if len(digits) in _INN and number.isdigit() and _is_inn(digits) else "PHONE"


def _is_luhn(digits: str) -> bool:
    """Whether the last digit is a card's check of the others."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 * (number > 9) for number in doubled) % 10 == 0


_WEIGHTS: Final = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)


def _is_inn(digits: str) -> bool:
    """Whether the last digits are a taxpayer's check of the others."""
    if len(digits) == _INN[0]:
        return _check(digits, _WEIGHTS[2:]) == digits[9]
    return (_check(digits, _WEIGHTS[1:]), _check(digits, _WEIGHTS)) == (digits[10], digits[11])


def _check(digits: str, weights: Sequence[int]) -> str:
    return str(sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False)) % 11 % 10)
