"""Settings that no function would read are found before a deployment."""

import boto3
import pytest

from infra import parameters
from tests.standins.parameterstore import empty_parameter_store


@pytest.fixture
def ssm():
    with empty_parameter_store():
        yield boto3.client("ssm")


def put(ssm, **values):
    for name, value in values.items():
        ssm.put_parameter(Name=f"/frontdesk/prod/{name}", Value=value, Type="SecureString" if name == "SERVICE_API_KEY" else "String")


def test_a_document_and_secrets_are_fine_and_so_is_nothing_at_all(ssm):
    parameters.refuse(ssm, "prod")
    put(ssm, settings="HOLD_MINUTES=20\nSUPABASE_URL=https://x", SERVICE_API_KEY="k")

    parameters.refuse(ssm, "prod")


def test_each_wrong_place_is_named_with_the_right_one_and_no_value_is_repeated(ssm):
    put(ssm, settings="TILDA_API_KEY=word-of-mouth\nNO_SUCH=1", HOLD_MINUTES="20", service_api_key="word-of-mouth", OTHER="x")

    with pytest.raises(ValueError, match="no function would read") as refused:
        parameters.refuse(ssm, "prod")

    assert str(refused.value).splitlines()[1:] == [
        "  /frontdesk/prod/HOLD_MINUTES: it is no secret, its place is a line HOLD_MINUTES=… in /frontdesk/prod/settings",
        "  /frontdesk/prod/OTHER: there is no such setting",
        "  /frontdesk/prod/service_api_key: a secret's parameter is called SERVICE_API_KEY",
        "  NO_SUCH in /frontdesk/prod/settings: there is no such setting",
        "  TILDA_API_KEY in /frontdesk/prod/settings: it is a secret, its place is /frontdesk/prod/TILDA_API_KEY",
    ]


def test_more_parameters_than_one_page_are_all_looked_at(ssm):
    put(ssm, **{f"FILLER_{number}": "x" for number in range(12)})

    with pytest.raises(ValueError, match="FILLER_11"):
        parameters.refuse(ssm, "prod")
