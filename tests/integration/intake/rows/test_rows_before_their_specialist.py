"""A slot's row before its specialist waits, is shown with whom it waits for, and is decided once he comes by any way."""

from datetime import timedelta

import pytest
import time_machine

from chalicelib.core import clock, waiting
from chalicelib.core.inbox import InboxRow
from chalicelib.intake.rows import coming
from tests.builders import SERVICE, ledger, moscow, specialist, tomorrow
from tests.integration.booking import desk
from tests.integration.intake.rows.database import NAME, early, effects, fire, listed, offered, told

TABLE = "hraniteli_psychologists"


@pytest.fixture
def row(front):
    """One that waits."""
    row = early(front)
    assert told(row.insert())[0] == "waiting"
    return row


def test_it_is_answered_with_whom_it_waits_for_shown_and_counted(front):
    row = early(front)
    answer = row.insert().ok()
    assert (answer["result"], answer["reason"]) == ("waiting", f"waits for the specialist {NAME}, at most 90 days")
    (entry,) = listed(front)
    assert entry["waits"] == {
        "waits_for": NAME,
        "slot": "301",
        "time": f"{row.columns['date']} {row.columns['time']}",
        "since": entry["received_at"],
    }
    assert (entry["state"], entry["source"], entry["error"]) == ("waiting", "supabase", None)
    assert front.get("/health").ok()["events_waiting"] == 1
    assert (listed(front, "refused"), listed(front, "received")) == ([], [])
    (kept,) = [one for one in InboxRow.scan() if one.state == "waiting"]
    assert kept.expires_at > clock.wall() + timedelta(days=89)


def comes_by_the_office(front):
    specialist(front, id="v1", name="Елкина  вера")


def comes_by_his_row(front):
    fire(front, "INSERT", {"id": "v1", "name": "ёлкина Вера"}, None, TABLE).ok()


def comes_by_a_new_name(front):
    specialist(front, id="v1", name="Вера Петрова")
    effects()
    assert listed(front)
    front.put("/specialists/v1", {"name": NAME}, SERVICE).ok()


@pytest.mark.parametrize("comes", [comes_by_the_office, comes_by_his_row, comes_by_a_new_name])
def test_it_becomes_a_slot_when_he_comes(front, row, comes):
    comes(front)
    effects()
    assert (desk.stored("301").specialist_id, desk.stored("301").start_at) == ("v1", tomorrow(12, days=3))
    assert listed(front) == listed(front, "refused") == []
    assert front.get("/health").ok()["events_waiting"] == 0


def test_he_may_be_named_by_his_id(front):
    early(front, person="v1").insert().ok()
    early(front, "302", 15, person="v2").insert().ok()
    specialist(front, id="v1", name="Кто Угодно")
    effects()
    assert desk.stored("301").specialist_id == "v1"
    assert [entry["waits"]["waits_for"] for entry in listed(front)] == ["v2"]


def test_a_taken_row_books_its_client_and_both_are_told_once(front):
    early(front, state="Занят", client_id=90417, confirmed=True).insert().ok()
    assert desk.said() == []
    specialist(front, id="v1", name=NAME)
    effects()
    coming.arrived("v1")
    coming.look()
    assert desk.stored("301").state == "booked"
    assert desk.said() == ["client_session_confirmed", "specialist_session_booked"]


def test_they_are_decided_in_the_order_in_which_they_came(front):
    for name in ("303", "301", "302"):
        early(front, name).insert().ok()
    specialist(front, id="v1", name=NAME)
    effects()
    assert [desk.stored(name).state for name in ("301", "302", "303")] == ["cut", "cut", "free"], "three rows of one hour"


def test_the_last_word_of_a_slot_waits(front, row):
    since = listed(front)[0]["waits"]["since"]
    date, time = moscow(tomorrow(16, days=4)).split()
    assert told(row.update(date=date, time=time))[0] == "waiting"
    (entry,) = listed(front)
    assert (entry["waits"]["time"], entry["waits"]["since"]) == (f"{date} {time}", since)
    specialist(front, id="v1", name=NAME)
    effects()
    assert desk.stored("301").start_at == tomorrow(16, days=4)


def test_the_same_word_again_changes_nothing(front, row):
    (before,) = [one for one in InboxRow.scan() if one.state == "waiting"]
    assert {told(row.insert())[0] for _ in range(3)} == {"waiting"}
    (after,) = [one for one in InboxRow.scan() if one.state == "waiting"]
    assert before.attribute_values == after.attribute_values


def test_an_older_word_is_late(front):
    row = early(front, updated_at="2031-02-20T12:10:00+03:00")
    row.insert().ok()
    assert told(row.update(time="20:30", updated_at="2031-02-20T09:09:00+00:00")) == ("ignored", "late")
    assert listed(front)[0]["waits"]["time"].endswith("12:00")


def test_a_row_that_is_gone_waits_no_more(front, row):
    gone = dict(row.columns)
    assert told(row.delete())[0] == "deleted"
    assert listed(front) == []
    assert told(row.update(time="20:30")) == ("ignored", "late"), "its update was overtaken"
    specialist(front, id="v1", name=NAME)
    effects()
    assert offered(front) == []
    row.columns = gone
    assert told(row.insert())[0] == "added", "and a new row of that id is a new one"


def test_a_later_word_that_could_be_decided_ends_the_waiting(front, row):
    specialist(front, id="o1", name="Ольга Белова")
    assert told(row.update(psychologist="Ольга Белова"))[0] == "added"
    assert listed(front) == []
    specialist(front, id="v1", name=NAME)
    effects()
    assert desk.stored("301").specialist_id == "o1"


def test_one_made_anew_in_a_deleted_ones_place_waits_and_may_be_corrected(front, person):
    row = early(front, person="63")
    row.insert().ok()
    row.delete().ok()
    row.columns["psychologist"] = NAME
    assert told(row.insert())[0] == "waiting"
    assert told(row.update(time="20:30"))[0] == "waiting"
    assert told(row.update(psychologist="63"))[0] == "added"
    assert (desk.stored("301").state, listed(front)) == ("free", [])


def test_what_is_no_row_or_of_the_past_does_not_wait(front):
    refused = early(front, date=None).insert()
    assert (refused.status, refused.body["detail"][0]["loc"]) == (422, ["body", "record", "date"])
    date, time = moscow(tomorrow(12) - timedelta(days=3)).split()
    assert told(early(front, "302", date=date, time=time).insert()) == ("ignored", "past")
    assert listed(front) == []


def test_one_whose_hour_has_begun_when_he_comes_is_of_the_past(front, row):
    with time_machine.travel(tomorrow(13, days=3)):
        specialist(front, id="v1", name=NAME)
        effects()
        assert (listed(front), offered(front)) == ([], [])


def test_what_is_refused_then_is_told_once_and_stands_among_the_refused(front, row):
    for one in ("v1", "v2"):
        specialist(front, id=one, name=NAME)
    effects()
    coming.look()
    (message,) = ledger("admin", "admin_waiting_row_refused")
    assert (message.values["slot"], message.values["their_specialist"], message.values["ambiguous"]) == ("301", NAME, NAME)
    (kept,) = listed(front, "refused")
    assert (kept["error"]["error"], kept["waits"], listed(front)) == ("specialist_not_found", None, [])


def test_more_than_may_wait_is_refused_as_ever(front, row, monkeypatch):
    monkeypatch.setattr(waiting, "MOST", 1)
    assert early(front, "302", 15).insert().status == 404
    assert told(row.update(time="20:30"))[0] == "waiting", "in its own place"
    assert (len(listed(front)), len(listed(front, "refused"))) == (1, 1)


def test_an_operator_may_ask_again_and_it_waits_still(front, row):
    (entry,) = listed(front)
    path = f"/inbox/{entry['inbox_id'].replace('#', '%23')}/replay"
    assert front.post(path, None, SERVICE).ok()["answer"]["result"] == "waiting"
    assert listed(front) == [entry]
