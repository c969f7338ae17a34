"""A score: every row of the table, limits, what is shown, and when time alone changes it."""

import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.sales.scoring import rules, wording
from chalicelib.sales.scoring.rules import Event, Profile
from tests.proofs import size

NOW = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
LEAD: dict[str, Any] = dict.fromkeys(("company", "position", "industry", "company_size", "custom_fields", "outcome"))
CARD: dict[str, Any] = dict.fromkeys(("phone", "email", "telegram_id", "telegram_username"))
WANTED = Profile(frozenset({"it"}), frozenset({"1-10"}), 500_000)


def judge(*events: Event, profile: Profile | None = None, at: datetime = NOW, **said: Any) -> rules.Detail:
    """The judgement of somebody of whom this is known."""
    lead = SimpleNamespace(**{**LEAD, "deals_won": 0, **{name: value for name, value in said.items() if name not in CARD}})
    card = SimpleNamespace(**{**CARD, **{name: value for name, value in said.items() if name in CARD}})
    return rules.judged(lead, card, events, at, profile)


def points(detail: rules.Detail) -> dict[str, int]:
    return {reason["code"]: reason["points"] for reason in (*detail.said["reasons"], *detail.said["counter_reasons"])}


@pytest.mark.parametrize(
    ("said", "code", "worth"),
    [
        ({"phone": "+79990000001"}, "phone", 25),
        ({"email": "anna@lotos.example"}, "email", 15),
        ({"telegram_id": "7"}, "telegram", 15),
        ({"telegram_username": "anna"}, "telegram", 15),
        ({"company": "Лотос"}, "company", 10),
        ({"position": "директор"}, "position", 5),
        ({"custom_fields": {"budget": "5 000"}}, "budget", 20),
        ({"custom_fields": {"budget": 5000.5}}, "budget", 20),
        ({"custom_fields": {"budget": 4999}}, "budget_below", -20),
        ({"industry": "IT", "company_size": "1-10"}, "profile", 15),
        ({"industry": "it", "company_size": "500+"}, "profile_missed", -15),
        ({"industry": "mining"}, "profile_missed", -15),
        ({"deals_won": 1}, "won_before", 20),
        ({"deals_won": 2, "outcome": "won"}, "won_before", 20),
    ],
)
def test_each_known_fact_of_a_card_has_its_points(said: dict[str, Any], code: str, worth: int) -> None:
    found = points(judge(profile=WANTED, **said))
    assert found[code] == worth
    assert set(found) <= {code, "floored"}


@pytest.mark.parametrize(
    "said",
    [
        {"deals_won": 1, "outcome": "won"},
        {"industry": "it"},
        {"custom_fields": {"budget": "много"}},
        {"custom_fields": {"budget": True}},
        {"custom_fields": {"budget": "nan"}},
        {"custom_fields": {"budget": -1}},
    ],
)
def test_what_is_not_known_yet_says_nothing(said: dict[str, Any]) -> None:
    assert points(judge(profile=WANTED, **said)) == {}


def test_without_a_price_or_a_profile_nobody_is_compared() -> None:
    assert points(judge(custom_fields={"budget": 1}, industry="it")) == {}


def test_an_application_says_what_one_can_pay_and_what_was_asked_for() -> None:
    form = Event("application", NOW, "t1", amount=300_000, price=250_000)
    older = Event("application", NOW - DAY, "t0", amount=100, price=900_000)
    assert points(judge(form, older, profile=WANTED))["budget"] == 20
    assert "budget" not in judge(form, older).said["missing"]
    written = judge(form, older, custom_fields={"budget": 2_000})
    assert points(written)["budget_below"] == -20, "what a person wrote down stands before a form"


TABLE = {
    "application": (30, 45, 14),
    "diagnostic_requested": (35, 50, 14),
    "gocrm_lead": (30, 45, 14),
    "link_followed": (15, 15, 14),
    "message_received": (10, 30, 14),
    "call_answered": (20, 40, 14),
    "session_booked": (40, 60, 14),
    "session_completed": (40, 60, 30),
    "payment": (60, 80, 60),
    "no_show": (-30, None, 14),
    "cancelled_by_client": (-20, None, 14),
    "channel_dead": (-30, None, 90),
    "unsubscribed": (-50, None, 180),
    "silent": (-15, None, 14),
}


def course(kind: str, *ages: float) -> list[Event]:
    return [Event(kind, NOW - age * DAY, f"{kind}-{place}") for place, age in enumerate(ages)]


def told(events: Iterable[Event]) -> list[rules.Weighed]:
    return rules._Course(events, []).reasons(NOW)


def test_the_table_has_no_other_rows() -> None:
    assert set(rules.data()["engagement"]) == set(TABLE)


@pytest.mark.parametrize(("kind", "row"), TABLE.items())
def test_each_event_is_worth_its_points_and_half_after_its_half_life(kind: str, row: tuple[int, int | None, int]) -> None:
    worth, cap, half_life = row
    fresh, old = told(course(kind, 0))[0], told(course(kind, half_life))[0]
    assert (fresh.points, old.points) == (worth, worth / 2)
    many = told(course(kind, *[0.0] * 10))
    taken = sum(reason.points for reason in many if reason.code == "capped" and reason.ref == kind)
    assert taken == ((cap - 10 * worth) if cap else 0)


def test_a_limit_holds_after_decay() -> None:
    """Two old applications are not cut to 45 first and then halved: their 30 stays 30."""
    found = told(course("application", 14, 14))
    assert sum(reason.points for reason in found) == 30
    assert not [reason for reason in found if reason.code == "capped"]


def test_two_messages_without_an_answer_are_silence_three_days_after_the_second() -> None:
    ours = [Event(rules.OURS, NOW - age * DAY, f"m{age}") for age in (9, 5)]
    (silent,) = rules.silences(ours)
    assert (silent.at, silent.ref) == (NOW - 2 * DAY, "m5")
    assert rules.silences([*ours, Event("link_followed", NOW - 3 * DAY)]) == []
    assert rules.silences([*ours, Event("message_received", NOW - DAY)]) == [silent], "it was broken too late"
    assert rules.silences([ours[0], Event("message_received", NOW - 6 * DAY), ours[1]]) == []
    assert rules.silences([*ours, Event("channel_dead", NOW - 4 * DAY)]) == [silent], "that is no answer"


def test_a_silence_counts_from_the_moment_that_it_is_one() -> None:
    ours = [Event(rules.OURS, NOW - age * DAY, f"m{age}") for age in (3, 1)]
    assert judge(*ours).score is None, "nothing has happened yet"
    assert "silent" in points(judge(Event("application", NOW - 4 * DAY), *ours, at=NOW + 2 * DAY))


def test_nothing_happened_and_little_is_known_is_no_score() -> None:
    found = judge(phone="+79990000001", email="a@b.example")
    assert (found.score, found.category) == (None, "unknown")
    assert found.said["missing"] == ["telegram", "company", "position", "budget"]
    assert found.said["fit"] == 40, "what is known is shown all the same"
    assert judge(phone="+7", email="a", telegram_id="7").score == 22
    assert judge(Event("link_followed", NOW)).category == "cold"


def test_what_is_over_a_limit_is_a_reason_below_zero() -> None:
    found = judge(*course("payment", 0, 0), *course("session_booked", 0), phone="1", email="2", telegram_id="3", company="4", deals_won=1)
    capped = [(reason["ref"], reason["points"]) for reason in found.said["reasons"] if reason["code"] == "capped"]
    assert sorted(capped) == [("engagement", -20), ("payment", -40)]
    assert found.said["engagement"] == 100
    assert (found.score, found.category) == (94, "hot")


def test_a_sum_below_zero_is_told_as_what_lifts_it() -> None:
    found = judge(*course("unsubscribed", 0), *course("link_followed", 0))
    assert points(found) == {"link_followed": 15, "unsubscribed": -50, "floored": 35}
    assert (found.score, found.said["engagement"]) == (0, 0)


def test_a_judgement_says_all_that_it_promises() -> None:
    said = judge(*course("application", 1), phone="1").said
    assert said["win_probability"] is None
    assert said["model"] == {"source": "rules", "version": "1"}
    assert set(said["reasons"][0]) >= {"code", "text", "points", "kind", "at", "source", "ref", "quote"}
    assert wording.worded(said, "en")["reasons"][0]["text"] == "Applied"
    assert wording.reasoning(said, "ru").startswith("Холодный: 27 из 100")


def test_a_hundred_messages_are_few_reasons() -> None:
    found = judge(*course("message_received", *range(100))).said
    assert len(found["reasons"]) <= 7
    assert found["engagement"] == 30


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_every_code_has_words(language: str) -> None:
    known = wording.words(language)
    codes = {*rules.data()["fit"], *rules.data()["engagement"], "capped", "floored", *rules.data()["categories"], "cold", "unknown"}
    missing = {f"missing.{name}" for name in ("phone", "email", "telegram", "company", "position", "budget", "industry", "company_size")}
    assert codes | missing <= set(known)
    assert set(known) == set(wording.words("ru"))


KINDS = [*(kind for kind in TABLE if kind != "silent"), rules.OURS]
EVENTS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 120 * 24 * 60)).map(
        lambda one: Event(one[0], NOW - timedelta(minutes=one[1]), f"r{one[1]}", amount=one[1] * 100, price=400_000)
    ),
    max_size=40,
)
KNOWN = st.fixed_dictionaries(
    {},
    optional={
        "phone": st.just("1"),
        "email": st.just("2"),
        "telegram_id": st.just("3"),
        "company": st.just("4"),
        "position": st.just("5"),
        "industry": st.sampled_from(["it", "mining"]),
        "company_size": st.just("1-10"),
        "deals_won": st.integers(0, 2),
    },
)


@settings(max_examples=size(40, full=100), deadline=None)
@given(events=EVENTS, known=KNOWN)
def test_the_shown_points_sum_up_to_the_shown_numbers(events: list[Event], known: dict[str, Any]) -> None:
    found = judge(*events, profile=WANTED, **known)
    shown = [*found.said["reasons"], *found.said["counter_reasons"]]
    for kind in ("fit", "engagement"):
        assert sum(reason["points"] for reason in shown if reason["kind"] == kind) == found.said[kind]
        assert 0 <= found.said[kind] <= 100
    assert all(isinstance(reason["points"], int) and reason["points"] for reason in shown)
    assert all(reason["points"] < 0 for reason in shown if reason["code"] == "capped")
    assert found.score is None or (
        0 <= found.score <= 100 and abs(found.score - 0.4 * found.said["fit"] - 0.6 * found.said["engagement"]) <= 1
    )


def plainly(events: list[Event], fit: int, at: datetime) -> str:
    """The category by the formula alone, written down once more."""
    sums: dict[str, float] = {}
    for event in [*events, *(one for one in rules.silences(events) if one.at <= at)]:
        if event.kind in TABLE:
            worth, _, half = TABLE[event.kind]
            sums[event.kind] = sums.get(event.kind, 0) + worth * 0.5 ** ((at - event.at).total_seconds() / 86_400 / half)
    total = sum(min(value, TABLE[kind][1] or math.inf) if value > 0 else value for kind, value in sums.items())
    score = math.floor(round(0.4 * fit + 0.6 * min(max(total, 0), 100), 9) + 0.5)
    return "hot" if score >= 70 else "warm" if score >= 40 else "cold"


@settings(max_examples=size(40, full=100), deadline=None)
@given(events=EVENTS.filter(lambda found: any(event.kind in TABLE for event in found)), known=KNOWN)
def test_the_day_on_which_the_category_changes_is_the_formulas(events: list[Event], known: dict[str, Any]) -> None:
    found = judge(*events, **known)
    fit = found.said["fit"]
    days = [NOW + day * DAY for day in range(1, 61)]
    assert found.category == plainly(events, fit, NOW)
    assert found.rescore_at == next((day for day in days if plainly(events, fit, day) != found.category), NOW + 30 * DAY)


def test_a_warm_lead_whom_time_alone_makes_cold() -> None:
    """0.4·40 + 0.6·30·0.5^(d/14) falls below 39.5 at no day: 16 + 18 is cold from the first; with a booking it is warm for a while."""
    found = judge(*course("session_booked", 0), *course("application", 0), phone="1", email="2")
    assert found.category == "warm"
    days = (found.rescore_at - NOW).days
    assert 16 + 0.6 * 70 * 0.5 ** (days / 14) < 39.5 <= 16 + 0.6 * 70 * 0.5 ** ((days - 1) / 14)
    assert judge(*course("session_booked", days), *course("application", days), phone="1", email="2").category == "cold"
