"""The JSON Schemas of what is read and written, as generators of clients want them."""

import json
from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from chalicelib.core.http import Operation
from chalicelib.core.openapi_naming import COMPONENTS
from chalicelib.core.schemas import ErrorBody

Json = dict[str, Any]
Reading = tuple[type[BaseModel], JsonSchemaMode]

READ: JsonSchemaMode = "validation"
WRITTEN: JsonSchemaMode = "serialization"


class _Plain(GenerateJsonSchema):
    """Without a title on each field: it would only repeat the name. An answer has all its fields, whatever their defaults."""

    def field_title_should_be_set(self, _schema: Any) -> bool:
        return False

    def field_is_required(self, field: Any, total: bool) -> bool:
        return not field.get("serialization_exclude") if self.mode == WRITTEN else super().field_is_required(field, total)

    def ser_schema(self, schema: Any) -> Json | None:
        # A model that leaves a field out when it is written is still that model, not a bag of anything.
        return None if schema["type"] == "function-wrap" else super().ser_schema(schema)


class Schemas:
    """The JSON Schemas of every model in use, each model once."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self._queries = {reading(operation, "query") for operation in operations if "query" in operation.hints}
        bodies = {reading(operation, "body") for operation in operations if "body" in operation.hints}
        answers = {(model, WRITTEN) for operation in operations for model in answer_models(operation)}
        self._named = bodies | answers | {(ErrorBody, WRITTEN)}
        wanted = sorted(self._queries | self._named, key=lambda reading: (*_full_name(reading[0]), reading[1]))
        self._refs, generated = models_json_schema(wanted, ref_template=COMPONENTS + "{model}", schema_generator=_Plain)
        self._definitions: Json = generated["$defs"]

    def ref(self, model: type[BaseModel], mode: JsonSchemaMode) -> Json:
        """A reference to a model's schema."""
        return dict(self._refs[model, mode])

    def definition(self, model: type[BaseModel], mode: JsonSchemaMode) -> Json:
        """A model's schema itself."""
        return dict(self._definitions[self._name((model, mode))])

    def shared(self) -> Json:
        """What others refer to, by name: all but the queries, whose fields are written out as parameters."""
        spread = {self._name(query) for query in self._queries} - {self._name(reading) for reading in self._named}
        return {name: _optional(schema) for name, schema in sorted(self._definitions.items()) if name not in spread}

    def _name(self, reading: Reading) -> str:
        return str(self._refs[reading]["$ref"]).removeprefix(COMPONENTS)


def _optional(schema: Json) -> Json:
    """With defaults told in words: generators take a field with a default for one that is always there, and ask for it."""
    fields: Json = schema.get("properties", {})
    if not fields:
        return dict(schema)
    required = schema.get("required", [])
    return {**schema, "properties": {name: field if name in required else _told(field) for name, field in fields.items()}}


def _told(field: Json) -> Json:
    default = field.get("default")
    bare = {key: value for key, value in field.items() if key != "default"}
    if default in (None, "", []) or isinstance(default, dict):
        return bare
    words = f"{json.dumps(default, ensure_ascii=False)} by default"
    return bare | {"description": f"{bare['description']}; {words}" if "description" in bare else words}


def _full_name(model: type[BaseModel]) -> tuple[str, str]:
    return model.__module__, model.__qualname__


def reading(operation: Operation, part: str) -> Reading:
    """A part of a request, as a model that is read."""
    return operation.hints[part], READ


def answer_models(operation: Operation) -> list[type[BaseModel]]:
    """The models that an operation may answer with: one, some (``A | B``), or none for a page."""
    options = get_args(operation.answer) or (operation.answer,)
    return [option for option in options if isinstance(option, type) and issubclass(option, BaseModel)]
