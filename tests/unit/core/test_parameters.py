"""Reading Parameter Store: how often, how patiently, and what counts."""

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.session import Session

from chalicelib.core import parameters
from chalicelib.core.settings import Settings, secrets
from tests.standins.parameterstore import empty_parameter_store


class Store:
    """Parameter Store as far as a cold start goes; notes what it was asked."""

    def __init__(self, **values: str) -> None:
        self.values = {f"/frontdesk/prod/{name}": value for name, value in values.items()}
        self.asked: list[list[str]] = []

    def get_parameters(self, Names, WithDecryption):
        assert WithDecryption and len(Names) <= 10
        self.asked.append(Names)
        return {"Parameters": [{"Name": name, "Value": self.values[name]} for name in Names if name in self.values]}


def test_a_cold_start_asks_for_its_document_and_its_secrets_ten_at_a_time():
    store = Store(settings="HOLD_MINUTES=20\n", SERVICE_API_KEY="k")

    found = parameters.read("/frontdesk/prod/", secrets(), store)

    assert found == {"hold_minutes": "20", "service_api_key": "k"}
    assert sorted(name for call in store.asked for name in call) == sorted(
        f"/frontdesk/prod/{name}" for name in ("settings", *(name.upper() for name in secrets()))
    )
    assert len(store.asked) == -(-(1 + len(secrets())) // 10)


def test_a_function_with_nine_secrets_or_fewer_makes_one_call():
    store = Store()

    assert parameters.read("/frontdesk/prod", secrets()[:9], store) == {}
    assert len(store.asked) == 1


def test_a_secret_that_stands_in_the_document_does_not_count():
    store = Store(settings="SERVICE_API_KEY=seen by everybody\nSTAGE=prod")

    assert parameters.read("/frontdesk/prod/", secrets(), store) == {"stage": "prod"}


def test_a_document_is_read_as_an_env_file_is_and_replaces_nothing():
    text = "# who\nSUPABASE_URL=https://x.supabase.co\nGOOGLE_SUBJECT='a $HOME b'\nPHONE_REGIONS=\nBARE\n"

    assert parameters.document(text) == {"supabase_url": "https://x.supabase.co", "google_subject": "a $HOME b", "phone_regions": ""}


def test_every_secret_is_a_setting_and_no_secret_has_a_default():
    assert {"service_api_key", "gocrm_funnels", "onec_password"} <= set(secrets())
    assert not {"onec_user", "telegram_admin_chat_id", "stage"} & set(secrets())
    assert all(Settings.model_fields[name].default is None for name in secrets())


class Raw:
    """The body of an answer that never was on a wire."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self, **_options):
        yield self.body


def test_a_store_that_is_asked_too_much_is_asked_again():
    tries = []

    def answer(request, **_more):
        tries.append(request.url)
        if len(tries) == 1:
            return AWSResponse(request.url, 400, {}, Raw(b'{"__type": "ThrottlingException", "message": "Rate exceeded"}'))
        return AWSResponse(request.url, 200, {}, Raw(b'{"Parameters": [{"Name": "/frontdesk/prod/settings", "Value": "HOLD_MINUTES=7"}]}'))

    client = Session().create_client("ssm", config=parameters.PATIENT)
    client.meta.events.register("before-send.ssm", answer)

    assert parameters.read("/frontdesk/prod/", (), client) == {"hold_minutes": "7"}
    assert len(tries) == 2


@pytest.mark.parametrize("path", ["/frontdesk/prod/", "/frontdesk/prod"])
def test_the_real_client_finds_what_the_operator_put(path):
    with empty_parameter_store():
        store = boto3.client("ssm")
        store.put_parameter(Name="/frontdesk/prod/settings", Value="HOLD_MINUTES=20", Type="String")
        store.put_parameter(Name="/frontdesk/prod/TILDA_API_KEY", Value="from-the-store", Type="SecureString")
        store.put_parameter(Name="/frontdesk/other/TILDA_API_KEY", Value="of another stage", Type="SecureString")

        assert parameters.read(path, secrets()) == {"hold_minutes": "20", "tilda_api_key": "from-the-store"}
