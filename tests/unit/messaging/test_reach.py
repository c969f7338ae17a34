"""By which channel a message leaves: a table of people, answers, purposes and hours."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.messaging import reach
from chalicelib.messaging.channels.base import Address
from chalicelib.messaging.channels.registry import BY_NAME
from chalicelib.messaging.reach import Asked, Held, NoWay, Way, Withheld

KINDS = {"telegram": "message", "email": "message_email", "sms": "message_smsru"}


def way(name: str, *, at: str | None = "there", proven: bool = True, carried: bool = True, dead: bool = False) -> Way:
    return Way(BY_NAME[name], Address(at, proven) if at else None, KINDS[name] if carried else None, dead)


def answers(**said: str) -> dict[str, dict[str, str]]:
    return {purpose.replace("__", ":"): {"given": given, "at": "2026-11-01T10:00:00+00:00"} for purpose, given in said.items()}


ALL = (way("telegram"), way("email"), way("sms"))
NO_TELEGRAM = (way("telegram", at=None), way("email"), way("sms"))
AGREED = answers(personal_data="yes", marketing="yes", email="yes", sms="yes")
MORNING = datetime(2026, 11, 26, 5, tzinfo=UTC)


SERVICE = {
    "Telegram first": (Asked(ALL), "telegram", None),
    "then e-mail": (Asked(NO_TELEGRAM), "email", "no Telegram account is known"),
    "a dead one is passed over": (Asked((way("telegram", dead=True), way("email"))), "email", "the bot is blocked"),
    "what was tried is not tried again": (Asked(ALL, tried=frozenset({"telegram", "email"})), "sms", "the bot is blocked; the e-mail"),
    "the person prefers SMS": (Asked(ALL, preferred="sms"), "sms", None),
    "what he prefers is dead": (Asked((way("telegram"), way("sms", dead=True)), preferred="sms"), "telegram", "the phone takes no SMS"),
    "one that nothing carries": (
        Asked((way("telegram", at=None), way("sms", carried=False), way("email"))),
        "email",
        "nothing carries sms",
    ),
    "a typed address is passed over": (Asked((way("telegram", at=None), way("email", proven=False), way("sms"))), "sms", "only typed"),
    "the ticket's answer may go there": (Asked((way("email", proven=False),), may_be_typed=True), "email", None),
    "nobody was asked": (Asked(NO_TELEGRAM, agreed={}), "email", "no Telegram"),
    "a no to e-mail": (Asked(NO_TELEGRAM, agreed=answers(email="no")), "sms", "said no to email"),
    "the same as a form calls it": (Asked(NO_TELEGRAM, agreed=answers(channel__email="no")), "sms", "said no to email"),
    "a no to marketing is none to service": (Asked(ALL, agreed=answers(marketing="no")), "telegram", None),
    "a no to Telegram counts for marketing alone": (Asked(ALL, agreed=answers(channel__telegram="no")), "telegram", None),
    "night is no matter": (Asked(ALL, night_until=MORNING), "telegram", None),
    "named": (Asked(ALL, named="sms"), "sms", None),
    "the test contour": (Asked(ALL, nothing_leaves=True), "ledger", None),
    "no vendor at all": (Asked((way("telegram", carried=False),)), "ledger", None),
    "no token and nothing else reaches him": (Asked((way("telegram", at=None, carried=False), way("email", at=None))), "ledger", None),
    "no token but a mail": (Asked((way("telegram", carried=False), way("email"))), "email", "nothing carries telegram there"),
    "a named one that nobody set up": (Asked((way("telegram"), way("sms", carried=False)), named="sms"), "ledger", None),
}


@pytest.mark.parametrize(("asked", "channel", "why"), SERVICE.values(), ids=SERVICE)
def test_a_service_message_leaves_by(asked, channel, why):
    plan = reach.choose(asked)
    assert plan.name == channel
    assert (why in plan.why) if why else plan.why is None


NOT_SERVED = {
    "no to personal data": (Asked(ALL, agreed=answers(personal_data="no")), "said no to personal_data"),
    "not configured": (Asked(ALL, named="instagram"), "channel_not_configured"),
    "not configured, without any vendor": (Asked((way("telegram", carried=False),), named="facebook"), "channel_not_configured"),
}


@pytest.mark.parametrize(("asked", "why"), NOT_SERVED.values(), ids=NOT_SERVED)
def test_a_service_message_is_withheld(asked, why):
    with pytest.raises(Withheld) as withheld:
        reach.choose(asked)
    assert str(withheld.value) == why and not isinstance(withheld.value, NoWay)


def test_who_cannot_be_reached_has_a_reason_for_each_channel():
    with pytest.raises(NoWay) as none:
        reach.choose(Asked((way("telegram", at=None), way("email", proven=False), way("sms", dead=True))))
    assert none.value.reasons == ("no Telegram account is known", "the email address was only typed", "the phone takes no SMS")


MARKETED = {
    "all agreed": (AGREED, ALL, "telegram"),
    "Telegram needs no answer of its own": (answers(personal_data="yes", marketing="yes"), ALL, "telegram"),
    "e-mail does": (answers(personal_data="yes", marketing="yes", sms="yes"), NO_TELEGRAM, "sms"),
    "a no to Telegram is heard": (AGREED | answers(telegram="no"), ALL, "email"),
}


@pytest.mark.parametrize(("agreed", "ways", "channel"), MARKETED.values(), ids=MARKETED)
def test_marketing_leaves_by(agreed, ways, channel):
    assert reach.choose(Asked(ways, is_marketing=True, agreed=agreed)).name == channel


UNWANTED = {
    "never asked": ({}, "never agreed to personal_data"),
    "never asked for marketing": (answers(personal_data="yes"), "never agreed to marketing"),
    "said no": (AGREED | answers(marketing="no"), "said no to marketing"),
    "no to personal data": (AGREED | answers(personal_data="no"), "said no to personal_data"),
}


@pytest.mark.parametrize(("agreed", "why"), UNWANTED.values(), ids=UNWANTED)
@pytest.mark.parametrize("nothing_leaves", [False, True])
def test_marketing_does_not_leave_and_says_why(agreed, why, nothing_leaves):
    with pytest.raises(Withheld, match=why):
        reach.choose(Asked(ALL, is_marketing=True, agreed=agreed, nothing_leaves=nothing_leaves))


def test_marketing_that_reaches_nobody_is_withheld_and_no_alarm():
    with pytest.raises(Withheld, match="never agreed to email") as withheld:
        reach.choose(
            Asked((way("telegram", at=None), way("email")), is_marketing=True, agreed=answers(personal_data="yes", marketing="yes"))
        )
    assert not isinstance(withheld.value, NoWay)


def test_marketing_by_a_named_channel_needs_its_yes_where_the_ledger_is_the_channel_too():
    asked = Asked((way("telegram"), way("sms", carried=False)), is_marketing=True, agreed=AGREED | answers(sms="no"), named="sms")
    with pytest.raises(Withheld, match="said no to sms"):
        reach.choose(asked)


def test_marketing_waits_for_the_morning():
    with pytest.raises(Held) as held:
        reach.choose(Asked(ALL, is_marketing=True, agreed=AGREED, night_until=MORNING))
    assert held.value.until == MORNING


def test_the_latest_answer_counts_under_whatever_name():
    said = {
        "email": {"given": "no", "at": "2026-11-01T10:00:00+00:00"},
        "channel:email": {"given": "yes", "at": "2026-11-02T10:00:00+00:00"},
    }
    assert reach.answer(said, "email", "channel:email") == "yes"


@pytest.mark.parametrize(("hour", "until"), [(22, 24 + 8), (23, 24 + 8), (0, 8), (7, 8), (8, None), (21, None)], ids=lambda hour: str(hour))
def test_the_night_is_the_readers_own(hour, until):
    midnight = datetime(2026, 11, 26, tzinfo=UTC) - timedelta(hours=5)  # in Tashkent
    morning = reach.night_until(midnight + timedelta(hours=hour, minutes=59), "Asia/Tashkent")
    assert morning == (midnight + timedelta(hours=until) if until else None)
