"""What no route serves: a path that leads nowhere, or a method that a path does not know.

The gateway hands everything it has no route for to the API's function, by one greedy resource: its own words for that,
"Missing Authentication Token", send people looking for a key. Chalice's development server alone answers unknown paths itself.
"""

import re
from collections.abc import Container, Mapping
from typing import Any

from chalicelib.core.errors import AppError, MethodNotAllowed, NotFound

ANYWHERE = "/{proxy+}"
"""The gateway's resource for every path that no other one matches."""

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

Routes = Mapping[str, Mapping[str, Any]]


def refusal(event: Mapping[str, Any], routes: Routes) -> AppError | None:
    """Why no route serves this proxy event; None where one does, and for what is no proxy event."""
    context = event.get("requestContext") or {}
    if "resourcePath" not in context or _is_served(context, routes):
        return None
    allowed = {method for path, methods in routes.items() if _leads(path, _path(event)) for method in methods}
    if not allowed:
        told = "Nothing is served at this path."
        return NotFound(told, message=told)
    told = "This path does not know that method."
    return MethodNotAllowed(told, message=told, headers={"Allow": ", ".join(sorted(allowed))})


def is_preflight(event: Mapping[str, Any]) -> bool:
    """Whether a browser asks first: it must be let through, or its page cannot read the refusal."""
    return bool((event.get("requestContext") or {}).get("httpMethod") == "OPTIONS")


def _is_served(context: Mapping[str, Any], routes: Routes) -> bool:
    methods: Container[str] = routes.get(context["resourcePath"], {})
    return context["httpMethod"] in methods


def _path(event: Mapping[str, Any]) -> str:
    """The path as the routes know it: `path` alone would still hold a domain's base path."""
    if event["requestContext"]["resourcePath"] == ANYWHERE:
        return "/" + ((event.get("pathParameters") or {}).get("proxy") or "").strip("/")
    return str(event["requestContext"]["resourcePath"])


def _leads(route: str, path: str) -> bool:
    pattern = "".join("[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"({\w+})", route))
    return route == path or re.fullmatch(pattern, path) is not None
