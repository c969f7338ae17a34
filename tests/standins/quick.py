"""The in-process store without its make-believe network: a request goes straight to the operation that answers it.

moto plays the whole way of an HTTP request for every call (addresses, headers, a web framework's request, shapes walked in both
directions). What the store does with a call stays moto's own; what is left out was more than half of the suite's time.
"""

import base64
import json
import re
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.endpoint import Endpoint
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse
from moto.core.exceptions import HTTPException, ServiceException
from moto.core.models import botocore_stubber
from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores
from moto.dynamodb.responses import DynamoHandler
from pynamodb.connection import Connection

from tests.standins import rows, trees, updates

_REGION = re.compile(r"Credential=[^/]+/[^/]+/([^/]+)/")
JSON = "application/x-amz-json-1.0"
_HEADERS = {"Content-Type": JSON, "x-amzn-RequestId": "in-process"}
_TARGET = "DynamoDB_20120810."
_networked = BotocoreStubber.__call__
_requested = Endpoint.make_request


def _asked(self: Endpoint, operation_model: Any, request_dict: dict[str, Any]) -> tuple[AWSResponse, dict[str, Any]]:
    """A call without the request that would be signed and sent; one that somebody listens for is made, and sent by `_shortened`."""
    if self._endpoint_prefix != "dynamodb" or not botocore_stubber.enabled or _listened(self, operation_model.name):
        return _requested(self, operation_model, request_dict)
    status, body = _answered(operation_model.name, request_dict["body"], request_dict["context"]["client_region"])
    parser = self._response_parser_factory.create_parser(operation_model.metadata["protocol"])
    answer = {"status_code": status, "headers": _HEADERS, "body": body, "context": {"operation_name": operation_model.name}}
    parsed = parser.parse(answer, operation_model.output_shape)
    if status >= 300:
        self._add_modeled_error_fields(answer, parsed, operation_model, parser)
    return AWSResponse(self.host, status, _HEADERS, MockRawResponse(body)), parsed


def _listened(endpoint: Endpoint, operation: str) -> bool:
    emitter = getattr(endpoint._event_emitter, "_emitter", endpoint._event_emitter)
    return any(not _idle(hook) for hook in emitter._handlers.prefix_search(f"before-send.dynamodb.{operation}"))


def _idle(hook: Any) -> bool:
    """Whether a listener does nothing here: PynamoDB's only adds headers that a connection was given."""
    if hook is botocore_stubber:
        return True
    connection = getattr(hook, "__self__", None)
    return isinstance(connection, Connection) and connection._extra_headers is None


def _shortened(self: BotocoreStubber, event_name: str, request: Any, **kwargs: Any) -> AWSResponse | None:
    target = request.headers.get("X-Amz-Target") or b""
    named = target.decode() if isinstance(target, bytes) else target
    if not self.enabled or not named.startswith(_TARGET):
        return _networked(self, event_name, request, **kwargs)
    found = _REGION.search(str(request.headers.get("Authorization") or ""))
    status, body = _answered(named.removeprefix(_TARGET), request.body, found.group(1) if found else "us-east-1")
    return AWSResponse(request.url, status, _HEADERS, MockRawResponse(body))


def _answered(operation: str, body: bytes, region: str) -> tuple[int, bytes]:
    handler = _handler(operation, body, region)
    try:
        result = getattr(handler, camelcase_to_underscores(operation))().result
    except ServiceException as error:
        status, _, said = handler.serialized(ActionResult(error))
        return status, said if isinstance(said, bytes) else said.encode()
    except HTTPException as error:
        return int(error.code or 500), str(error.description).encode()
    return 200, json.dumps(result, default=_plain).encode()


def _handler(operation: str, body: bytes, region: str) -> DynamoHandler:
    """What moto would have made of the request."""
    handler = DynamoHandler()
    handler.region, handler.current_account = region, DEFAULT_ACCOUNT_ID
    handler.headers = {"X-Amz-Target": f"{_TARGET}{operation}", "Content-Type": JSON, "Authorization": ""}
    handler.querystring, handler.response_headers, handler.uri_match = {}, {}, {}
    handler.body = handler.params = json.loads(body or b"{}", object_hook=_read if b'"B"' in body else None)
    return handler


def _read(value: dict[str, Any]) -> dict[str, Any]:
    """Binary values travel as base64."""
    binary = value.get("B") if len(value) == 1 else None
    return {"B": base64.b64decode(binary)} if isinstance(binary, str) else value


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


INSTEAD: tuple[rows.Replaced, ...] = (
    *rows.INSTEAD,
    *trees.INSTEAD,
    *updates.INSTEAD,
    (BotocoreStubber, "__call__", _shortened),
    (Endpoint, "make_request", _asked),
)


def shorten() -> None:
    """Have every in-process DynamoDB of this process answer without a network; everything else stays as it is."""
    for owner, name, new in INSTEAD:
        setattr(owner, name, new)
