"""OpenAPI 3.1, written from the annotations that read and answer requests, so that it cannot say anything else.

A page that is not a model says what it is by its return type: ``Annotated[Page, "text/html"]``. Only the docs page and
the build import this module: no webhook's door pays for it.
"""

import inspect
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from chalicelib import __version__
from chalicelib.core import openapi_naming as naming
from chalicelib.core.arguments import KEY, KINDS, LONGEST_KEY
from chalicelib.core.errors import AppError, Busy, Invalid, IssuerUnavailable, ScopeNeeded
from chalicelib.core.http import OPERATIONS, Operation
from chalicelib.core.openapi_schemas import WRITTEN, Json, Schemas, answer_models, reading
from chalicelib.core.schemas import ErrorBody
from chalicelib.core.schemes import NEEDS, SCHEMES

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

ABOUT = """Times are UTC unless a field says otherwise; money is in kopecks. Every error has one body:
`{"success": false, "error": "<stable code>", "message": "…", "detail": …}`. Paths that end in `-test-contur` do the same
on data marked as test."""

BODY_AS_QUERY = "The same fields are also read from a body, JSON or form; the query wins."
TEST_CONTOUR = "On data marked as test; messages go to the ledger only."

EXAMPLE_DETAILS: dict[type[AppError], Any] = {
    Invalid: [{"loc": ["body", "phone"], "msg": "Field required", "type": "missing"}],
    Busy: {"retry_after": 1},
}


def document(operations: Sequence[Operation] | None = None) -> Json:
    """The whole API; by default every route of the packages imported so far."""
    chosen = sorted(OPERATIONS if operations is None else operations, key=lambda operation: (operation.path, operation.method))
    schemas = Schemas(chosen)
    paths: Json = {}
    for operation in chosen:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, schemas)
    components = {"schemas": schemas.shared(), "securitySchemes": dict(sorted(SCHEMES.items()))}
    about: Json = {
        "openapi": "3.1.0",
        "info": {"title": "Frontdesk", "version": __version__, "description": ABOUT},
        "servers": [{"url": ".", "description": "Where this document was read"}],
        "tags": [_tag(package) for package in sorted({operation.package for operation in chosen})],
    }
    return about | naming.renamed({"paths": paths, "components": components}, naming.short(schemas.shared()))


def _tag(package: str) -> Json:
    module = sys.modules.get(f"chalicelib.{package}")
    about = _first_line(module) if module else ""
    return {"name": package, "description": about} if about else {"name": package}


def _operation(operation: Operation, schemas: Schemas) -> Json:
    described: Json = {
        "operationId": operation.name,
        "tags": [operation.package],
        "summary": _first_line(operation.view) or operation.name,
        "description": _description(operation),
        "parameters": [*_path_parameters(operation), *_query_parameters(operation, schemas), *_header_parameters(operation)],
        "requestBody": _request_body(operation, schemas),
        "responses": _responses(operation, schemas),
    }
    # An empty list of alternatives says "nobody need show anything", so it stays; other empty parts say nothing.
    return {name: part for name, part in described.items() if part} | {"security": _security(operation)}


def _description(operation: Operation) -> str:
    own = (inspect.getdoc(operation.view) or "").partition("\n")[2].strip()
    roles = f"Roles: {', '.join(operation.auth.roles)}." if operation.auth.roles else ""
    notes = [own, roles, BODY_AS_QUERY if operation.body_as_query else "", TEST_CONTOUR if operation.contour == "test" else ""]
    return "\n\n".join(note for note in notes if note)


def _first_line(thing: object) -> str:
    return (inspect.getdoc(thing) or "").partition("\n")[0]


def _security(operation: Operation) -> list[Json]:
    asked = {"scope": [operation.auth.scope], "roles": [*operation.auth.roles], "": []}
    return [{scheme: asked[NEEDS.get(scheme, "")]} if scheme else {} for scheme in operation.auth.schemes]


def _path_parameters(operation: Operation) -> Iterable[Json]:
    for name in re.findall(r"{(\w+)}", operation.path):
        kind = operation.hints.get(name, str)
        schema = {"type": "string", "minLength": 1} if kind is str else KINDS[kind].json_schema()
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _query_parameters(operation: Operation, schemas: Schemas) -> Iterable[Json]:
    if "query" not in operation.hints:
        return
    model = schemas.definition(*reading(operation, "query"))
    for name, schema in model.get("properties", {}).items():
        required = name in model.get("required", []) and not operation.body_as_query  # may come in the body instead
        yield _parameter(name, schema, required=required)


def _header_parameters(operation: Operation) -> Iterable[Json]:
    if "idempotency_key" in operation.hints:
        schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY}
        about = "Names this request, which may come again"
        yield {"name": KEY, "in": "header", "required": False, "schema": schema, "description": about}


def _parameter(name: str, schema: Json, *, required: bool) -> Json:
    schema = _present(schema)
    description = schema.pop("description", None)
    parameter = {"name": name, "in": "query", "required": required, "schema": schema}
    return parameter | ({"description": description} if description else {})


def _present(schema: Json) -> Json:
    """What a field's schema asks of a value that is given: a query can leave it out, but cannot say null."""
    rest = {key: value for key, value in schema.items() if key != "anyOf" and (key, value) != ("default", None)}
    options = [option for option in schema.get("anyOf", []) if option != {"type": "null"}]
    if len(options) == 1:
        return {**options[0], **rest}
    return rest | {"anyOf": options} if options else rest


def _request_body(operation: Operation, schemas: Schemas) -> Json:
    if "body" not in operation.hints:
        return {}
    body = reading(operation, "body")
    required = bool(schemas.definition(*body).get("required"))
    media = (JSON, FORM) if operation.source or operation.auth.name == "public_form" else (JSON,)
    return {"required": required, "content": {kind: {"schema": schemas.ref(*body)} for kind in media}}


def _responses(operation: Operation, schemas: Schemas) -> Json:
    by_status: dict[int, list[type[AppError]]] = {}
    for error in operation.refusals:
        by_status.setdefault(error.status, []).append(error)
    refusals = {str(status): _refusal(errors, schemas) for status, errors in sorted(by_status.items())}
    done = {str(status): _success(operation, schemas) for status in sorted((operation.status, *operation.also))}
    return {**done, **refusals}


def _success(operation: Operation, schemas: Schemas) -> Json:
    refs = [schemas.ref(model, WRITTEN) for model in answer_models(operation)]
    if not refs:
        return {"description": "The page", "content": {kind: {} for kind in _media_types(operation)}}
    schema = refs[0] if len(refs) == 1 else {"anyOf": refs}
    pages: Json = {kind: {} for kind in _annotated_kinds(operation)}
    return {"description": "Done", "content": {JSON: {"schema": schema}, **pages}}


def _media_types(operation: Operation) -> tuple[str, ...]:
    """What kinds of text a page may be."""
    return _annotated_kinds(operation) or ("text/plain",)


def _annotated_kinds(operation: Operation) -> tuple[str, ...]:
    """The kinds of text that the return type names, alone or beside models."""
    annotation = get_type_hints(operation.view, include_extras=True).get("return")
    options = (annotation,) if get_origin(annotation) is Annotated else get_args(annotation)
    return tuple(kind for option in options if get_origin(option) is Annotated for kind in get_args(option)[1:])


def _refusal(errors: Sequence[type[AppError]], schemas: Schemas) -> Json:
    by_code = {error.code: error for error in errors}
    answer: Json = {
        "description": "\n".join(f"- `{code}`: {error.message}" for code, error in by_code.items()),
        "content": {
            JSON: {"schema": schemas.ref(ErrorBody, WRITTEN), "examples": {code: _example(error) for code, error in by_code.items()}}
        },
    }
    if headers := _refusal_headers(errors):
        answer["headers"] = headers
    return answer


def _refusal_headers(errors: Sequence[type[AppError]]) -> Json:
    headers: Json = {}
    if any(issubclass(error, Busy | IssuerUnavailable) for error in errors):
        headers["Retry-After"] = {"description": "Seconds to wait", "schema": {"type": "integer"}}
    if any(issubclass(error, ScopeNeeded) for error in errors):
        headers["WWW-Authenticate"] = {"description": "The scope that is needed", "schema": {"type": "string"}}
    return headers


def _example(error: type[AppError]) -> Json:
    detail = next((example for kind, example in EXAMPLE_DETAILS.items() if issubclass(error, kind)), None)
    return {"summary": error.message, "value": {"success": False, "error": error.code, "message": error.message, "detail": detail}}
