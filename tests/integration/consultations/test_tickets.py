"""Taking a question: whose it is, what is a repeat, and how it is found again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from chalicelib.consultations.tickets.service import Consultation
from chalicelib.core import clock, storage
from tests.builders import Front, client_row, ledger
from tests.standins.store import OneAtATime

TOKEN = {"Authorization": "Bearer any-token-of-a-developers-stage"}
CREATE, SIMPLE = "/api/consultations/create", "/api/consultations/simple"
CLIENT = {"email": "aziza@example.uz", "phone_number": "+998 90 123 45 67", "org_inn": "305112233"}


def asked(front: Front, comment="Как выставить счёт-фактуру?", client=None, headers=None, **said):
    body = {"client": CLIENT if client is None else client, "consultation": {"comment": comment, **said}, "source": "SITE"}
    return front.post(CREATE, body, TOKEN | (headers or {}))


def listed(front: Front, client_id, **query):
    return front.get(f"/api/tickets/clients/{client_id}/tickets", TOKEN, **query).ok()


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer"}, {"Authorization": "Bearer  "}])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", CREATE),
        ("POST", SIMPLE),
        ("POST", "/api/clients"),
        ("GET", "/api/clients/x"),
        ("GET", "/api/clients/by-hash/x"),
        ("GET", "/api/tickets/x"),
        ("GET", "/api/tickets/clients/x/tickets"),
    ],
)
def test_without_a_bearer_token_every_door_is_closed(front, method, path, headers):
    answer = front.call(method, path, headers=headers)
    assert answer.status == 401
    assert "Bearer" in answer.body["detail"]


def test_in_production_no_token_passes_until_there_is_an_issuer(front, monkeypatch):
    from chalicelib.core.settings import settings

    monkeypatch.setenv("STAGE", "prod")
    settings.cache_clear()
    answer = asked(front)
    assert answer.status == 401
    assert "OIDC_ISSUER" in answer.body["detail"]


def test_a_question_is_answered_in_the_contracts_shape(front):
    body = asked(front, lang="uz", scheduled_at="2026-12-01T15:00:00+05:00", importance=2, org_inn="301", online_question="q-7").ok()
    consultation = body["consultation"]
    assert set(body) == {"consultation", "client_id", "message"}
    assert body["message"] == "Consultation created successfully"
    assert list(consultation) == [
        "cons_id",
        "cl_ref_key",
        "client_id",
        "number",
        "status",
        "org_inn",
        "create_date",
        "start_date",
        "lang",
        "comment",
        "online_question_cat",
        "online_question",
        "created_at",
        "updated_at",
    ]
    assert (consultation["status"], consultation["start_date"], consultation["org_inn"]) == ("new", "2026-12-01T10:00:00Z", "301")
    assert (consultation["number"], consultation["lang"], consultation["client_id"]) == (None, "uz", body["client_id"])
    ticket = front.get(f"/api/tickets/{consultation['cons_id']}", TOKEN).ok()
    assert ticket == {key: value for key, value in consultation.items() if not key.startswith("online")} | {"end_date": None}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "consultation is required"),
        ({"consultation": {}}, "consultation.comment is required"),
        ({"consultation": {"comment": "  \u200b\n"}, "client": CLIENT}, "consultation.comment: expected a question, not a blank"),
        ({"consultation": {"comment": "Вопрос"}}, "Client data or client_id is required"),
        ({"consultation": {"comment": "Вопрос"}, "client": {"org_inn": "305112233", "email": " "}}, "Client data or client_id is required"),
        ({"consultation": {"comment": "Вопрос", "lang": "en"}, "client": CLIENT}, "consultation.lang"),
        ({"consultation": {"comment": "Вопрос", "scheduled_at": "завтра"}, "client": CLIENT}, "consultation.scheduled_at: expected a date"),
        (
            {"consultation": {"comment": "Вопрос", "scheduled_at": 1764583200}, "client": CLIENT},
            "consultation.scheduled_at: expected a date",
        ),
        ({"consultation": {"comment": "Вопрос"}, "client": {"phone_number": "123"}}, "client.phone_number: expected a phone number"),
        ({"consultation": {"comment": "Вопрос"}, "client": {"email": "aziza@"}}, "client.email: expected an e-mail address"),
        ({"consultation": {"comment": "Вопрос"}, "client": {"client_id_hash": "short"}}, "client.client_id_hash"),
        ({"consultation": {"comment": "Вопрос"}, "client": []}, "client"),
    ],
)
def test_a_wrong_payload_is_a_400_whose_detail_is_one_sentence(front, body, said):
    answer = front.post(CREATE, body, TOKEN)
    assert answer.status == 400
    assert isinstance(answer.body["detail"], str)
    assert answer.body["detail"].startswith(said)


def test_an_unknown_client_is_a_404_in_the_contracts_words(front):
    nobody = "018f3c9e-0000-7000-8000-000000000000"
    for answer in (
        front.post(SIMPLE, {"client_id": nobody, "comment": "Вопрос"}, TOKEN),
        asked(front, client={"client_id": nobody, **CLIENT}),
        asked(front, client={"client_id_hash": "f" * 64}),
        front.get(f"/api/clients/{nobody}", TOKEN),
        front.get(f"/api/tickets/clients/{nobody}/tickets", TOKEN),
    ):
        assert (answer.status, answer.body["detail"]) == (404, "Client not found")
    assert front.get("/api/tickets/17", TOKEN).status == 404


def test_a_repeat_is_the_same_consultation_and_another_question_is_not(front):
    first = asked(front).ok()
    assert asked(front, "  как  ВЫСТАВИТЬ счёт-фактуру? ").ok() == first
    assert asked(front, client={"phone_number": "90 123 45 67"}).ok() == first
    others = [asked(front, "Как исправить счёт-фактуру?"), asked(front, scheduled_at="2026-12-01T10:00:00Z")]
    ids = {answer.ok()["consultation"]["cons_id"] for answer in others}
    assert len(ids | {first["consultation"]["cons_id"]}) == 3
    page = listed(front, first["client_id"])
    assert page["total"] == len(page["tickets"]) == 3


@pytest.mark.parametrize("other", [{"org_inn": "301"}, {"topic": "НДС"}, {"online_question": "q-2"}, {"online_question_cat": "c-2"}])
def test_the_same_words_for_another_firm_topic_or_question_are_another_question(front, other):
    first = asked(front, topic="Учёт").ok()
    second = asked(front, **{"topic": "Учёт", **other}).ok()
    assert second["consultation"]["cons_id"] != first["consultation"]["cons_id"]
    assert asked(front, topic="Учёт").ok() == first
    assert asked(front, **{"topic": "Учёт", **other}).ok() == second
    assert listed(front, first["client_id"])["total"] == 2


def test_a_repeat_that_leaves_the_firm_out_is_the_latest_questions(front):
    first = asked(front, org_inn="301").ok()
    second = asked(front, org_inn="302").ok()
    assert first["consultation"]["cons_id"] != second["consultation"]["cons_id"]
    assert asked(front, client={"phone_number": "90 123 45 67"}).ok() == second
    assert asked(front, org_inn=" 301 ").ok() == first


def test_the_same_words_a_day_later_are_a_new_question(front):
    first = asked(front).ok()
    with time_machine.travel(clock.wall() + timedelta(hours=25)):
        second = asked(front).ok()
    assert second["consultation"]["cons_id"] != first["consultation"]["cons_id"]
    assert listed(front, first["client_id"])["total"] == 2


def test_an_idempotency_key_names_one_question_and_a_second_use_is_told(front):
    first = asked(front, headers={"Idempotency-Key": "k-1"}).ok()
    assert asked(front, headers={"Idempotency-Key": "k-1"}).ok() == first
    other = asked(front, "Совсем другой вопрос", headers={"Idempotency-Key": "k-1"}).ok()
    assert other["consultation"] == first["consultation"]
    assert "Idempotency-Key" in other["warnings"][0]
    assert asked(front, "Совсем другой вопрос", headers={"Idempotency-Key": "k-2"}).ok()["consultation"] != first["consultation"]


@pytest.mark.parametrize("header", [{}, {"Idempotency-Key": "k-50"}])
def test_fifty_at_once_make_one_client_and_one_consultation(front, header):
    with OneAtATime(), ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: asked(front, headers=header).ok(), range(50)))
    assert len({answer["consultation"]["cons_id"] for answer in answers}) == 1
    assert len({answer["client_id"] for answer in answers}) == 1
    assert listed(front, answers[0]["client_id"])["total"] == 1
    assert len(list(Consultation.scan())) == 1


def test_different_questions_at_once_are_all_counted_or_told_to_come_again(front):
    client_id = asked(front, "Первый вопрос").ok()["client_id"]
    with OneAtATime(), ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(lambda n: asked(front, f"Вопрос номер {n}").status, range(12)))
    assert set(statuses) <= {200, 429}
    page = listed(front, client_id)
    assert page["total"] == len(page["tickets"]) == 1 + statuses.count(200)


def test_pages_are_newest_first_and_exact(front):
    client_id = asked(front, "Вопрос 1").ok()["client_id"]
    for number in range(2, 6):
        front.post(SIMPLE, {"client_id": client_id, "comment": f"Вопрос {number}"}, TOKEN).ok()
    assert [row["comment"] for row in listed(front, client_id)["tickets"]] == [f"Вопрос {number}" for number in (5, 4, 3, 2, 1)]
    page = listed(front, client_id, skip=1, limit=2)
    assert ([row["comment"] for row in page["tickets"]], page["total"]) == (["Вопрос 4", "Вопрос 3"], 5)
    assert listed(front, client_id, skip=5) == {"tickets": [], "total": 5}
    assert set(page["tickets"][0]) == {"cons_id", "number", "status", "comment", "created_at"}
    for query in ({"limit": 1001}, {"limit": 0}, {"skip": -1}, {"skip": "x"}):
        answer = front.get(f"/api/tickets/clients/{client_id}/tickets", TOKEN, **query)
        assert answer.status == 400
        assert next(iter(query)) in answer.body["detail"]


def test_a_date_with_seconds_twice_is_repaired(front):
    body = asked(front, scheduled_at="2025-12-04T18:01:58:00Z").ok()
    assert body["consultation"]["start_date"] == "2025-12-04T18:01:58Z"
    assert asked(front, "Другой", scheduled_at="2025-12-04T18:01").ok()["consultation"]["start_date"] == "2025-12-04T18:01:00Z"


def test_two_ids_of_two_clients_are_refused(front):
    one = asked(front).ok()["client_id"]
    two = asked(front, client={"email": "bek@example.uz"}).ok()["client_id"]
    answer = front.post(CREATE, {"client": {"client_id": one}, "consultation": {"client_id": two, "comment": "Вопрос"}}, TOKEN)
    assert (answer.status, answer.body["error"]) == (400, "two_clients")


def test_contacts_of_two_clients_are_flagged_and_not_merged(front):
    phone = asked(front, client={"phone_number": "+998901234567"}).ok()["client_id"]
    email = asked(front, client={"email": "bek@example.uz"}).ok()["client_id"]
    both = asked(front, "Чьи это контакты?", client={"phone_number": "+998901234567", "email": "bek@example.uz"}).ok()
    assert both["client_id"] == phone
    assert "different clients" in both["warnings"][0]
    asked(front, "Ещё вопрос", client={"phone_number": "+998901234567", "email": "bek@example.uz"}).ok()
    assert len(ledger("admin", "admin_duplicates")) == 1
    one, two = client_row("br0001"), client_row("br0002")
    assert (one.possible_duplicates, two.possible_duplicates) == ({two.client_id}, {one.client_id})
    assert listed(front, email)["total"] == 1


def test_a_taxpayer_number_tells_whose_contacts_they_are(front):
    asked(front, client={"phone_number": "+998901234567"}).ok()
    firm = asked(front, client={"email": "bek@example.uz", "org_inn": "305112233"}).ok()["client_id"]
    both = asked(
        front, "Чьи это контакты?", client={"phone_number": "+998901234567", "email": "bek@example.uz", "org_inn": "305112233"}
    ).ok()
    assert both["client_id"] == firm
    assert both["warnings"]


def test_the_client_reads_that_we_have_it_in_his_language(front):
    from chalicelib.clients.service import Client
    from chalicelib.core import ids
    from chalicelib.messaging.service import MessageRow

    client_id = ids.from_uuid(asked(front, lang="uz", scheduled_at="2026-12-01T10:00:00Z").ok()["client_id"])
    (row,) = ledger(f"client#{client_id}", "client_consultation_received")
    assert (row.language, row.state) == ("uz", "queued")
    assert storage.read(Client.at(client_id))[0].lead_number == "br0001"
    assert isinstance(row, MessageRow)


def test_risky_words_of_a_question_alarm_once_and_prove_nobody(front):
    for _ in range(2):
        asked(front, "Долги, я не хочу жить").ok()
    (alarm,) = ledger("admin", "admin_risky_words")
    client = client_row(alarm.values["lead_number"])
    assert (client.paused_at, ledger(f"client#{client.client_id}", "client_hotline")) == (None, [])
