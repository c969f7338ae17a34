"""Rules of reminders: who may set them, what is refused, and that a set takes the place of all."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from chalicelib.company.models import Entry
from chalicelib.core import storage
from tests.builders import SERVICE
from tests.integration.appointments.reminders.conftest import RULES, RUN
from tests.standins.store import OneAtATime, Wire

SHIPPED = [(60, "1h"), (240, "4h"), (1440, "1d"), (10_080, "1week")]
NOON = datetime(2027, 3, 10, 9, 0, tzinfo=UTC)


def put(calendar, *said, header=SERVICE):
    return calendar.front.put(RULES, {"rules": list(said)}, header)


def shown(calendar):
    return [(one["offset_minutes"], one["channel"], one["is_enabled"]) for one in calendar.front.get(RULES, SERVICE).ok()["items"]]


def kept():
    (row,) = storage.read(Entry.at("settings", "reminders"))
    return row


def test_the_four_by_the_bot_stand_where_nobody_set_any(calendar):
    answer = calendar.front.get(RULES, SERVICE).ok()
    assert answer["items"] == answer["rules"]
    assert answer["items"] == [
        {"offset_minutes": minutes, "offset": word, "channel": "app", "is_enabled": True, "text_template": ""} for minutes, word in SHIPPED
    ]


@pytest.mark.parametrize(("method", "path", "body"), [("GET", RULES, None), ("PUT", RULES, {"rules": []}), ("POST", RUN, {})])
def test_only_who_runs_the_house_may(calendar, method, path, body):
    def ask(header):
        front = calendar.front
        return front.get(path, header) if method == "GET" else getattr(front, method.lower())(path, body, header)

    assert ask({}).status == 401
    for role in ("operator", "master", "manager", "analyst"):
        calendar.hire(role, role)
        assert ask(calendar.of(role)).status == 403, "the role is looked at before what is said"
    calendar.hire("adam", "admin")
    assert ask(calendar.of("adam")).status in (200, 422)


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"offset_minutes": 61},
        {"offset_minutes": True},
        {"offset_minutes": 60.5},
        {"offset_minutes": None},
        {"offset": "2h"},
        {"offset": "1h", "offset_minutes": 240},
        {"offset_minutes": 60, "channel": "pigeon"},
        {"offset_minutes": 60, "text_template": "{{phone}}"},
        {"offset_minutes": 60, "text_template": "{{first_name"},
        {"offset_minutes": 60, "text_template": "я" * 1001},
        {"offset_minutes": 60, "text_template": "a\u202eb"},
        {"offset_minutes": 60, "text_template": "a", "text": "b"},
        {"offset_minutes": 60, "is_enabled": "maybe"},
        "1h",
    ],
)
def test_what_no_rule_is_is_refused(calendar, rule):
    answer = put(calendar, rule)
    assert (answer.status, answer.body["error"]) == (422, "invalid")
    assert "{{phone}}" not in answer.text
    assert kept() is None


@pytest.mark.parametrize(
    ("said", "loc"),
    [
        ([{"offset": ""}], ["body", "rules", 0, "offset"]),
        ([{"offset": "1h", "offset_minutes": 240}], ["body", "rules", 0, "offset_minutes"]),
        ([{"offset": "1h", "offset_minutes": "x"}], ["body", "rules", 0, "offset_minutes"]),
        ([{"offset": "1h"}, {"offset_minutes": 60}], ["body", "rules"]),
    ],
)
def test_what_no_rule_is_is_named(calendar, said, loc):
    answer = put(calendar, *said)
    assert (answer.status, [one["loc"] for one in answer.body["detail"]]) == (422, [loc])


@pytest.mark.parametrize("other", ["app", "telegram", "app_push"])
def test_each_offset_once_a_channel(calendar, other):
    assert put(calendar, {"offset": "1h", "channel": "app"}, {"offset_minutes": 60, "channel": other}).status == 422
    assert put(calendar, {"offset": "1h", "channel": "app"}, {"offset_minutes": 240, "channel": other}).status == 200


def test_one_to_twenty_eight_rules(calendar):
    channels = ("app", "email", "sms", "vk", "max", "instagram", "facebook")
    every = [{"offset_minutes": minutes, "channel": channel} for minutes, _ in SHIPPED for channel in channels]
    assert put(calendar, *every).status == 200
    assert len(shown(calendar)) == 28
    assert put(calendar, *every, {"offset": "1h", "channel": "telegram"}).status == 422
    assert put(calendar).status == 422


def test_a_set_takes_the_place_of_all_and_again_changes_nothing(calendar):
    calendar.hire("adam", "admin")
    said = [{"offset": "1d", "channel": "email", "text_template": " Ждём вас, {{first_name}} "}, {"offset": " 60 ", "enabled": False}]
    with Wire() as wire:
        answer = put(calendar, *said, header=calendar.of("adam")).ok()
    assert [call.operation for call in wire.calls][-2:] == ["BatchGetItem", "TransactWriteItems"]
    assert shown(calendar) == [(60, "app", False), (1440, "email", True)]
    assert answer["items"][1]["text_template"] == "Ждём вас, {{first_name}}"
    row = kept()
    assert (row.by, int(row.version)) == (f"staff#{calendar.ids['adam']}", 1)
    assert put(calendar, *said).ok() == answer
    assert int(kept().version) == 1
    put(calendar, {"offset": "1h"}).ok()
    assert (shown(calendar), int(kept().version)) == ([(60, "app", True)], 2)


def test_who_set_them_stands_in_the_log(calendar):
    calendar.hire("adam", "admin")
    put(calendar, {"offset": "1h"}, header=calendar.of("adam")).ok()
    found = calendar.front.get("/api/v1/admin/audit-log", SERVICE).ok()["items"]
    assert any("reminder_rules" in str(one) for one in found)


def test_sets_at_once_leave_one_of_them_whole(calendar):
    sets = [[{"offset_minutes": minutes, "channel": channel} for minutes, _ in SHIPPED] for channel in ("app", "email", "sms", "vk")]
    with OneAtATime(), ThreadPoolExecutor(4) as pool:
        answers = [*pool.map(lambda said: put(calendar, *said).status, sets)]
    assert {*answers} <= {200, 503}
    assert len({channel for _, channel, _ in shown(calendar)}) == 1
    assert len(shown(calendar)) == 4


def test_a_rule_says_nothing_of_before_it_was_set(calendar, tick):
    with time_machine.travel(NOON, tick=False) as moment:
        put(calendar, {"offset": "1h"}).ok()
        session = calendar.book(NOON + timedelta(hours=30))
        tick("appointment_reminders")
        moment.move_to(NOON + timedelta(hours=20))
        put(calendar, {"offset": "1h"}, {"offset": "1d"}, {"offset": "4h"}).ok()
        for hours in (26, 29):
            moment.move_to(NOON + timedelta(hours=hours))
            tick("appointment_reminders")
    assert [row.created_at - NOON for row in calendar.told(session)] == [timedelta(hours=26), timedelta(hours=29)]
