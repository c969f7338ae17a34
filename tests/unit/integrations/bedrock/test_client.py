"""Bedrock's Converse against a strict stand-in, and chat completions against the same one."""

import json

import pytest

from chalicelib.core.vendors import VendorBusy, VendorDown
from chalicelib.integrations.asking import Malformed, ModelRefused, Question
from chalicelib.integrations.aws import signing
from chalicelib.integrations.bedrock.client import BedrockClient
from chalicelib.integrations.openai.client import OpenAiClient
from tests.standins.modelling import KEY, ModelStandIn

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
ASKED = Question("Count.", json.dumps({"evidence": [], "wishes": {"text": "ёлка"}}), "answer", "Give it.", SCHEMA)
ARN = "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0"


@pytest.fixture
def models(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    signing._credentials.cache_clear()  # a process reads its keys once
    with ModelStandIn() as stand_in:
        stand_in.says = lambda evidence, wishes: {"n": 7}
        stand_in.usage = (210, 31)
        yield stand_in
        assert stand_in.wrong == []
    signing._credentials.cache_clear()


@pytest.fixture(params=["bedrock", "openai"])
def client(request, models):
    if request.param == "bedrock":
        return BedrockClient(ARN, models.address)
    return OpenAiClient(ARN, KEY, f"{models.address}/v1")


def test_the_tools_input_is_the_answer_and_every_byte_was_known_before(client, models):
    body = client.body(ASKED, 400)
    told = client.ask(body)
    assert (told.said, told.input_tokens, told.output_tokens) == ({"n": 7}, 210, 31)
    assert models.got == [body]
    assert models.models == [ARN]


@pytest.mark.parametrize("said", ["just words", '{"n": 7'])
def test_an_answer_beside_the_tool_is_malformed_and_has_its_price(client, models, said):
    models.says = lambda evidence, wishes: said
    with pytest.raises(Malformed) as malformed:
        client.ask(client.body(ASKED, 400))
    assert (malformed.value.input_tokens, malformed.value.output_tokens) == (210, 31)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (429, VendorBusy),
        (503, VendorDown),
        (500, VendorDown),
        (408, VendorDown),
        (400, ModelRefused),
        (401, ModelRefused),
        (403, ModelRefused),
    ],
)
def test_what_is_not_answered(client, models, status, error):
    models.fail_next(status, {"message": "no"}, n=2)
    with pytest.raises(error):
        client.ask(client.body(ASKED, 400))


def test_an_answer_that_is_lost_may_have_cost_something(client, models):
    models.drop_next()
    with pytest.raises(VendorDown) as down:
        client.ask(client.body(ASKED, 400))
    assert down.value.sent_maybe


def test_the_key_is_in_no_reason(models):
    models.fail_next(401, {"error": {"message": f"Incorrect API key {KEY}"}})
    client = OpenAiClient("m", KEY, f"{models.address}/v1")
    with pytest.raises(ModelRefused) as refused:
        client.ask(client.body(ASKED, 400))
    assert KEY not in refused.value.reason
    assert refused.value.ours
