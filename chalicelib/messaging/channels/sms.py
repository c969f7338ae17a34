"""SMS: Eskiz for numbers of Uzbekistan, SMS.ru for all others; each a kind of effect of its own, so that neither waits for the other."""

from typing import Any

from chalicelib.clients.service import phone_of
from chalicelib.core.settings import settings
from chalicelib.integrations.eskiz.client import EskizAccount, EskizClient
from chalicelib.integrations.smsru.client import SmsRuClient
from chalicelib.messaging import rules
from chalicelib.messaging.channels.base import Address, Parcel, asking, in_parts
from chalicelib.messaging.unsubscribing import service as unsubscribing

SMSRU, ESKIZ = "message_smsru", "message_eskiz"
UZBEKISTAN = "+998"
LONGEST = 8 * 67
"""Eight parts of Cyrillic, the most that SMS.ru takes at once."""

PLAIN, ANY = (160, 153), (70, 67)
"""Letters of an SMS that stands alone, and of each of several: of ASCII, and of any script."""


def is_set() -> bool:
    """Whether anything carries SMS."""
    return bool(settings().sms_carriers)


def address(person: Any) -> Address | None:
    """A client's number, proven or typed; a specialist's is the office's word, as it was written."""
    found = phone_of(getattr(person, "phone", None), settings().regions)
    return Address(found, proven=bool(getattr(person, "phone_proven", True))) if found else None


def kind(phone: str) -> str | None:
    """The kind of effect that carries to a number, where its carrier is set."""
    config = settings()
    if phone.startswith(UZBEKISTAN):
        return ESKIZ if "eskiz" in config.sms_carriers and config.eskiz_email and config.eskiz_password else None
    return SMSRU if "smsru" in config.sms_carriers and config.smsru_api_id else None


def may_market() -> bool:
    """Whether an SMS can say how its kind ends: no carrier of ours tells us of answers, so that a word in one would reach nobody."""
    return unsubscribing.is_set()


def say(parcel: Parcel) -> str | None:
    """The carrier's id of the last SMS."""
    text = _said(parcel)
    if kind(parcel.address) == ESKIZ:
        with asking("Eskiz", ours="eskiz_account"):
            return in_parts(parcel, LONGEST, lambda part, _: _eskiz().send(parcel.address, part), text=text)
    with asking("SMS.ru", ours="smsru_account"):
        return in_parts(parcel, LONGEST, lambda part, _: _smsru().send(parcel.address, part), text=text)


def charged(parcel: Parcel) -> int:
    """How many SMS a message is to its carrier, who charges each: four thousand letters of Cyrillic are sixty."""
    text = _said(parcel)
    (alone, joined), length = PLAIN if text.isascii() else ANY, len(text.encode("utf-16-le", "surrogatepass")) // 2
    return 1 if length <= alone else -(-length // joined)


def _said(parcel: Parcel) -> str:
    return _with_way_out(parcel) if parcel.message.purpose == rules.MARKETING else parcel.text


def _with_way_out(parcel: Parcel) -> str:
    link = unsubscribing.short_link(parcel.message.message_id)
    line = rules.render("client_unsubscribe_sms", rules.RUSSIAN, {"link": link}).text
    return f"{parcel.text}\n\n{line}"


def _smsru() -> SmsRuClient:
    config = settings()
    api_id = config.smsru_api_id.get_secret_value() if config.smsru_api_id else ""
    return SmsRuClient(api_id, config.smsru_url, sender=config.smsru_from)


def _eskiz() -> EskizClient:
    config = settings()
    password = config.eskiz_password.get_secret_value() if config.eskiz_password else ""
    account = EskizAccount(config.eskiz_email or "", password, config.eskiz_from, config.eskiz_bad_number)
    return EskizClient(account, config.eskiz_url)
