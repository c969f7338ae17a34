"""The typed edge, served through Chalice's own test client: everything here goes through the gateway's event and back."""

import json
from typing import Annotated

import pytest
from chalice.test import Client
from pydantic import Field, field_validator

from chalicelib.core import cors, http
from chalicelib.core.app import App
from chalicelib.core.errors import AppError, Busy, Conflict, Gone, NotFound
from chalicelib.core.http import OPERATIONS, Api, Page, page
from chalicelib.core.openapi import document
from chalicelib.core.schemas import Answer, Contour, Id, Message, Query, Schema
from chalicelib.core.security import PUBLIC, SERVICE, Caller
from chalicelib.integrations.tilda.policy import PUBLIC_FORM
from infra.inventory import Inventory
from infra.sizing import Sizing
from infra.template import merge_template


class Order(Schema):
    who: Id
    rating: int = Field(5, ge=1, le=5)
    tags: list[str] = []
    secret_word: str | None = None

    @field_validator("secret_word")
    @classmethod
    def _is_short(cls, value):
        if value == "long":
            raise ValueError("It must be short")
        return str(int(value))  # a ValueError that quotes


class Range(Query):
    limit: int = Field(10, le=100)
    who: Id = "nobody"


class Heard(Answer):
    heard: dict


class SlotTaken(Conflict):
    code = "slot_taken"
    message = "Somebody was faster."


SERVED_BEFORE = len(OPERATIONS)
api = Api("throwaway")


@api.post("/orders", auth=PUBLIC, errors=[SlotTaken], test_contour=True)
def order(body: Order, contour: Contour) -> Heard:
    """Take an order."""
    return Heard(heard={**body.model_dump(), "contour": contour})


@api.get("/orders", auth=PUBLIC)
def orders(query: Range) -> Heard:
    return Heard(heard=query.model_dump())


@api.get("/either", auth=PUBLIC, body_as_query=True)
def either(query: Range) -> Heard:
    return Heard(heard=query.model_dump())


@api.get("/orders/{order_id}", auth=PUBLIC)
def one_order(order_id: str, caller: Caller) -> Message:
    return http.message(f"{caller.kind} {order_id}")


@api.post("/once", auth=PUBLIC)
def once(idempotency_key: str | None) -> Heard:
    return Heard(heard={"key": idempotency_key})


@api.get("/numbered/{number}", auth=PUBLIC)
def numbered(number: int) -> Heard:
    return Heard(heard={"number": number})


@api.put("/orders/{order_id}", auth=SERVICE)
def change_order(order_id: str, body: Order) -> Message:
    return http.message(f"{order_id} {body.who}")


@api.patch("/orders/{order_id}", auth=PUBLIC)
def amend_order(order_id: str, body: Order) -> Message:
    return http.message(f"{order_id} is {body.who}'s")


@api.delete("/orders/{order_id}", auth=PUBLIC)
def drop_order(order_id: str) -> Message:
    return http.message(order_id)


@api.post("/form", auth=PUBLIC_FORM)
def form(caller: Caller) -> Message:
    return http.message(caller.kind)


@api.get("/page", auth=PUBLIC)
def a_page() -> Annotated[Page, "text/html"]:
    return page("<p>Привет</p>", "text/html; charset=utf-8")


FAILURES = {
    "missing": NotFound({"order_id": "7"}),
    "taken": SlotTaken({"alternatives": []}),
    "gone": Gone(message="It is over."),
    "busy": Busy(7),
    "bug": KeyError("a name: Анна"),
    "chain": RuntimeError("x"),
}


@api.get("/failures/{kind}", auth=PUBLIC)
def fail(kind: str) -> Message:
    raise FAILURES[kind]


MINE = OPERATIONS[SERVED_BEFORE:]
del OPERATIONS[SERVED_BEFORE:]

app = App("throwaway")
app.register_blueprint(api)


@pytest.fixture
def ask():
    with Client(app) as client:

        def ask(method, path, body=None, **headers):
            raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return client.http.request(method, path, headers=named, body=raw)

        yield ask


def has_cors(response):
    return {name: response.headers.get(name) for name in cors.CORS} == cors.CORS


def heard(response):
    assert (response.status_code, response.json_body["success"]) == (200, True)
    assert has_cors(response)
    assert response.headers["Content-Type"].startswith("application/json")
    return response.json_body["heard"]


def refusal(response, status):
    assert response.status_code == status
    assert has_cors(response)
    assert response.headers["Content-Type"] == "application/json"
    assert set(response.json_body) == {"success", "error", "message", "detail"}
    assert response.json_body["success"] is False
    return response.json_body


def places(response):
    return [problem["loc"] for problem in refusal(response, 422)["detail"]]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"who": 7, "tags": ["a", "b"]}'),
        ("application/json; charset=UTF-8", b'\xef\xbb\xbf{"who": "7", "tags": ["a", "b"]}'),
        ("application/x-www-form-urlencoded", b"who=7&tags=a&tags=b"),
        ("application/x-www-form-urlencoded; charset=UTF-8", b"who=7&tags=a&tags=b"),
        ("text/plain", b"who=7&tags=a&tags=b"),
        ("image/png", b'{"who": 7, "tags": ["a", "b"]}'),
    ],
)
def test_a_body_is_read_from_json_and_from_a_form(ask, content_type, body):
    assert heard(ask("POST", "/orders", body, content_type=content_type)) == {
        "who": "7",
        "rating": 5,
        "tags": ["a", "b"],
        "secret_word": None,
        "contour": "live",
    }


def test_a_route_that_says_not_who_may_call_is_no_route():
    with pytest.raises(TypeError, match="auth"):
        Api("nobodys").get("/nobodys")


def test_a_body_without_a_content_type_is_read(ask):
    assert heard(ask("POST", "/orders", b"who=7"))["who"] == "7"
    assert heard(ask("POST", "/orders", {"who": "Анна 🌿"}))["who"] == "Анна 🌿"


def test_the_other_contour_is_the_same_view_on_test_data(ask):
    assert heard(ask("POST", "/orders-test-contur", {"who": 7}))["contour"] == "test"


def test_a_query_is_read(ask):
    assert heard(ask("GET", "/orders")) == {"limit": 10, "who": "nobody"}
    assert heard(ask("GET", "/orders?limit=3&limit=4&who=%D0%90%D0%BD%D0%BD%D0%B0&utm=x")) == {"limit": 4, "who": "Анна"}


def test_a_query_may_come_in_the_body_where_a_contract_says_so(ask):
    assert heard(ask("GET", "/either", {"limit": 3, "who": "body"})) == {"limit": 3, "who": "body"}
    assert heard(ask("GET", "/either?who=query", b"limit=3&who=body")) == {"limit": 3, "who": "query"}
    assert heard(ask("GET", "/either", b"{broken")) == {"limit": 10, "who": "nobody"}


def test_a_body_is_no_query_elsewhere(ask):
    assert heard(ask("GET", "/orders", {"limit": 3}))["limit"] == 10


def test_path_parts_and_the_caller_reach_the_view(ask):
    assert ask("GET", "/orders/a-7").json_body == {"success": True, "message": "public a-7"}
    assert ask("DELETE", "/orders/a-7").json_body["message"] == "a-7"
    assert ask("PATCH", "/orders/a-7", {"who": "b"}).json_body["message"] == "a-7 is b's"


def test_a_path_part_too_long_to_be_an_id_is_not_found(ask):
    assert refusal(ask("GET", "/orders/" + "a" * 501), 404)["error"] == "not_found"


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_read_does_not_care_what_content_it_claims(ask, method):
    assert ask(method, "/orders/7", content_type="text/html").status_code == 200


def test_every_wrong_field_is_named(ask):
    response = ask("POST", "/orders", {"who": "", "rating": 0, "tags": "x"})
    assert places(response) == [["body", "who"], ["body", "rating"], ["body", "tags"]]
    assert all(set(problem) == {"loc", "msg", "type"} for problem in response.json_body["detail"])
    assert places(ask("GET", "/orders?limit=1000")) == [["query", "limit"]]
    assert places(ask("POST", "/orders")) == [["body", "who"]]


def test_no_refusal_echoes_what_was_sent(ask):
    response = ask("POST", "/orders", {"who": ["Анна Иванова"], "rating": "+7 999 123-45-67", "secret_word": "health answer"})
    assert places(response) == [["body", "who"], ["body", "rating"], ["body", "secret_word"]]
    assert not any(value in response.body.decode() for value in ("Иванова", "999", "health", "\\u0418"))


def test_a_field_s_own_rule_is_told_in_its_own_words(ask):
    (problem,) = refusal(ask("POST", "/orders", {"who": 1, "secret_word": "long"}), 422)["detail"]
    assert problem == {"loc": ["body", "secret_word"], "msg": "Value error, It must be short", "type": "value_error"}


@pytest.mark.parametrize("body", [b"{", b"[1]", b'{"who": NaN}', b'{"who": 1e999}', b'{"who": "\xff"}', b'{"a":' * 9_000])
def test_a_broken_body_is_the_caller_s_fault(ask, body):
    assert places(ask("POST", "/orders", body, content_type="application/json")) == [["body"]]


def test_a_body_over_256_kb_is_too_large(ask):
    assert refusal(ask("POST", "/orders", b"who=" + b"a" * 300 * 1024), 413)["error"] == "too_large"


@pytest.mark.parametrize(
    ("kind", "status", "error", "detail"),
    [
        ("missing", 404, "not_found", {"order_id": "7"}),
        ("taken", 409, "slot_taken", {"alternatives": []}),
        ("gone", 410, "gone", None),
        ("busy", 429, "busy", {"retry_after": 7}),
    ],
)
def test_an_expected_failure_says_what_it_is(ask, kind, status, error, detail):
    body = refusal(ask("GET", f"/failures/{kind}"), status)
    assert (body["error"], body["detail"]) == (error, detail)


def test_an_error_may_have_its_own_words_and_headers(ask):
    assert ask("GET", "/failures/gone").json_body["message"] == "It is over."
    assert ask("GET", "/failures/busy").headers["Retry-After"] == "7"


def test_a_bug_of_ours_raises_the_alarm_that_the_template_has_and_a_refusal_does_not(ask, monkeypatch, capsys):
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED")
    assert [ask("GET", f"/failures/{kind}").status_code for kind in ("bug", "missing")] == [500, 404]

    broken, refused = (json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line)
    alarm = merge_template(Inventory((), (), (), ()), "prod", Sizing({}, "prod"))["Resources"]["ViewsBroken"]["Properties"]
    assert broken[alarm["MetricName"]] == [1.0] and alarm["MetricName"] not in refused
    told = broken["_aws"]["CloudWatchMetrics"][0]
    assert (told["Namespace"], told["Dimensions"]) == (alarm["Namespace"], [[one["Name"] for one in alarm["Dimensions"]]])
    assert alarm["Threshold"] == 0 and alarm["Period"] * alarm["EvaluationPeriods"] <= 60


@pytest.mark.parametrize("kind", ["bug", "chain", "unknown"])
def test_a_bug_of_ours_is_a_500_in_the_same_shape_and_tells_nothing(ask, kind):
    response = ask("GET", f"/failures/{kind}")
    body = refusal(response, 500)
    assert (body["error"], body["message"], body["detail"]) == ("internal", "Something broke here; it was logged.", "Internal server error")


def test_a_closed_door_says_so_before_it_reads(ask):
    assert refusal(ask("PUT", "/orders/7", b"{broken"), 401)["error"] == "unauthorized"
    assert refusal(ask("PUT", "/orders/7", {"who": 1}, X_Api_Key="wrong"), 401)["error"] == "unauthorized"


def test_a_wrong_key_closes_a_public_form_wherever_it_is(ask):
    assert ask("POST", "/form", b"name=A").json_body["message"] == "public"
    refusal(ask("POST", "/form?token=wrong", b"name=A"), 401)
    refusal(ask("POST", "/form", b"X-Api-Key=wrong"), 401)


@pytest.mark.parametrize("path", ["/orders", "/orders-test-contur", "/orders/7", "/form", "/page"])
def test_a_preflight_is_answered_once_a_path(ask, path):
    response = ask("OPTIONS", path, Origin="https://example.com", Access_Control_Request_Method="POST")
    assert (response.status_code, response.body) == (204, b"")
    assert has_cors(response)


def allowed_by(response):
    return response.headers["Access-Control-Allow-Headers"].split(",")


def test_a_preflight_allows_what_a_browser_s_libraries_add_and_holds_for_a_while(ask):
    response = ask("OPTIONS", "/orders", Access_Control_Request_Headers="content-type,x-requested-with, sentry-trace,x-requested-with")
    assert allowed_by(response)[-2:] == ["x-requested-with", "sentry-trace"]
    assert {"Authorization", "X-Api-Key"} <= set(allowed_by(response))
    assert response.headers["Access-Control-Max-Age"] == "7200"
    assert "PATCH" in response.headers["Access-Control-Allow-Methods"].split(",")


@pytest.mark.parametrize("asked", ["a b", "x-ok, bad name", "é", "x" * 101, ",".join(f"x-{number}" for number in range(1000))])
def test_a_preflight_repeats_only_what_can_be_a_header_and_not_without_end(ask, asked):
    response = ask("OPTIONS", "/orders", Access_Control_Request_Headers=asked)
    added = allowed_by(response)[4:]
    assert response.status_code == 204
    assert len(added) <= cors.MAX_ASKED
    assert all(name.isascii() and " " not in name and len(name) <= 100 for name in added)


def stray(method, path, resource="/{path+}", rest=None, **headers):
    context = {"httpMethod": method, "resourcePath": resource}
    return app({"requestContext": context, "path": f"/base{path}", "pathParameters": {"path": rest or path[1:]}, "headers": headers}, None)


def test_a_path_that_leads_nowhere_is_404_in_our_own_body():
    answer = stray("GET", "/wp-login.php")
    assert (answer["statusCode"], json.loads(answer["body"])["error"]) == (404, "not_found")
    assert {name: answer["headers"][name] for name in cors.CORS} == cors.CORS


@pytest.mark.parametrize(("method", "path", "allowed"), [
    ("PATCH", "/orders", "GET, OPTIONS, POST"),
    ("HEAD", "/orders/a-7", "DELETE, GET, OPTIONS, PATCH, PUT"),
    ("POST", "/page/", "GET, OPTIONS"),
])  # fmt: skip
def test_a_method_that_a_path_does_not_know_is_405_and_says_which_it_knows(method, path, allowed):
    answer = stray(method, path)
    assert (answer["statusCode"], answer["headers"]["Allow"]) == (405, allowed)
    assert json.loads(answer["body"])["error"] == "method_not_allowed"
    assert answer["headers"]["Access-Control-Allow-Origin"] == "*"


def test_the_development_server_s_405_is_ours_too(ask):
    assert refusal(ask("DELETE", "/page"), 405)["error"] == "method_not_allowed"


def test_a_page_may_ask_first_about_a_path_that_leads_nowhere_so_that_it_can_read_the_404():
    answer = stray("OPTIONS", "/nowhere", **{"Access-Control-Request-Headers": "x-trace"})
    assert answer["statusCode"] == 204
    assert answer["headers"]["Access-Control-Allow-Headers"].endswith(",x-trace")


def test_a_page_is_text_of_its_kind(ask):
    response = ask("GET", "/page")
    assert (response.status_code, response.body.decode()) == (200, "<p>Привет</p>")
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "max-age" in response.headers["Cache-Control"]
    assert has_cors(response)


def operation(name):
    return next(operation for operation in MINE if operation.name == name)


def test_operations_are_written_down_as_they_are_registered():
    assert [(one.method, one.path, one.name) for one in MINE[:3]] == [
        ("POST", "/orders", "order"),
        ("POST", "/orders-test-contur", "order_test_contur"),
        ("GET", "/orders", "orders"),
    ]
    assert {one.package for one in MINE} == {"throwaway"}
    assert operation("order").answer is Heard


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("order", {409, 413, 422, 429}),
        ("orders", {422, 429}),
        ("either", {413, 422, 429}),
        ("one_order", {404, 429}),
        ("change_order", {401, 404, 413, 422, 429}),
        ("form", {401, 429}),
        ("a_page", {429}),
    ],
)
def test_an_operation_knows_what_it_may_refuse(name, statuses):
    assert {error.status for error in operation(name).refusals} == statuses
    assert all(issubclass(error, AppError) for error in operation(name).refusals)


@pytest.mark.parametrize("key", ["", " ", "k" * 301, "a\x00b", "a\x1f", "\u200b"])
def test_a_key_that_would_be_cut_or_is_none_is_refused(ask, key):
    detail = refusal(ask("POST", "/once", Idempotency_Key=key), 422)["detail"]
    assert [one["loc"] for one in detail] == [["header", "Idempotency-Key"]]


def test_a_key_is_kept_whole(ask):
    long = "k" * 299
    assert [heard(ask("POST", "/once", Idempotency_Key=long + last))["key"] for last in "ab"] == [long + "a", long + "b"]
    assert heard(ask("POST", "/once"))["key"] is None


@pytest.mark.parametrize("part", ["16.0", "+16", "1_6", "１６", "1e1", "0", "-16", "%2016", str(10**12 + 1)])
def test_a_number_of_a_path_is_ascii_digits(ask, part):
    assert [one["loc"] for one in refusal(ask("GET", f"/numbered/{part}"), 422)["detail"]] == [["path", "number"]]
    assert heard(ask("GET", "/numbered/16"))["number"] == 16


@pytest.mark.parametrize("body", [b'{"who": "\xe9\xff"}', '{"who": "\ufffd"}'.encode(), '{"who": "Анна"}'.encode("cp1251")])
def test_json_that_was_no_utf8_is_refused(ask, body):
    assert refusal(ask("POST", "/orders", body), 422)["detail"] == [{"loc": ["body"], "msg": "The body must be UTF-8", "type": "encoding"}]


def test_json_of_another_charset_is_read_where_it_says_so(ask):
    raw = '{"who": "Анна"}'.encode("cp1251")
    assert heard(ask("POST", "/orders", raw, Content_Type="application/json; charset=windows-1251"))["who"] == "Анна"


def test_a_key_is_part_of_the_document():
    parameters = document(MINE)["paths"]["/once"]["post"]["parameters"]
    assert [(one["name"], one["in"], one["required"], one["schema"]["maxLength"]) for one in parameters] == [
        ("Idempotency-Key", "header", False, 300)
    ]
