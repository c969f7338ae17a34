"""A slot row changes there: it is booked, cancelled, blocked or left here, and never owned twice."""

import pytest
import time_machine

from chalicelib.clients.models import Client
from chalicelib.core import storage
from chalicelib.core.inbox import InboxRow
from chalicelib.intake.tickets.service import Ticket
from tests.builders import SERVICE, SUPABASE, client_row, moscow, slot, specialist, tomorrow
from tests.integration.booking import desk
from tests.integration.intake.rows.database import FREE, Row, lead, ours, sample, told

BOOKED = ["client_session_booked", "specialist_session_booked"]
CANCELLED = ["client_session_cancelled", "specialist_session_cancelled"]


@pytest.mark.parametrize("headers", [None, {"X-Webhook-Secret": "guess"}, {"X-Webhook-Secret": ""}, SERVICE])
def test_only_the_database_has_the_secret(front, person, headers):
    answer = front.post("/notify-update", sample("slot_inserted"), headers)
    assert (answer.status, answer.body["error"]) == (401, "unauthorized")
    assert not list(InboxRow.scan()), "what strangers send is not kept"


@pytest.mark.parametrize(
    ("body", "loc"),
    [
        ({}, ["body", "type"]),
        ({"type": "UPSERT", "table": "hraniteli_slots", "record": {"id": 1}}, ["body", "type"]),
        ({"type": "INSERT", "table": "hraniteli_slots", "record": {"state": FREE}}, ["body", "record", "id"]),
        ({"type": "DELETE", "table": "hraniteli_slots", "old_record": {"state": FREE}}, ["body", "old_record", "id"]),
        ({"type": "INSERT", "table": "hraniteli_slots", "record": {"id": 1, "psychologist": "63"}}, ["body", "record", "date"]),
        (
            {
                "type": "INSERT",
                "table": "hraniteli_slots",
                "record": {"id": 1, "psychologist": "63", "date": "2031-02-30", "time": "10:00"},
            },
            ["body", "record", "date"],
        ),
    ],
)
def test_what_a_row_lacks_is_named_and_the_event_kept(front, person, body, loc):
    answer = front.post("/notify-update", body, SUPABASE)
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, loc)
    assert [row["state"] for row in front.get("/inbox", SERVICE, state="refused").ok()["inbox"]] == ["refused"]


@pytest.mark.parametrize("named", [None, "Ольга Белова"], ids=["nobody", "one of two"])
def test_a_row_of_nobodys_time_is_refused_and_may_be_replayed(front, named):
    people = [specialist(front, id=one, name="Ольга Белова") for one in ("71", "72")] if named else []
    refused = Row(front, psychologist=named).insert()
    assert (refused.status, refused.body["error"]) == (404, "specialist_not_found")
    (kept,) = front.get("/inbox", SERVICE, state="refused").ok()["inbox"]
    for person in people[1:]:
        front.delete(f"/specialists/{person}", SERVICE).ok()
    again = front.post(f"/inbox/{kept['inbox_id'].replace('#', '%23')}/replay", None, SERVICE)
    assert again.status == 200 if named else again.status != 200


@pytest.mark.parametrize(
    ("column", "value"),
    [(column, True) for column in ("psychologist", "date", "time", "state")]
    + [(column, value) for column in ("psychologist", "state") for value in (False, [1], "я" * 201)],
)
def test_a_column_that_decides_is_refused_by_its_name_where_it_cannot_be_read(front, row, column, value):
    ticket = row.take().ok()["ticket_id"]
    refused = row.update(**{column: value})
    assert (refused.status, refused.body["detail"][0]["loc"]) == (422, ["body", "record", column])
    assert desk.status(front, ticket) == "pending", "an unreadable state is not a free one"


def test_a_side_column_that_cannot_be_read_is_named_in_the_answer(front, row):
    answer = row.take(None, ticket=True, minutes=True, updated_at=True).ok()
    assert (answer["result"], answer["reason"]) == ("booked", "no client is named")
    assert answer["warnings"] == [f"{column}: not understood, left as it was" for column in ("ticket", "updated_at", "minutes")]


def test_a_table_of_no_concern_is_ignored(front):
    assert told(front.post("/notify-update", sample("other_table"), SUPABASE)) == ("ignored", "unknown table")


def test_the_samples_tell_one_slots_life(front, person):
    story = ["slot_inserted", "slot_taken", "slot_freed", "slot_moved", "slot_deleted"]
    results = [front.post("/notify-update", sample(name), SUPABASE).ok()["result"] for name in story]
    assert results == ["added", "booked", "cancelled", "updated", "deleted"]


def test_a_new_free_row_is_offered_by_its_own_id(front, person):
    assert told(Row(front).insert()) == ("added", None)
    (shown,) = front.get("/get-available-slots", date_to="2031-03-14").ok()["slots"]
    assert (shown["id"], shown["psychologist_id"], shown["start_at"]) == ("4817", "63", "2031-03-14T07:00:00Z")


def test_moscow_times_without_a_year_are_the_next_such(front, person):
    date, time = moscow(tomorrow(9)).split()
    Row(front, date=date, time=f"{time}:00").insert().ok()
    assert desk.stored("4817").start_at == tomorrow(9)


@pytest.mark.parametrize(
    "columns",
    [
        {"confirmed": ""},
        {"confirmed": "infinity"},
        {"minutes": 0},
        {"minutes": "час"},
        {"updated_at": "infinity"},
        {"date": "2031-03-14T00:00:00+00:00"},
        {"date": "14.03.31"},
        {"time": "10:00:00+03"},
        {"ticket": "", "client_id": "null"},
    ],
)
def test_no_row_is_lost_for_a_cell_that_says_nothing(front, person, columns):
    assert told(Row(front, **columns).insert())[0] == "added"
    standing = desk.stored("4817")
    assert (standing.start_at.isoformat(), standing.minutes, standing.state) == ("2031-03-14T07:00:00+00:00", 60, "free")


@pytest.mark.parametrize("reference", ["63", "белова ольга"])
def test_a_specialist_is_named_by_id_or_name(front, person, reference):
    Row(front, psychologist=reference).insert().ok()
    assert desk.stored("4817").specialist_id == "63"


def test_a_resting_specialists_new_row_is_not_offered(front):
    specialist(front, id="63", name="Ольга Белова", active=False)
    Row(front).insert().ok()
    assert desk.free(front, date_to="2031-03-14") == desk.free(front, date_to="2031-03-14", psychologist="63") == []


def test_a_row_that_is_taken_books_its_client(front, row):
    answer = row.take().ok()
    assert answer["result"] == "booked"
    session = desk.session(answer["ticket_id"])
    assert (session.slot_id, session.status, session.lead_number) == ("4817", "pending", "br0001")
    assert desk.said(answer["ticket_id"], cause="database_booked") == BOOKED
    assert desk.free(front, date_to="2031-03-14") == []


def test_a_confirmed_row_books_a_confirmed_session(front, row):
    ticket = row.take(confirmed=True).ok()["ticket_id"]
    assert desk.status(front, ticket) == "confirmed"
    assert desk.said(ticket) == ["client_session_confirmed", "specialist_session_booked"]


def test_a_taken_row_that_is_new_is_booked_too(front, person):
    answer = front.post("/notify-update", sample("slot_inserted_taken"), SUPABASE).ok()
    assert (answer["result"], desk.session(answer["ticket_id"]).slot_id) == ("booked", "4818")


def test_an_update_of_a_row_never_seen_is_as_good_as_a_new_one(front, person):
    assert told(front.post("/notify-update", sample("slot_taken"), SUPABASE))[0] == "booked"
    assert told(Row(front, id=4820, time="15:00").update(state=FREE))[0] == "added"


def test_an_unknown_client_is_made_once_by_the_other_systems_id(front, person, row):
    other = Row(front, id=4820, time="15:00")
    other.insert().ok()
    one, two = row.take().ok()["ticket_id"], other.take().ok()["ticket_id"]
    assert desk.session(one).client_id == desk.session(two).client_id
    assert lead(front) == "br0002", "nobody else was made"


@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_a_client_of_ours_is_found_by_his_lead_number(front, row, case):
    number = lead(front)
    ticket = row.take(case(number)).ok()["ticket_id"]
    assert desk.session(ticket).lead_number == number


def test_a_ticket_of_ours_gets_the_session(front, person, row):
    ticket = desk.applied(front, slot(front, person, tomorrow(15)))
    assert row.take(None, ticket=ticket).ok()["ticket_id"] == ticket
    assert desk.status(front, ticket) == "pending"


def test_a_form_s_ticket_that_is_another_client_s_gets_no_session(front, row):
    typed = desk.applied(front)
    Ticket.row(typed).update(actions=[Ticket.tie.set("typed")])  # of a client whom the form merely named
    boris = lead(front, desk.BORIS)
    ticket = row.take(boris, ticket=typed).ok()["ticket_id"]
    assert ticket != typed
    assert desk.session(ticket).lead_number == boris
    assert client_row(boris).client_id == storage.read(Ticket.at(ticket))[0].client_id


def test_a_row_that_names_nobody_only_blocks_the_slot(front, row):
    assert told(row.take(None)) == ("booked", "no client is named")
    assert desk.stored("4817").state == "taken"
    assert desk.free(front, date_to="2031-03-14") == []
    assert desk.said() == []
    assert told(row.release())[0] == "freed"
    assert desk.free(front, date_to="2031-03-14") == ["4817"]
    assert desk.said() == []


@pytest.mark.parametrize("number", ["br0042", " BR0042", "tbr0042"])
def test_a_number_of_ours_that_nobody_bears_makes_no_client_who_would_be_anothers_tomorrow(front, row, number):
    assert told(row.take(number)) == ("booked", "no client has this number")
    assert (desk.stored("4817").state, list(Client.scan())) == ("taken", [])
    assert desk.said() == ["admin_contradiction"]


@pytest.mark.parametrize("paid", [False, True])
def test_a_freed_row_cancels_and_tells_both_once(front, row, paid):
    ticket = row.take(confirmed=paid).ok()["ticket_id"]
    assert [told(answer)[0] for answer in (row.release(), row.update(), row.update())] == ["cancelled", "ignored", "ignored"]
    assert desk.status(front, ticket) == "cancelled"
    assert desk.said(ticket, cause="database_cancelled") == CANCELLED
    assert desk.free(front, date_to="2031-03-14") == ["4817"]


def test_a_deleted_taken_row_cancels_and_its_slot_is_gone(front, row):
    ticket = row.take().ok()["ticket_id"]
    assert [told(row.delete())[0] for _ in range(3)] == ["deleted"] * 3
    assert desk.status(front, ticket) == "cancelled"
    assert desk.said(ticket, cause="database_cancelled") == CANCELLED
    assert desk.free(front, date_to="2031-03-14") == []
    assert front.delete("/slots/4817", SERVICE).status == 404


def test_a_deleted_free_row_is_gone_and_may_come_back(front, row):
    assert told(row.delete())[0] == "deleted"
    assert told(row.take()) == ("ignored", None), "an update of a row that is gone is late"
    row.columns |= {"state": FREE, "client_id": None}
    assert told(row.insert())[0] == "added"
    assert desk.free(front, date_to="2031-03-14") == ["4817"]


def test_a_delete_of_a_row_never_seen_leaves_nothing_to_offer(front, person):
    row = Row(front)
    assert told(row.delete())[0] == "deleted"
    assert told(row.insert()) == ("ignored", "late"), "the insert that it overtook"
    assert desk.free(front, date_to="2031-03-14") == []


@pytest.mark.parametrize("columns", [{}, {"updated_at": "2031-02-21T08:00:00+00:00"}, {"created_at": None}])
def test_a_change_of_no_state_is_ignored(front, row, columns):
    assert told(row.update(**columns)) == ("ignored", None)
    assert desk.free(front, date_to="2031-03-14") == ["4817"]


def test_a_free_rows_new_time_moves_the_slot(front, row):
    assert told(row.update(date="2031-03-15", time="12:30")) == ("updated", None)
    assert desk.free(front, date_to="2031-03-14") == []
    assert desk.free(front, date_from="2031-03-15", date_to="2031-03-15", psychologist="63") == ["4817"]
    assert desk.stored("4817").start_at.isoformat() == "2031-03-15T09:30:00+00:00"


def test_a_free_rows_new_specialist_gets_the_slot(front, row):
    specialist(front, id="64", name="Инна Чайка")
    assert told(row.update(psychologist="Чайка Инна"))[0] == "updated"
    assert desk.free(front, date_to="2031-03-14", psychologist="63") == []
    assert desk.free(front, date_to="2031-03-14", psychologist="64") == ["4817"]


def test_a_row_that_was_freed_without_a_word_and_then_moved_frees_and_moves_nobody(front, row):
    ticket = row.take().ok()["ticket_id"]
    row.columns |= {"state": FREE}
    assert told(row.update(time="12:30"))[0] == "cancelled"
    assert desk.session(ticket).start_at.isoformat() == "2031-03-14T07:00:00+00:00"
    assert desk.session(ticket).status == "cancelled"
    assert desk.stored("4817").state == "free", "its new time is the next reconciliation's"


def test_a_held_slots_new_time_is_reported_and_the_hold_stands(front, person):
    slot_id, row = ours(front, person)
    ticket = desk.applied(front, slot_id)
    assert told(row.update(time="23:30"))[0] == "contradiction"
    assert desk.status(front, desk.followed(front, ticket)) == "pending"
    assert desk.session(ticket).start_at == tomorrow(12)


def test_a_slot_moved_after_its_hold_is_not_booked_at_the_old_time(front, person):
    slot_id, row = ours(front, person, tomorrow(12, days=3))
    ticket = desk.applied(front, slot_id)
    with time_machine.travel(tomorrow(12, days=2)):
        assert told(row.update(time="18:30"))[0] == "updated"
        answer = front.post("/process-link", {"user_id": desk.ANNA, "ticket_id": ticket}, SERVICE).ok()
        assert answer["slot_time"] is None, "the client chose another time"
        assert desk.stored(slot_id).state == "free"


@pytest.mark.parametrize("spoil", [{"state": "Занят", "client_id": None}, {"time": "18:30"}], ids=["blocked", "moved"])
def test_an_overdue_payment_gives_way_to_the_database(front, tick, person, spoil):
    slot_id, row = ours(front, person, tomorrow(12, days=3))
    ticket = desk.reserved(front, person, slot_id)
    with time_machine.travel(tomorrow(12, days=2)):
        assert told(row.update(**spoil))[0] in ("booked", "updated")
        assert desk.status(front, ticket) == "cancelled"
        assert desk.stored(slot_id).session_id is None
        assert tick("sweep")["payments"] == 0
        assert desk.said(ticket, cause="payment_expired") == ["client_payment_expired", "specialist_session_cancelled"]
