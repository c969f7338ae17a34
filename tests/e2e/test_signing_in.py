"""Consultations with a real OpenID Connect provider: honest people and back ends are served, the attacker gets nothing.

The same stack has no bot, so that whoever asks is told by mail and SMS.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chalicelib.core import storage
from chalicelib.messaging import rules
from chalicelib.messaging import service as messaging
from infra import package
from infra.localcloud import LocalCloud
from tests.builders import SERVICE, Front
from tests.e2e.conftest import PROJECT, UNTHROTTLED
from tests.e2e.gateway import Gateway
from tests.e2e.provider import API, Provider, installed
from tests.e2e.tables import Tables
from tests.standins.smsru import SmsRuStandIn
from tests.standins.smtp import SmtpStandIn

CREATE, CLIENTS = "/api/consultations/create", "/api/clients"
CONTACTS = {"email": "aziza@example.uz", "phone_number": "+998901234567", "org_inn": "305112233"}
HASH = "5a" * 32


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    running = Provider(installed(PROJECT))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def smtp() -> Iterator[SmtpStandIn]:
    """The server that carries mails."""
    with SmtpStandIn() as stand_in:
        yield stand_in
        assert not stand_in.wrong, "an SMTP server would have refused these commands"


@pytest.fixture(scope="module")
def sms() -> Iterator[SmsRuStandIn]:
    """What carries SMS."""
    with SmsRuStandIn() as stand_in:
        yield stand_in
        assert not stand_in.wrong, "SMS.ru would have refused these requests"


@pytest.fixture(scope="module")
def carriers(smtp: SmtpStandIn, sms: SmsRuStandIn) -> dict[str, str]:
    """How people are reached."""
    server = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(smtp.port), "SMTP_SECURITY": "none"}
    mails = {"EMAIL_BY": "smtp", "EMAIL_FROM": "no-reply@club.example", "SMTP_USER": smtp.user, "SMTP_PASSWORD": smtp.password}
    return server | mails | {"SMS_BY": "smsru", "SMSRU_API_ID": sms.api_id, "SMSRU_URL": sms.address, "PUBLIC_URL": "https://desk.example"}


@pytest.fixture(scope="module")
def stack(provider: Provider, cloud_home: Path, followers: dict[str, str], carriers: dict[str, str]) -> Iterator[LocalCloud]:
    """A stack of its own, which believes the provider and takes a site's open form."""
    local = LocalCloud(cloud_home / "signing-in", port=0)
    said = {
        "OIDC_ISSUER": provider.issuer,
        "OIDC_AUDIENCE": API,
        "CONSULTATIONS_OPEN_FORM": "true",
        "JWT_SECRET": "secret-of-the-second-stacks-tokens",
        "SERVICE_API_KEY": SERVICE["X-Api-Key"],
    }
    try:
        local.start()
        local.deploy(package.build(PROJECT, "local"), followers | carriers | said, parameters=UNTHROTTLED)
        yield local
    finally:
        local.stop()


@pytest.fixture(scope="module")
def front(stack: LocalCloud) -> Front:
    return Front(Gateway(stack.url))


@pytest.fixture(scope="module")
def aziza(provider: Provider) -> dict[str, str]:
    return bearer(provider.of_a_person("aziza")["access_token"])


@pytest.fixture(scope="module")
def office(provider: Provider) -> dict[str, str]:
    return bearer(provider.of_a_machine("consultations:create clients:read clients:write"))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def ask(front, headers, comment, client=None):
    return front.post(CREATE, {"client": client or CONTACTS, "consultation": {"comment": comment}}, headers)


def test_right_tokens_pass_and_the_others_are_refused_by_name(front, provider, aziza, office):
    assert front.get("/api/health").ok()["bearer"] == "verified"
    made = ask(front, aziza, "Как выставить счёт?").ok()
    card = f"{CLIENTS}/{made['client_id']}"
    assert front.get(card, aziza).ok()["email"] == CONTACTS["email"]
    assert front.get(card, office).ok()["client_id"] == made["client_id"]

    signed_in = provider.of_a_person("aziza")
    elsewhere = provider.of_a_person("aziza", "https://other.example/api")["access_token"]
    for token in (signed_in["id_token"], elsewhere, provider.of_a_machine("clients:read", "https://other.example/api"), "any", "a.b.c"):
        refused = front.get(card, bearer(token))
        assert (refused.status, refused.body["error"]) == (401, "bad_token")
        assert refused.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert front.get(card).headers["WWW-Authenticate"] == "Bearer"

    for scope, call in {
        "clients:read": lambda headers: front.get(card, headers),
        "clients:write": lambda headers: front.post(CLIENTS, CONTACTS, headers),
        "consultations:create": lambda headers: ask(front, headers, "Вопрос"),
    }.items():
        others = " ".join({"consultations:create", "clients:read", "clients:write"} - {scope})
        refused = call(bearer(provider.of_a_machine(others)))
        assert (refused.status, refused.body["error"]) == (403, "insufficient_scope")
        assert refused.headers["WWW-Authenticate"] == f'Bearer error="insufficient_scope", scope="{scope}"'
        assert call(bearer(provider.of_a_machine(scope))).status == 200


def cards(front, office, *client_ids):
    """What is known of clients, but for what 1C calls them: that comes when it comes."""
    return [front.get(f"{CLIENTS}/{one}", office).ok() | {"cl_ref_key": None} for one in client_ids]


def number_of(stack, front, office, cons_id):
    """What Chatwoot calls a consultation, as soon as it has taken it over."""
    deadline = time.monotonic() + 120
    while (shown := front.get(f"/api/tickets/{cons_id}", office).ok()["cons_id"]) == cons_id:
        assert time.monotonic() < deadline, "Chatwoot never took it over"
        stack.tick("sweep", datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    return int(shown)


def test_an_attacker_with_a_token_of_his_own_gets_nothing(front, stack, provider, aziza, office):
    thief = bearer(provider.of_a_person("thief")["access_token"])
    known = front.post(CLIENTS, {**CONTACTS, "client_id_hash": HASH, "tariff_id": "base"}, office).ok()
    hers = ask(front, aziza, "Её вопрос").ok()
    before = cards(front, office, known["client_id"], hers["client_id"])
    for client_id in (known["client_id"], hers["client_id"]):
        named = {"client_id": client_id, "email": "thief@example.uz", "tariff_id": "full"}
        answers = [
            front.get(f"{CLIENTS}/{client_id}", thief),
            front.get(f"/api/tickets/clients/{client_id}/tickets", thief),
            front.post(CLIENTS, named, thief),
            ask(front, thief, "Чужой вопрос", named),
            ask(front, {}, "Чужой вопрос", named),
            front.post("/api/consultations/simple", {"client_id": client_id, "comment": "Чужой вопрос"}, thief),
        ]
        assert {(answer.status, answer.body["detail"]) for answer in answers} == {(404, "Client not found")}
    assert front.get(f"{CLIENTS}/by-hash/{HASH}", thief).status == 404
    assert front.get(f"/api/tickets/{hers['consultation']['cons_id']}", thief).status == 404
    number = number_of(stack, front, office, hers["consultation"]["cons_id"])
    assert [front.get(f"/api/tickets/{one}", thief).status for one in range(number - 5, number + 5)] == [404] * 10
    assert front.get(f"/api/tickets/{number}", aziza).ok() == front.get(f"/api/tickets/{number}", office).ok()

    own = front.post(CLIENTS, CONTACTS, thief).ok()
    assert own["client_id"] not in (known["client_id"], hers["client_id"])
    assert "warnings" not in own
    assert cards(front, office, known["client_id"], hers["client_id"]) == before


def test_honest_callers_are_served_as_before(front, provider, aziza, office):
    made = ask(front, aziza, "Честный вопрос").ok()
    again = ask(front, bearer(provider.of_a_person("aziza")["access_token"]), "честный  ВОПРОС").ok()
    listed = front.get(f"/api/tickets/clients/{made['client_id']}/tickets", aziza).ok()
    assert again["client_id"] == made["client_id"], "another token of hers"
    assert [one["comment"] for one in listed["tickets"]].count("Честный вопрос") == 1, "a repeat is one question"
    moved = front.post(CLIENTS, {"client_id": made["client_id"], "city": "Нукус"}, aziza).ok()
    assert moved["city"] == "Нукус"

    given = front.post(CLIENTS, {"email": "bek@example.uz", "client_id_hash": "7b" * 32, "tariff_id": "full"}, office).ok()
    bek = bearer(provider.of_a_person("bek")["access_token"])
    assert front.post(CLIENTS, {"client_id_hash": "7b" * 32}, bek).ok()["tariff_id"] == "full", "the hash that his back end gave him"
    assert front.get(f"{CLIENTS}/{given['client_id']}", bek).ok()["client_id"] == given["client_id"]

    visitor = ask(front, {}, "Вопрос с сайта").ok()
    assert ask(front, {}, "Вопрос с сайта").ok()["client_id"] == visitor["client_id"], "a double click"
    assert visitor["client_id"] not in (made["client_id"], given["client_id"])
    assert front.get(f"/api/tickets/{visitor['consultation']['cons_id']}", office).ok()["comment"] == "Вопрос с сайта"


def queued(stack: LocalCloud, client_id: str, text: str, **how: str) -> str:
    """A message, written as a decision of the product writes it; its id."""
    tx = storage.Transaction()
    messaging.say(tx, messaging.client(client_id), "client_words_of_staff", messaging.About("tests", "live"), {"text": text}, **how)
    for one in tx._writes:
        row = {name: value for name, value in one.item.serialize().items() if value is not None}
        stack.client("dynamodb").put_item(TableName=f"frontdesk-local-{type(one.item).table_key()}", Item=row)
    (message_id,) = (one.item.message_id for one in tx._writes if hasattr(one.item, "message_id"))
    return str(message_id)


def swept(stack: LocalCloud, find: Callable[[], Any]) -> Any:
    """What `find` finds: a sweep decides how a message leaves, the next one is its carrier's."""
    for _ in range(8):
        if found := find():
            return found
        stack.tick("sweep", f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
    raise AssertionError(f"it never came: {[(row['template'], row['state'], row.get('reason')) for row in ledger(stack)]}")


def test_who_has_no_telegram_is_told_by_mail_and_sms_and_marketing_needs_a_yes(stack, front, smtp, sms):
    others = {row["recipient"] for row in ledger(stack)}
    by_mail = ask(front, None, "По почте", {"email": "vera@example.org"}).ok()
    by_sms = ask(front, None, "По СМС", {"phone_number": "+79045501567"}).ok()
    assert by_mail["client_id"] != by_sms["client_id"]
    (mail,) = swept(stack, lambda: smtp.to("vera@example.org"))
    (text,) = swept(stack, lambda: sms.to("+79045501567"))
    assert mail["Subject"] and mail.get_content().split()[:2] == text.split()[:2], "one template, two carriers"

    (client,) = {row["recipient"] for row in ledger(stack) if row["channel"] == "email"} - others
    refused = queued(stack, client.partition("#")[2], "Скидка", purpose=rules.MARKETING)
    row = swept(stack, lambda: next((one for one in ledger(stack) if one["message_id"] == refused and one["state"] != "queued"), None))
    assert (row["state"], row["reason"]) == ("skipped", "never agreed to personal_data")
    assert [len(smtp.to("vera@example.org")), len(sms.to("+79045501567"))] == [1, 1]


def ledger(stack: LocalCloud) -> list[dict[str, Any]]:
    return Tables(stack.client("dynamodb"), "frontdesk-local-").rows("messages")


def test_what_the_sales_desk_writes_leaves_by_mail_and_sms_once(front, stack, smtp, sms):
    person = {"name": "Тимур Лотосов", "phone": "+79035551291", "email": "timur@example.org"}
    lead = front.post("/api/v1/leads/", person, SERVICE)
    assert lead.status == 201, lead.text
    letters = {"email": f"Письмо {lead.body['id']}: {{когда}}?", "sms": f"SMS {lead.body['id']}: {{когда}}?"}
    for kind, words in letters.items():
        said = {"lead_id": lead.body["id"], "message_type": kind, "subject": "Вопрос", "body": words}
        made = front.post("/api/v1/messages", said, SERVICE)
        assert made.status == 201, made.text
        for _ in range(2):
            assert front.post(f"/api/v1/messages/{made.body['id']}/send", {}, SERVICE).status in (200, 202)
        standing = swept(stack, lambda at=f"/api/v1/messages/{made.body['id']}": _settled(front.get(at, SERVICE).ok()))
        assert (standing["status"], standing["channel"]) == ("sent", kind)
    (mail,), (text,) = smtp.to(person["email"]), sms.to(person["phone"])
    assert letters["email"] in mail.get_content() and letters["sms"] in text


def _settled(message: dict[str, Any]) -> dict[str, Any] | None:
    return message if message["status"] not in ("draft", "queued") else None
