"""Values as cells: what a spreadsheet would guess wrong stays what it is, and comes back."""

import csv
import io
import time
import tracemalloc
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.core.storage import PackedJSON
from scripts.exporting.cells import NUL_SHOWN, cell, moment_cell, number_cell, read_text, text_cell
from scripts.exporting.tables import MACHINERY, SECRETS, choose, columns
from scripts.exporting.writing import UNKNOWN, write

MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+79045501567",
        "-5",
        "@cmd",
        "\t=1",
        "\r=1",
        "  =1",
        "＝1",
        "\ufeff=1",
        "'quoted",
        "00000048151",
        "79045501567",
        "10:00",
        "1-2",
        "03.04",
        "янв 5",
        "(5)",
        "5 ₽",
        "пн, 5 января 2026 г.",
        "TRUE",
        "#Н/Д",
    ],
)
def test_what_a_program_would_take_for_something_else_is_marked(text):
    assert text_cell(text) == f"'{text}"
    assert read_text(text_cell(text)) == text


@pytest.mark.parametrize(
    "text", ["Анна", "br0001", "a=b", "Как быть?", "01M7XKJPGZ8BVT1FJ02AZ7ZMWB", "😀", "да; нет", 'сказала "да"', "строка\nещё"]
)
def test_other_texts_are_left_alone(text):
    assert text_cell(text) == text


@pytest.mark.parametrize("text", ["янв." * 5_000 + "x", "june " * 5_000 + "x", "5 " * 5_000 + "x", "(" * 20_000 + "x"])
def test_no_text_is_looked_at_for_long(text):
    started = time.perf_counter()
    text_cell(text)
    assert time.perf_counter() - started < 0.5


def test_a_negative_number_is_a_number():
    assert cell({"N": "-5"}, NumberAttribute(), MOSCOW) == "-5"
    assert text_cell("-5") == "'-5"


@pytest.mark.parametrize(
    ("number", "shown"), [(Decimal("12.50"), "12,50"), (0, "0"), (-1.5, "-1,5"), (Decimal("1E+3"), "1000"), (10**15, "1" + "0" * 15)]
)
def test_numbers_have_a_decimal_comma(number, shown):
    assert number_cell(number) == shown


def test_moments_are_the_business_zones_over_midnight_and_the_year():
    assert moment_cell(datetime(2026, 12, 31, 21, 0, 5, tzinfo=UTC), MOSCOW) == "01.01.2027 00:00:05"
    stored = UTCDateTimeAttribute().serialize(datetime(2026, 12, 31, 21, 0, tzinfo=UTC))
    assert cell({"S": stored}, UTCDateTimeAttribute(), MOSCOW) == "01.01.2027 00:00:00"


def test_every_kind_of_value_has_a_cell():
    packed = PackedJSON().serialize({"Имя": ["Анна", None]})
    shown = [
        cell({"BOOL": True}, None, MOSCOW),
        cell({"BOOL": False}, None, MOSCOW),
        cell({"NULL": True}, None, MOSCOW),
        cell({"SS": ["б", "а"]}, None, MOSCOW),
        cell({"M": {"n": {"N": "1.5"}, "b": {"B": b"\x00\x01"}}}, None, MOSCOW),
        cell({"L": []}, None, MOSCOW),
        cell({"B": packed}, PackedJSON(), MOSCOW),
        cell({"S": "a\0b"}, UnicodeAttribute(), MOSCOW),
    ]
    assert shown == ["ИСТИНА", "ЛОЖЬ", "", '["а","б"]', '{"n":1.5,"b":"AAE="}', "[]", '{"Имя":["Анна",null]}', f"a{NUL_SHOWN}b"]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_from_a_file(text):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow([text_cell(text), "x"])
    out.seek(0)
    ((found, _),) = csv.reader(out, delimiter=";")
    assert read_text(found) == text.replace("\0", NUL_SHOWN)


def big(number):
    for place in range(number):
        yield {"client_id": {"S": f"{place:026d}"}, "name": {"S": "Анна; Лебедева"}, "age": {"N": "31"}, "note": {"S": "ж" * 200}}


def test_many_rows_pass_through_little_memory(tmp_path):
    tracemalloc.start()
    assert write(tmp_path / "clients.csv", ["client_id", "name", "age"], {}, big(20_000), MOSCOW) == 20_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * 1024**2, "one row is about 500 bytes: all at once would be ten megabytes"


def test_a_file_is_whole_or_the_old_one(tmp_path):
    file = tmp_path / "clients.csv"
    write(file, ["client_id"], {}, big(2), MOSCOW)
    before = file.read_bytes()

    def broken():
        yield from big(1)
        raise OSError("the store went away")

    with pytest.raises(OSError, match="went away"):
        write(file, ["client_id"], {}, broken(), MOSCOW)
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["clients.csv"]


def test_what_the_model_does_not_know_comes_last(tmp_path):
    write(tmp_path / "t.csv", ["client_id"], {}, [{"client_id": {"S": "a"}, "old": {"N": "1"}, "token": {"S": "secret"}}], MOSCOW)
    raw = (tmp_path / "t.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfclient_id;")
    assert raw.decode("utf-8-sig") == f'client_id;{UNKNOWN}\r\na;"{{""old"":1}}"\r\n'


def test_secrets_and_machinery_are_not_exported():
    import app  # noqa: F401 - every table is known then

    chosen = choose([])
    names = {model.table_key() for model in chosen}
    assert {"clients", "tickets", "sessions", "consultations", "accounts"} <= names
    assert not names & MACHINERY
    assert not {column for model in chosen for column in columns(model)} & SECRETS
    assert columns(choose(["consultations"])[0])[:2] == ["client_id", "place"]
    with pytest.raises(RuntimeError, match="there are"):
        choose(["nobody"])
