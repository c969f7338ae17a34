"""The composed application: whole, a webhook's door, or a wing of many.

Whichever it is, a request is led to its route by the same table; a wing alone imports the packages behind it one by one.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from chalice import Blueprint, Chalice, Response

from chalicelib.core import cors, routing
from chalicelib.core.errors import AppError
from chalicelib.core.http import ROLES, refused

BINARY = ["multipart/form-data"]
"""What arrives as bytes: the gateway makes UTF-8 text of all else, and a name that a form wrote in an old charset would be gone."""


class Shipped(NamedTuple):
    """What a wing is told when it starts: every route of the application, and how a package of it is brought in.

    `table` says which package serves a method of a path. A package is imported when the first request for it comes: all that a
    wing serves would make its start twice as long as any of its requests needs.
    """

    table: Mapping[str, Mapping[str, str]]
    roles: Mapping[str, Sequence[str]]
    load: Callable[[str], Blueprint]


class App(Chalice):
    """The composed app, whole or as a wing. What no route of it serves is refused in our one error body, not in Chalice's."""

    def __init__(self, app_name: str, *, shipped: Shipped | None = None, **options: Any) -> None:
        super().__init__(app_name, **options)
        self.api.binary_types = BINARY
        self._shipped = shipped
        if shipped:
            ROLES.update({name: tuple(roles) for name, roles in shipped.roles.items()})

    def __call__(self, event: Any, context: Any) -> Any:
        """The answer to one proxy event, in the gateway's shape."""
        if "resourcePath" not in (event.get("requestContext") or {}):
            return super().__call__(event, context)
        if routing.is_preflight(event):
            headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
            return Response("", {**cors.preflight(headers)}, 204).to_dict()
        try:
            way = routing.find(event, self._shipped.table if self._shipped else self.routes)
        except AppError as error:
            return refused(error).to_dict()
        self._bring(way)
        return super().__call__(way.event(event), context)

    def _bring(self, way: routing.Way) -> None:
        """Have Chalice know the route: a wing imports its package now, unless an earlier request has."""
        if self._shipped and way.method not in self.routes.get(way.route, {}):
            self.register_blueprint(self._shipped.load(self._shipped.table[way.route][way.method]))
