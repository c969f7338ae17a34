import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import Invalid, TooLarge
from chalicelib.core.forms import MAX_FIELDS
from chalicelib.core.wire import MAX_BODY, Incoming

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def incoming(body=b"", content_type=None):
    headers = {} if content_type is None else {"Content-Type": content_type}
    return Incoming(method="POST", headers=headers, body=body)


def event(body=None, **parts):
    return {
        "requestContext": {"httpMethod": "POST", "identity": {"sourceIp": "192.0.2.7"}},
        "headers": None,
        "body": body,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "isBase64Encoded": False,
        **parts,
    }


def refused(request):
    with pytest.raises(Invalid) as caught:
        _ = request.fields
    assert request.loose_fields() == {}
    (problem,) = caught.value.detail
    assert problem["loc"] == ["body"]
    return problem["type"]


@pytest.mark.parametrize(
    "content_type",
    [
        JSON,
        "application/json; charset=utf-8",
        'Application/JSON;charset="UTF-8"',
        "application/json; charset=",
        "text/plain",
        "",
        None,
        FORM,
    ],
)
def test_json_is_read_whatever_it_is_called(content_type):
    assert incoming('{"имя": "Анна 🌿", "age": 31}'.encode(), content_type).fields == {"имя": "Анна 🌿", "age": 31}


@pytest.mark.parametrize("content_type", [FORM, f"{FORM}; charset=UTF-8", "text/plain", "", None])
def test_a_form_is_read_whatever_it_is_called(content_type):
    body = b"Name=%D0%90%D0%BD%D0%BD%D0%B0+K&Phone=%2B7+999&empty="
    assert incoming(body, content_type).fields == {"Name": "Анна K", "Phone": "+7 999", "empty": ""}


def test_a_repeated_key_becomes_a_list():
    assert incoming(b"slot=1&slot=2&name=A&slot=3", FORM).fields == {"slot": ["1", "2", "3"], "name": "A"}


def test_a_repeated_json_key_keeps_its_last_value():
    assert incoming(b'{"a": 1, "a": 2}', JSON).fields == {"a": 2}


def test_another_charset_is_honoured_in_json_and_in_a_form():
    assert incoming('{"name": "Анна"}'.encode("cp1251"), "application/json; charset=windows-1251").fields == {"name": "Анна"}
    assert incoming(b"name=%C0%ED%ED%E0", f"{FORM}; charset=windows-1251").fields == {"name": "Анна"}


@pytest.mark.parametrize("body", [b"", b"  \r\n", b"\xef\xbb\xbf"])
def test_nothing_is_no_fields(body):
    assert incoming(body, JSON).fields == {}


def test_a_byte_order_mark_is_no_part_of_the_text():
    assert incoming(b'\xef\xbb\xbf{"a": 1}', JSON).fields == {"a": 1}
    assert incoming(b"\xef\xbb\xbfname=A", FORM).fields == {"name": "A"}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": "\\ud800"}',
        b"name=A",
        b'{"a": 1}x',
        b"[" * 50_000,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        b'{"a": ' + b"9" * 9_000 + b"}",
    ],
)
def test_what_is_not_json_is_said_to_be(body):
    assert refused(incoming(body, JSON)) == "json_invalid"


@pytest.mark.parametrize("body", [b'{"a": 1e999}', b'{"a": [1, {"b": -1e999}]}'])
def test_a_number_that_runs_over_is_no_infinity(body):
    assert refused(incoming(body, JSON)) == "finite_number"


@pytest.mark.parametrize("body", [b"[1]", b"null", b'"text"', b"12"])
def test_json_must_be_an_object(body):
    assert refused(incoming(body, JSON)) == "object_type"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"a": "\xff"}', JSON),
        (b"a=\xc0", FORM),
        (b'{"a": "\xd0\x90"}', "application/json; charset=ascii"),
        (b"{}", "application/json; charset=martian"),
        (b"{}", "application/json; charset=a\0b"),
        (b"{}", "application/json; charset=hex"),
        (b"+2AA-", "text/plain; charset=utf-7"),
        (b"\\ud800", "text/plain; charset=unicode_escape"),
        (b"a-z", "text/plain; charset=punycode"),
    ],
)
def test_bytes_that_are_no_text_in_their_charset_are_refused(body, content_type):
    assert refused(incoming(body, content_type)) == "encoding"


def test_broken_percent_signs_do_not_lose_a_form():
    assert incoming(b"name=%FF&good=1&bad=%zz", FORM).fields == {"name": "\N{REPLACEMENT CHARACTER}", "good": "1", "bad": "%zz"}


def test_a_form_has_an_end():
    assert len(incoming("&".join(f"f{number}=" for number in range(MAX_FIELDS)).encode(), FORM).fields) == MAX_FIELDS
    assert refused(incoming(b"a=1&" * (MAX_FIELDS + 1), FORM)) == "form_invalid"


def test_an_empty_event_is_an_empty_request():
    request = Incoming.from_event(event())
    assert (request.headers, request.query, request.path, request.body, request.fields) == ({}, {}, {}, b"", {})
    assert (request.method, request.address, request.content_type) == ("POST", "192.0.2.7", "")


def test_an_event_is_read_in_all_its_parts():
    request = Incoming.from_event(
        event(
            headers={"X-Api-Key": "k", "CONTENT-TYPE": "Text/Plain; a=b"},
            pathParameters={"id": "7"},
            multiValueQueryStringParameters={"a": ["1", "2"], "none": []},
        )
    )
    assert request.headers["x-api-key"] == "k"
    assert request.content_type == "text/plain"
    assert (request.query, request.path) == ({"a": "2"}, {"id": "7"})


def test_a_base64_body_is_unwrapped():
    wrapped = base64.b64encode('{"name": "Анна"}'.encode()).decode()
    assert Incoming.from_event(event(wrapped, isBase64Encoded=True)).fields == {"name": "Анна"}


def test_a_body_that_is_not_the_base64_it_claims_is_refused():
    with pytest.raises(Invalid):
        Incoming.from_event(event("abcde", isBase64Encoded=True))


def test_half_a_character_in_an_event_is_refused_when_read():
    request = Incoming.from_event(event('{"a": "\ud800"}', headers={"Content-Type": JSON}))
    assert refused(request) == "encoding"


@pytest.mark.parametrize(
    "encode", [lambda raw: event(raw.decode()), lambda raw: event(base64.b64encode(raw).decode(), isBase64Encoded=True)]
)
def test_a_body_ends_at_256_kb(encode):
    assert len(Incoming.from_event(encode(b"a" * MAX_BODY)).body) == MAX_BODY
    with pytest.raises(TooLarge):
        Incoming.from_event(encode(b"a" * (MAX_BODY + 1)))


def test_the_limit_counts_bytes_not_characters():
    with pytest.raises(TooLarge):
        Incoming.from_event(event("ж" * (MAX_BODY // 2 + 1)))


@given(
    st.binary(max_size=200) | st.text(max_size=100).map(str.encode),
    st.sampled_from([None, JSON, FORM, "text/plain"]) | st.text(max_size=20).map("application/json; charset={}".format),
)
def test_any_bytes_give_fields_or_a_refusal(body, content_type):
    request = incoming(body, content_type)
    try:
        assert isinstance(request.fields, dict)
    except Invalid:
        assert request.loose_fields() == {}


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("abc-123", "abc-123"),
        ("%D0%98%D0%B3%D0%BE%D1%80%D1%8C", "Игорь"),
        ("Игорь", "Игорь"),
        ("a%20b%2Fc", "a b/c"),
        ("100%", "100%"),
        ("100%25", "100%"),
        ("%2541", "%41"),
        ("Игорь %41", "Игорь %41"),
        ("%FF", "%FF"),
        ("%zz", "%zz"),
        ("a+b", "a+b"),
    ],
)
def test_a_path_part_is_decoded_once_wherever_it_comes_from(given, meant):
    assert Incoming.from_event(event(pathParameters={"name": given})).path == {"name": meant}
