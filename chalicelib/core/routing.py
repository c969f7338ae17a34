"""Where a request leads: the route that serves it, or why none does.

The gateway knows webhooks by paths of their own and everything else by greedy ones. What came by a greedy one is looked up here, in
the table of routes, before Chalice sees it; what no route serves is refused in our own words, for the gateway's "Missing Authentication
Token" sends people looking for a key. Chalice's development server alone answers unknown paths itself.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from chalicelib.core.errors import MethodNotAllowed, NotFound

REST = "{path+}"
"""How the gateway names the rest of a path that it leaves to us."""

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

Table = Mapping[str, Mapping[str, Any]]
"""By a route's path, what its methods lead to."""


class Way(NamedTuple):
    """A route, a method that it knows, and what its variables stand for."""

    route: str
    method: str
    parts: Mapping[str, str]

    def event(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The same proxy event as the gateway would have sent it, had it known the route."""
        context = {**event["requestContext"], "resourcePath": self.route}
        return {**event, "resource": self.route, "requestContext": context, "pathParameters": dict(self.parts) or None}


def find(event: Mapping[str, Any], table: Table) -> Way:
    """The way of a proxy event. Raises NotFound where no route has its path, MethodNotAllowed where one has it for other methods."""
    context = event["requestContext"]
    resource, method = context["resourcePath"], context["httpMethod"]
    given = event.get("pathParameters") or {}
    if not resource.endswith(REST):
        return _allowed(resource, method, given, table)
    path = resource.removesuffix(REST) + str(given.get("path") or "").strip("/")
    route = _route(path, table)
    return _allowed(route, method, _parts(route, path), table)


def _allowed(route: str, method: str, parts: Mapping[str, str], table: Table) -> Way:
    if method in table.get(route, {}):
        return Way(route, method, parts)
    if route not in table:
        told = "Nothing is served at this path."
        raise NotFound(told, message=told)
    told = "This path does not know that method."
    raise MethodNotAllowed(told, message=told, headers={"Allow": ", ".join(sorted(table[route]))})


def _route(path: str, table: Table) -> str:
    """The route of a path, the path itself where it has none. What a route says literally wins over a variable, from the left."""
    said = path.split("/")
    fitting = [route for route in table if _fits(route.split("/"), said)]
    return min(fitting, key=lambda route: [_is_variable(part) for part in route.split("/")], default=path)


def _fits(route: list[str], said: list[str]) -> bool:
    return len(route) == len(said) and all(part == word or (_is_variable(part) and word) for part, word in zip(route, said, strict=True))


def _parts(route: str, path: str) -> dict[str, str]:
    pairs = zip(route.split("/"), path.split("/"), strict=True)
    return {part[1:-1]: word for part, word in pairs if _is_variable(part)}


def _is_variable(part: str) -> bool:
    return part.startswith("{")


def is_preflight(event: Mapping[str, Any]) -> bool:
    """Whether a browser asks first: it must be let through, or its page cannot read a refusal."""
    return bool(event["requestContext"]["httpMethod"] == "OPTIONS")
