"""The old database's table beside our calendar: what is lost on the way is found and mended by the rules of changes that come."""

from datetime import timedelta

import pytest
import time_machine

from bench import ticks
from chalicelib.booking.slots.models import Slot
from chalicelib.core import clock, inbox, storage, turns
from chalicelib.core.inbox import InboxRow
from chalicelib.core.settings import settings
from chalicelib.intake.reconcile import comparison, rules
from chalicelib.intake.reconcile.rules import Here, There, What
from tests.builders import SERVICE, SUPABASE, change, ledger, slot, specialist, tomorrow
from tests.integration.booking.desk import ANNA, booked, cancel, session
from tests.standins.supabase import SupabaseStandIn

FREE, TAKEN = "Свободен", "Забронирован"


@pytest.fixture
def supabase(monkeypatch):
    with SupabaseStandIn() as stand_in:
        monkeypatch.setenv("SUPABASE_URL", stand_in.address)
        monkeypatch.setenv("SUPABASE_SERVICE_KEY", stand_in.key)
        settings.cache_clear()
        yield stand_in
        assert stand_in.wrong == []
    monkeypatch.undo()
    settings.cache_clear()


def row(number, moment=None, state=FREE, person="Мария Орлова", **more):
    local = (moment or tomorrow(12)) + timedelta(hours=3)
    when = {"date": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}
    return {"id": number, "psychologist": person, **when, "state": state, "ticket": None, "client_id": None, **more}


class Both:
    """The table, its hooks that may be lost, and our side of it."""

    def __init__(self, front, tick, supabase):
        self.front, self.tick, self.table = front, tick, supabase.tables["hraniteli_slots"]

    def put(self, record, *, heard=True):
        """A row comes or changes there; its hook arrives or is lost."""
        old = next((one for one in self.table if one["id"] == record["id"]), None)
        if old:
            self.table.remove(old)
        self.table.append(record)
        if heard:
            self.hook("UPDATE" if old else "INSERT", record, old)

    def remove(self, number, *, heard=True):
        old = next(one for one in self.table if one["id"] == number)
        self.table.remove(old)
        if heard:
            self.hook("DELETE", None, old)

    def hook(self, kind, record, old):
        return self.front.post("/notify-update", change(kind, record, old), SUPABASE).ok()

    def report(self):
        return self.front.get("/reconcile", SERVICE).ok()

    def differences(self):
        return [(one["slot_id"], one["what"], one["news"], one["repair"]) for one in self.report()["differences"]]

    def mend(self):
        done = self.tick("reconcile_slots")
        return {name: number for name, number in done.items() if number and name != "compared"}


@pytest.fixture
def both(front, tick, supabase):
    specialist(front)
    return Both(front, tick, supabase)


def stored(number):
    return storage.read(Slot.at(str(number)))[0]


# --- the door ---------------------------------------------------------------------------------------------------------


def test_nobody_without_the_service_key_may_compare(front, supabase):
    assert front.get("/reconcile").status == 401
    assert supabase.asked == []


def test_nothing_is_configured_nothing_is_done(front, tick):
    answer = front.get("/reconcile", SERVICE).ok()
    assert (answer["configured"], answer["differences"]) == (False, [])
    assert "SUPABASE_URL" in answer["message"]
    assert tick("reconcile_slots") == {"configured": 0}


def test_equal_calendars_do_not_differ(both):
    both.put(row(1))
    both.put(row(2, tomorrow(13), TAKEN))
    answer = both.report()
    assert (answer["configured"], answer["rows"], answer["compared"], answer["count"]) == (True, 2, 2, 0)
    assert both.mend() == {}


def test_comparing_changes_nothing(both):
    both.put(row(1), heard=False)
    assert both.report() == both.report()
    assert stored(1) is None


def test_a_difference_is_shown_from_both_sides(both):
    both.put(row(1))
    both.put(row(1, state=TAKEN), heard=False)
    (found,) = both.report()["differences"]
    assert found["here"]["state"] == "free" and found["there"]["state"] == TAKEN
    assert found["here"]["specialist"] == found["there"]["specialist"] == "Мария Орлова"
    assert (found["what"], found["news"], found["repair"]) == (["state"], True, "booked")


@pytest.mark.parametrize(("status", "body"), [(503, None), (429, None), (401, {"message": "Invalid API key"})])
def test_a_database_that_does_not_answer_is_told(front, tick, supabase, status, body):
    supabase.fail_next(status, body, n=2)
    answer = front.get("/reconcile", SERVICE)
    assert (answer.status, answer.body["error"]) == (503, "source_unavailable")
    assert tick("reconcile_slots") == {"unreachable": 1}


def test_a_key_that_is_refused_is_shown_until_the_database_lets_us_in(front, tick, supabase):
    supabase.fail_next(401, {"message": "Invalid API key"})
    tick("reconcile_slots")
    assert [one["what"] for one in front.get("/health").ok()["troubles"]] == ["supabase_user"]
    tick("reconcile_slots")
    assert front.get("/health").ok()["troubles"] == []


# --- lost changes -----------------------------------------------------------------------------------------------------


def test_a_lost_new_slot_is_added(both):
    both.put(row(1), heard=False)
    assert both.differences() == [("1", ["missing_here"], True, "added")]
    assert both.mend() == {"added": 1}
    assert stored(1).state == "free" and stored(1).start_at == tomorrow(12)
    assert both.mend() == {}


def test_a_lost_booking_takes_the_slot(both):
    both.put(row(1))
    both.put(row(1, state=TAKEN), heard=False)
    assert both.mend() == {"booked": 1}
    assert stored(1).state == "taken"
    assert both.mend() == {} and both.differences() == []


def test_a_lost_booking_of_a_client_makes_his_session(both, front):
    front.post("/client-registration", {"user_id": ANNA}, SERVICE).ok()
    both.put(row(1))
    both.put(row(1, state=TAKEN, client_id="br0001"), heard=False)
    assert both.mend() == {"booked": 1}
    history = front.get("/client-sessions-history", SERVICE, client_telegram=ANNA).ok()["sessions"]
    assert [one["status"] for one in history] == ["pending"]


def test_a_lost_release_frees_the_slot_and_cancels_what_the_database_had_booked(both, front):
    front.post("/client-registration", {"user_id": ANNA}, SERVICE).ok()
    both.put(row(1))
    both.put(row(1, state=TAKEN, client_id="br0001"))
    both.put(row(1), heard=False)
    assert both.mend() == {"cancelled": 1}
    assert stored(1).state == "free"
    history = front.get("/client-sessions-history", SERVICE, client_telegram=ANNA).ok()["sessions"]
    assert [one["status"] for one in history] == ["cancelled"]


def test_a_lost_new_time_moves_the_free_slot(both):
    both.put(row(1))
    both.put(row(1, tomorrow(17)), heard=False)
    assert both.differences() == [("1", ["time"], True, "updated")]
    assert both.mend() == {"updated": 1}
    assert stored(1).start_at == tomorrow(17)


def test_a_lost_new_specialist_takes_the_free_slot_over(both, front):
    other = specialist(front, "Олег Ветров", telegram_id="5550002")
    both.put(row(1))
    both.put(row(1, person="Ветров Олег"), heard=False)
    assert both.differences() == [("1", ["specialist"], True, "updated")]
    assert both.mend() == {"updated": 1}
    assert stored(1).specialist_id == other


def test_a_lost_removal_removes_the_slot(both):
    both.put(row(1))
    both.put(row(2, tomorrow(13)))
    both.remove(1, heard=False)
    assert both.differences() == [("1", ["missing_there"], True, "deleted")]
    assert both.mend() == {"deleted": 1}
    assert stored(1).state == "deleted"
    assert both.mend() == {}


def test_a_slot_that_came_back_unheard_is_added_again(both):
    both.put(row(1))
    both.put(row(2, tomorrow(13)))
    both.remove(1)
    both.put(row(1), heard=False)
    assert both.mend() == {"added": 1}
    assert stored(1).state == "free"


def test_the_same_loss_happens_again_and_is_mended_again(both):
    moment, begun = tomorrow(12), clock.wall()
    both.put(row(1, moment))
    for hour in range(3):
        with time_machine.travel(begun + timedelta(hours=hour + 1)):
            both.put(row(1, moment, TAKEN), heard=False)
            assert both.mend() == {"booked": 1}
            both.put(row(1, moment), heard=False)
            assert both.mend() == {"freed": 1}


# --- what was decided here --------------------------------------------------------------------------------------------


def test_a_booking_made_here_is_known_and_left_alone(both, front):
    both.put(row(1))
    ticket_id = booked(front, "1")
    assert both.differences() == [("1", ["state"], False, None)]
    assert both.mend() == {}
    assert session(ticket_id).status == "pending"


def test_a_session_cancelled_here_is_not_booked_again(both, front):
    front.post("/client-registration", {"user_id": ANNA}, SERVICE).ok()
    both.put(row(1))
    answer = both.front.post("/notify-update", change("UPDATE", row(1, state=TAKEN, client_id="br0001"), row(1)), SUPABASE).ok()
    both.table[:] = [row(1, state=TAKEN, client_id="br0001")]
    cancel(front, answer["ticket_id"]).ok()
    assert both.mend() == {}
    assert stored(1).state == "free"


def test_a_slot_of_the_back_office_is_none_of_the_databases(both, front):
    both.put(row(1))
    slot(front, stored(1).specialist_id, tomorrow(18))
    assert both.differences() == [] and both.mend() == {}


def test_a_booking_made_here_survives_an_edit_of_the_free_row(both, front):
    both.put(row(1))
    ticket_id = booked(front, "1")
    both.put(row(1, ticket="someone", state=FREE), heard=False)
    assert "cancelled" not in both.mend()
    assert session(ticket_id).status == "pending"


def test_a_contradiction_is_reported_once(both, front):
    both.put(row(1))
    ticket_id = booked(front, "1")
    both.put(row(1, state=TAKEN, client_id="stranger-9"), heard=False)
    assert both.differences() == [("1", ["owner"], True, "contradiction")]
    assert both.mend() == {"contradiction": 1}
    assert both.mend() == {} and both.mend() == {}
    assert len(ledger("admin", "admin_contradiction")) == 1
    assert session(ticket_id).status == "pending"


def test_a_removal_that_contradicts_a_booking_is_reported_once(both, front):
    both.put(row(1))
    both.put(row(2, tomorrow(13)))
    ticket_id = booked(front, "1")
    both.remove(1, heard=False)
    assert both.mend() == {"contradiction": 1}
    assert both.mend() == {}
    assert len(ledger("admin", "admin_contradiction")) == 1
    assert session(ticket_id).status == "pending"


def test_a_hold_for_an_application_is_no_difference(both, front):
    both.put(row(1))
    body = {"name": "Анна", "contact": {"type": "phone", "value": "+79045501567"}, "selected_slots": ["1"]}
    front.post("/submit-application", body).ok()
    assert stored(1).state == "held"
    assert both.differences() == []


# --- what cannot be told ----------------------------------------------------------------------------------------------


def test_a_row_that_cannot_be_used_is_refused_once_and_kept_for_an_operator(both):
    specialist(both.front, id="second")
    both.put(row(1), heard=False)
    assert both.differences()[0][:3] == ("1", ["missing_here"], True)
    for _ in range(3):
        assert both.mend() == {"refused": 1}
    kept = [one for one in InboxRow.scan() if one.source == "reconcile"]
    assert [one.state for one in kept] == ["refused"]


def test_a_row_before_its_specialist_waits_once_however_often_it_is_read(both):
    both.put(row(1, person="Никто Неизвестный"), heard=False)
    assert both.differences() == [("1", ["missing_here"], True, "waiting")]
    assert [both.mend(), both.mend()] == [{"waiting": 1}, {"repeated": 1}]
    assert sorted((one.source, one.state) for one in InboxRow.scan() if one.operation) == [
        ("reconcile", "done"),
        ("supabase", "waiting"),
    ]


def test_rows_that_make_no_sense_are_named(both):
    both.put(row(1), heard=False)
    both.put(row(2, date="31.02", time="10:00"), heard=False)
    both.put(row(3, minutes=-5), heard=False)  # a side column: the row is read
    both.put(row(4, date=None), heard=False)
    assert both.report()["unreadable"] == ["2", "4"]
    assert both.mend() == {"added": 2, "unreadable": 2}


def test_past_slots_are_nobodys_to_book(both):
    both.put(row(1, tomorrow(12, days=-2)), heard=False)
    both.put(row(2))
    past = tomorrow(12, days=-1)
    storage.change(stored(2), [Slot.start_at.set(past)])
    both.put(row(2, past, TAKEN), heard=False)
    assert both.differences() == [] and both.mend() == {}


def test_an_old_row_without_a_year_is_not_taken_for_next_years(both):
    long_ago = clock.wall() - timedelta(days=60) + timedelta(hours=3)
    both.put(row(1, date=f"{long_ago:%d.%m}"), heard=False)
    soon = tomorrow(12, days=20) + timedelta(hours=3)
    both.put(row(2, date=f"{soon:%d.%m}"), heard=False)
    assert both.mend() == {"added": 1}
    assert stored(1) is None


def test_an_empty_table_is_not_believed(both):
    both.put(row(1))
    both.table.clear()
    assert both.report()["withheld"] == 1
    assert both.mend() == {"withheld": 1}
    assert stored(1).state == "free"
    assert [one["what"] for one in both.front.get("/health").ok()["troubles"]] == ["supabase_table"]
    both.put(row(1), heard=False)
    both.mend()
    assert both.front.get("/health").ok()["troubles"] == []


def test_a_change_told_after_the_table_was_read_wins(both, supabase):
    both.put(row(1))
    both.put(row(1, state=TAKEN), heard=False)
    freed = row(1)
    seen = []

    def meanwhile(asked):
        if len(seen) == 1:  # the first page is read; its row changes before it is acted on
            both.hook("UPDATE", freed, row(1, state=TAKEN))
        seen.append(asked)

    supabase.before = meanwhile
    assert both.mend() == {"ignored": 1}
    assert stored(1).state == "free"


def test_a_later_change_of_the_databases_own_clock_wins(both):
    stamp = "2026-11-20T10:00:{:02d}+00:00"
    both.put(row(1, updated_at=stamp.format(30)))
    both.table[:] = [row(1, state=TAKEN, updated_at=stamp.format(10))]
    assert both.mend() == {"ignored": 1}
    assert stored(1).state == "free"


def test_a_change_left_in_the_inbox_is_taken_up_by_the_sweep(both):
    both.put(row(1), heard=False)
    done = comparison.compare(iter(both.table))
    (found,) = done.found
    mail = inbox.Mail(
        "reconcile", "1#killed", "POST /notify-update", found.change.model_dump_json(by_alias=True).encode(), "application/json"
    )
    receipt = inbox.receive(mail)
    storage.change(InboxRow.row(receipt.inbox_id), [InboxRow.received_at.set(clock.wall() - timedelta(minutes=5))])
    both.tick("sweep")
    assert stored(1).state == "free"


def test_long_tables_are_compared_whole(both, supabase):
    supabase.most = 50
    for number in range(130):
        both.put(row(number + 1, tomorrow(10, days=1 + number // 10) + timedelta(minutes=60 * (number % 10))), heard=False)
    answer = both.report()
    assert (answer["rows"], answer["count"], len(answer["differences"])) == (130, 130, 100)


# --- rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("missing", "known", "rows", "believed"),
    [(0, 0, 0, False), (1, 1, 0, False), (20, 20, 5, True), (21, 42, 5, True), (21, 41, 5, False), (0, 100, 1, True)],
)
def test_many_missing_slots_are_not_believed(missing, known, rows, believed):
    assert rules.believable(missing, known, rows) is believed


def test_a_row_that_changed_unseen_changed_its_owner():
    there = There(True, "b", same_time=True, same_specialist=True)
    assert rules.differ(Here(True, "a"), there) == (What.OWNER,)
    assert rules.differ(Here(True, "b"), there) == ()
    assert rules.differ(Here(True, None), there) == ()
    assert rules.differ(Here(False, "a"), There(True, "b", same_time=False, same_specialist=False)) == (
        What.STATE,
        What.TIME,
        What.SPECIALIST,
    )


def test_a_repair_ends_in_time_and_the_next_one_goes_on(both):
    for number in range(1, 13):
        both.put(row(number, tomorrow(1) + timedelta(hours=number)), heard=False)
    runs = [ticks.run("reconcile_slots", clock.wall(), units=False, seconds=turns.RESERVE + 0.3) for _ in range(5)]
    added = [run.result.get("added", 0) for run in runs]
    assert sum(added) == 12 and 0 < added[0] < 12
    assert not any(run.killed for run in runs)


def test_a_table_that_is_longer_than_a_tick_is_read_on_where_it_was_left(both, supabase):
    for number in range(1, 251):
        both.put(row(f"{number:03}", tomorrow(10), TAKEN), heard=False)
    starts = []
    for _ in range(4):
        ticks.run("reconcile_slots", clock.wall(), units=False, seconds=turns.RESERVE + 0.03)
        starts.append(turns.place("reconcile_rows"))
    assert starts[:2] == ["200", None], "half of the time is for reading, and what is left of the table comes next"
    assert starts[2:] == ["200", None]
