"""The one front door: where each path leads, what it writes down, and readable refusals of its own."""

from typing import Any

from chalicelib.core.strays import ANYWHERE, METHODS
from infra import accesslog, throttles
from infra.inventory import Inventory, Webhook
from infra.naming import API_FUNCTION, LOCAL, door_id, function_id, service_name

INVOKE = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${%s.Arn}/invocations"

CORS = {
    "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
    "gatewayresponse.header.Access-Control-Expose-Headers": "'Allow,Retry-After,WWW-Authenticate'",
}
RETRY_AFTER = {"gatewayresponse.header.Retry-After": "'1'"}
REFUSAL = '{"success": false, "error": "%s", "message": %s, "detail": null}'


def resources(inventory: Inventory, stage: str) -> dict[str, Any]:
    """What is merged into Chalice's `RestAPI`."""
    properties = {
        "Name": service_name(stage),  # what its metrics are found by: two stages of one account are two APIs
        "EndpointConfiguration": {"Type": "REGIONAL"},
        "OpenApiVersion": "2.0",  # without it SAM adds a second stage, called Stage
        "MethodSettings": throttles.settings(inventory, stage),
        "DefinitionBody": {"paths": _paths(inventory.webhooks) | _strays(), "x-amazon-apigateway-gateway-responses": refusals()},
    }
    if stage == LOCAL:
        return {"RestAPI": {"Properties": properties}}
    return {"RestAPI": {"Properties": properties | {"AccessLogSetting": accesslog.setting()}}}


def _paths(webhooks: tuple[Webhook, ...]) -> dict[str, Any]:
    """Each webhook's method leads to its own function instead of the API's."""
    found: dict[str, Any] = {}
    for hook in webhooks:
        uri = {"Fn::Sub": INVOKE % door_id(hook.name)}
        found.setdefault(hook.path, {})[hook.method.lower()] = {"x-amazon-apigateway-integration": {"uri": uri}}
    return found


def _strays() -> dict[str, Any]:
    """Whatever matches no path, or no method of one, goes to the API's function, which answers 404 or 405 in our own body.

    Each method by name: the local gateway does not read API Gateway's `any` from a definition.
    """
    uri = {"Fn::Sub": INVOKE % function_id(API_FUNCTION)}
    integration = {"type": "aws_proxy", "httpMethod": "POST", "passthroughBehavior": "when_no_match", "uri": uri}
    part = {"name": "proxy", "in": "path", "required": True, "type": "string"}
    method = {"parameters": [part], "responses": {}, "x-amazon-apigateway-integration": integration}
    return {ANYWHERE: {name.lower(): method for name in METHODS}}


def refusals() -> dict[str, Any]:
    """A browser that was throttled or refused by the gateway itself must be able to read why, in our one error body.

    What is missing where API Gateway says a token is, is a route: only its root path still comes here, see `_strays`.
    """
    return {
        "DEFAULT_4XX": _refusal("refused", CORS),
        "DEFAULT_5XX": _refusal("unavailable", CORS),
        "MISSING_AUTHENTICATION_TOKEN": {"statusCode": "404"} | _refusal("not_found", CORS, '"Nothing is served at this path."'),
        "REQUEST_TOO_LARGE": {"statusCode": "413"} | _refusal("too_large", CORS),
        "THROTTLED": _refusal("too_many_requests", CORS | RETRY_AFTER),
    }


def _refusal(error: str, headers: dict[str, str], message: str = "$context.error.messageString") -> dict[str, Any]:
    return {"responseParameters": headers, "responseTemplates": {"application/json": REFUSAL % (error, message)}}
