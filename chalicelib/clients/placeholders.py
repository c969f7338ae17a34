"""What people type where a contact is asked for and they give none: kept as text, and nobody's sign. Pure."""

import re

from chalicelib.core.patterns import pattern


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


USERNAMES = _words(
    """
    telegram telegramm telegrame telega telegram_me tg_nick username user_name usernames user_user nickname nick_name nick
    whatsapp whats_app watsapp whatsap vatsap wats_app viber instagram insta facebook vkontakte skype signal
    phone telefon nomer mobile mail email e_mail login account name
    none null undefined nothing absent netu nety nety_telegram no_telegram notelegram net_telegram without bez_telegram
    test tests test1 test12 test123 testtest test_test tester qwerty qwert asdf asdfg asdfgh abcd abcde zzzz xxxx
    """
)
"""Words of the field's own label, of another messenger, or of nothing."""

MAILBOXES = _words(
    "no none not nope null undefined nothing net netu нет нету noemail nomail no-email no_email no-mail no_mail test tests testtest"
)
"""Names before the @ that say "I have none", whatever stands behind it."""

FILLERS = MAILBOXES | _words("mail email e-mail почта емейл qwe qwerty asd asdf zxc abc ab xx xxx zz zzz 123 1234 12345 111 user name")
"""Fillers that count only where the domain is one as well: mail@mail.ru."""

_RUNS = "01234567890"
_FEWEST = 5
"""Digits from which a run (12345) is no accident."""


def is_run(digits: str) -> bool:
    """Whether digits are one digit repeated, or counted up or down."""
    return len(digits) >= _FEWEST and (len(set(digits)) == 1 or digits in _RUNS or digits[::-1] in _RUNS)


def is_phone(national: str) -> bool:
    """Whether a number without its country code is typed to fill the field: 999 999-99-99, 1234567890, 900 000-00-00."""
    return is_run(national) or (len(national) > len("0000000") and national.endswith("0000000"))


def is_email(address: str) -> bool:
    """Whether a folded address is typed to fill the field: no@no.ru, test@test.ru, a@a.a."""
    mailbox, _, domain = address.partition("@")
    label, _, rest = domain.partition(".")
    short = len(rest.rpartition(".")[2]) == 1
    same = mailbox == label and len(set(mailbox)) == 1
    return mailbox in MAILBOXES or (mailbox in FILLERS and label in FILLERS) or short or same


def is_username(name: str) -> bool:
    """Whether a folded user name is a word that many people type there, or one letter again and again."""
    return name in USERNAMES or len(set(name)) == 1


def is_telegram_id(digits: str) -> bool:
    """Whether a numeric id is counted up or down: 123456789."""
    return digits in _RUNS or digits[::-1] in _RUNS


_LINK = pattern(r"(?:https?://|www\.|[a-zа-я0-9-]+\.[a-zа-я]{2,}(?:[/?]|$))", re.IGNORECASE)
_WORD_OF_DIGITS = pattern(r"(?<![a-z])(?!tel|phone|t|p)[a-z_]+\d{5}", re.IGNORECASE)


def hides_digits(text: str) -> bool:
    """Whether the digits of a text belong to a link or a name (vk.com/id79045501501): they are no phone."""
    return _LINK.search(text) is not None or _WORD_OF_DIGITS.search(text) is not None
