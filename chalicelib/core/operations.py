"""What is registered: one operation a route, and the outside senders whose events are kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chalicelib.core.errors import (
    AppError,
    BadRequest,
    Busy,
    Forbidden,
    Invalid,
    IssuerUnavailable,
    NotFound,
    ScopeNeeded,
    TooLarge,
    Unauthorized,
)
from chalicelib.core.schemas import Contour
from chalicelib.core.security import Policy
from chalicelib.core.sender import Sender

TEST_SUFFIX = "-test-contur"
WEBHOOKS = "/webhook"  # below it a webhook answers too: the senders of old know it there


@dataclass(frozen=True, slots=True)
class Source:
    """An outside sender whose events go through the inbox.

    `key` names an event from its tolerant fields and who sent it, so that a repeat is known: (external id, window) — the window
    for ids made from content, see `inbox.Mail`. An id that a sender without proof typed is a word like any other: it may name
    the event only together with what else was said, or whoever types it is given somebody's first answer.
    """

    name: str
    key: Callable[[Mapping[str, Any], bytes, Sender], tuple[str, timedelta | None]]
    is_probe: Callable[[Mapping[str, Any]], bool] = lambda fields: False
    """Whether the sender only tests the connection: answered, not stored."""

    insistent: bool = False
    """Whether the sender repeats what is refused for a day: then what cannot be processed is kept, and answered 200."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One registered route: what the composition, OpenAPI and the deployment are generated from."""

    method: str
    path: str
    name: str
    package: str
    view: Callable[..., Any]
    hints: Mapping[str, Any]
    auth: Policy
    webhook: bool
    source: Source | None
    errors: tuple[type[AppError], ...]
    contour: Contour
    body_as_query: bool = False
    prose: bool = False
    status: int = 200
    site: bool = False
    door: str | None = None
    also: tuple[int, ...] = ()

    @property
    def function(self) -> object:
        """What the door's Lambda is told from others by: its name, or one source whose events come under several, or the view."""
        return self.door or id(self.source or self.view)

    @property
    def is_door(self) -> bool:
        """Whether it takes something in from outside: then it has a Lambda of its own. What is read from outside is a wing's."""
        return self.webhook and self.method != "GET" and not self.site

    @property
    def paths(self) -> tuple[str, ...]:
        """Where it is served: the site's, and a webhook of one part, at the root and below `WEBHOOKS`, whichever is its own path."""
        bare = "/" + self.path.removeprefix(f"{WEBHOOKS}/").lstrip("/")
        if not (self.site or (self.webhook and bare.count("/") == 1)):
            return (self.path,)
        return self.path, (WEBHOOKS + bare if bare == self.path else bare)

    @property
    def answer(self) -> Any:
        """The return annotation: a model, or a `Response` for pages."""
        return self.hints.get("return")

    @property
    def refusals(self) -> tuple[type[AppError], ...]:
        """Every error this operation may answer."""
        common: list[type[AppError]] = [Busy]
        if self.auth.schemes:
            common.append(Unauthorized)
        if self.auth.roles:
            common.append(Forbidden)
        if self.auth.scope:
            common += [ScopeNeeded, IssuerUnavailable]
        if "{" in self.path:
            common.append(NotFound)
        if "body" in self.hints or self.body_as_query:
            common.append(TooLarge)
        is_read = any(kind is not str and f"{{{name}}}" in self.path for name, kind in self.hints.items())
        if is_read or "idempotency_key" in self.hints or "body" in self.hints or "query" in self.hints:
            common.append(BadRequest if self.prose else Invalid)
        return tuple(dict.fromkeys((*common, *self.errors)))


OPERATIONS: list[Operation] = []
"""Every route of the packages imported so far."""

ROLES: dict[str, tuple[str, ...]] = {}
"""By the names of all operations that are the staff's, the roles that they let in: in a wing also of packages not imported yet."""
