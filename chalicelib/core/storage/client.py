"""The store's botocore client, without work that rows never need: `make bench` shows what it saves."""

import json
from base64 import b64decode, b64encode
from functools import cache
from typing import Any

from botocore.config import Config
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.parsers import JSONParser, ResponseParser, ResponseParserFactory
from botocore.serialize import JSONSerializer
from botocore.session import Session

ROWS = {
    "BatchGetItemOutput",
    "DeleteItemOutput",
    "GetItemOutput",
    "PutItemOutput",
    "QueryOutput",
    "TransactWriteItemsOutput",
    "UpdateItemOutput",
}
"""Answers without dates and other types that JSON lacks, but for the bytes of binary attributes."""


@cache
def session() -> Session:
    """The one session of this process, for the store and for Parameter Store: making one takes a tenth of a cold start."""
    made = Session()
    lighten(made)
    return made


def lighten(session: Session) -> None:
    """Have the clients that a session makes do less for each call, and take less time to make."""
    # botocore builds its long User-Agent twice a call; a given one is sent as it is.
    session.set_default_client_config(Config(user_agent="frontdesk"))
    session.register_component("data_loader", _WithoutRules())
    session.register_component("response_parser_factory", _RowParsers())
    session.register("creating-client-class.dynamodb", _write_rows)


class _WithoutRules(Loader):
    """Without an endpoint ruleset botocore takes the region's endpoint from its table, once a client.

    The ruleset is evaluated for each call, searches the parameters for table ARNs, and says the same for plain table names.
    """

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        if type_name == "endpoint-rule-set-1":
            raise UnknownServiceError(service_name=service_name, known_service_names="")
        return super().load_service_model(service_name, type_name, api_version)


class _RowParsers(ResponseParserFactory):
    def create_parser(self, protocol_name: str) -> ResponseParser:
        return _RowParser(**self._defaults) if protocol_name == "json" else super().create_parser(protocol_name)


class _RowParser(JSONParser):
    """botocore copies every value of an answer beside the service's model; for rows the copy equals the original."""

    def _handle_json_body(self, raw_body: bytes, shape: Any) -> Any:
        if shape.name not in ROWS or b'"BS"' in raw_body:
            return super()._handle_json_body(raw_body, shape)
        return json.loads(raw_body, object_hook=_with_bytes) if b'"B"' in raw_body else self._parse_body_as_json(raw_body)


def _with_bytes(value: dict[str, Any]) -> dict[str, Any]:
    binary = value.get("B")
    return {"B": b64decode(binary)} if len(value) == 1 and isinstance(binary, str) else value


class _RowSerializer(JSONSerializer):
    """The same on the way out: PynamoDB's parameters are the request already, but for the bytes."""

    def serialize_to_request(self, parameters: dict[str, Any], operation_model: Any) -> dict[str, Any]:
        request = super().serialize_to_request({}, operation_model)
        request["body"] = json.dumps(parameters, default=_base64).encode()
        return dict(request)


def _base64(value: bytes) -> str:
    return b64encode(value).decode()


class _RowClient:
    def __init__(self, **parts: Any) -> None:
        super().__init__(**{**parts, "serializer": _RowSerializer()})


def _write_rows(base_classes: list[type], **event: Any) -> None:
    base_classes.insert(0, _RowClient)
