"""Calls are written down, told more of and found by those who see their lead; a talk is in the lead's timeline once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.clients.joining import Known
from chalicelib.core import clock, storage
from chalicelib.core.bitmaps import folding
from chalicelib.sales.calls import following, index
from chalicelib.sales.calls.models import SalesCall
from chalicelib.sales.leads import deciding
from tests.integration.sales.calls.conftest import ANNA, BORIS, CALLS, NOBODY, call_of, lead_of, spoken, told
from tests.standins.store import OneAtATime

TALK = {"start_time": "2026-11-26T10:00:00Z", "end_time": "2026-11-26T10:05:00Z"}


def test_who_is_nobody_or_a_master_or_an_analyst_who_writes(phone, anna):
    number = phone.ring()
    phone.house.hire("igor", "master")
    phone.house.hire("lena", "analyst")
    for ask in (phone.call, phone.tell):
        assert [ask(number, who).status for who in (None, "igor")] == [401, 403], ask
    assert [phone.rung(who).status for who in (None, "igor", "lena")] == [401, 403, 403]
    assert [phone.front.get(CALLS, phone.of(who)).status for who in (None, "igor", "lena")] == [401, 403, 200]
    assert (phone.call(number, "lena").status, phone.tell(number, "lena").status) == (200, 403)


def test_a_colleagues_lead_is_nobodys_and_his_number_tells_nothing(phone, anna):
    number = phone.ring()
    assert (call_of(number).lead_stands, phone.call(number).ok()["lead_id"]) == (True, anna)
    for ask in (phone.call, phone.tell):
        assert told(ask(number, "boris")) == (404, "call_not_found"), ask
    refused = phone.rung("boris", lead_id=anna)
    assert (*told(refused), refused.body["detail"]) == (404, "lead_not_found", {"field": "lead_id"})
    own = phone.rung("boris").body
    strange = phone.rung("boris", from_number=NOBODY).body
    assert own["lead_id"] is strange["lead_id"] is None and {*own} == {*strange}
    assert (phone.calls("maria"), phone.calls("boris")) == ([3, 2, 1], [3, 2])


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("from_number", ""),
        ("from_number", "=1+1"),
        ("to_number", "+" + "7" * 20),
        ("to_number", "12\x0034"),
        ("direction", "sideways"),
        ("status", "singing"),
        ("start_time", "yesterday"),
        ("duration_seconds", -1),
        ("recording_url", "http://pbx.example/1.mp3"),
        ("metadata", {"a": "x" * 9_000}),
        ("metadata", {"a\x00": 1}),
        ("consent_given", None),
        ("agent_id", 99),
        ("external_call_id", "a\nb"),
        ("error_message", "x" * 501),
    ],
)
def test_what_is_no_call_says_where_and_never_repeats_it(phone, field, wrong):
    answer = phone.rung(**{field: wrong})
    assert answer.status == 422 and (answer.body["detail"][0]["loc"][:2] == ["body", field] or field in answer.text), answer.text
    assert not isinstance(wrong, str) or len(wrong) < 3 or wrong[:12] not in answer.text


def test_a_call_ends_after_it_began_and_lasts_as_long_as_its_moments_say(phone, anna):
    assert phone.rung(start_time=TALK["end_time"], end_time=TALK["start_time"]).status == 422
    refused = phone.rung(start_time="2000-01-02T00:00:00Z", end_time="2999-12-30T00:00:00Z")
    assert refused.status == 422 and "end_time: expected" in refused.body["detail"][0]["msg"]
    number = phone.ring(**TALK, duration_seconds=7)
    assert phone.call(number).ok()["duration_seconds"] == 300
    assert phone.tell(number, end_time="2026-11-26T09:00:00Z").body["detail"][0]["loc"] == ["body", "end_time"]
    assert phone.tell(number, start_time="2000-01-02T00:00:00Z").body["detail"][0]["loc"] == ["body", "end_time"]
    assert phone.tell(number, end_time="2026-11-26T10:01:00Z").ok()["duration_seconds"] == 60
    assert phone.tell(number, end_time=None, duration_seconds=5).ok()["duration_seconds"] == 5


def test_a_call_is_shown_as_it_was_written_wherever_it_is_asked_for(phone, anna):
    answer = phone.rung(from_number="8 (904) 550-15-67", metadata={"line": 2}, provider="pbx", external_call_id="a1")
    assert (answer.status, answer.headers["Location"]) == (201, f"{CALLS}/1")
    call = answer.body
    assert call == phone.call(1).ok() == phone.front.get(f"{CALLS}/", phone.of("maria")).ok()["items"][0]
    assert (call["lead_id"], call["from_number"], call["to_number"], call["metadata"]) == (anna, ANNA, "101", {"line": 2})
    assert (call["agent_id"], call["recording"]["state"], call["version"]) == (phone.house.ids["maria"], "none", 1)
    for wrong in ("0", "anna", "1.5"):
        assert phone.call(wrong).body["detail"][0]["loc"] == ["path", "call_id"]
    assert phone.call(99).status == 404


def test_what_comes_again_is_one_call(phone, anna):
    key = {"Idempotency-Key": "once"}
    first, again = phone.rung(headers=key), phone.rung(headers=key)
    assert (first.status, again.status, first.body) == (201, 201, again.body)
    assert told(phone.rung(headers=key, to_number="102")) == (409, "key_reused")
    pbx = {"provider": "pbx", "external_call_id": "7f"}
    made, told_again = phone.rung("service", **pbx), phone.rung("service", **pbx, status="failed")
    assert (made.status, told_again.status, told_again.body) == (201, 200, made.body)
    assert phone.rung("service", provider="other", external_call_id="7f").status == 201
    assert told(phone.rung("boris", **pbx)) == (409, "call_exists")


def test_two_telephonies_name_no_call_of_each_others(phone, anna):
    calls = [phone.ring(provider=provider, external_call_id=name) for provider, name in (("a", "b#c"), ("a#b", "c"), (None, "a#b#c"))]
    assert len({*calls}) == 3


def test_of_many_at_once_under_one_id_one_is_made(phone, anna):
    with OneAtATime(), ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(phone.rung, "service", provider="pbx", external_call_id="7f", **TALK) for _ in range(8)]
    answers = [one.result() for one in asked]
    assert sorted(answer.status for answer in answers) == [200] * 7 + [201]
    assert len([*SalesCall.scan()]) == len(spoken()) == 1


def test_a_talk_of_a_minute_is_told_once_and_the_first_outgoing_one_is_our_answer(phone, anna):
    short = phone.ring(start_time=clock.now().isoformat(), duration_seconds=59)
    assert (spoken(), lead_of(anna).last_contacted) == ([], None)
    phone.tell(short, duration_seconds=60).ok()
    assert lead_of(anna).last_contacted is not None and lead_of(anna).first_response_at is None
    out = phone.ring(from_number="101", to_number=ANNA, direction="outbound", status="answered")
    assert len(spoken()) == 1
    done = phone.tell(out, status="completed", duration_seconds=90).ok()
    phone.tell(out, duration_seconds=95, version=done["version"]).ok()
    first, second = sorted(spoken(), key=lambda fact: fact.fact_id)
    assert [(one.ref, one.data["seconds"], one.data["direction"]) for one in (first, second)] == [
        (str(short), 60, "inbound"),
        (str(out), 90, "outbound"),
    ]
    lead = lead_of(anna)
    assert (lead.first_response_at, int(lead.contacts)) == (second.happened_at, 1)
    phone.ring(from_number="101", to_number=ANNA, direction="outbound", duration_seconds=600)
    assert lead_of(anna).first_response_at == lead.first_response_at
    rows = phone.front.get(f"/api/v1/leads/{anna}/interactions", phone.of("maria")).ok()["items"]
    assert [row["what"] for row in rows if row["kind"] == "call_answered"][1:] == [
        "разговор по телефону: звонили мы, 90 с",
        "разговор по телефону: звонил клиент, 60 с",
    ]
    detail = phone.front.post(f"/api/v1/leads/{anna}/score", {}, phone.of("maria")).ok()
    assert {reason["code"] for reason in detail["reasons"]} >= {"call_answered"}


def test_a_call_of_the_deal_before_answers_nothing_in_this_one(phone, anna):
    phone.ring(from_number="101", to_number=ANNA, direction="outbound", start_time="2026-01-01T10:00:00Z", duration_seconds=90)
    lead = lead_of(anna)
    assert (len(spoken()), lead.first_response_at, int(lead.contacts)) == (1, None, 0)


def test_what_has_ended_does_not_ring_again_and_a_stale_version_is_refused(phone, anna):
    number = phone.ring()
    assert told(phone.tell(number, status="ringing")) == (409, "call_over")
    assert phone.tell(number, status="failed", error_message="line cut").ok()["status"] == "failed"
    assert told(phone.tell(number, version=1, agent_id=None)) == (409, "changed_meanwhile")
    assert told(phone.tell(number, lead_id=None))[0] == 422


def test_a_call_of_nobodys_is_given_to_the_lead_who_is_named(phone, anna):
    number = phone.ring(from_number=NOBODY, duration_seconds=90)
    assert (phone.call(number, "boris").status, spoken()) == (200, [])
    assert told(phone.tell(number, "boris", lead_id=anna)) == (404, "lead_not_found")
    assert phone.tell(number, lead_id=anna).ok()["lead_id"] == anna
    assert (phone.call(number, "boris").status, len(spoken())) == (404, 1)
    assert phone.tell(number, lead_id=phone.lead("Пётр")).status == 422


def test_lists_equal_a_look_at_every_call_folded_and_unfolded(phone, anna):
    petr = phone.lead("Пётр Орлов", "boris", phone=BORIS)
    mine = phone.ring(status="completed")
    out = phone.ring("boris", from_number="101", to_number=BORIS, direction="outbound", status="busy")
    strange = phone.ring(from_number=NOBODY, status="ringing")
    asked = [
        ("service", {}, [strange, out, mine]),
        ("maria", {}, [strange, mine]),
        ("boris", {}, [strange, out]),
        ("service", {"sort": "asc"}, [mine, out, strange]),
        ("service", {"lead_id": petr}, [out]),
        ("service", {"lead_id": f"br{anna:04d}"}, [mine]),
        ("service", {"direction": "inbound", "status": "ringing"}, [strange]),
        ("service", {"assigned_to": phone.house.ids["boris"]}, [out]),
        ("service", {"search": "8 904 550-15-02"}, [out]),
        ("service", {"search": "1567"}, [mine]),
        ("service", {"search": "орл пет"}, [out]),
        ("boris", {"search": "анна"}, []),
        ("service", {"date_from": "2020-01-01", "date_to": "2020-12-31"}, []),
    ]
    for _ in range(2):
        for who, query, found in asked:
            assert phone.calls(who, **query) == found, (who, query)
        index.UPKEEP.fold()
        for row in SalesCall.scan():
            storage.change(row, [SalesCall.written_at.set(clock.wall() - folding.SETTLED)])
        index.UPKEEP.fold()
    assert storage.query(SalesCall.by_pending, "live").rows == [] and index.UPKEEP.check() == 0
    for wrong in ({"status": "x"}, {"skip": 1, "page": 1}, {"limit": 0}, {"order_by": "size"}, {"search": "a b c d e f"}, {"lead_id": "x"}):
        assert phone.front.get(CALLS, phone.of("maria"), **wrong).status == 422, wrong


def test_calls_go_with_their_lead(phone, anna):
    number = phone.ring()
    phone.change_lead(anna, assigned_to=phone.house.ids["boris"])
    assert (phone.calls("maria"), phone.calls("boris"), phone.call(number, "boris").status) == ([], [number], 200)
    phone.front.put(f"/api/v1/leads/{anna}", {"name": "Мария Седова"}, phone.of("boris")).ok()
    phone.follow()
    assert phone.calls("boris", search="седова") == [number]
    phone.remove_lead(anna)
    assert (phone.calls("maria"), phone.call(number).ok()["lead_id"]) == ([number], None)


def test_who_called_before_he_was_a_lead_has_his_calls(phone):
    client = phone.front.post("/api/v1/admin/clients", {"full_name": "Анна", "phone": ANNA}, phone.of("service")).ok()["id"]
    number = phone.ring(duration_seconds=90)
    assert (phone.call(number).ok()["lead_id"], len(spoken())) == (None, 1)
    row = call_of(number)
    person = following.leads.keys(row.lead)
    lead, card = storage.read(*person)
    assert lead is None
    phone.decide(
        lambda tx: deciding.open_in(
            tx, person=card, client_id=card.client_id, place=card.place, source="call", at=clock.now(), by="system", events=(), owner=1
        )
    )
    phone.follow()
    assert phone.call(number, "service").ok()["lead_id"] == client


def test_a_merged_clients_calls_pass_to_whom_he_became(phone, anna):
    other = phone.lead("Анна", None, phone=BORIS)
    number = phone.ring(from_number=BORIS)
    source, target = call_of(number), lead_of(anna)
    known = Known(str(target.client_id), f"br{anna:04d}")
    assert following.pass_on(str(source.client_id), known, limit=10) == 1
    assert (phone.call(number).ok()["lead_id"], following.pass_on(str(source.client_id), known, limit=10)) == (anna, 0)
    assert other != anna
