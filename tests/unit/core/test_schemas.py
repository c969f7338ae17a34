import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from threading import Event
from typing import Annotated

import pytest
from pydantic import AfterValidator, Field, ValidationError, model_validator

from chalicelib.core.errors import Invalid, WrongField
from chalicelib.core.schemas import (
    Answer,
    ErrorBody,
    Id,
    Message,
    Moment,
    Query,
    Schema,
    Text,
    Warned,
    Whole,
    utc_text,
    validated,
)


class Payload(Schema):
    id: Id = "1"
    text: Text = None
    amount: float = 0
    name: str | None = Field(None, alias="Name")


@pytest.mark.parametrize("blank", ["", "  ", "null", "NULL", "None", "undefined", " null ", None])
def test_what_forms_send_for_nothing_is_none(blank):
    assert Payload(text=blank).text is None


@pytest.mark.parametrize(("given", "read"), [(" Анна ", "Анна"), (7, "7"), (1.5, "1.5"), (0, "0"), ("0", "0"), ("nully", "nully")])
def test_text_is_trimmed_and_may_be_a_number(given, read):
    assert Payload(text=given).text == read


@pytest.mark.parametrize(
    ("given", "read"),
    [(10**15 - 1.0, "9" * 15), (79045501567.0, "79045501567"), (10**18, "1" + "0" * 18), (-0.5, "-0.5"), (5000.0, "5000"), (0.0, "0")],
)
def test_a_number_is_the_text_that_was_typed(given, read):
    assert (Payload(text=given).text, Payload(id=given).id) == (read, read)


@pytest.mark.parametrize("given", [1e15, 1e16, -1e300, 1e-7])
def test_a_number_that_python_would_write_otherwise_is_no_text(given):
    with pytest.raises(ValidationError, match="at most 15 digits"):
        Payload(text=given)


class Asked(Query):
    number: int | None = None
    of: Whole = None
    most: int = Field(20, ge=1)


@pytest.mark.parametrize("given", ["16.0", "+16", "1_6", "１６", "٣", "1e1", "0x10", "true"])
def test_a_whole_number_of_an_address_is_ascii_digits(given):
    for name in ("number", "of", "most"):
        with pytest.raises(ValidationError) as refused:
            Asked.model_validate({name: given})
        assert [one["loc"] for one in refused.value.errors()] == [(name,)]
    assert Asked.model_validate({"number": " 16", "of": "", "most": 7}).model_dump() == {"number": 16, "of": None, "most": 7}


@pytest.mark.parametrize("given", [True, ["a"], {"a": 1}])
def test_text_is_not_just_anything(given):
    with pytest.raises(ValidationError):
        Payload(text=given)


@pytest.mark.parametrize(("given", "read"), [(42, "42"), ("slot-1 ", "slot-1"), ("я" * 200, "я" * 200)])
def test_an_id_is_text_or_a_number(given, read):
    assert Payload(id=given).id == read


@pytest.mark.parametrize("given", ["", " ", "null", None, True, "a" * 201, ["1"], "\ud800"])
def test_an_id_is_required_and_bounded(given):
    with pytest.raises(ValidationError):
        Payload(id=given)


@pytest.mark.parametrize("given", [float("inf"), float("nan"), "inf", "1e999"])
def test_an_amount_is_finite(given):
    with pytest.raises(ValidationError):
        Payload(amount=given)


def test_text_has_an_end():
    with pytest.raises(ValidationError):
        Payload(text="a" * 20_001)


def test_unknown_fields_are_let_by_and_both_names_of_a_field_work():
    assert Payload.model_validate({"Name": "A", "utm_source": "x"}).name == "A"
    assert Payload.model_validate({"name": "A"}).name == "A"


def test_answers_say_success():
    assert Answer().model_dump() == {"success": True}
    assert Message(message="Готово").model_dump() == {"success": True, "message": "Готово"}


def test_the_error_body_holds_what_errors_say():
    body = Invalid.field("body", "phone", msg="Field required", kind="missing").body()
    assert ErrorBody.model_validate(body).model_dump() == body


def test_a_moment_is_printed_in_utc_whatever_its_zone():
    assert utc_text(datetime(2026, 3, 12, 7, 0, tzinfo=UTC)) == "2026-03-12T07:00:00Z"
    assert utc_text(datetime(2026, 3, 12, 10, 0, tzinfo=timezone(timedelta(hours=3)))) == "2026-03-12T07:00:00Z"


class Wished(Schema):
    at: Moment = None
    count: Whole = None


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("2026-12-01T10:00:00Z", "2026-12-01T10:00:00Z"),
        ("2026-12-01T10:00:00", "2026-12-01T10:00:00Z"),
        ("2026-12-01 10:00", "2026-12-01T10:00:00Z"),
        ("2026-12-01", "2026-12-01T00:00:00Z"),
        ("2026-12-01T10:00:00+05:00", "2026-12-01T05:00:00Z"),
        ("2027-01-01T02:00:00.123+05:00", "2026-12-31T21:00:00Z"),
        ("2025-12-04T18:01:58:00Z", "2025-12-04T18:01:58Z"),
        ("2025-12-04T18:01:58:00+05:00", "2025-12-04T13:01:58Z"),
        ("2025-12-04T18:01:58:00", "2025-12-04T18:01:58Z"),
    ],
)
def test_a_moment_is_read_as_callers_write_it(given, read):
    assert utc_text(Wished(at=given).at) == read


@pytest.mark.parametrize(
    "given",
    [
        "завтра",
        "10:00",
        "2026-13-01",
        "2026-02-30T00:00:00Z",
        "0001-01-01T00:00:00",
        "9999-12-31T23:59:59-05:00",
        1764583200,
        True,
        [],
        "2025-12-04T18:01:58:61:00Z",
    ],
)
def test_what_is_no_moment_is_refused_with_an_example(given):
    with pytest.raises(ValidationError, match="ISO 8601"):
        Wished(at=given)


def test_the_last_moments_have_a_wall_clock_everywhere():
    for never in ("9999-12-31", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999999"):
        assert Wished(at=never).at.astimezone(timezone(timedelta(hours=14))).year == 9999


@pytest.mark.parametrize("blank", ["", " ", "null", None])
def test_no_moment_and_no_number_are_none(blank):
    assert (Wished(at=blank).at, Wished(count=blank).count) == (None, None)


def test_warnings_are_shown_only_where_there_are_some():
    class Told(Warned):
        name: str

    assert Told(name="a").model_dump() == {"name": "a"}
    assert Told(name="a", warnings=["w"]).model_dump_json() == '{"warnings":["w"],"name":"a"}'


@pytest.mark.parametrize("truth", [True, False])
def test_a_truth_is_no_number(truth):
    with pytest.raises(ValidationError) as refused:
        Payload(amount=truth)
    assert [(one["loc"], one["type"]) for one in refused.value.errors()] == [(("amount",), "float_type")]


class Several(Schema):
    numbers: list[Annotated[int, Field(ge=1)]] | None = None
    flags: list[bool] = []


def test_nor_is_it_one_of_several():
    truth = True
    with pytest.raises(ValidationError) as refused:
        Several(numbers=[1, truth])
    assert [one["loc"] for one in refused.value.errors()] == [("numbers", 1)]
    assert Several(numbers=[1], flags=[truth]).model_dump() == {"numbers": [1], "flags": [True]}


class Worded(Schema):
    name: Annotated[str, AfterValidator(str.strip), Field(min_length=1, max_length=5)] = "x"
    names: Annotated[list[str], AfterValidator(list), Field(max_length=1)] = []


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": "абвгде"}, "at most 5 characters"),
        ({"name": " "}, "at least 1 character"),
        ({"names": ["а", "б"]}, "at most 1 item after"),
    ],
)
def test_what_is_too_long_is_told_in_what_it_has(said, words):
    with pytest.raises(Invalid) as refused:
        validated(Worded, said, "body")
    assert words in refused.value.detail[0]["msg"]


class Long(Schema):
    numbers: list[int] = []
    tags: dict[str, int] = {}


@pytest.mark.parametrize("said", [{"numbers": ["x"] * 10_000}, {"tags": {f"{number}" + "ж" * 2000: "x" for number in range(200)}}])
def test_a_payload_wrong_in_ten_thousand_places_is_not_told_of_each(said):
    with pytest.raises(Invalid) as caught:
        validated(Long, said, "body")
    assert len(caught.value.detail) == 50
    assert len(json.dumps(caught.value.body())) < 64 * 1024


def test_a_model_that_two_threads_use_first_is_built_once():
    building, go_on, built = Event(), Event(), []

    class Slow(str):
        @classmethod
        def __get_pydantic_core_schema__(cls, source, handler):
            built.append(source)
            building.set()
            assert go_on.wait(5)
            return handler(str)

    class Told(Answer):
        result: Slow

    Answer()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(lambda: Told(result="one").result)
        assert building.wait(5)
        second = pool.submit(lambda: Told(result="two").result)
        time.sleep(0.05)
        go_on.set()
        assert (first.result(), second.result()) == ("one", "two")
    assert len(built) == 1


def test_what_a_whole_payload_says_of_a_field_is_found_at_that_field():
    class Part(Schema):
        first: int
        last: int

        @model_validator(mode="after")
        def _in_order(self):
            if self.first > self.last:
                raise WrongField("last", "expected one not before first")
            return self

    class Whole(Schema):
        parts: list[Part]

    with pytest.raises(Invalid) as refused:
        validated(Whole, {"parts": [{"first": 1, "last": 2}, {"first": 2, "last": 1}]}, "body")
    (found,) = refused.value.detail
    assert found == {"loc": ["body", "parts", 1, "last"], "msg": "Value error, expected one not before first", "type": "value_error"}
