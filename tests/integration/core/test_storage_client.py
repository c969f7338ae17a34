"""The lightened client says and reads what botocore's own would."""

import json
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from botocore.session import Session, get_session

from chalicelib.core.storage.client import lighten
from chalicelib.core.storage.counters import Counter

TABLE = Counter.Meta.table_name
EVERY_KIND = {
    "name": {"S": 'Ольга 🙂 " \\ \x7f'},
    "number": {"N": "-12.50"},
    "bytes": {"B": b"\x00\xff raw"},
    "byte_set": {"BS": [b"one", b"\xfe two"]},
    "texts": {"SS": ["а", "б"]},
    "numbers": {"NS": ["1", "2"]},
    "yes": {"BOOL": True},
    "nothing": {"NULL": True},
    "list": {"L": [{"S": "x"}, {"B": b"in a list"}, {"L": []}]},
    "map": {"M": {"B": {"S": "an attribute named as a type"}, "S": {"B": b"deep"}, "empty": {"M": {}}}},
    "B": {"B": b"twice"},
}


def client(light: bool, region: str = "us-east-1") -> Any:
    session: Session = get_session()
    if light:
        lighten(session)
    return session.create_client("dynamodb", region_name=region)


def without(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer but for what differs from call to call."""
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


@pytest.mark.parametrize(
    "item", [EVERY_KIND, {key: value for key, value in EVERY_KIND.items() if key != "byte_set"}, {"name": {"S": "plain"}}]
)
def test_rows_come_back_as_botocore_reads_them(tables, item):
    client(light=True).put_item(TableName=TABLE, Item=item)
    key = {"name": item["name"]}
    reads = [
        ("get_item", {"TableName": TABLE, "Key": key}),
        ("batch_get_item", {"RequestItems": {TABLE: {"Keys": [key]}}}),
        (
            "query",
            {
                "TableName": TABLE,
                "KeyConditionExpression": "#n = :n",
                "ExpressionAttributeNames": {"#n": "name"},
                "ExpressionAttributeValues": {":n": item["name"]},
            },
        ),
    ]
    for method, asked in reads:
        light, plain = (without(getattr(client(is_light), method)(**asked)) for is_light in (True, False))
        assert light == plain
    assert light["Items"] == [item]


def test_refusals_come_back_as_botocore_reads_them(tables):
    client(light=False).put_item(TableName=TABLE, Item=EVERY_KIND)
    put = {"TableName": TABLE, "Item": {"name": EVERY_KIND["name"]}, "ConditionExpression": "attribute_not_exists(#n)"}
    put |= {"ExpressionAttributeNames": {"#n": "name"}, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    for method, asked in (("put_item", put), ("transact_write_items", {"TransactItems": [{"Put": put}]})):
        told = []
        for is_light in (True, False):
            with pytest.raises(ClientError) as refused:
                getattr(client(is_light), method)(**asked)
            told.append(without(refused.value.response))
        assert told[0] == told[1]
        assert "Error" in told[0]


def test_what_is_no_row_is_read_by_its_model(tables):
    light, plain = (client(is_light).describe_table(TableName=TABLE)["Table"] for is_light in (True, False))
    assert light["CreationDateTime"] == plain["CreationDateTime"]


def sent(one: Any) -> tuple[str, str, Any]:
    """Where a client's request goes, whom it is signed for, and its body."""
    requests: list[Any] = []

    def answer(request: Any, **event: Any) -> AWSResponse:
        requests.append(request)
        return AWSResponse(request.url, 200, {"Content-Type": "application/x-amz-json-1.0"}, Empty())

    one.meta.events.register_first("before-send.dynamodb", answer)
    one.put_item(TableName=TABLE, Item=EVERY_KIND)
    (request,) = requests
    scope = request.headers["Authorization"].decode().split("Credential=")[1].split(",")[0].split("/", 2)[2]
    return request.url, scope, json.loads(request.body)


class Empty:
    def stream(self):
        yield b"{}"


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "me-central-1", "ap-southeast-7", "cn-north-1", "us-gov-west-1"])
def test_requests_go_where_botocore_would_send_them(store, region):
    assert sent(client(True, region)) == sent(client(False, region))


def test_another_store_is_asked_where_it_is_named(store, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9")
    assert sent(client(True)) == sent(client(False))
    assert sent(client(True))[0] == "http://127.0.0.1:9/"
