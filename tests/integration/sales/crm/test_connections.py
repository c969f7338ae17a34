"""Connections to CRMs: who may, what is refused, what becomes of secrets."""

import json

import pytest

from chalicelib.core import vault
from tests.builders import SERVICE
from tests.integration.sales.crm.conftest import PLACE, every_row

GIVEN = {"name": "Отдел продаж", "crm_type": "amocrm", "base_url": "https://lotos.amocrm.ru", "access_token": "very-secret-token-9z8y"}
ASKED = [
    ("GET", PLACE, None),
    ("POST", PLACE, GIVEN),
    ("GET", f"{PLACE}/1", None),
    ("PUT", f"{PLACE}/1", {"name": "Иное"}),
    ("DELETE", f"{PLACE}/1", None),
    ("POST", f"{PLACE}/1/sync", {}),
    ("GET", f"{PLACE}/1/status", None),
]


def ask(front, method, path, body, headers):
    return front.call(
        method, path, body=json.dumps(body) if body is not None else b"", headers={"Content-Type": "application/json", **headers}
    )


def test_who_may(desk):
    for role in ("manager", "analyst", "admin"):
        desk.house.hire(role, role)
    for method, path, body in ASKED:
        assert ask(desk.front, method, path, body, {}).status == 401
        for role in ("manager", "analyst"):
            assert ask(desk.front, method, path, body, desk.house.of(role)).status == 403, (method, path)
    assert ask(desk.front, "GET", PLACE, None, desk.house.of("admin")).ok()["total"] == 0
    for method, path, body in ASKED[2:]:
        assert ask(desk.front, method, path, body, desk.house.of("admin")).status == 404


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"crm_type": "salesforce"}, "crm_type"),
        ({"base_url": "http://lotos.amocrm.ru"}, "base_url"),
        ({"base_url": "https://lotos.amocrm.ru.evil.example"}, "base_url"),
        ({"base_url": "https://amocrm.ru"}, "base_url"),
        ({"base_url": "https://user@lotos.amocrm.ru"}, None),
        ({"base_url": "https://169.254.169.254"}, "base_url"),
        ({"access_token": None}, "access_token"),
        ({"access_token": "short"}, "access_token"),
        ({"name": " "}, "name"),
        ({"sync_direction": "sideways"}, "sync_direction"),
        ({"field_mapping": {"shoes": {"theirs": "1"}}}, None),
    ],
)
def test_what_is_refused(desk, said, field):
    answer = desk.front.post(PLACE, {**GIVEN, **said}, SERVICE)
    assert answer.status == 422, answer.text
    assert field is None or answer.body["detail"][0]["loc"][:2] == ["body", field]
    assert "short" not in json.dumps(answer.body["detail"]) and "evil" not in answer.text


def test_others_are_named(desk):
    answer = desk.front.post(PLACE, {**GIVEN, "crm_type": "pipedrive"}, SERVICE)
    assert all(one in answer.text for one in ("amocrm", "bitrix24", "hubspot"))


def test_made_tested_and_found(desk, amo):
    answer = desk.made(amo)
    assert (answer.status, answer.headers["Location"]) == (201, f"{PLACE}/1")
    shown = answer.body
    assert (shown["has_secret"], shown["secret_hint"], shown["status"], shown["check"]["state"]) == (True, "0001", "pending", "pending")
    desk.deliver()
    assert desk.shown(1)["check"]["account"] == "Клуб «Лотос»" and desk.shown(1)["status"] == "ok"
    assert desk.front.get(PLACE, SERVICE, search="ОТДЕЛ", status="ok").ok()["total"] == 1
    assert desk.front.get(PLACE, SERVICE, status="failed").ok()["items"] == []
    assert desk.status(1)["last_run"] is None and desk.status(1)["waiting"] == 0


def test_a_repeat_makes_no_second(desk, amo):
    keyed = {**SERVICE, "Idempotency-Key": "one"}
    body = {**GIVEN, "base_url": amo.address}
    first, again = (desk.front.post(PLACE, body, keyed) for _ in range(2))
    assert (first.status, again.status, again.body["id"]) == (201, 201, first.body["id"])
    assert desk.front.post(PLACE, {**body, "access_token": "another-secret-1234"}, keyed).body["error"] == "key_reused"
    assert desk.front.get(PLACE, SERVICE).ok()["total"] == 1


def test_a_wrong_secret_is_told_without_it(desk, amo):
    number = desk.connected(amo, access_token="wrong-token-of-nobody")
    check = desk.shown(number)["check"]
    assert check["state"] == "failed" and "401" in check["error"] and "wrong-token" not in check["error"]
    changed = desk.front.put(f"{PLACE}/{number}", {"access_token": amo.token}, SERVICE).ok()
    assert (changed["check"]["state"], changed["secret_hint"]) == ("pending", "0001")
    desk.deliver()
    assert desk.shown(number)["status"] == "ok"


def test_changed_and_raced(desk, amo):
    number = desk.connected(amo)
    path = f"{PLACE}/{number}"
    changed = desk.front.put(path, {"name": "Второй отдел", "is_active": False, "version": 1}, SERVICE).ok()
    assert (changed["name"], changed["status"], changed["version"], changed["has_secret"]) == ("Второй отдел", "off", 2, True)
    assert desk.front.put(path, {"name": "Третий", "version": 1}, SERVICE).body["error"] == "changed_meanwhile"
    assert desk.front.put(path, {"name": "Второй отдел"}, SERVICE).ok()["version"] == 2
    assert desk.front.post(f"{path}/sync", {}, SERVICE).body["error"] == "connection_off"


def test_what_was_entrusted_for_one_account_is_shown_to_no_other(desk, amo):
    number = desk.connected(amo)
    answer = desk.front.put(f"{PLACE}/{number}", {"base_url": "https://other.amocrm.ru"}, SERVICE)
    assert answer.status == 422 and answer.body["detail"][0]["loc"] == ["body", "access_token"]


def test_removed_with_its_secrets(desk, amo):
    number = desk.connected(amo)
    names = [one["Name"] for one in vault._store().get_parameters_by_path(Path="/frontdesk/test/crm")["Parameters"]]
    assert len(names) == 1
    assert desk.front.delete(f"{PLACE}/{number}", SERVICE).ok()["success"] is True
    assert vault._store().get_parameters_by_path(Path="/frontdesk/test/crm")["Parameters"] == []
    assert desk.front.delete(f"{PLACE}/{number}", SERVICE).status == 404


def test_no_secret_stands_anywhere(desk, amo, capsys):
    secrets = {"refresh_token": "refresh-secret-1111", "client_id": "client-id-2222", "client_secret": "client-secret-3333"}
    number = desk.connected(amo, **secrets, application_token="application-secret-4444")
    desk.front.put(f"{PLACE}/{number}", {"access_token": "second-token-5555", "client_id": secrets["client_id"]}, SERVICE).ok()
    desk.deliver()
    everything = every_row() + json.dumps(desk.shown(number)) + json.dumps(desk.status(number)) + str(capsys.readouterr())
    for secret in (amo.token, "second-token-5555", "application-secret-4444", *secrets.values()):
        assert secret not in everything
    kept = vault._store().get_parameters_by_path(Path="/frontdesk/test/crm", WithDecryption=True)["Parameters"]
    assert len(kept) == 1 and "second-token-5555" in kept[0]["Value"] and kept[0]["Type"] == "SecureString"
