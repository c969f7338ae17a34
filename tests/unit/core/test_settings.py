from collections.abc import Iterator

import boto3
import pytest
from pydantic import ValidationError

from chalicelib.core.settings import Settings, own_secrets, settings
from tests.standins.parameterstore import empty_parameter_store


@pytest.fixture
def fresh() -> Iterator[None]:
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_what_nobody_set_has_its_default(monkeypatch):
    for name in ("STAGE", "TELEGRAM_BOT_NAME"):
        monkeypatch.delenv(name)
    said = Settings()
    assert (said.stage, said.telegram_bot_name, said.business_timezone) == ("local", "frontdesk_bot", "Europe/Moscow")
    assert said.telegram_api_url == "https://api.telegram.org"
    assert (said.hold_minutes, said.payment_minutes, said.session_minutes) == (30, 30, 60)


SECRETS = ["TELEGRAM_BOT_TOKEN", "TELEGRAM_WEBHOOK_SECRET", "SUPABASE_WEBHOOK_SECRET", "TILDA_API_KEY", "SERVICE_API_KEY"]


@pytest.mark.parametrize("blank", ["", "   "])
@pytest.mark.parametrize("name", [*SECRETS, "TELEGRAM_ADMIN_CHAT_ID"])
def test_a_blank_secret_is_no_secret(monkeypatch, name, blank):
    monkeypatch.setenv(name, blank)
    assert getattr(Settings(), name.lower()) is None


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_does_not_print_itself(monkeypatch, name):
    monkeypatch.setenv(name, "s3cret-of-ours")
    said = Settings()
    assert "s3cret-of-ours" not in repr(said) + str(said.model_dump())
    assert getattr(said, name.lower()).get_secret_value() == "s3cret-of-ours"


@pytest.mark.parametrize("name", ["HOLD_MINUTES", "PAYMENT_MINUTES", "SESSION_MINUTES"])
@pytest.mark.parametrize("value", ["0", "-5", "soon"])
def test_minutes_are_at_least_one(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        Settings()


def test_regions_keep_their_order_and_lose_their_blanks(monkeypatch):
    monkeypatch.setenv("PHONE_REGIONS", " kz, RU ,,uz ")
    assert Settings().regions == ["KZ", "RU", "UZ"]


def test_another_functions_secret_is_no_absent_one(monkeypatch):
    monkeypatch.setenv("FRONTDESK_SECRETS", "tilda_api_key,calendar_secret")
    monkeypatch.setenv("TILDA_API_KEY", "own")
    monkeypatch.setenv("ONEC_PASSWORD", "another's")
    monkeypatch.setenv("ONEC_USER", "no secret")
    monkeypatch.setenv("ONEC_URL", "https://1c.example/base")
    said = settings()

    assert said.tilda_api_key and said.tilda_api_key.get_secret_value() == "own"
    assert (said.calendar_secret, said.onec_user) == (None, "no secret")
    for name in ("onec_password", "service_api_key"):
        with pytest.raises(AttributeError, match=name):
            getattr(said, name)
    with pytest.raises(AttributeError):
        assert said.has_onec
    assert "another's" not in repr(said)


def test_a_function_may_have_no_secret_at_all(monkeypatch):
    monkeypatch.setenv("FRONTDESK_SECRETS", "none")

    assert own_secrets() == ()
    with pytest.raises(AttributeError):
        assert settings().service_api_key


def test_settings_are_read_once_a_cold_start(monkeypatch, fresh):
    before = settings()
    monkeypatch.setenv("HOLD_MINUTES", "45")
    assert settings() is before
    settings.cache_clear()
    assert settings().hold_minutes == 45


def test_a_deployed_stage_reads_the_parameter_store(monkeypatch, fresh):
    with empty_parameter_store():
        store = boto3.client("ssm")
        store.put_parameter(Name="/frontdesk/prod/SERVICE_API_KEY", Value="from-the-store", Type="SecureString")
        store.put_parameter(Name="/frontdesk/prod/settings", Value="HOLD_MINUTES=20\nUNKNOWN=x\n", Type="String")
        store.put_parameter(Name="/frontdesk/other/settings", Value="PAYMENT_MINUTES=5", Type="String")
        monkeypatch.setenv("SETTINGS_PATH", "/frontdesk/prod")
        said = settings()
    assert said.service_api_key.get_secret_value() == "from-the-store"
    assert (said.hold_minutes, said.payment_minutes) == (20, 30)
    assert said.telegram_bot_name == "test_frontdesk_bot", "what the store leaves out comes from the environment"


@pytest.mark.parametrize("url", ["https://Chat.Example", "https://chat.example/", "http://chat.example"])
def test_a_desk_is_a_host_and_an_account(url):
    assert Settings(chatwoot_url=url, chatwoot_account_id="7").chatwoot_desk == "chat.example/7"
    assert Settings(chatwoot_url=url, chatwoot_account_id="8").chatwoot_desk != "chat.example/7"
