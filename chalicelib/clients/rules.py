"""Which signs a person gives and whom they point at. Pure: no store, no clock."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_MARKS = " .,;:!<>()\"'«»"
"""What people and programs leave around an address."""

_USERNAME = re.compile(r"[a-z][a-z0-9_]{3,31}")
_TELEGRAM_LINK = re.compile(r"^(?:https?://)?(?:t(?:elegram)?\.me|telegram\.dog)/", re.IGNORECASE)
_TELEGRAM_HOST = re.compile(r"(?<=\w)\.t(?:elegram)?\.me/?$", re.IGNORECASE)
"""The other form of the same link: anna.t.me."""

_LONGEST_TELEGRAM_ID = 15


@dataclass(frozen=True, slots=True)
class Person:
    """What a form, a bot or another system says of somebody; every part may be missing.

    `telegram_id` is proven (the bot heard from it, or Telegram signed it); `telegram_typed` is only what somebody wrote.
    `alarm` is what a person must look at before anything else goes to him by the clock alone.
    """

    name: str | None = None
    age: str | None = None
    phone: str | None = None
    email: str | None = None
    telegram_id: str | None = None
    telegram_typed: str | None = None
    telegram_username: str | None = None
    vk: str | None = None
    max_name: str | None = None
    timezone: str | None = None
    raw_contacts: tuple[str, ...] = ()
    external: tuple[str, str] | None = None
    inn: str | None = None
    consents: tuple[tuple[str, bool, str], ...] = ()
    utm: Mapping[str, str] = field(default_factory=dict)
    alarm: str | None = None


@dataclass(frozen=True, slots=True)
class Sign:
    """One identity. A weak one finds a person until a strong one says otherwise; a claim only finds, and is never written."""

    kind: str
    value: str
    weak: bool = False
    claim: bool = False

    def key(self, contour: str) -> str:
        """Its row: the test contour's people are nobody in the live one."""
        prefix = "" if contour == "live" else f"{contour}:"
        return f"{prefix}{self.kind}#{self.value}"


def signs(person: Person) -> list[Sign]:
    """A person's identities, the surest first; INN counts with a contact only, for a firm has many people, and makes it surer.

    A typed Telegram id finds whoever has proven it, and other forms that typed it; it never becomes anybody's account.
    """
    typed = person.telegram_typed
    found = [
        Sign("telegram", person.telegram_id) if person.telegram_id else None,
        Sign("external", "#".join(person.external)) if person.external else None,
        *(Sign("inn", f"{person.inn}#{contact}") for contact in (person.phone, person.email) if person.inn and contact),
        Sign("phone", person.phone) if person.phone else None,
        Sign("email", person.email) if person.email else None,
        *((Sign("telegram", typed, weak=True, claim=True), Sign("typed-telegram", typed, weak=True)) if typed else ()),
        Sign("username", person.telegram_username, weak=True) if person.telegram_username else None,
        Sign("vk", person.vk, weak=True) if person.vk else None,
        Sign("max", person.max_name, weak=True) if person.max_name else None,
    ]
    return [sign for sign in found if sign]


def pick(signs_in_order: Sequence[Sign], owners: Mapping[Sign, str], named: str | None = None) -> tuple[str | None, set[str]]:
    """The client who was named, or whom the surest known sign points at; and others that strong signs point at: possible duplicates."""
    strong = [owners[sign] for sign in signs_in_order if sign in owners and not sign.weak]
    weak = [owners[sign] for sign in signs_in_order if sign in owners and sign.weak]
    chosen = named or next(iter(strong or weak), None)
    return chosen, {owner for owner in strong if owner != chosen}


def without_foreign(person: Person, foreign: Collection[str]) -> Person:
    """What is said of somebody without the contacts that are known to be another's."""
    return replace(person, phone=None if "phone" in foreign else person.phone, email=None if "email" in foreign else person.email)


def phone_of(text: str | None, regions: Sequence[str]) -> str | None:
    """A valid number in E.164, tried in the tenant's regions in order; None when it is nobody's number."""
    if not text or len(text) > 60 or not any(mark.isdigit() for mark in text):
        return None
    import phonenumbers  # kept out of the cold start of doors that never see a phone

    digits = re.sub(r"\D", "", text)
    tries = [(text, region) for region in regions] + [(digits, region) for region in regions] + [("+" + digits, None)]
    for number, region in tries:
        try:
            parsed = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed):
            return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return None


def email_of(text: str | None) -> str | None:
    """An address, folded; None for what is not one."""
    folded = (text or "").strip().strip(_MARKS).casefold()
    return folded if len(folded) <= 254 and _EMAIL.fullmatch(folded) else None


def username_of(text: str | None) -> str | None:
    """A Telegram user name without its @ or link, folded; None for what cannot be one."""
    folded = _TELEGRAM_HOST.sub("", _TELEGRAM_LINK.sub("", (text or "").strip())).removeprefix("@").split("?", 1)[0].strip("/").lower()
    return folded if _USERNAME.fullmatch(folded) else None


def telegram_id_of(text: str | None) -> str | None:
    """A numeric Telegram id; None for a name, and for digits that are a phone in the wrong field."""
    folded = (text or "").strip()
    plausible = folded.isascii() and folded.isdigit() and 5 <= len(folded) <= _LONGEST_TELEGRAM_ID and folded[0] != "0"
    phone = (len(folded) == 11 and folded[0] in "78") or (len(folded) == 12 and folded.startswith("998"))
    return folded if plausible and not phone else None


def lead_number(count: int, contour: str) -> str:
    """The client's number as people write it: ``br0001``; ``tbr0001`` in the test contour."""
    return f"{'br' if contour == 'live' else 'tbr'}{count:04d}"


def contour_of(reference: str) -> str:
    """The contour that a lead number belongs to; an id says nothing of it and is found in either."""
    return "test" if reference.strip().lower().startswith("tbr") else "live"
