"""The store's botocore client without what a table store never uses: measured by ``make bench``, half the CPU of a call."""

import re
from typing import Any

from botocore.config import Config
from botocore.parsers import JSONParser, ResponseParser, ResponseParserFactory
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
"""Answers made of plain JSON: no dates, and bytes only in binary attributes."""

HOLDS_BYTES = re.compile(rb'"BS?"')


def lighten(session: Session) -> None:
    """Have the clients that this session makes read rows as they come and say shortly who they are."""
    # The full User-Agent is put together twice for each call, which takes longer than signing it.
    # Tables are reached by region, so the rules need not look for an account's own endpoint.
    session.set_default_client_config(Config(user_agent="frontdesk", account_id_endpoint_mode="disabled"))
    session.register_component("response_parser_factory", _RowParsers())


class _RowParsers(ResponseParserFactory):
    def create_parser(self, protocol_name: str) -> ResponseParser:
        return _RowParser(**self._defaults) if protocol_name == "json" else super().create_parser(protocol_name)


class _RowParser(JSONParser):
    """botocore walks every value of an answer beside its model to copy it; for rows the copy equals the original."""

    def _handle_json_body(self, raw_body: bytes, shape: Any) -> Any:
        plain = shape.name in ROWS and not HOLDS_BYTES.search(raw_body)
        return self._parse_body_as_json(raw_body) if plain else super()._handle_json_body(raw_body, shape)
