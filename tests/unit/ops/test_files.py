"""The Lambda of the pages: files alone, refused like everything else of ours."""

import json

import pytest

from chalicelib.core import cors
from chalicelib.ops import files


def ask(method, resource, rest=None, **headers):
    context = {"httpMethod": method, "resourcePath": resource}
    event = {"requestContext": context, "headers": headers or None, "pathParameters": {"path": rest} if rest is not None else None}
    answer = files.handler(event, None)
    assert answer["headers"].items() >= {name: said for name, said in cors.CORS.items() if name != "Access-Control-Allow-Headers"}.items()
    return answer


@pytest.mark.parametrize(("resource", "rest", "media_type"), [
    ("/docs", None, "text/html; charset=utf-8"),
    ("/docs/{path+}", "docs.js", "text/javascript; charset=utf-8"),
    ("/docs/{path+}", "swagger-ui.css", "text/css; charset=utf-8"),
])  # fmt: skip
def test_a_file_is_answered_as_what_it_is_and_may_be_kept_for_an_hour(resource, rest, media_type):
    answer = ask("GET", resource, rest)

    assert (answer["statusCode"], answer["headers"]["Content-Type"]) == (200, media_type)
    assert answer["headers"]["Cache-Control"] == "public, max-age=3600"
    assert answer["body"] == files.text(rest or "docs.html")


def test_the_document_is_the_one_that_lies_in_the_zip(tmp_path, monkeypatch):
    (tmp_path / "openapi.json").write_text('{"openapi": "3.1.0"}')
    monkeypatch.setattr(files, "STATIC", tmp_path)

    answer = ask("GET", "/openapi.json")

    assert (json.loads(answer["body"]), answer["headers"]["Content-Type"]) == ({"openapi": "3.1.0"}, "application/json; charset=utf-8")


@pytest.mark.parametrize("rest", ["nothing.js", "../files.py", "docs.html", "a/docs.js", "%2e%2e/files.py", ""])
def test_no_other_file_is_given(rest):
    answer = ask("GET", "/docs/{path+}", rest)

    assert (answer["statusCode"], json.loads(answer["body"])["error"]) == (404, "not_found")
    assert set(json.loads(answer["body"])) == {"success", "error", "message", "detail"}


@pytest.mark.parametrize("method", ["POST", "HEAD", "DELETE"])
def test_files_are_read_only(method):
    answer = ask(method, "/docs")

    assert (answer["statusCode"], answer["headers"]["Allow"]) == (405, "GET, OPTIONS")
    assert json.loads(answer["body"])["error"] == "method_not_allowed"


def test_a_browser_may_ask_first():
    answer = ask("OPTIONS", "/docs", **{"Access-Control-Request-Headers": "x-trace"})

    assert answer["statusCode"] == 204 and answer["headers"]["Access-Control-Allow-Headers"].endswith(",x-trace")
