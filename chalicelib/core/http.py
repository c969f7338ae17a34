"""The typed edge: a view's annotations say what it reads, its return type says what it answers.

A view may take ``body``, ``query`` (pydantic models), ``caller``, ``receipt``, ``contour``, ``sender``, ``visitor``,
``idempotency_key`` and path parts by name. For each request `Api` reads, authorises, stores what must not be lost, calls the view, dumps
the model and maps every error to the one error body. Not in middleware: Chalice has turned exceptions into 500s by then and loses CORS.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, get_type_hints

from chalice import Blueprint, Response
from pydantic import BaseModel, ValidationError

from chalicelib.core import cors, inbox, observability
from chalicelib.core.arguments import arguments
from chalicelib.core.cors import CORS
from chalicelib.core.errors import (
    AppError,
    BadRequest,
    Conflict,
    Gone,
    Invalid,
    NotFound,
    TooLarge,
    TooMany,
)
from chalicelib.core.facts import actors
from chalicelib.core.operations import OPERATIONS, ROLES, TEST_SUFFIX, WEBHOOKS, Operation, Source
from chalicelib.core.schemas import Headed, Message, invalid
from chalicelib.core.security import Caller, Policy, authorise, redacted
from chalicelib.core.sender import Sender
from chalicelib.core.wire import Incoming

Page = Response
"""What a view answers that is no model; ``Annotated[Page, "text/html"]`` says what kind of text it is."""

__all__ = ["OPERATIONS", "ROLES", "TEST_SUFFIX", "WEBHOOKS", "Api", "Operation", "Page", "Source", "refused", "respond"]


class Api(Blueprint):
    """A package's routes. Where `prose`, a wrong payload is a 400, and every error's `detail` is one sentence.

    `door` names one Lambda for all that the package takes in; without it each webhook has its own.
    """

    def __init__(self, package: str, *, prose: bool = False, door: str | None = None) -> None:
        super().__init__(f"chalicelib.{package}.routes")
        self.package = package
        self.prose = prose
        self.door = door

    def get(self, path: str, **options: Any) -> Callable[[Any], Any]:
        """Register a GET; options as `_route` takes them."""
        return self._route("GET", path, **options)

    def post(self, path: str, **options: Any) -> Callable[[Any], Any]:
        """Register a POST; options as `_route` takes them."""
        return self._route("POST", path, **options)

    def put(self, path: str, **options: Any) -> Callable[[Any], Any]:
        """Register a PUT; options as `_route` takes them."""
        return self._route("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Callable[[Any], Any]:
        """Register a PATCH; options as `_route` takes them."""
        return self._route("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Callable[[Any], Any]:
        """Register a DELETE; options as `_route` takes them."""
        return self._route("DELETE", path, **options)

    def _route(
        self,
        method: str,
        path: str,
        *,
        auth: Policy,
        webhook: bool = False,
        source: Source | None = None,
        errors: Sequence[type[AppError]] = (),
        test_contour: bool = False,
        body_as_query: bool = False,
        status: int = 200,
        also: Sequence[int] = (),
        site: bool = False,
    ) -> Callable[[Any], Any]:
        """Register a view; `test_contour` serves the same view on test data under ``…-test-contur``.

        `also`: other statuses of success (`Headed.answering`). `site`: what the public site reads, by any method, at both addresses.
        """

        def register(view: Callable[..., Any]) -> Callable[..., Any]:
            named = (method, path, view.__name__, self.package, view, get_type_hints(view))
            how = (body_as_query, self.prose, status, site, self.door, tuple(also))
            live = Operation(*named, auth, webhook, source, tuple(errors), "live", *how)
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
    with actors.called_by(caller.kind, caller.named):
        answer = operation.view(**arguments(operation, request, caller, receipt))
    return _dump(answer, operation.status if receipt is None else 200)


def _dump(answer: BaseModel | Response, status: int = 200) -> Response:
    if isinstance(answer, Response):
        return answer
    if isinstance(answer, Headed):
        return _text(answer.model_dump_json(), answer.answered or status, answer.headers)
    return _text(answer.model_dump_json(), status)


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
