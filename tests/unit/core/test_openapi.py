import json
from typing import Annotated, Literal

import pytest
from openapi_spec_validator import validate
from pydantic import Field

import chalicelib.clients
from chalicelib.clients.policies import SERVICE_OR_CLIENT, TICKET_HOLDER
from chalicelib.core import openapi_naming, security
from chalicelib.core.errors import Conflict, NotFound
from chalicelib.core.http import OPERATIONS, Api, Page, page
from chalicelib.core.openapi import document
from chalicelib.core.schemas import Answer, Id, Query, Schema, Text, Warned
from chalicelib.integrations.tilda.policy import PUBLIC_FORM


class Contact(Schema):
    """How to reach somebody."""

    type: Literal["telegram", "phone"]
    value: Id


class Application(Schema):
    """What a site form sends."""

    name: Text = Field(None, description="As they call themselves")
    contact: Contact


class Note(Schema):
    text: Text = None
    mood: str = "calm"


class Filter(Query):
    specialist: Text = Field(None, description="A specialist's id")
    kind: Literal["free", "taken"] | None = None
    limit: int = Field(100, ge=1, le=500)
    cursor: str


class Taken(Answer):
    ticket_id: str
    contact: Contact


class Other(Answer):
    found: int


class Careful(Warned):
    found: int


class SlotTaken(Conflict):
    code = "slot_taken"
    message = "Somebody was faster."


class SlotPast(Conflict):
    code = "slot_past"
    message = "It is over."


SERVED_BEFORE = len(OPERATIONS)
api = Api("clients")


@api.post("/apply", auth=PUBLIC_FORM, errors=[SlotTaken, SlotPast], test_contour=True)
def apply(body: Application) -> Taken:
    """Take an application.

    Chosen slots are held.
    Twice is once.
    """
    raise NotImplementedError


@api.get("/slots", auth=security.PUBLIC)
def slots(query: Filter) -> Other:
    """Free slots."""
    raise NotImplementedError


@api.get("/tickets", auth=TICKET_HOLDER, body_as_query=True, errors=[NotFound])
def tickets(query: Filter) -> Taken | Other:
    """Either."""
    raise NotImplementedError


@api.put("/things/{thing_id}/parts/{part_id}", auth=security.SERVICE)
def change(thing_id: str, part_id: str, body: Note) -> Answer:
    """Change a thing."""
    raise NotImplementedError


@api.delete("/things/{thing_id}/parts/{part_id}", auth=SERVICE_OR_CLIENT)
def drop(thing_id: str, part_id: str) -> Answer:
    raise NotImplementedError


@api.get("/page", auth=security.PUBLIC)
def a_page() -> Annotated[Page, "text/html", "text/css"]:
    """A page."""
    return page("", "text/html")


@api.get("/careful", auth=security.PUBLIC)
def careful() -> Careful:
    """With warnings, or without."""
    raise NotImplementedError


@api.get("/plain", auth=security.PUBLIC)
def plain() -> Page:
    """Words."""
    return page("", "text/plain")


MINE = OPERATIONS[SERVED_BEFORE:]
del OPERATIONS[SERVED_BEFORE:]


@pytest.fixture(scope="module")
def described():
    return document(MINE)


@pytest.fixture
def of(described):
    return lambda method, path: described["paths"][path][method]


def test_it_is_valid_and_json(described):
    validate(json.loads(json.dumps(described)))
    assert described["openapi"].startswith("3.1")


def test_it_is_the_same_whatever_was_imported_first(described):
    assert json.dumps(document(list(reversed(MINE)))) == json.dumps(described)


def test_by_default_it_holds_what_is_served():
    served = {(operation.method.lower(), operation.path) for operation in OPERATIONS}
    assert {(method, path) for path, methods in document()["paths"].items() for method in methods} == served


def test_it_works_below_any_base_path(described):
    assert [server["url"] for server in described["servers"]] == ["."]


def test_every_operation_is_there_once(described):
    names = [one["operationId"] for methods in described["paths"].values() for one in methods.values()]
    assert sorted(names) == sorted(operation.name for operation in MINE)


def test_the_docstring_tells_what_an_operation_does(of):
    assert of("post", "/apply")["summary"] == "Take an application."
    assert of("post", "/apply")["description"] == "Chosen slots are held.\nTwice is once."
    assert of("post", "/apply-test-contur")["description"].endswith("the ledger only.")
    assert of("delete", "/things/{thing_id}/parts/{part_id}")["summary"] == "drop"
    assert "description" not in of("get", "/slots")


def test_the_package_is_the_tag_and_its_docstring_the_description(described, of):
    assert of("get", "/slots")["tags"] == ["clients"]
    assert described["tags"][0]["description"] == chalicelib.clients.__doc__.partition("\n")[0]


def test_a_query_s_fields_are_parameters(of):
    assert of("get", "/slots")["parameters"] == [
        {"name": "specialist", "in": "query", "required": False, "schema": {"type": "string"}, "description": "A specialist's id"},
        {"name": "kind", "in": "query", "required": False, "schema": {"enum": ["free", "taken"], "type": "string"}},
        {"name": "limit", "in": "query", "required": False, "schema": {"default": 100, "maximum": 500, "minimum": 1, "type": "integer"}},
        {"name": "cursor", "in": "query", "required": True, "schema": {"type": "string"}},
    ]


def test_where_the_body_will_do_no_query_parameter_is_required(of):
    assert not any(parameter["required"] for parameter in of("get", "/tickets")["parameters"])
    assert "body" in of("get", "/tickets")["description"]


def test_path_parts_are_parameters(of):
    parameters = of("put", "/things/{thing_id}/parts/{part_id}")["parameters"]
    assert [part["name"] for part in parameters] == ["thing_id", "part_id"]
    assert {(part["in"], part["required"]) for part in parameters} == {("path", True)}


def test_a_body_is_json_and_at_site_forms_a_form_too(of):
    schema = {"schema": {"$ref": "#/components/schemas/Application"}}
    assert of("post", "/apply")["requestBody"] == {
        "required": True,
        "content": {"application/json": schema, "application/x-www-form-urlencoded": schema},
    }
    body = of("put", "/things/{thing_id}/parts/{part_id}")["requestBody"]
    assert (body["required"], list(body["content"])) == (False, ["application/json"])
    assert "requestBody" not in of("get", "/slots")


def test_models_are_shared_and_tell_their_declared_types(described):
    schemas = described["components"]["schemas"]
    assert set(schemas) == {"Answer", "Application", "Careful", "Contact", "ErrorBody", "FieldError", "Note", "Other", "Taken"}
    assert schemas["Application"]["properties"]["contact"] == {"$ref": "#/components/schemas/Contact"}
    assert schemas["Application"]["properties"]["name"]["anyOf"] == [{"type": "string"}, {"type": "null"}]
    assert schemas["Contact"]["properties"]["value"] == {"type": "string", "minLength": 1, "maxLength": 200}


def test_an_optional_field_has_no_default_that_a_generator_would_ask_for(described):
    note = described["components"]["schemas"]["Note"]
    assert "default" not in note["properties"]["text"] and "required" not in note
    assert note["properties"]["mood"]["description"] == '"calm" by default'


def test_an_answer_has_all_its_fields_but_warnings(described):
    assert described["components"]["schemas"]["Taken"]["required"] == ["success", "ticket_id", "contact"]
    careful = described["components"]["schemas"]["Careful"]
    assert (set(careful["properties"]), careful["required"]) == ({"warnings", "found"}, ["found"])


def test_a_schema_s_title_is_its_name(described):
    schemas = described["components"]["schemas"]
    assert {name: schema["title"] for name, schema in schemas.items()} == {name: name for name in schemas}


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Message", "Message"),
        ("Message-Output", "Message"),
        ("Payment-Input", "PaymentInput"),
        ("_Link", "LinkPart"),
        ("chalicelib__integrations__telegram__schemas__Message", "TelegramMessage"),
        ("chalicelib__intake__links__schemas__LinkAnswer", "LinksLinkAnswer"),
        ("chalicelib__gocrm__leads__schemas___Link-Input", "LeadsLinkPartInput"),
    ],
)
def test_namesakes_are_told_apart_by_the_shortest_way(name, short):
    assert openapi_naming.short({name: {}}) == {name: short}


def test_two_schemas_are_never_called_alike():
    with pytest.raises(ValueError, match="Link"):
        openapi_naming.short({"chalicelib__intake__a__schemas__Link": {}, "chalicelib__booking__a__schemas__Link": {}})


def answer(operation):
    return operation["responses"]["200"]["content"]


def test_the_answer_is_the_return_annotation(of):
    taken, other = ({"$ref": f"#/components/schemas/{name}"} for name in ("Taken", "Other"))
    assert answer(of("post", "/apply")) == {"application/json": {"schema": taken}}
    assert answer(of("get", "/tickets")) == {"application/json": {"schema": {"anyOf": [taken, other]}}}


def test_a_page_says_what_kind_of_text_it_is(of):
    assert answer(of("get", "/page")) == {"text/html": {}, "text/css": {}}
    assert answer(of("get", "/plain")) == {"text/plain": {}}


def test_refusals_are_what_the_operation_may_answer_and_no_more(described):
    for operation in MINE:
        statuses = set(described["paths"][operation.path][operation.method.lower()]["responses"])
        assert statuses == {"200", *(str(error.status) for error in operation.refusals)}


def test_refusals_of_one_status_stand_together_each_with_its_example(of):
    refusal = of("post", "/apply")["responses"]["409"]
    assert refusal["description"] == "- `slot_taken`: Somebody was faster.\n- `slot_past`: It is over."
    assert refusal["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/ErrorBody"}
    assert refusal["content"]["application/json"]["examples"]["slot_past"]["value"] == {
        "success": False,
        "error": "slot_past",
        "message": "It is over.",
        "detail": None,
    }


def test_a_busy_store_says_when_to_come_again(of):
    assert "Retry-After" in of("get", "/page")["responses"]["429"]["headers"]


@pytest.mark.parametrize(
    ("method", "path", "security"),
    [
        ("get", "/slots", []),
        ("post", "/apply", [{}, {"ApiKey": []}, {"TokenQuery": []}]),
        ("get", "/tickets", [{}, {"ApiKey": []}, {"TelegramInitData": []}, {"ClientToken": []}]),
        ("put", "/things/{thing_id}/parts/{part_id}", [{"ApiKey": []}]),
        ("delete", "/things/{thing_id}/parts/{part_id}", [{"ApiKey": []}, {"TelegramInitData": []}, {"ClientToken": []}]),
    ],
)
def test_who_may_call(of, method, path, security):
    assert of(method, path)["security"] == security
