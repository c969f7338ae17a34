"""Clients of the consultations API: one person once, nothing wiped, a hash that nobody can guess."""

import uuid

import pytest

from chalicelib.core.http import OPERATIONS
from tests.builders import client_row
from tests.integration.consultations.test_tickets import TOKEN

CLIENTS = "/api/clients"
FIELDS = [
    "client_id",
    "email",
    "phone_number",
    "country",
    "region",
    "city",
    "org_inn",
    "org_id",
    "subs_id",
    "subs_start",
    "subs_end",
    "tariff_id",
    "tariffperiod_id",
    "cl_ref_key",
    "created_at",
    "updated_at",
]
HASH = "0f" * 32


def saved(front, **fields):
    return front.post(CLIENTS, fields, TOKEN).ok()


def test_a_client_is_made_and_read_in_the_contracts_shape(front):
    made = saved(front, email=" Aziza@Example.uz ", phone_number="998901234567", org_inn="305112233", subs_end="2026-12-31T23:59:59Z")
    assert sorted(made) == sorted(FIELDS)
    assert (made["email"], made["phone_number"], made["subs_end"]) == ("aziza@example.uz", "+998901234567", "2026-12-31T23:59:59Z")
    assert str(uuid.UUID(made["client_id"])) == made["client_id"]
    assert front.get(f"{CLIENTS}/{made['client_id']}", TOKEN).ok() == made
    assert "client_id_hash" not in made


@pytest.mark.parametrize("phone", ["998901234567", "90 123 45 67", "+998 (90) 123-45-67", "8 10 998 90 123 45 67"[5:]])
def test_uzbek_numbers_are_read_as_people_write_them(front, phone):
    assert saved(front, phone_number=phone)["phone_number"] == "+998901234567"


def test_a_russian_number_is_read_too(front):
    assert saved(front, phone_number="+7 904 550-15-67")["phone_number"] == "+79045501567"
    assert saved(front, phone_number="9045501567", country="RU")["phone_number"] == "+79045501567"
    assert front.post(CLIENTS, {"phone_number": "12"}, TOKEN).body["detail"].startswith("phone_number: expected a phone number")


def test_what_is_empty_wipes_nothing_and_what_is_said_replaces(front):
    made = saved(front, email="aziza@example.uz", city="Чирчик", tariff_id="base")
    named = made["client_id"]
    again = saved(front, client_id=named, email="aziza@example.uz", city="", tariff_id="full", region=None, phone_number="90 123 45 67")
    assert (again["client_id"], again["city"], again["tariff_id"]) == (made["client_id"], "Чирчик", "full")
    assert again["phone_number"] == "+998901234567"
    moved = saved(front, client_id=made["client_id"], phone_number="93 123 45 67")
    assert (moved["client_id"], moved["phone_number"]) == (made["client_id"], "+998931234567")
    assert saved(front, phone_number="90 123 45 67")["client_id"] == made["client_id"], "the old number still finds him"


@pytest.mark.parametrize("contact", [{"email": "aziza@example.uz"}, {"phone_number": "90 123 45 67"}])
def test_a_contact_alone_fills_what_is_empty_and_replaces_nothing(front, contact):
    made = saved(front, email="aziza@example.uz", phone_number="90 123 45 67", tariff_id="base")
    again = saved(front, **contact, tariff_id="full", city="Нукус", org_inn="305112233", client_id_hash="1e" * 32)
    assert (again["client_id"], again["tariff_id"], again["city"]) == (made["client_id"], "base", "Нукус")
    assert "was kept" in again["warnings"][0]
    assert front.get(f"{CLIENTS}/by-hash/{'1e' * 32}", TOKEN).status == 404, "by a contact nobody is given another name"
    other = saved(front, **{"phone_number": "93 123 45 67", "email": "other@example.uz"} | contact)
    shown = (other["client_id"], other["phone_number"], other["email"])
    assert shown == (made["client_id"], "+998901234567", "aziza@example.uz")


def test_mail_phone_and_inn_together_name_a_client(front):
    whole = {"email": "aziza@example.uz", "phone_number": "90 123 45 67", "org_inn": "305112233"}
    made = saved(front, **whole, tariff_id="base")
    again = saved(front, **whole, tariff_id="full")
    assert (again["client_id"], again["tariff_id"], again.get("warnings")) == (made["client_id"], "full", None)
    assert saved(front, **(whole | {"org_inn": "305112234"}), tariff_id="none")["tariff_id"] == "full"


def test_a_repeat_changes_nothing(front):
    said = {"email": "aziza@example.uz", "org_inn": "305112233", "subs_start": "2026-01-01"}
    assert saved(front, **said) == saved(front, **said)


def test_ids_are_looked_at_before_contacts(front):
    one, two = saved(front, email="a@example.uz"), saved(front, email="b@example.uz", client_id_hash=HASH)
    by_id = saved(front, client_id=one["client_id"], client_id_hash=HASH, email="b@example.uz", city="Нукус")
    assert (by_id["client_id"], by_id["email"], by_id["city"]) == (one["client_id"], "a@example.uz", "Нукус")
    assert by_id["warnings"]
    assert saved(front, client_id_hash=HASH, email="a@example.uz")["client_id"] == two["client_id"]
    assert front.post(CLIENTS, {"client_id": str(uuid.uuid4())}, TOKEN).status == 404


def test_a_hash_finds_its_client_and_no_other_does(front):
    made = saved(front, email="a@example.uz", client_id_hash=HASH)
    assert front.get(f"{CLIENTS}/by-hash/{HASH}", TOKEN).ok() == made
    for other in (HASH[:-1] + "0", HASH.upper(), "x", made["client_id"]):
        answer = front.get(f"{CLIENTS}/by-hash/{other}", TOKEN)
        assert (answer.status, answer.body["detail"]) == (404, "Client not found")


def test_who_came_with_no_hash_has_one_of_his_own_that_is_random(front):
    from chalicelib.consultations.accounts.models import Account
    from chalicelib.core import ids, storage

    hashes = []
    for number in range(2):
        client_id = saved(front, email=f"c{number}@example.uz")["client_id"]
        (account,) = storage.read(Account.at(ids.from_uuid(client_id)))
        hashes.append(account.client_id_hash)
        assert front.get(f"{CLIENTS}/by-hash/{account.client_id_hash}", TOKEN).ok()["client_id"] == client_id
    assert len(set(hashes)) == 2
    assert all(len(one) == 64 for one in hashes)


def test_he_is_the_same_client_that_the_rest_of_the_house_knows(front):
    from chalicelib.core import ids

    made = saved(front, phone_number="+7 904 550-15-67")
    front.post("/submit-application", {"name": "Анна", "contact": {"type": "phone", "value": "+7 904 550-15-67"}}).ok()
    row = client_row("br0001")
    assert (ids.as_uuid(row.client_id), row.name) == (made["client_id"], "Анна")
    assert front.get(f"{CLIENTS}/{row.client_id}", TOKEN).ok()["client_id"] == made["client_id"], "his id in either form"


def test_nobody_is_meant(front):
    answer = front.post(CLIENTS, {"city": "Нукус"}, TOKEN)
    assert (answer.status, answer.body["detail"]) == (400, "Client data or client_id is required")


@pytest.mark.parametrize("body", ["{", "[1]", '"x"', "\xff", '{"email": {"a": 1}}', '{"email": "' + "a" * 300_000 + '"}'])
def test_hostile_bodies_get_a_clear_answer(front, body):
    answer = front.call("POST", CLIENTS, body=body.encode("latin-1"), headers={**TOKEN, "Content-Type": "application/json"})
    assert answer.status in (400, 413)
    assert isinstance(answer.body["detail"], str)


def test_health_says_how_tokens_are_taken(front, monkeypatch):
    from chalicelib.core.settings import settings

    assert front.get("/api/health").ok() | {"version": ""} == {
        "success": True,
        "status": "ok",
        "version": "",
        "bearer": "any",
        "why": None,
        "troubles": [],
    }
    monkeypatch.setenv("STAGE", "prod")
    settings.cache_clear()
    shut = front.get("/api/health").ok()
    assert (shut["bearer"], "OIDC_ISSUER" in shut["why"]) == ("closed", True)
    monkeypatch.setenv("OIDC_ISSUER", "https://login.example")
    settings.cache_clear()
    shut = front.get("/api/health").ok()
    assert (shut["bearer"], "OIDC_AUDIENCE" in shut["why"]) == ("closed", True)
    monkeypatch.setenv("OIDC_AUDIENCE", "desk")
    settings.cache_clear()
    assert front.get("/api/health").ok()["bearer"] == "verified"


def test_the_document_shows_the_bearer_and_the_400():
    from chalicelib.core.openapi import document

    shown = document([one for one in OPERATIONS if one.name == "create_consultation"])["paths"]["/api/consultations/create"]["post"]
    assert shown["security"] == [{"Bearer": []}, {"BackEnd": ["consultations:create"]}, {}]
    assert {"400", "401", "403", "404", "503"} <= set(shown["responses"])
    assert "WWW-Authenticate" in shown["responses"]["403"]["headers"]
    assert "422" not in shown["responses"]
