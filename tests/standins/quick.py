"""The in-process store without its make-believe network: a request goes straight to the operation that answers it.

moto plays the whole way of an HTTP request for every call (addresses, headers, a web framework's request, shapes walked in both
directions). What the store does with a call stays moto's own; what is left out was more than half of the suite's time.
"""

import base64
import functools
import json
import re
from typing import Any

from botocore.awsrequest import AWSResponse
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse
from moto.core.exceptions import HTTPException, ServiceException
from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser
from moto.dynamodb.parsing.expressions import UpdateExpressionParser
from moto.dynamodb.responses import DynamoHandler

_REGION = re.compile(r"Credential=[^/]+/[^/]+/([^/]+)/")
JSON = "application/x-amz-json-1.0"
_TARGET = "DynamoDB_20120810."
_networked = BotocoreStubber.__call__


def shorten() -> None:
    """Have every in-process DynamoDB of this process answer without a network; everything else stays as it is."""
    BotocoreStubber.__call__ = _shortened  # type: ignore[method-assign]
    # An update's text is parsed once: moto works on copies of the tree, and builds it anew for each of the same updates.
    UpdateExpressionParser.make = staticmethod(functools.lru_cache(4096)(UpdateExpressionParser.make))
    DepthFirstTraverser.nodes_to_be_processed = _processed


_kinds: dict[type, tuple[type, ...]] = {}


def _processed(self: DepthFirstTraverser) -> tuple[type, ...]:
    """Which nodes a pass looks at: the same for every tree, asked for at every node of each."""
    kinds = _kinds.get(type(self))
    if kinds is None:
        kinds = _kinds[type(self)] = tuple(self._processing_map())
    return kinds


def _shortened(self: BotocoreStubber, event_name: str, request: Any, **kwargs: Any) -> AWSResponse | None:
    target = request.headers.get("X-Amz-Target") or b""
    named = target.decode() if isinstance(target, bytes) else target
    if not self.enabled or not named.startswith(_TARGET):
        return _networked(self, event_name, request, **kwargs)
    status, body = _answered(named.removeprefix(_TARGET), request)
    headers = {"Content-Type": JSON, "x-amzn-RequestId": "in-process"}
    return AWSResponse(request.url, status, headers, MockRawResponse(body))


def _answered(operation: str, request: Any) -> tuple[int, bytes]:
    handler = _handler(operation, request)
    try:
        result = getattr(handler, camelcase_to_underscores(operation))().result
    except ServiceException as error:
        status, _, body = handler.serialized(ActionResult(error))
        return status, body if isinstance(body, bytes) else body.encode()
    except HTTPException as error:
        return int(error.code or 500), str(error.description).encode()
    return 200, json.dumps(result, default=_plain).encode()


def _handler(operation: str, request: Any) -> DynamoHandler:
    """What moto would have made of the request."""
    handler = DynamoHandler()
    authorization = str(request.headers.get("Authorization") or "")
    found = _REGION.search(authorization)
    handler.region = found.group(1) if found else "us-east-1"
    handler.current_account = DEFAULT_ACCOUNT_ID
    handler.headers = {
        "X-Amz-Target": f"{_TARGET}{operation}",
        "Content-Type": JSON,
        "Authorization": authorization,
    }
    handler.querystring, handler.response_headers, handler.uri_match = {}, {}, {}
    handler.body = handler.params = json.loads(request.body or b"{}", object_hook=_read)
    return handler


def _read(value: dict[str, Any]) -> dict[str, Any]:
    """Binary values travel as base64."""
    binary = value.get("B") if len(value) == 1 else None
    return {"B": base64.b64decode(binary)} if isinstance(binary, str) else value


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)
