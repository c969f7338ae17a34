"""When somebody is reminded: offsets, nights of many zones, starts that were set late, and what is overtaken."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.appointments.reminders import config, words
from chalicelib.appointments.reminders.rules import OFFSETS, Rule, Times, decide, due, due_at, is_specialist_due, may_be_due, next_look
from chalicelib.company.directories import SINCE

MOSCOW = "Europe/Moscow"
MINUTE = timedelta(minutes=1)


def at(text: str, zone: str = MOSCOW) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def rule(offset: int, channel: str = "app", **said) -> Rule:
    return Rule(offset, channel, **{"is_enabled": True, "text": "", "since": SINCE, **said})


FOUR = [rule(offset) for offset in OFFSETS]


@pytest.mark.parametrize(
    ("start", "offset", "zone", "due"),
    [
        ("2026-03-12T15:00", 60, MOSCOW, "2026-03-12T14:00"),
        ("2026-03-12T15:00", 240, MOSCOW, "2026-03-12T11:00"),
        ("2026-03-12T15:00", 1440, MOSCOW, "2026-03-11T15:00"),
        ("2026-03-12T15:00", 10_080, MOSCOW, "2026-03-05T15:00"),
        ("2026-03-12T08:30", 60, MOSCOW, "2026-03-12T07:30"),  # an hour before it is night for nobody
        ("2026-03-12T12:00", 240, MOSCOW, "2026-03-12T08:00"),
        ("2026-03-12T11:59", 240, MOSCOW, "2026-03-11T21:59"),
        ("2026-03-13T01:59", 240, MOSCOW, "2026-03-12T21:59"),
        ("2026-03-13T02:00", 240, MOSCOW, "2026-03-12T21:59"),
        ("2026-03-12T07:00", 1440, MOSCOW, "2026-03-10T21:59"),
        ("2026-01-01T09:00", 240, MOSCOW, "2025-12-31T21:59"),
        ("2026-03-01T10:00", 1440, MOSCOW, "2026-02-28T10:00"),
        ("2028-03-01T10:00", 1440, MOSCOW, "2028-02-29T10:00"),
        ("2026-03-04T07:00", 10_080, MOSCOW, "2026-02-24T21:59"),
        ("2026-03-29T10:00", 240, "Europe/Berlin", "2026-03-28T21:59"),  # clocks went forward in that night
        ("2026-03-29T12:00", 240, "Europe/Berlin", "2026-03-29T08:00"),
        ("2026-03-29T12:00", 1440, "Europe/Berlin", "2026-03-28T11:00"),  # a day is twenty-four hours
        ("2026-10-25T10:00", 240, "Europe/Berlin", "2026-10-24T21:59"),  # and back
        ("2026-11-02T05:00", 10_080, "America/New_York", "2026-10-25T21:59"),
        ("2026-03-12T11:00", 240, "Asia/Kathmandu", "2026-03-11T21:59"),
    ],
)
def test_a_reminder_is_due_by_its_offset_or_before_the_night(start, offset, zone, due):
    assert due_at(at(start, zone), offset, zone) == at(due, zone)


@pytest.mark.parametrize("zone", [MOSCOW, "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe"])
@pytest.mark.parametrize("day", ["2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01", "2026-12-31"])
def test_nothing_is_due_at_night_but_an_hour_before_and_nearer_ones_are_due_later(zone, day):
    for minutes in range(0, 24 * 60, 29):
        start = at(f"{day}T00:00", zone) + minutes * MINUTE
        times = [due_at(start, offset, zone) for offset in OFFSETS]
        assert times == sorted(times, reverse=True)
        assert all(8 <= due.astimezone(ZoneInfo(zone)).hour < 22 for due in times[1:])
        late = [start - offset * MINUTE - due for due, offset in zip(times, OFFSETS, strict=True)]
        assert all(timedelta() <= moved <= timedelta(hours=11, minutes=1) for moved in late)
        assert times[0] == start - 60 * MINUTE


START = at("2026-03-12T15:00")


def found(now: datetime, *, set_at: datetime = SINCE, rules=FOUR) -> list[int]:
    times = Times(START, set_at, MOSCOW)
    here = due(rules, times, now)
    assert {*here} <= {*may_be_due(rules, START, now)}, "what is looked up beforehand holds all"
    return [one.offset for one in here]


@pytest.mark.parametrize(
    ("now", "offsets"),
    [
        ("2026-03-05T14:59", []),
        ("2026-03-05T15:00", [10_080]),
        ("2026-03-11T15:00", [1440, 10_080]),
        ("2026-03-12T13:59", [240, 1440, 10_080]),
        ("2026-03-12T14:00", [60, 240, 1440, 10_080]),
    ],
)
def test_what_is_due_stays_due(now, offsets):
    assert found(at(now)) == offsets


@pytest.mark.parametrize(
    ("set_at", "offsets"),
    [
        ("2026-03-05T15:00", [60, 240, 1440, 10_080]),
        ("2026-03-05T15:01", [60, 240, 1440]),
        ("2026-03-12T11:00", [60, 240]),
        ("2026-03-12T11:01", [60]),
        ("2026-03-12T14:01", []),
    ],
)
def test_what_would_have_been_due_before_the_start_was_set_is_not(set_at, offsets):
    assert found(START, set_at=at(set_at)) == offsets


def test_a_rule_says_nothing_of_before_it_stood_nor_where_it_is_off():
    assert found(START, rules=[rule(240, since=at("2026-03-12T11:01")), rule(1440, is_enabled=False), rule(60)]) == [60]


def test_of_what_is_overdue_the_nearest_is_said_on_all_its_channels():
    rules = [rule(60, "app"), rule(60, "email"), rule(240, "sms"), rule(1440)]
    assert decide(rules, [], has_begun=False) == ([rules[0], rules[1]], [rules[2], rules[3]], "overtaken")
    assert decide(rules, [rules[0]], has_begun=False) == ([rules[1]], [rules[2], rules[3]], "overtaken")
    assert decide(rules, rules, has_begun=False) == ([], [], "overtaken")
    assert decide(rules, [rules[3]], has_begun=True) == ((), rules[:3], "late")
    assert decide([], [], has_begun=False) == ([], [], "overtaken")


@pytest.mark.parametrize("specialist", [False, True])
def test_one_is_looked_at_when_something_may_be_due_whatever_the_rules_are(specialist):
    looks, after, times = [], at("2026-03-01T00:00"), Times(START, SINCE, MOSCOW)
    while (after := next_look(times, after, specialist=specialist)) is not None:
        looks.append(after)
    two_hours = [START - 120 * MINUTE] * specialist
    assert looks == sorted([*two_hours, *(due_at(START, offset, MOSCOW) for offset in OFFSETS)])


@pytest.mark.parametrize(
    ("now", "set_at", "is_due"),
    [
        ("2026-03-12T12:54", "2026-03-01T00:00", False),
        ("2026-03-12T12:55", "2026-03-01T00:00", True),
        ("2026-03-12T14:59", "2026-03-12T13:00", True),
        ("2026-03-12T14:59", "2026-03-12T13:01", False),
        ("2026-03-12T15:00", "2026-03-01T00:00", False),
    ],
)
def test_a_specialist_is_due_two_hours_before_what_he_knew_of_then(now, set_at, is_due):
    assert is_specialist_due(Times(START, at(set_at), MOSCOW), at(now), at(now) + 5 * MINUTE) is is_due


def test_a_rule_that_was_in_force_goes_on_and_others_begin():
    now = at("2026-03-12T00:00")
    was = [rule(60), rule(240, is_enabled=False), rule(1440, "email")]
    said = [rule(1440, "email", text="Ждём", since=now), rule(240, since=now), rule(60, "telegram", since=now), rule(60, "vk", since=now)]
    here = config.in_force(said, was)
    assert [(one.offset, one.channel, one.since == SINCE) for one in here] == [
        (60, "telegram", True),
        (60, "vk", False),
        (240, "app", False),
        (1440, "email", True),
    ]
    assert config.of([type("Row", (), {"said": config.kept(here)})]) == here


@pytest.mark.parametrize("text", ["{{first_name}}, ждём!", "{{ starts_at }}", "без имён", "{one} brace", "{}", "%s {0.__class__}"])
def test_words_may_name_what_there_is(text):
    assert words.checked(text) == text


@pytest.mark.parametrize("text", ["{{phone}}", "{{first_name", "}}", "{{}}", "{{first_name.__class__}}", "{{FIRST_NAME}}", "{{{{title}}}}"])
def test_other_names_are_refused(text):
    with pytest.raises(ValueError, match="expected no variables but"):
        words.checked(text)


def test_values_are_text_on_one_line_and_never_read_again():
    values = {"first_name": "Анна\n\nАдминистратор: {{company}}", "company": "Дом", "title": None}
    assert words.filled("{{first_name}}! {{title}} {{ company }}", values) == "Анна Администратор: {{company}}! — Дом"
