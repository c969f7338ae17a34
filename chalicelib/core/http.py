"""The typed edge: a view's annotations say what it reads, its return type says what it answers.

A view may take ``body``, ``query`` (pydantic models), ``caller``, ``receipt``, ``contour``, ``sender``, ``visitor``,
``idempotency_key`` and path parts by name. For each request `Api` reads, authorises, stores what must not be lost, calls the view, dumps
the model and maps every error to the one error body. Not in middleware: Chalice has turned exceptions into 500s by then and loses CORS.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, get_type_hints

from chalice import Blueprint, Response
from pydantic import BaseModel, ValidationError

from chalicelib.core import cors, inbox, observability
from chalicelib.core.arguments import arguments
from chalicelib.core.cors import CORS
from chalicelib.core.errors import (
    AppError,
    BadRequest,
    Busy,
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    IssuerUnavailable,
    NotFound,
    ScopeNeeded,
    TooLarge,
    TooMany,
    Unauthorized,
)
from chalicelib.core.facts import actors
from chalicelib.core.schemas import Contour, Headed, Message, invalid
from chalicelib.core.security import PUBLIC, Caller, Policy, authorise, redacted
from chalicelib.core.sender import Sender
from chalicelib.core.wire import Incoming

TEST_SUFFIX = "-test-contur"
WEBHOOKS = "/webhook"  # below it a webhook answers too: the senders of old know it there
Page = Response
"""What a view answers that is no model; ``Annotated[Page, "text/html"]`` says what kind of text it is."""


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

    @property
    def is_door(self) -> bool:
        """Whether it takes something in from outside: then it has a Lambda of its own. What is read from outside is a wing's."""
        return self.webhook and self.method != "GET"

    @property
    def paths(self) -> tuple[str, ...]:
        """Where it is served: a webhook of one part at the root and below `WEBHOOKS`, whichever is its own path."""
        bare = "/" + self.path.removeprefix(f"{WEBHOOKS}/").lstrip("/")
        if not self.webhook or bare.count("/") > 1:
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
        if "body" in self.hints or "query" in self.hints:
            common.append(BadRequest if self.prose else Invalid)
        return tuple(dict.fromkeys((*common, *self.errors)))


OPERATIONS: list[Operation] = []
"""Every route of the packages imported so far."""

ROLES: dict[str, tuple[str, ...]] = {}
"""By the names of all operations that are the staff's, the roles that they let in: in a wing also of packages not imported yet."""


class Api(Blueprint):
    """A package's routes. Where `prose`, a wrong payload is a 400, and every error's `detail` is one sentence."""

    def __init__(self, package: str, *, prose: bool = False) -> None:
        super().__init__(f"chalicelib.{package}.routes")
        self.package = package
        self.prose = prose

    def get(self, path: str, **options: Any) -> Callable[[Any], Any]:
        """Register a GET; options as `_route` takes them."""
        return self._route("GET", path, **options)

    def post(self, path: str, **options: Any) -> Callable[[Any], Any]:
        """Register a POST; options as `_route` takes them."""
        return self._route("POST", path, **options)

    def put(self, path: str, **options: Any) -> Callable[[Any], Any]:
        """Register a PUT; options as `_route` takes them."""
        return self._route("PUT", path, **options)

    def delete(self, path: str, **options: Any) -> Callable[[Any], Any]:
        """Register a DELETE; options as `_route` takes them."""
        return self._route("DELETE", path, **options)

    def _route(
        self,
        method: str,
        path: str,
        *,
        auth: Policy = PUBLIC,
        webhook: bool = False,
        source: Source | None = None,
        errors: Sequence[type[AppError]] = (),
        test_contour: bool = False,
        body_as_query: bool = False,
        status: int = 200,
    ) -> Callable[[Any], Any]:
        """Register a view; `test_contour` serves the same view on test data under ``…-test-contur``."""

        def register(view: Callable[..., Any]) -> Callable[..., Any]:
            named = (method, path, view.__name__, self.package, view, get_type_hints(view))
            live = Operation(*named, auth, webhook, source, tuple(errors), "live", body_as_query, self.prose, status)
            contours = [live]
            if test_contour:
                contours.append(replace(live, path=path + TEST_SUFFIX, name=f"{live.name}_test_contur", contour="test"))
            for operation in contours:
                self._serve(operation, preflight=all(operation.path != one.path for one in OPERATIONS))
                OPERATIONS.append(operation)
                ROLES.update({operation.name: operation.auth.roles} if operation.auth.roles else {})
            return view

        return register

    def _serve(self, operation: Operation, *, preflight: bool) -> None:
        def endpoint(**parts: str) -> Response:
            return respond(operation, self.current_request.to_original_event())

        # Any content type, on reads too: Chalice would answer 415 in a shape of its own, without CORS.
        for path in operation.paths:
            self.route(path, methods=[operation.method], name=operation.name, content_types=["*/*"])(endpoint)
            if preflight:
                self.route(path, methods=["OPTIONS"], name=f"{operation.name}_preflight", content_types=["*/*"])(self._preflight)

    def _preflight(self, **_parts: str) -> Response:
        return Response("", {**cors.preflight(self.current_request.headers)}, 204)


def respond(operation: Operation, event: Mapping[str, Any]) -> Response:
    """Serve one proxy event."""
    with observability.observed(operation.name) as facts:
        try:
            answer = serve(operation, Incoming.from_event(event))
            observability.succeeded(operation.name)
        except Exception as error:  # the last line of defence: whatever happens, the caller reads our one body
            answer = _refusal(error, prose=operation.prose)
            observability.failed(operation.name)
        facts["status"] = answer.status_code
    return answer


def refused(error: AppError) -> Response:
    """An error in the one body."""
    return _json(error.body(), error.status, error.headers)


def _refusal(error: Exception, *, prose: bool) -> Response:
    known = _known(error)
    if known is None:
        observability.broke()
        said = {"message": "Something broke here; it was logged.", "detail": "Internal server error"}
        return _json({"success": False, "error": "internal", **said}, 500)
    if prose:
        status = BadRequest.status if isinstance(known, Invalid) else known.status
        return _json({**known.body(), "detail": known.sentence()}, status, known.headers)
    return refused(known)


def _known(error: Exception) -> AppError | None:
    if isinstance(error, ValidationError):
        return invalid(error)
    return error if isinstance(error, AppError) else None


def serve(operation: Operation, request: Incoming) -> Response:
    """Authorise, store, decide, answer. Raises `AppError` for what the caller can mend."""
    caller = authorise(operation.auth, request)
    if operation.source is None:
        return _viewed(operation, request, caller)
    if operation.source.is_probe(request.loose_fields()):
        return _dump(message("ok"))
    receipt = inbox.receive(_mail(operation, operation.source, request, Sender.of(request, caller)))
    return decide(operation, request, caller, receipt)


def _mail(operation: Operation, source: Source, request: Incoming, sender: Sender) -> inbox.Mail:
    external_id, window = source.key(request.loose_fields(), request.body, sender)
    return inbox.Mail(
        source.name,
        external_id,
        f"{operation.method} {operation.path}",
        redacted(request.body),
        request.headers.get("content-type", ""),
        operation.contour,
        window,
        sender,
    )


def decide(operation: Operation, request: Incoming, caller: Caller, receipt: inbox.Receipt) -> Response:
    """Decide a stored event, or give its first answer again."""
    if receipt.answer is not None:
        return _text(receipt.answer)
    try:
        return _viewed(operation, request, caller, receipt)
    except inbox.AlreadyAnswered as first:
        return _text(inbox.answer_of(first.inbox_id) or "{}")
    except (Invalid, NotFound, Conflict, Gone, TooLarge, TooMany) as error:
        inbox.refuse(receipt, error.body())
        if operation.source and operation.source.insistent:
            return _dump(operation.answer())
        raise


def _viewed(operation: Operation, request: Incoming, caller: Caller, receipt: inbox.Receipt | None = None) -> Response:
    with actors.called_by(caller.kind):
        answer = operation.view(**arguments(operation, request, caller, receipt))
    return _dump(answer, operation.status if receipt is None else 200)


def _dump(answer: BaseModel | Response, status: int = 200) -> Response:
    if isinstance(answer, Response):
        return answer
    return _text(answer.model_dump_json(), status, answer.headers if isinstance(answer, Headed) else {})


def _text(body: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(body, {"Content-Type": "application/json; charset=utf-8", **CORS, **(headers or {})}, status)


def _json(body: dict[str, Any], status: int, headers: Mapping[str, str] | None = None) -> Response:
    return Response(body, {"Content-Type": "application/json", **CORS, **(headers or {})}, status)


def page(body: str, media_type: str, cache: str = "public, max-age=3600") -> Response:
    """A text page that is not JSON: the docs and their shipped files, a calendar."""
    return Response(body, {"Content-Type": media_type, "Cache-Control": cache, **CORS})


def message(text: str) -> Message:
    """A success answer with words."""
    return Message(message=text)
