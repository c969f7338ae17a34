"""Which signs a person gives and whom they point at. Pure: no store, no clock."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Literal

from chalicelib.clients import placeholders
from chalicelib.clients.addresses import address_of
from chalicelib.core.patterns import pattern

_NUMBER = pattern(r"t?br\d{3,9}")
_USERNAME = pattern(r"[a-z][a-z0-9_]{3,31}")
_TELEGRAM_LINK = pattern(r"^(?:https?://)?(?:t(?:elegram)?\.me|telegram\.dog)/", re.IGNORECASE)
_TELEGRAM_HOST = pattern(r"(?<=\w)\.t(?:elegram)?\.me/?$", re.IGNORECASE)
"""The other form of the same link: anna.t.me."""

_LONGEST_TELEGRAM_ID = 15


class Proof(StrEnum):
    """Whose word a person's signs are. What is typed points at a person; only what is proven says that he is here."""

    TYPED = "typed"
    """Anybody typed it into a form: it may point at a client and writes to none who is proven."""

    RECORDED = "recorded"
    """Another system's record (CSV, CRM, a hook): as typed, but it may fill what is empty on a card."""

    TELEGRAM = "telegram"
    """Telegram vouches for the account."""

    CONTACT = "contact"
    """The account shared its own phone by button."""

    CODE = "code"
    """A code sent there was answered."""

    OFFICE = "office"
    """The office, or a back end it trusts, says so."""

    @property
    def proves(self) -> bool:
        """Whether the signs are the speaker's own."""
        return self not in (Proof.TYPED, Proof.RECORDED)


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


def card_of(row: Any) -> Person:
    """What a row of ours, a client's or a ticket's, holds of how its person called himself and where he is reached."""
    return Person(name=row.name, age=row.age, phone=row.phone, email=row.email, timezone=row.timezone)


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


Standing = Literal["free", "hint", "typed", "proven", "unknown"]
"""What an identity row is worth; `unknown` is one from before proofs were written down, and the keys of other systems."""


def standing(sign: Sign, row: Any) -> Standing:
    """What the row of a sign is worth."""
    if row is None:
        return "free"
    if row.hint:
        return "hint"
    if row.proven is None:
        return "proven" if sign.kind == "telegram" else "unknown"
    return "proven" if row.proven else "typed"


def agrees(signs: Sequence[Sign], beside: Collection[str] | None, contour: str) -> bool:
    """Whether a weak sign that came with the sure ones `beside` may decide for a person with these signs.

    It never decides for a proven account: a @username goes from one owner to the next. Nor where a sure sign of the same kind
    differs: two people type one word into one field.
    """
    if any(sign.kind == "telegram" and not sign.claim for sign in signs):
        return False
    for sign in signs:
        known = {key for key in beside or () if key.removeprefix(f"{contour}:").startswith(f"{sign.kind}#")}
        if (not sign.weak or sign.claim) and known and sign.key(contour) not in known:
            return False
    return True


@dataclass(frozen=True, slots=True)
class Sight:
    """What identity rows say of a person: who owns which sign, and whom his signs only resemble."""

    owners: Mapping[Sign, str]
    hinted: frozenset[str]
    resembled: frozenset[str]


def look(signs: Sequence[Sign], rows: Sequence[Any], contour: str) -> Sight:
    """Who owns the signs. Hints own nothing, and a weak sign that disagrees with a sure one only resembles."""
    owners, hinted, resembled = {}, set(), set()
    for sign, row in zip(signs, rows, strict=True):
        worth = standing(sign, row)
        if worth == "hint":
            hinted.add(row.client_id)
        elif row is not None and sign.kind in ("username", "typed-telegram") and not agrees(signs, row.beside, contour):
            resembled.add(row.client_id)
        elif row is not None:
            owners[sign] = row.client_id
    return Sight(owners, frozenset(hinted), frozenset(resembled))


def pick(signs_in_order: Sequence[Sign], owners: Mapping[Sign, str], named: str | None = None) -> tuple[str | None, set[str]]:
    """The client who was named, or whom the surest known sign points at; and others that strong signs point at: possible duplicates."""
    strong = [owners[sign] for sign in signs_in_order if sign in owners and not sign.weak]
    weak = [owners[sign] for sign in signs_in_order if sign in owners and sign.weak]
    chosen = named or next(iter(strong or weak), None)
    return chosen, {owner for owner in strong if owner != chosen}


@dataclass(frozen=True, slots=True)
class Claim:
    """A sign to be written as a client's own. `loser` had it as a typed one; `row` is what stood there."""

    sign: Sign
    row: Any
    proven: bool
    loser: str | None = None


def claims(signs: Sequence[Sign], rows: Sequence[Any], client_id: str, proof: Proof, *, may_type: bool) -> list[Claim]:
    """The signs that a client gets: a proven one takes over what others merely typed; a typed one takes what is nobody's.

    Nothing takes a strong sign from whom it is proven of; Telegram says whose a @username is now.
    """
    found = []
    for sign, row in zip(signs, rows, strict=True):
        proven = proof.proves and sign.kind in ("telegram", "phone", "email", "inn", "username")
        worth, own = standing(sign, row), row is not None and row.client_id == client_id
        if sign.claim or (own and worth != "hint" and not (proven and worth in ("typed", "unknown"))):
            continue
        if own or worth in ("free", "hint"):
            takes = proven or may_type or sign.kind == "external"
        else:
            takes = _takes_over(sign, worth, proven=proven, may_type=may_type)
        if takes:
            lost = not own and worth in ("typed", "unknown")
            found.append(Claim(sign, row, proven, row.client_id if lost else None))
    return found


def _takes_over(sign: Sign, worth: Standing, *, proven: bool, may_type: bool) -> bool:
    """Whether a sign that is another's passes."""
    if sign.kind == "external":
        return False
    if worth == "typed":
        return proven or (may_type and sign.weak)
    return proven and (worth == "unknown" or sign.kind == "username")


def without_foreign(person: Person, foreign: Collection[str]) -> Person:
    """What is said of somebody without the contacts that are known to be another's."""
    return replace(person, phone=None if "phone" in foreign else person.phone, email=None if "email" in foreign else person.email)


def phone_of(text: str | None, regions: Sequence[str]) -> str | None:
    """A valid number in E.164, tried in the tenant's regions in order; None when it is nobody's number."""
    if not text or len(text) > 60 or not any(mark.isdigit() for mark in text) or placeholders.hides_digits(text):
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
            typed_to_fill = placeholders.is_phone(str(parsed.national_number))
            return None if typed_to_fill else str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
    return None


def national_of(phone: str | None) -> str | None:
    """What of a number in E.164 is dialled within its country, without a leading 8 or 0; None for no number."""
    import phonenumbers

    try:
        return phonenumbers.national_significant_number(phonenumbers.parse(phone or ""))
    except phonenumbers.NumberParseException:
        return None


def email_of(text: str | None) -> str | None:
    """An address, folded; None for what is not one, or is typed to fill the field."""
    address = address_of(text)
    return None if address is None or placeholders.is_email(address) else address


def username_of(text: str | None) -> str | None:
    """A Telegram user name without its @ or link, folded; None for what cannot be one."""
    folded = _TELEGRAM_HOST.sub("", _TELEGRAM_LINK.sub("", (text or "").strip())).removeprefix("@").split("?", 1)[0].strip("/").lower()
    return folded if _USERNAME.fullmatch(folded) and not placeholders.is_username(folded) else None


def telegram_id_of(text: str | None) -> str | None:
    """A numeric Telegram id; None for a name, and for digits that are a phone in the wrong field."""
    folded = (text or "").strip()
    plausible = folded.isascii() and folded.isdigit() and 5 <= len(folded) <= _LONGEST_TELEGRAM_ID and folded[0] != "0"
    phone = (len(folded) == 11 and folded[0] in "78") or (len(folded) == 12 and folded.startswith("998"))
    return folded if plausible and not phone and not placeholders.is_telegram_id(folded) else None


def lead_number(count: int, contour: str) -> str:
    """The client's number as people write it: ``br0001``; ``tbr0001`` in the test contour."""
    return f"{'br' if contour == 'live' else 'tbr'}{count:04d}"


def is_number(text: str) -> bool:
    """Whether a text is written as our lead numbers are, whoever bears it."""
    return _NUMBER.fullmatch(text.strip().casefold()) is not None


def contour_of(reference: str) -> str:
    """The contour that a lead number belongs to; an id says nothing of it and is found in either."""
    return "test" if reference.strip().lower().startswith("tbr") else "live"
