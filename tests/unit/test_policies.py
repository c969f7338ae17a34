"""Every policy that lets somebody in by a secret: what opens it, and all that does not."""

import hmac
import json
import time
from hashlib import sha256
from urllib.parse import urlencode

import pytest

from chalicelib.clients.policies import SERVICE_OR_CLIENT, TICKET_HOLDER
from chalicelib.consultations import bearers
from chalicelib.consultations.bearers import SCOPES
from chalicelib.consultations.policies import CLIENTS_READ, CLIENTS_WRITE, CONSULTATIONS_CREATE, CONSULTATIONS_FORM
from chalicelib.core import security
from chalicelib.core.errors import Unauthorized
from chalicelib.core.settings import Settings, settings
from chalicelib.core.wire import Incoming
from chalicelib.gocrm.cabinet.policies import CABINET, PARENT
from chalicelib.integrations.chatwoot.policy import CHATWOOT
from chalicelib.integrations.supabase.policy import SUPABASE
from chalicelib.integrations.telegram.policy import TELEGRAM
from chalicelib.integrations.tilda.policy import PUBLIC_FORM

SECRETS = {
    "service_api_key": "service-key",
    "tilda_api_key": "tilda-key",
    "supabase_webhook_secret": "supabase-secret",
    "telegram_webhook_secret": "telegram-secret",
    "telegram_bot_token": "1:bot",
}
OPEN_HOUSE = Settings(**SECRETS)
NO_LOCKS = Settings(**dict.fromkeys(SECRETS))
BLANK_LOCKS = Settings(**dict.fromkeys(SECRETS, " "))

BEARERS = [CONSULTATIONS_CREATE, CONSULTATIONS_FORM, CLIENTS_READ, CLIENTS_WRITE]

BEHIND_A_LOCK = [
    (security.SERVICE, "X-Api-Key", "service-key", "service"),
    (SUPABASE, "X-Webhook-Secret", "supabase-secret", "webhook"),
    (TELEGRAM, "X-Telegram-Bot-Api-Secret-Token", "telegram-secret", "webhook"),
    (SERVICE_OR_CLIENT, "X-Api-Key", "service-key", "service"),
]

WRONG = ["wrong", "", " ", "service-ke", "service-keys", "SERVICE-KEY", "ключ", "\ud800", "None", "**********", "a" * 10_000]


def request(headers=None, query=None, fields=None):
    body = b"" if fields is None else json.dumps(fields).encode()
    return Incoming(method="POST", headers=headers, query={name: [value] for name, value in (query or {}).items()}, body=body)


def refused(policy, asked, config=OPEN_HOUSE):
    with pytest.raises(Unauthorized):
        policy.admit(asked, config)
    return True


@pytest.mark.parametrize(("policy", "header", "secret", "kind"), BEHIND_A_LOCK)
class TestBehindALock:
    def test_the_secret_opens(self, policy, header, secret, kind):
        assert policy.admit(request({header: secret}), OPEN_HOUSE).kind == kind
        assert policy.admit(request({header.lower(): secret}), OPEN_HOUSE).kind == kind

    @pytest.mark.parametrize("wrong", WRONG)
    def test_anything_else_does_not(self, policy, header, secret, kind, wrong):
        assert refused(policy, request({header: wrong}))

    def test_nothing_does_not(self, policy, header, secret, kind):
        assert refused(policy, request())

    @pytest.mark.parametrize("config", [NO_LOCKS, BLANK_LOCKS])
    @pytest.mark.parametrize("given", ["", " ", "None", "service-key", "**********"])
    def test_a_door_without_a_lock_stays_shut(self, policy, header, secret, kind, config, given):
        assert refused(policy, request({header: given}), config)
        assert refused(policy, request(), config)

    def test_the_secret_is_looked_for_in_its_header_only(self, policy, header, secret, kind):
        assert refused(policy, request({"X-Other": secret}, {"token": secret, header: secret}, {header: secret}))


def test_one_door_s_secret_opens_no_other():
    for policy, header, _, _ in BEHIND_A_LOCK:
        for other in set(SECRETS.values()) - {secret for known, _, secret, _ in BEHIND_A_LOCK if known is policy}:
            assert refused(policy, request({header: other}))


def test_a_secret_in_another_alphabet_works_too():
    config = Settings(service_api_key="ключ")
    assert security.SERVICE.admit(request({"X-Api-Key": "ключ"}), config).kind == "service"
    assert refused(security.SERVICE, request({"X-Api-Key": "клюк"}), config)


def test_anyone_may_come_to_a_public_door():
    for config in (OPEN_HOUSE, NO_LOCKS):
        assert security.PUBLIC.admit(request({"X-Api-Key": "wrong"}), config).kind == "public"


def keyed(key):
    """A site form with a key, in each of the places where it may be."""
    return [
        request({"X-Api-Key": key}),
        request(query={"token": key}),
        request(fields={"X-Api-Key": key}),
        request(fields={"X-API-Key": key}),
    ]


def test_a_site_form_needs_no_key():
    for config in (OPEN_HOUSE, NO_LOCKS):
        assert PUBLIC_FORM.admit(request(fields={"name": "Анна"}), config).kind == "public"


@pytest.mark.parametrize(("key", "kind"), [("tilda-key", "webhook"), ("service-key", "service")])
def test_a_site_form_s_key_may_be_in_three_places(key, kind):
    assert [PUBLIC_FORM.admit(asked, OPEN_HOUSE).kind for asked in keyed(key)] == [kind] * 4


@pytest.mark.parametrize("config", [OPEN_HOUSE, NO_LOCKS, BLANK_LOCKS])
@pytest.mark.parametrize("key", ["wrong", "supabase-secret", "ключ"])
def test_a_site_form_s_wrong_key_is_refused(config, key):
    assert all(refused(PUBLIC_FORM, asked, config) for asked in keyed(key))


@pytest.mark.parametrize("fields", [{"X-Api-Key": None}, {"X-Api-Key": ""}, {"X-Api-Key": []}])
def test_a_site_form_s_empty_key_is_no_key(fields):
    assert PUBLIC_FORM.admit(request(fields=fields), OPEN_HOUSE).kind == "public"


@pytest.mark.parametrize(
    "fields", [{"X-Api-Key": ["wrong"]}, {"X-Api-Key": ["tilda-key", "wrong"]}, {"X-Api-Key": 1}, {"X-Api-Key": {"a": 1}}]
)
def test_a_site_form_s_key_that_is_no_text_is_wrong(fields):
    with pytest.raises(Unauthorized):
        PUBLIC_FORM.admit(request(fields=fields), OPEN_HOUSE)


def test_a_key_that_came_as_a_field_is_not_kept(monkeypatch):
    monkeypatch.setenv("TILDA_API_KEY", 'k€y "one"')
    settings.cache_clear()
    bodies = [
        urlencode({"X-Api-Key": 'k€y "one"'}),
        json.dumps({"X-Api-Key": 'k€y "one"'}),
        json.dumps({"X-Api-Key": 'k€y "one"'}, ensure_ascii=False),
    ]
    try:
        for body in bodies:
            kept = security.redacted(body.encode())
            assert b"***" in kept
            assert b"one" not in kept
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_a_site_form_that_cannot_be_read_is_let_in_to_be_kept():
    broken = Incoming(method="POST", headers={"Content-Type": "application/json"}, body=b"{\xff")
    assert PUBLIC_FORM.admit(broken, OPEN_HOUSE).kind == "public"


def test_a_ticket_s_holder_needs_no_key_but_a_wrong_one_is_refused():
    assert TICKET_HOLDER.admit(request(), NO_LOCKS).kind == "public"
    assert TICKET_HOLDER.admit(request({"X-Api-Key": "service-key"}), OPEN_HOUSE).kind == "service"
    assert refused(TICKET_HOLDER, request({"X-Api-Key": "wrong"}))
    assert refused(TICKET_HOLDER, request({"X-Api-Key": "service-key"}), NO_LOCKS)


def signed(token="1:bot", age=0, user=None):
    """The header of a Mini App that Telegram opened `age` seconds ago."""
    user = {"id": 77, "first_name": "Анна", "username": "anna"} if user is None else user
    pairs = {"auth_date": str(int(time.time()) - age), "query_id": "q", "user": json.dumps(user)}
    secret = hmac.new(b"WebAppData", token.encode(), sha256).digest()
    text = "\n".join(f"{name}={pairs[name]}" for name in sorted(pairs))
    return {"Authorization": "tma " + urlencode(pairs | {"hash": hmac.new(secret, text.encode(), sha256).hexdigest()})}


def test_a_client_whom_telegram_vouches_for_is_known():
    caller = SERVICE_OR_CLIENT.admit(request(signed()), OPEN_HOUSE)
    assert (caller.kind, caller.account, caller.username) == ("client", "77", "anna")


@pytest.mark.parametrize(
    "headers",
    [
        signed(token="2:other"),
        signed(age=2 * 24 * 3600),
        signed(age=-3600),
        signed(user={}),
        {"Authorization": "tma "},
        {"Authorization": "tma"},
        {"Authorization": "tma hash=1"},
        {"Authorization": "Bearer service-key"},
        {"Authorization": "service-key"},
    ],
)
def test_a_client_whom_telegram_does_not_vouch_for_is_refused(headers):
    assert refused(SERVICE_OR_CLIENT, request(headers))


def test_an_old_signature_says_that_it_is_old():
    with pytest.raises(Unauthorized) as caught:
        SERVICE_OR_CLIENT.admit(request(signed(age=2 * 24 * 3600)), OPEN_HOUSE)
    assert (caught.value.code, caught.value.detail) == ("unauthorized", "expired")


def test_without_a_bot_no_signature_counts():
    assert refused(SERVICE_OR_CLIENT, request(signed()), NO_LOCKS)
    assert refused(SERVICE_OR_CLIENT, request(signed(token="")), BLANK_LOCKS)
    assert refused(SERVICE_OR_CLIENT, request(signed(token="None")), NO_LOCKS)


def test_no_refusal_tells_what_was_given():
    with pytest.raises(Unauthorized) as caught:
        security.SERVICE.admit(request({"X-Api-Key": "what-was-given"}), OPEN_HOUSE)
    assert "what-was-given" not in str(caught.value.body())


CHATWOOT_SECRET = "chatwoot-secret"
SIGNED_HOUSE = Settings(chatwoot_webhook_secret=CHATWOOT_SECRET, chatwoot_webhook_token="address-token")


def told(body=b'{"event":"x"}', *, age=0, secret=CHATWOOT_SECRET, **headers):
    stamp = str(int(time.time()) - age)
    signature = hmac.new(secret.encode(), f"{stamp}.".encode() + body, "sha256").hexdigest()
    return Incoming(
        method="POST", headers={"X-Chatwoot-Timestamp": stamp, "X-Chatwoot-Signature": f"sha256={signature}", **headers}, body=body
    )


def test_chatwoots_signature_opens_its_door():
    assert CHATWOOT.admit(told(), SIGNED_HOUSE).kind == "webhook"
    assert CHATWOOT.admit(told(age=280), SIGNED_HOUSE).kind == "webhook"


@pytest.mark.parametrize(
    "asked",
    [
        told(age=400),
        told(age=-4000),
        told(secret="another"),
        told(**{"X-Chatwoot-Timestamp": "1"}),
        told(**{"X-Chatwoot-Timestamp": "١٢٣"}),
        told(**{"X-Chatwoot-Timestamp": "9" * 30}),
        told(**{"X-Chatwoot-Timestamp": ""}),
        told(**{"X-Chatwoot-Signature": ""}),
        told(**{"X-Chatwoot-Signature": "sha256="}),
        request(query={"token": "address-token"}),
    ],
)
def test_a_signature_that_proves_nothing_is_refused(asked):
    assert refused(CHATWOOT, asked, SIGNED_HOUSE)


def test_without_a_signing_secret_the_address_is_the_key_and_without_both_nothing_is():
    by_address = Settings(chatwoot_webhook_token="address-token")
    assert CHATWOOT.admit(request(query={"token": "address-token"}), by_address).kind == "webhook"
    assert refused(CHATWOOT, request(query={"token": "x"}), by_address)
    assert refused(CHATWOOT, told(), by_address)
    assert refused(CHATWOOT, request(query={"token": ""}), Settings(chatwoot_webhook_token=" "))
    assert refused(CHATWOOT, told(secret=""), Settings())


@pytest.mark.parametrize("stage", ["prod", "production", "live", "Local", "staging", ""])
def test_a_stage_we_do_not_know_takes_no_unverified_token(stage):
    assert refused(CLIENTS_READ, request({"Authorization": "Bearer x"}), Settings(stage=stage))


@pytest.mark.parametrize("stage", ["local", "test", "dev"])
def test_a_developers_stage_takes_any_token_but_asks_for_one(stage):
    config = Settings(stage=stage)
    for policy in BEARERS:
        caller = policy.admit(request({"Authorization": "Bearer x"}), config)
        assert (caller.kind, caller.scopes) == ("backend", SCOPES)
        assert refused(policy, request({"Authorization": "x"}), config)
        assert refused(policy, request(), config)


@pytest.mark.parametrize("stage", ["prod", "staging"])
def test_an_issuer_without_an_audience_is_a_closed_door_but_for_a_developer(stage):
    said = {"oidc_issuer": "https://login.example", "oidc_jwks_url": "https://login.example/keys"}
    for policy in BEARERS:
        with pytest.raises(Unauthorized) as caught:
            policy.admit(request({"Authorization": "Bearer x"}), Settings(stage=stage, **said))
        assert caught.value.detail == bearers.NOBODY_IS_MEANT
        assert caught.value.headers == security.WRONG_BEARER
    assert bearers.state(Settings(stage=stage, **said)) == "closed"
    assert bearers.state(Settings(stage=stage, oidc_audience="desk", **said)) == "verified"
    assert bearers.state(Settings(stage=stage, oidc_audience="desk")) == "closed"
    assert bearers.state(Settings(stage="dev", **said)) == "verified"


def test_only_the_form_opens_and_only_where_it_is_said_and_nothing_is_shown():
    closed, opened = Settings(stage="prod"), Settings(stage="prod", consultations_open_form=True)
    assert CONSULTATIONS_FORM.admit(request(), opened).kind == "public"
    assert refused(CONSULTATIONS_FORM, request(), closed)
    for shown in ("Bearer x", "Bearer", "Basic eDp5", "tma x"):
        assert refused(CONSULTATIONS_FORM, request({"Authorization": shown}), opened), "a wrong proof is not worth more than none"
    for policy in (CONSULTATIONS_CREATE, CLIENTS_READ, CLIENTS_WRITE):
        assert refused(policy, request(), opened)


def test_the_cabinet_is_closed_until_there_is_a_club():
    club = Settings(gocrm_url="https://club.example", gocrm_app_token="app-token")
    assert CABINET.admit(request(), club).kind == "public"
    assert PARENT.admit(request({"Authorization": "Bearer own"}), club).subject == "own"
    assert refused(PARENT, request(), club)
    for config in (Settings(), Settings(gocrm_url="https://club.example"), Settings(gocrm_app_token="x")):
        assert refused(CABINET, request(), config)
        assert refused(PARENT, request({"Authorization": "Bearer own"}), config)
