"""Calling other companies: each way a call can go wrong becomes one typed error, and no secret leaks into any of them."""

import logging
import subprocess
import sys
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import responses

from chalicelib.core import vendors
from chalicelib.core.vendors import Vendor, VendorBusy, VendorDown, VendorError, VendorRefused
from tests.standins.telegram import TelegramStandIn

URL = "https://vendor.example/s3cr3t"
OPENING = "OPEN-SESAME"


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def vendor() -> Vendor:
    return Vendor("acme", URL, secrets=("s3cr3t", ""), headers={"X-Key": OPENING})


def failure(vendor: Vendor, **request: Any) -> VendorError:
    with pytest.raises(VendorError) as caught:
        vendor.call("POST", "things", **request)
    return caught.value


def test_a_call_carries_headers_query_and_json(wire: responses.RequestsMock, vendor: Vendor) -> None:
    wire.post(
        f"{URL}/things",
        json={"id": 5},
        match=[
            responses.matchers.header_matcher({"X-Key": OPENING, "X-Once": "1"}),
            responses.matchers.query_param_matcher({"page": "2"}),
            responses.matchers.json_params_matcher({"name": "Ёлка"}),
        ],
    )
    reply = vendor.call("POST", "things", json={"name": "Ёлка"}, query={"page": "2"}, headers={"X-Once": "1"})
    assert (reply.status, reply.field("id"), reply.field("absent")) == (200, 5, None)


def test_a_form_and_the_base_url_itself(wire: responses.RequestsMock, vendor: Vendor) -> None:
    wire.post(URL, status=201, json=[1], match=[responses.matchers.urlencoded_params_matcher({"a": "b"})])
    reply = vendor.call("POST", "", form={"a": "b"})
    assert (reply.data, reply.field("a")) == ([1], None)


def test_an_empty_answer_is_an_answer(wire: responses.RequestsMock, vendor: Vendor) -> None:
    wire.delete(f"{URL}/things", status=204)
    assert vendor.call("DELETE", "things").data is None


@pytest.mark.parametrize("status", [301, 302, 307, 408, 425, 500, 502, 503])
def test_passing_trouble_is_down_and_was_not_acted_upon(wire: responses.RequestsMock, vendor: Vendor, status: int) -> None:
    wire.post(f"{URL}/things", status=status, json={}, headers={"Location": "https://elsewhere.example"})
    error = failure(vendor)
    assert isinstance(error, VendorDown)
    assert (error.sent_maybe, str(error)) == (False, f"acme: HTTP {status}")


def test_a_gateway_that_lost_patience_leaves_it_open(wire: responses.RequestsMock, vendor: Vendor) -> None:
    wire.post(f"{URL}/things", status=504, json={})
    error = failure(vendor)
    assert isinstance(error, VendorDown) and error.sent_maybe


@pytest.mark.parametrize(
    ("status", "body", "sent_maybe"),
    [
        (200, "<html>Under maintenance</html>", False),
        (403, "\n <!DOCTYPE html><p>Blocked by your provider", False),
        (504, "<html>Gateway Time-out</html>", True),
        (404, "no route", False),
        (200, '{"id": 1', True),
        (200, "[" * 100_000, True),
        (200, b"\xff\xfe\x00", True),
    ],
)
def test_what_is_not_json_is_down(wire: responses.RequestsMock, vendor: Vendor, status: int, body: str | bytes, sent_maybe: bool) -> None:
    wire.post(f"{URL}/things", status=status, body=body)
    error = failure(vendor)
    assert isinstance(error, VendorDown)
    assert (error.sent_maybe, error.reason) == (sent_maybe, f"HTTP {status} without JSON")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        (None, None),
        ("-7", None),
        ("nan", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("9" * 40, None),
        ("٧", None),
    ],
)
def test_busy_tells_how_long_to_wait(wire: responses.RequestsMock, vendor: Vendor, header: str | None, expected: float | None) -> None:
    wire.post(f"{URL}/things", status=429, json={}, headers={"Retry-After": header} if header else {})
    error = failure(vendor)
    assert isinstance(error, VendorBusy)
    assert error.retry_after == expected


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"message": "No such person"}, "No such person"),
        ({"error": {"code": 3}, "detail": "Wrong stage"}, "Wrong stage"),
        ({"error": ""}, "HTTP 422"),
        (["odd"], "HTTP 422"),
        (None, "HTTP 422"),
    ],
)
def test_a_refusal_keeps_the_vendors_words(wire: responses.RequestsMock, vendor: Vendor, body: Any, reason: str) -> None:
    wire.post(f"{URL}/things", status=422, **({"json": body} if body else {}))
    error = failure(vendor)
    assert isinstance(error, VendorRefused)
    assert (error.status, error.reason, error.vendor) == (422, reason, "acme")


def test_a_refusal_is_cut_and_cleared_of_secrets(wire: responses.RequestsMock, vendor: Vendor) -> None:
    wire.post(f"{URL}/things", status=400, json={"message": "s3cr3t is wrong " + "x" * 1000})
    error = failure(vendor)
    assert error.reason.startswith("*** is wrong x")
    assert len(error.reason) == 300


def test_a_read_timeout_is_not_repeated_and_leaves_it_open(wire: responses.RequestsMock, vendor: Vendor) -> None:
    call = wire.post(f"{URL}/things", body=requests.ReadTimeout(f"read timed out: {URL}"))
    error = failure(vendor)
    assert isinstance(error, VendorDown)
    assert (error.sent_maybe, call.call_count) == (True, 1)


def test_only_a_connection_that_failed_is_tried_again(wire: responses.RequestsMock, vendor: Vendor) -> None:
    wire.post(f"{URL}/things", body=requests.ConnectTimeout())
    wire.post(f"{URL}/things", json={"id": 6})
    assert vendor.call("POST", "things").field("id") == 6


def test_a_connection_that_fails_twice_is_down(wire: responses.RequestsMock, vendor: Vendor) -> None:
    call = wire.post(f"{URL}/things", body=requests.ConnectTimeout())
    error = failure(vendor)
    assert isinstance(error, VendorDown)
    assert (error.sent_maybe, call.call_count) == (False, 2)


@pytest.mark.parametrize("url", ["vendor.example", "ftp://vendor.example", "http://"])
def test_an_address_that_is_none_is_down(url: str) -> None:
    error = failure(Vendor("acme", url))
    assert isinstance(error, VendorDown) and not error.sent_maybe


def test_on_a_real_wire_a_refused_connection_was_not_acted_upon() -> None:
    with TelegramStandIn() as server:
        server.down = True
        error = failure(Vendor("acme", server.api_url))
    assert isinstance(error, VendorDown)
    assert (error.sent_maybe, error.reason) == (False, "no answer (ConnectionError)")


def test_on_a_real_wire_silence_leaves_it_open() -> None:
    with TelegramStandIn() as server:
        server.accept_then_timeout()
        error = failure(Vendor("acme", server.api_url, timeout=(1, 0.1)))
        assert isinstance(error, VendorDown)
        assert (error.sent_maybe, error.reason, server.calls) == (True, "no answer (ReadTimeout)", 1)


def test_on_a_real_wire_a_dropped_connection_leaves_it_open() -> None:
    with TelegramStandIn() as server:
        server.accept_then_drop()
        error = failure(Vendor("acme", server.api_url))
        assert isinstance(error, VendorDown)
        assert (error.sent_maybe, server.calls) == (True, 1)


def test_no_secret_in_logs_errors_or_tracebacks(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with TelegramStandIn() as server:
        vendor = Vendor("acme", f"{server.api_url}/s3cr3t", secrets=("s3cr3t",), timeout=(1, 0.1))
        errors = [failure(vendor, json={"body": OPENING})]
        server.accept_then_timeout()
        errors.append(failure(vendor, json={"body": OPENING}))
        server.down = True
        errors.append(failure(vendor, json={"body": OPENING}))
    told = caplog.text + "".join(line for error in errors for line in traceback.format_exception(error))
    assert [type(error) for error in errors] == [VendorRefused, VendorDown, VendorDown]
    assert "s3cr3t" not in told and OPENING not in told
    assert all(error.__context__ is None and error.__cause__ is None for error in errors)


def test_one_session_is_kept_until_it_has_been_idle() -> None:
    pool = vendors._Pool()
    first = pool.session()
    assert pool.session() is first
    pool._used -= 3600
    assert pool.session() is not first


def test_no_cookie_goes_from_one_vendor_to_another(wire: responses.RequestsMock, vendor: Vendor) -> None:
    wire.post(f"{URL}/things", json={}, headers={"Set-Cookie": "who=me; Path=/"})
    wire.post(f"{URL}/things", json={})
    vendor.call("POST", "things")
    vendor.call("POST", "things")
    assert "Cookie" not in wire.calls[1].request.headers


def test_importing_it_does_not_import_requests() -> None:
    code = "import sys, chalicelib.core.vendors, chalicelib.integrations.telegram.client; sys.exit('requests' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
