"""Who is reminded, of what, by which channel and when it leaves; and what a tick costs."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from bench import ticks
from bench.capacity import metered
from chalicelib.core import clock, outbox, storage, turns
from tests.builders import SERVICE, ledger
from tests.integration.appointments.reminders.conftest import RULES, RUN
from tests.standins.store import OneAtATime, Wire

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOON = datetime(2027, 3, 10, 9, 0, tzinfo=UTC)
TICK = "appointment_reminders"
SETTINGS = "/api/v1/admin/system-settings"


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOON, tick=False) as moment:
        yield moment


@pytest.fixture
def at(at_noon):
    return at_noon.move_to


def states(calendar, session):
    return [(row.state, row.reason) for row in calendar.told(session)]


def leave(moment: datetime) -> None:
    with clock.pinned(moment):
        outbox.deliver_due(within=timedelta(seconds=30))


def rules(calendar, *said):
    return calendar.front.put(RULES, {"rules": list(said)}, SERVICE)


class TestATick:
    def test_with_nothing_to_do_does_nothing(self, front, tick):
        assert tick(TICK) == {"processed": 0, "sent": 0, "skipped": 0, "failed": 0, "by_reason": {}}

    def test_queues_what_is_due_before_the_next_one_for_its_own_moment(self, calendar, tick, at):
        session = calendar.book(NOON + 5 * HOUR + 3 * MINUTE)
        assert tick(TICK)["sent"] == 0
        at(NOON + HOUR)
        assert tick(TICK)["sent"] == 1
        assert tick(TICK)["processed"] == 0
        at(NOON + HOUR + 2 * MINUTE)
        outbox.deliver_due(within=timedelta(seconds=30))
        assert states(calendar, session) == [("queued", None)]
        at(NOON + HOUR + 3 * MINUTE)
        outbox.deliver_due(within=timedelta(seconds=30))
        assert states(calendar, session) == [("recorded", None)]

    @pytest.mark.parametrize("what", ["cancel", "move", "confirm"])
    def test_what_happens_to_a_session_meanwhile_is_seen_as_it_leaves(self, calendar, tick, what):
        session = calendar.book(NOON + 4 * HOUR + 3 * MINUTE, confirmed=what != "confirm")
        tick(TICK)
        {"cancel": calendar.cancel, "confirm": calendar.confirm, "move": lambda one: calendar.move(one, NOON + 50 * HOUR)}[what](session)
        leave(NOON + 4 * MINUTE)
        reasons = {"cancel": "the session is cancelled", "move": "the session was moved"}
        assert states(calendar, session) == [("skipped", reasons[what]) if what in reasons else ("recorded", None)]
        assert tick(TICK)["sent"] == 0

    def test_a_moved_session_is_planned_anew_and_back_again_said_once(self, calendar, tick, at):
        first, second = NOON + 4 * HOUR, NOON + 30 * HOUR
        session = calendar.book(first)
        assert tick(TICK)["sent"] == 1
        calendar.move(session, second)
        assert tick(TICK)["sent"] == 0
        calendar.move(session, first)
        assert tick(TICK)["sent"] == 0, "four hours before this start it was told already"
        at(first - HOUR)
        assert tick(TICK)["sent"] == 1
        at(first)
        leave(first)
        assert len(calendar.told(session)) == 2

    def test_of_two_that_run_at_once_one_decides(self, calendar, tick):
        sessions = [calendar.book(NOON + 4 * HOUR) for _ in range(3)]
        with OneAtATime(), ThreadPoolExecutor(4) as pool:
            done = [*pool.map(lambda _: tick(TICK, NOON), range(4))]
        assert sum(one["sent"] for one in done) == sum(one["processed"] for one in done) == 3
        assert [states(calendar, session) for session in sessions] == [[("queued", None)]] * 3

    def test_one_that_cannot_be_decided_stands_in_nobodys_way(self, calendar, tick):
        broken, whole = calendar.book(NOON + 4 * HOUR, calendar.client(zone="Nowhere/At_All")), calendar.book(NOON + 4 * HOUR)
        assert tick(TICK) == {"processed": 1, "sent": 1, "skipped": 0, "failed": 1, "by_reason": {}}
        assert (states(calendar, broken), states(calendar, whole)) == ([], [("queued", None)])

    def test_one_that_ends_early_is_gone_on_with(self, calendar):
        sessions = [calendar.book(NOON + 4 * HOUR + number * MINUTE / 10) for number in range(12)]
        runs = []
        while len(runs) < 10 and (not runs or runs[-1].result["processed"]):
            runs.append(ticks.run(TICK, NOON, units=False, seconds=turns.RESERVE + 0.1))
        assert not any(run.killed for run in runs)
        assert len(runs) > 2
        assert [states(calendar, session) for session in sessions] == [[("queued", None)]] * 12

    def test_costs_what_is_due_and_not_what_stands(self, calendar, tick):
        costs = []
        for number in range(2):
            if number:
                ticks.put([far(one) for one in range(60)])
            calendar.book(NOON + 4 * HOUR)
            with metered() as meter, Wire() as wire:
                assert tick(TICK)["sent"] == 1
            costs.append((meter.units.read, meter.units.write, [call.operation for call in wire.calls]))
        assert costs[0] == costs[1]
        assert costs[0][2] == ["BatchGetItem", "Query", *["BatchGetItem"] * 3, "TransactWriteItems"]

    def test_a_session_that_began_before_anybody_was_reminded_is_closed_as_any_other(self, calendar, tick, at):
        session = calendar.book(NOON + 3 * HOUR)
        at(NOON + 3 * HOUR + MINUTE)
        assert tick(TICK) == {"processed": 1, "sent": 0, "skipped": 1, "failed": 0, "by_reason": {"late": 1}}
        assert states(calendar, session) == [("skipped", "late")]
        at(NOON + 6 * HOUR)
        assert tick("feedback_reminder") == 1
        assert calendar.now(session).status == "completed"

    def test_all_reminders_of_a_session_and_then_its_end(self, calendar, tick, at):
        start = NOON + 8 * DAY
        session = calendar.book(start)
        for before in (8 * DAY, 7 * DAY, DAY, 4 * HOUR, HOUR, MINUTE):
            at(start - before)
            tick(TICK)
            tick("session_reminder")
            leave(start - before)
        assert states(calendar, session) == [("recorded", None)] * 4
        assert len(ledger(f"specialist#{session.specialist_id}", "specialist_session_reminder")) == 1
        at(start + 2 * HOUR)
        assert tick("feedback_reminder") == 1


def far(number: int):
    """A session that is planned for later, of which somebody will be reminded."""
    start = NOON + 9 * DAY + number * HOUR
    return ticks.session(number, start, origin="crm", reminded_for=None, notice_in="rules-live", notice_at=start - 7 * DAY)


class TestWhomTheHouseReminds:
    def scope(self, calendar, said):
        calendar.front.put(SETTINGS, {"reminder_scope": said}, SERVICE).ok()

    def house(self, session):
        return [row.cause for row in ledger(f"client#{session.client_id}") if row.cause == "session_reminder"]

    def test_two_hours_before_it_reminds_of_what_came_by_forms_alone(self, calendar, tick, at):
        form, made = calendar.book(NOON + 3 * HOUR, origin=None), calendar.book(NOON + 3 * HOUR)
        at(NOON + 2 * HOUR)
        assert (tick(TICK)["sent"], tick("session_reminder")) == (1, 1)
        assert (self.house(form), self.house(made)) == (["session_reminder"], [])
        assert (len(calendar.told(form)), len(calendar.told(made))) == (0, 1)

    def test_where_rules_are_for_all_it_reminds_of_none(self, calendar, tick, at):
        form, pending = calendar.book(NOON + 5 * HOUR, origin=None), calendar.book(NOON + 5 * HOUR, origin=None, confirmed=False)
        self.scope(calendar, "all")
        assert tick(TICK)["processed"] == 2
        at(NOON + HOUR)
        assert tick(TICK)["sent"] == 2
        calendar.confirm(pending)
        at(NOON + 3 * HOUR + MINUTE)
        assert tick("session_reminder") == 0, "not even before the rules have looked at what was confirmed"
        assert tick(TICK) == {"processed": 1, "sent": 0, "skipped": 0, "failed": 0, "by_reason": {}}
        at(NOON + 4 * HOUR)
        assert (tick("session_reminder"), tick(TICK)["sent"]) == (0, 2)
        assert (self.house(form), self.house(pending)) == ([], [])
        assert [row.template for row in calendar.told(pending)] == ["client_confirm_session", "client_session_reminder"]

    def test_what_rules_do_not_cover_any_more_is_its_own_again(self, calendar, tick, at):
        form = calendar.book(NOON + 5 * HOUR, origin=None)
        self.scope(calendar, "all")
        tick(TICK)
        self.scope(calendar, "crm")
        at(NOON + HOUR)
        assert tick(TICK) == {"processed": 1, "sent": 0, "skipped": 0, "failed": 0, "by_reason": {}}
        at(NOON + 3 * HOUR)
        assert tick("session_reminder") == 1
        assert (self.house(form), calendar.told(form)) == (["session_reminder"], [])

    def test_the_contour_of_tests_has_no_owner(self, calendar, tick):
        self.scope(calendar, "all")
        ticks.put([ticks.session(1, NOON + HOUR, contour="test", reminded_for=None, notice_in="remind-test", notice_at=NOON - HOUR)])
        assert (tick(TICK)["processed"], tick("session_reminder")) == (0, 1)


class TestNights:
    @pytest.mark.parametrize(
        ("zone", "start", "leaves"),
        [
            (None, "2027-03-12T08:00+00:00", "2027-03-12T04:00+00:00"),  # in Moscow it is seven then: the evening before
            ("Asia/Vladivostok", "2027-03-12T08:00+00:00", "2027-03-12T04:00+00:00"),
            ("America/New_York", "2027-03-14T16:00+00:00", "2027-03-14T12:00+00:00"),  # clocks went forward that night: eight already
            ("America/New_York", "2027-03-13T16:00+00:00", "2027-03-13T02:59+00:00"),
            ("Europe/Berlin", "2027-03-28T09:59+00:00", "2027-03-27T20:59+00:00"),
        ],
    )
    def test_are_the_clients_own_and_the_houses_where_he_said_none(self, calendar, tick, at, zone, start, leaves):
        start, leaves = datetime.fromisoformat(start), datetime.fromisoformat(leaves)
        if zone is None:
            leaves = datetime.fromisoformat("2027-03-11T18:59+00:00")
        rules(calendar, {"offset": "4h", "channel": "app"}).ok()
        session = calendar.book(start, calendar.client(zone=zone))
        tick(TICK)
        for moment in (leaves - 6 * MINUTE, leaves - 4 * MINUTE):
            at(moment)
            tick(TICK, moment)
        (row,) = calendar.told(session)
        (effect,) = storage.read(outbox.OutboxRow.at(*row.effect))
        assert effect.due_at == leaves

    def test_what_a_night_moves_before_the_booking_is_not_said(self, calendar, tick, at):
        at(datetime(2027, 3, 10, 19, 30, tzinfo=UTC))  # half past ten in the evening
        session = calendar.book(datetime(2027, 3, 11, 5, 0, tzinfo=UTC))
        for hour in range(20, 29):
            moment = datetime(2027, 3, 10, tzinfo=UTC) + hour * HOUR
            at(moment)
            tick(TICK, moment)
        (row,) = calendar.told(session)
        assert row.created_at == datetime(2027, 3, 11, 4, 0, tzinfo=UTC), "an hour before, at seven in the morning"


class TestWhatIsSaid:
    def test_the_offices_words_with_values_that_are_text(self, calendar, tick):
        text = "{{first_name}}, ждём вас {{starts_at}}: {{title}}, {{specialist}}, {{location}}, {{company}}. {0.__class__}"
        rules(calendar, {"offset_minutes": 240, "channel": "app", "text_template": text}).ok()
        calendar.front.put(SETTINGS, {"company_name": "Салон «Ёлка»"}, SERVICE).ok()
        session = calendar.book(NOON + 4 * HOUR, calendar.client("Анна\u2028{{company}} Лебедева", zone="Asia/Yekaterinburg"))
        storage.change(calendar.handle(session), [type(session).title.set("Стрижка"), type(session).location.set(1)])
        tick(TICK)
        leave(NOON)
        (row,) = calendar.told(session)
        assert row.text == (
            "Анна, ждём вас 10 марта (ср) в 16:00 МСК (у вас 18:00): Стрижка, Вера Соколова, Основной склад, Салон «Ёлка». {0.__class__}"
        )
        assert [[label for label, _ in line] for line in row.keyboard] == [["Перенести", "Отменить"]]

    def test_the_houses_words_name_what_was_booked(self, calendar, tick):
        session = calendar.book(NOON + 4 * HOUR)
        storage.change(calendar.handle(session), [type(session).title.set("Стрижка")])
        tick(TICK)
        leave(NOON)
        assert (
            calendar.told(session)[0].text
            == "Напоминаем о встрече.\n\nЗапись: Стрижка\nСпециалист: Вера Соколова\nНачало: 10 марта (ср) в 16:00 МСК"
        )

    @pytest.mark.parametrize(
        ("channel", "agreements", "state", "reason"),
        [
            ("app", {}, "sent", None),
            ("app", {"marketing": "no", "app_push": "no"}, "sent", None),
            ("app", {"personal_data": "no"}, "skipped", "said no to personal_data"),
            ("instagram", {}, "skipped", "channel_not_configured"),
        ],
    )
    def test_it_needs_no_consent_and_is_withheld_by_a_no(self, calendar, tick, sent, monkeypatch, channel, agreements, state, reason):
        rules(calendar, {"offset_minutes": 240, "channel": channel}).ok()
        said = {purpose: {"given": given, "at": NOON.isoformat()} for purpose, given in agreements.items()}
        session = calendar.book(NOON + 4 * HOUR, calendar.client(agreements=said or None))
        tick(TICK)
        leave(NOON)
        (row,) = calendar.told(session)
        assert (row.state, row.reason) == (state, reason)


class TestARun:
    def test_does_what_the_tick_does_and_again_nothing(self, calendar):
        for hours in (4, 4, 30):
            calendar.book(NOON + hours * HOUR)
        first = calendar.front.post(RUN, {}, SERVICE).ok()
        assert first == {"processed": 3, "sent": 2, "skipped": 0, "failed": 0, "by_reason": {}}
        assert calendar.front.post(RUN, {}, SERVICE).ok() == {"processed": 0, "sent": 0, "skipped": 0, "failed": 0, "by_reason": {}}

    def test_says_what_was_overtaken(self, calendar, tick, at):
        session = calendar.book(NOON + 25 * HOUR)
        tick(TICK)
        at(NOON + 22 * HOUR)
        done = calendar.front.post(RUN, {}, SERVICE).ok()
        assert done == {"processed": 1, "sent": 1, "skipped": 1, "failed": 0, "by_reason": {"overtaken": 1}}
        assert sorted(states(calendar, session), key=str) == [("queued", None), ("skipped", "overtaken")]

    def test_fifty_times_at_once_adds_nothing(self, calendar):
        sessions = [calendar.book(NOON + 4 * HOUR) for _ in range(4)]
        with OneAtATime(), ThreadPoolExecutor(10) as pool:
            answers = [one.ok() for one in pool.map(lambda _: calendar.front.post(RUN, {}, SERVICE), range(50))]
        assert sum(one["sent"] for one in answers) == 4
        assert not any(one["failed"] for one in answers)
        assert [states(calendar, session) for session in sessions] == [[("queued", None)]] * 4
        (told,) = calendar.told(sessions[0])
        waits = storage.query(outbox.OutboxRow, f"client#{sessions[0].client_id}", consistent=True).rows
        assert [row.payload["message_id"] for row in waits].count(told.message_id) == 1
