"""Leads follow the log: opened, moved, won, merged and judged once, however often it is told and whoever is killed when."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

import chalicelib.ops.jobs  # noqa: F401  registers who follows the log
from chalicelib.clients.index.rules import place
from chalicelib.clients.models import Client
from chalicelib.core import clock, facts, ids, storage
from chalicelib.core.facts import FactRow, followers, rows
from chalicelib.core.settings import settings
from chalicelib.sales.following import service
from chalicelib.sales.leads.models import Lead, Past
from tests.builders import SERVICE, apply_for, book, client_row, sample, slot, specialist, tomorrow
from tests.standins.store import Killed, OneAtATime, Wire, contents, restore, snapshot


def everything() -> list[FactRow]:
    wall = clock.wall()
    return list(rows.log(wall - timedelta(hours=1), wall + timedelta(hours=1)))


def lead(number: int = 1) -> Lead | None:
    return storage.read(Lead.at(place("live", number)))[0]


def happens(kind: str, number: int = 1, *, ref: str = "r1", at=None, **data) -> FactRow:
    """A fact of a client, as if its package had told it."""
    wall, fact_id = at or clock.wall(), ids.new()
    where = {"logged_in": rows.days.hour_key("live", ids.moment(fact_id), fact_id), "day": facts.day_of(wall)}
    row = FactRow(client_row(f"br{number:04d}").client_id, fact_id, kind=kind, contour="live", happened_at=wall, ref=ref, **where)
    row.actor, row.data = "client", data
    tx = storage.Transaction()
    tx.put(row)
    tx.commit()
    return row


def read_on() -> None:
    followers.read_on(service.NAME)


def past(number: int, kind: str) -> list[Past]:
    return storage.query(Past, place("live", number), between=Past.entry.startswith(f"{kind}#")).rows


@pytest.fixture
def booked(front):
    """An application whose link was followed: a client with a pending session."""
    start = tomorrow(12)
    slot(front, specialist(front), start)
    return book(front, start)


def test_an_application_is_a_lead_a_booking_agrees_and_a_payment_wins(front, booked):
    read_on()
    agreed = lead()
    assert (agreed.stage, agreed.status, agreed.source, int(agreed.deal_no)) == ("agreed", "in_progress", "website", 1)
    assert agreed.source_data["ref"] == booked
    assert (int(agreed.score), agreed.score_category) == (67, "warm"), "0.4·(25 + 15) + 0.6·(30 + 15 + 40)"
    paid = {"session_id": "s1", "start_at": clock.wall().isoformat(), "status": "confirmed", "was": "pending", "amount": 350_000}
    happens("session_paid", ref=booked, **paid)
    read_on()
    won = lead()
    assert (won.stage, won.outcome, int(won.amount)) == ("won", "won", 350_000)
    happens("session_paid", ref=booked, **paid | {"amount": 999})
    happens("session_booked", ref="t2", session_id="s2", specialist_id="p", start_at=clock.wall().isoformat())
    read_on()
    assert (lead().stage, int(lead().amount)) == ("won", 350_000), "a deal that is over moves no more"


def test_a_payment_that_comes_with_the_booking_wins(front):
    front.post("/webhook/diagnostic-session-request", sample("intake/diagnostic_session_request.json")).ok()
    person = specialist(front)
    chosen = slot(front, person, tomorrow(12))
    paid = {"client_id": "br0001", "psychologist_id": person, "slot_id": chosen, "payment_info": {"amount": 2000, "status": "completed"}}
    for _ in range(2):
        front.post("/process-diagnostic-session-request", paid, SERVICE).ok()
    read_on()
    assert (lead().stage, int(lead().amount), lead().source) == ("won", 200_000, "diagnostic")
    assert "payment" in [reason["code"] for reason in lead().detail["reasons"]]


def test_an_application_after_the_end_is_another_deal_and_one_from_before_is_not(front):
    apply_for(front)
    read_on()
    happens("operation_made", ref="7", op_type="purchase", number=1, net=90_000)
    read_on()
    assert (lead().outcome, int(lead().amount)) == ("won", 90_000)
    happens("gocrm_lead", ref="g0", at=clock.wall() - timedelta(days=3))
    read_on()
    assert int(lead().deal_no) == 1
    happens("gocrm_lead", ref="g1")
    read_on()
    second = lead()
    assert (int(second.deal_no), int(second.deals_won), second.stage, second.source) == (2, 1, "new", "gocrm")
    assert [row.said["outcome"] for row in past(1, "deal")] == ["won"]
    happens("operation_made", ref="7", op_type="purchase", number=1, net=90_000)
    happens("operation_made", ref="8", op_type="purchase", number=1, net=5, at=clock.wall() - timedelta(days=300))
    read_on()
    assert lead().stage == "new", "money of an earlier deal, and of another till's history, wins nothing"


def test_a_refund_of_what_won_a_deal_lowers_it(front):
    apply_for(front)
    happens("operation_made", ref="7", op_type="purchase", number=1, net=90_000)
    happens("operation_made", ref="8", op_type="purchase", number=1, net=10_000)
    happens("operation_made", ref="9", op_type="refund", number=1, net=10_000, refund_of=8)
    happens("operation_made", ref="10", op_type="refund", number=1, net=40_000, refund_of=7)
    read_on()
    assert int(lead().amount) == 50_000


def test_a_message_makes_nobody_a_lead_and_marks_nothing(front):
    front.post("/api/v1/admin/clients", {"full_name": "Анна Ким"}, SERVICE).ok()
    fact = happens("message_received", state="received")
    read_on()
    assert lead() is None
    assert followers.untaken(service.NAME, [fact]) == [fact]


def test_what_a_lead_does_changes_his_score_at_once(front):
    apply_for(front)
    read_on()
    before = int(lead().score)
    happens("message_received", ref="m1", state="received")
    happens("channel_died", ref="telegram", channel="telegram")
    read_on()
    codes = {reason["code"] for reason in (*lead().detail["reasons"], *lead().detail["counter_reasons"])}
    assert {"application", "message_received", "channel_dead"} <= codes
    assert int(lead().score) != before
    assert lead().updated_at < lead().scored_at, "looking at a score changes nothing else of him"


def test_the_test_contour_has_no_leads(front):
    front.post("/submit-application-test-contur", {"name": "Анна", "contact": {"type": "phone", "value": "+79045501567"}}).ok()
    read_on()
    assert contents()["sales-leads"] == []


def history(front) -> list[FactRow]:
    """A client who applies, books, writes, pays, comes again, and is one with another, who has a lead by then."""
    apply_for(front, contact={"type": "phone", "value": "+79045501567"})
    apply_for(front, contact={"type": "phone", "value": "+79045501999"}, name="Она же")
    read_on()
    happens("session_booked", ref="t9", session_id="s9", specialist_id="p", start_at=clock.wall().isoformat())
    happens("message_received", ref="m1", state="received")
    happens("operation_made", ref="7", op_type="purchase", number=1, net=90_000)
    happens("gocrm_lead", ref="g1")
    front.post("/clients/br0002/merge", {"into": "br0001", "reason": "одна и та же"}, SERVICE).ok()
    return everything()


def stands() -> tuple:
    """The same as far as no moment of the reading is in it."""
    first, second = lead(1), lead(2)
    told = [fact.kind for fact in everything() if fact.kind.startswith("lead_")]
    deals = [(row.entry, row.said.get("outcome"), row.said.get("amount")) for row in past(1, "deal")]
    return (
        (first.stage, int(first.deal_no), int(first.deals_won), int(first.score)),
        second.removed_at is not None,
        sorted(told),
        deals,
        len(storage.query(Past, place("live", 1)).rows),
    )


def test_each_fact_counts_once_under_repeats_and_kills_at_every_call(front):
    log = history(front)
    begun = snapshot()
    service.take(log)
    wanted = stands()
    assert wanted[0][:3] == ("new", 2, 1)
    assert wanted[1], "the other's lead is gone"
    for _ in range(2):
        service.take(log)
    assert stands() == wanted
    assert sorted(wanted[2]) == ["lead_changed", "lead_changed", "lead_opened", "lead_opened", "lead_opened", "lead_removed"]
    restore(begun)
    killed = 0
    while not _ends(log, killed):
        killed += 1
    assert killed > 6
    assert stands() == wanted


def _ends(log: list[FactRow], after: int) -> bool:
    """Whether a worker comes to the end who is killed when so many of his calls have reached the store."""

    def die(call) -> None:
        if len(wire.calls) > after:
            raise Killed

    with Wire() as wire:
        wire.after = die
        try:
            service.take(log)
        except Killed:
            return False
    return True


def test_two_workers_at_once_make_the_same(front):
    log = history(front)
    begun = snapshot()
    service.take(log)
    wanted = stands()
    restore(begun)
    with OneAtATime(), ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(service.take, log) for _ in range(2)]:
            done.result()
    assert stands() == wanted


def test_a_merged_client_brings_his_lead_where_there_was_none(front):
    front.post("/api/v1/admin/clients", {"full_name": "Анна Ким"}, SERVICE).ok()
    apply_for(front)
    read_on()
    front.post("/clients/br0002/merge", {"into": "br0001", "reason": "одна и та же"}, SERVICE).ok()
    read_on()
    moved, gone = lead(1), lead(2)
    assert (moved.stage, moved.source, moved.client_id) == ("new", "website", client_row("br0001").client_id)
    assert gone.removed_at is not None
    assert [fact.kind for fact in everything() if fact.kind.startswith("lead_")] == ["lead_opened", "lead_removed", "lead_opened"]
    late = happens("session_booked", ref="t", session_id="s", specialist_id="p", start_at=clock.wall().isoformat())
    late.subject = gone.client_id
    service.take([late])
    assert lead(1).stage == "agreed", "what is told of whom he was is told of whom he became"
    assert storage.read(Client.at(gone.client_id))[0].merged_into


@pytest.fixture
def fewest_open(monkeypatch, front):
    """Leads go to the manager who has the fewest open ones: there is one."""
    monkeypatch.setenv("SALES_ASSIGN", "fewest_open")
    settings.cache_clear()
    body = {"email": "olga@example.org", "password": "correct-horse-battery", "role": "manager", "full_name": "Ольга"}
    yield front.post("/api/v1/users", body, SERVICE).body["id"]
    monkeypatch.undo()
    settings.cache_clear()


def test_a_new_lead_is_whose_the_house_says(front, fewest_open):
    apply_for(front)
    read_on()
    assert lead().assigned_to == fewest_open
