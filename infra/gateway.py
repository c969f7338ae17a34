"""The one front door: where each path leads, what it writes down, and readable refusals of its own."""

import re
from typing import Any

from chalicelib.core.app import BINARY
from chalicelib.core.routing import METHODS
from infra import accesslog, roles, throttles
from infra.inventory import Inventory
from infra.naming import LOCAL, door_id, service_name, wing_id

INVOKE = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${%s.Arn}/invocations"

ROLE = "GatewayRole"
"""Whose leave the gateway calls functions by: one role, where each function would need a permission of its own."""

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
        "DefinitionBody": {"paths": paths(inventory), "x-amazon-apigateway-gateway-responses": refusals()},
    }
    # What comes as bytes stands in Chalice's definition, where Amazon reads it; the local gateway reads the property.
    written = {"BinaryMediaTypes": BINARY} if stage == LOCAL else {"AccessLogSetting": accesslog.setting()}
    called = [*(door_id(one.name) for one in inventory.doors), *(wing_id(one.name) for one in inventory.wings)]
    return {"RestAPI": {"Properties": properties | written}, ROLE: roles.role(roles.for_gateway(called), "apigateway")}


def paths(inventory: Inventory) -> dict[str, Any]:
    """Where each path leads: a webhook's methods to its own function, all of a wing's to the wing.

    A method that a webhook's path does not know falls through to the greedy path above it, and so to a wing, which says 405: on Amazon
    and on the local gateway alike. Each method by name: the local gateway does not read API Gateway's `any` from a definition.
    """
    found: dict[str, Any] = {}
    for wing in inventory.wings:
        for path in wing.paths:
            found[path] = {method.lower(): _method(path, wing_id(wing.name)) for method in METHODS}
    for door in inventory.doors:
        for method, path in door.routes:
            found.setdefault(path, {})[method.lower()] = _method(path, door_id(door.name))
    return found


def _method(path: str, function: str) -> dict[str, Any]:
    """One that takes any body, as text: what comes as bytes (`BINARY`) is base64 of them."""
    integration = {
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": {"Fn::Sub": INVOKE % function},
        "credentials": {"Fn::GetAtt": [ROLE, "Arn"]},
        "passthroughBehavior": "when_no_match",
        "contentHandling": "CONVERT_TO_TEXT",
        "responses": {"default": {"statusCode": "200"}},
    }
    variables = re.findall(r"{(\w+)\+?}", path)
    parts = [{"name": name, "in": "path", "required": True, "type": "string"} for name in variables]
    return {"consumes": ["*/*"], "parameters": parts, "responses": {}, "x-amazon-apigateway-integration": integration}


def refusals() -> dict[str, Any]:
    """A browser that was throttled or refused by the gateway itself must be able to read why, in our one error body.

    What is missing where API Gateway says a token is, is a route: only its root path still comes here.
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
