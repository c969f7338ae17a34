"""Each rule of DynamoDB, broken on purpose through the real client; the in-process store itself would take most of these."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from pynamodb.exceptions import PynamoDBException, VerboseClientError

from chalicelib.core import storage
from chalicelib.core.errors import Invalid
from chalicelib.core.inbox import InboxRow
from chalicelib.core.outbox import OutboxRow
from chalicelib.core.storage import strict
from chalicelib.core.storage.strict.expressions import Expression
from tests.standins.store import Wire, fresh

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
INBOX, OUTBOX = InboxRow.Meta.table_name, OutboxRow.Meta.table_name
KEY = {"inbox_id": {"S": "a"}}
PLACE = {"lane": {"S": "lane"}, "effect_id": {"S": "1"}}


@pytest.fixture(autouse=True)
def store() -> Iterator[None]:
    with mock_aws():
        fresh(InboxRow, OutboxRow)
        yield


@contextmanager
def refused(rule: str, where: str = "", code: str = "ValidationException") -> Iterator[None]:
    """What the block asks is refused as the store would, and named."""
    with pytest.raises((PynamoDBException, VerboseClientError)) as error:
        yield
    kept = [*strict.refused]
    strict.refused.clear()
    assert kept, f"refused, but not by the guard: {error.value}"
    assert rule in kept[0].rule, kept
    assert where in kept[0].where, kept
    assert kept[0].table.startswith("frontdesk-test-")
    cause = error.value if isinstance(error.value, VerboseClientError) else error.value.cause
    while not isinstance(cause, ClientError) or isinstance(cause, VerboseClientError):
        cause = cause.__cause__
    assert cause.response["Error"]["Code"] == code


def letter(name: str = "a", **said) -> InboxRow:
    return InboxRow(**{"inbox_id": name, "source": "tests", "state": "received", "received_at": AT, "expires_at": AT} | said)


def effect(name: str = "1", **said) -> OutboxRow:
    return OutboxRow(**{"lane": "lane", "effect_id": name, "kind": "test", "place": "now test 2026", "payload": {}, "due_at": AT} | said)


def ask(operation, **request):
    return storage.connection().dispatch(operation, request)


def update(expression, names=None, values=None, **request):
    said = {"TableName": INBOX, "Key": KEY, "UpdateExpression": expression}
    given = {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values}
    return ask("UpdateItem", **said, **{name: value for name, value in given.items() if value}, **request)


def put(table=INBOX, **item):
    return ask("PutItem", TableName=table, Item=item)


def query(filter_expression, values, names=None, table=OUTBOX, **request):
    return ask(
        "Query",
        TableName=table,
        KeyConditionExpression="lane = :lane",
        FilterExpression=filter_expression,
        ExpressionAttributeValues={":lane": {"S": "lane"}, **values},
        **({"ExpressionAttributeNames": names} if names else {}),
        **request,
    )


# --- queries ----------------------------------------------------------------------------------------------------------


def test_a_filter_on_an_indexs_sort_key():
    with refused("filter names no key", "place"):
        storage.query(OutboxRow.by_place, "waiting", where=OutboxRow.place == "now")


def test_a_filter_on_an_indexs_partition_key():
    with refused("filter names no key", "state"):
        storage.query(OutboxRow.by_place, "waiting", where=OutboxRow.state == "waiting")


def test_a_filter_on_the_tables_own_sort_key():
    with refused("filter names no key", "effect_id"):
        storage.query(OutboxRow, "lane", where=OutboxRow.effect_id.startswith("1"))


def test_a_filter_on_another_indexs_key_is_a_filter():
    storage.query(OutboxRow, "lane", where=OutboxRow.place == "now")
    storage.query(OutboxRow.by_place, "waiting", where=OutboxRow.lane == "lane")


def test_a_consistent_read_of_an_index():
    with refused("never read consistently", "by_place"):
        storage.query(OutboxRow.by_place, "waiting", consistent=True)


def test_attributes_that_an_index_does_not_project():
    with refused("what it projects", "by_state has no answer"):
        storage.query(InboxRow.by_state, "received", only=["answer"])
    with refused("what it projects", "by_state has no answer"):
        storage.query(InboxRow.by_state, "received", where=InboxRow.answer.exists())


def test_an_empty_or_oversized_key_in_a_query():
    with refused("never empty", "lane"):
        list(OutboxRow.query(""))  # our own kit asks for no such key
    with refused("2048 bytes", "lane"):
        list(OutboxRow.query("x" * 2049))
    with refused("1024 bytes", "effect_id"):
        storage.query(OutboxRow, "lane", between=OutboxRow.effect_id >= "ж" * 513)


def test_crossed_bounds():
    with refused("lower to the higher"):
        storage.query(OutboxRow.by_place, "waiting", between=OutboxRow.place.between("b", "a"))
    with refused("lower to the higher"):
        storage.query(OutboxRow, "lane", where=OutboxRow.attempts.between(10, 9))
    storage.query(OutboxRow, "lane", where=OutboxRow.attempts.between(9, 10))


def test_a_query_of_something_else_than_keys():
    with refused("nothing but keys"):
        ask(
            "Query",
            TableName=OUTBOX,
            KeyConditionExpression="lane = :lane AND kind = :lane",
            ExpressionAttributeValues={":lane": {"S": "lane"}},
        )


# --- reads and transactions -------------------------------------------------------------------------------------------


def test_a_batch_with_a_row_twice():
    with refused("names no row twice"):
        ask("BatchGetItem", RequestItems={INBOX: {"Keys": [KEY, KEY]}})


def test_a_batch_of_more_than_a_hundred():
    with refused("at most 100 rows"):
        ask("BatchGetItem", RequestItems={INBOX: {"Keys": [{"inbox_id": {"S": str(number)}} for number in range(101)]}})


@pytest.mark.parametrize(("name", "rule"), [("", "never empty"), ("ж" * 1025, "2048 bytes")])
def test_a_read_with_an_empty_or_oversized_key(name, rule):
    with refused(rule, "inbox_id"):
        ask("BatchGetItem", RequestItems={INBOX: {"Keys": [{"inbox_id": {"S": name}}]}})


def test_a_read_with_half_a_key():
    with refused("no more and no fewer", "lane"):
        ask("GetItem", TableName=OUTBOX, Key={"lane": {"S": "lane"}})


def test_one_row_twice_in_a_transaction():
    tx = storage.Transaction()
    tx.put(letter())
    tx.update(InboxRow.row("a"), [InboxRow.state.set("done")])
    with refused("no row twice"):
        tx.commit()


def test_more_than_a_hundred_writes():
    tx = storage.Transaction()
    for number in range(101):
        tx.put(letter(str(number)))
    with refused("1 to 100 writes"):
        tx.commit()


def test_more_than_four_megabytes():
    tx = storage.Transaction()
    for number in range(11):
        tx.put(letter(str(number), error="x" * 390_000))
    with refused("at most 4 MB"):
        tx.commit()


def test_a_token_used_for_something_else():
    def transact(state, token="token"):
        item = {name: {"S": value} for name, value in {"inbox_id": "a", "source": "tests", "state": state}.items()}
        ask("TransactWriteItems", TransactItems=[{"Put": {"TableName": INBOX, "Item": item}}], ClientRequestToken=token)

    transact("received")
    transact("received")
    with refused("token belongs to one", code="IdempotentParameterMismatchException"):
        transact("done")
    transact("done", "another token")


# --- rows -------------------------------------------------------------------------------------------------------------


def test_a_row_over_400_kb():
    letter(error="x" * 404_000).save()
    with refused("400 KB"):
        letter(error="x" * 409_600).save()


def test_a_row_that_grows_over_400_kb_change_by_change():
    letter(source="x" * 250_000).save()
    storage.change(InboxRow.row("a"), [InboxRow.error.set("y" * 60_000)])
    storage.change(InboxRow.row("a"), [InboxRow.error.set("z" * 90_000)])  # in the place of the first
    with refused("400 KB after an update"):
        storage.change(InboxRow.row("a"), [InboxRow.operation.set("x" * 80_000)])


def test_a_row_that_another_process_made_large():
    storage.connection()
    ClientOfAnother.put(letter(source="x" * 400_000))
    with refused("400 KB after an update"):
        storage.change(InboxRow.row("a"), [InboxRow.error.set("y" * 10_000)])


def test_a_row_that_grows_too_large_in_a_transaction():
    ClientOfAnother.put(letter(source="x" * 400_000))
    tx = storage.Transaction()
    tx.update(InboxRow.row("a"), [InboxRow.error.set("y" * 10_000)])
    with refused("400 KB after an update"):
        tx.commit()


def test_a_list_and_a_map_that_are_filled():
    page = {"L": [{"S": "x" * 90_000}]}
    boto3.client("dynamodb").put_item(TableName=INBOX, Item={**KEY, "notes": {"L": page["L"] * 4}, "marks": {"M": {}}})
    with refused("400 KB after an update"):
        update("SET #l = list_append(#l, :more)", {"#l": "notes"}, {":more": page})
    with refused("400 KB after an update"):
        update("SET #m.#one = :more", {"#m": "marks", "#one": "one"}, {":more": page})
    update("REMOVE #l", {"#l": "notes"})
    update("SET #m.#one = :more", {"#m": "marks", "#one": "one"}, {":more": page})


def test_reading_what_stands_is_nobodys_call():
    ClientOfAnother.put(letter())
    with Wire() as wire:
        storage.change(InboxRow.row("a"), [InboxRow.error.set("y")])
        assert [call.operation for call in wire.calls] == ["UpdateItem"]


class ClientOfAnother:
    """A worker elsewhere: what it writes is not known here."""

    @staticmethod
    def put(row):
        boto3.client("dynamodb").put_item(**row.get_save_kwargs_from_instance() | {"ReturnConsumedCapacity": "NONE"})


@pytest.mark.parametrize("value", [{"SS": []}, {"M": {"deep": {"L": [{"NS": []}]}}}])
def test_an_empty_set(value):
    with refused("a set is never empty", "tags"):
        put(**KEY, tags=value)
    with refused("a set is never empty"):
        update("SET tags = :v", values={":v": value})


def test_a_set_with_a_member_twice():
    with refused("no member twice", "tags"):
        put(**KEY, tags={"SS": ["a", "a"]})


@pytest.mark.parametrize("number", ["1" * 39, "1E126", "NaN", "Infinity", "x"])
def test_a_number_that_is_none(number):
    with refused("a number", "count"):
        put(**KEY, count={"N": number})


@pytest.mark.parametrize("number", ["0", "-0.5", "9" * 38, "1E125", "1" + "0" * 60])
def test_a_number_that_is_one(number):
    put(**KEY, count={"N": number})


def test_values_too_deep():
    value = {"S": "x"}
    for _ in range(32):
        value = {"L": [value]}
    with refused("32 deep", "tree"):
        put(**KEY, tree=value)


def test_a_row_without_its_key():
    with refused("a row has its key", "effect_id"):
        put(OUTBOX, lane={"S": "lane"})


@pytest.mark.parametrize(
    ("value", "rule"),
    [({"S": ""}, "never empty"), ({"N": "1"}, "one type (S)"), ({"NULL": True}, "one type (S)"), ({"S": "x" * 2049}, "2048")],
)
def test_an_index_key_that_no_index_takes(value, rule):
    with refused(rule, "open"):
        put(**KEY, open=value)
    with refused(rule, "open"):
        update("SET #o = :v", {"#o": "open"}, {":v": value})


def test_a_sort_key_that_is_too_long():
    with refused("1024 bytes", "effect_id"):
        effect("x" * 1025).save()
    with refused("1024 bytes", "place"):
        put(OUTBOX, **PLACE, place={"S": "x" * 1025})


def test_a_moment_of_expiry_that_is_no_number():
    with refused("Number of seconds", "expires_at"):
        put(**KEY, expires_at={"S": "2026-11-02"})
    with refused("Number of seconds", "expires_at"):
        update("SET expires_at = :v", values={":v": {"S": "1"}})


# --- expressions ------------------------------------------------------------------------------------------------------


def test_an_update_of_a_key():
    with refused("changes no key", "inbox_id"):
        storage.change(InboxRow.row("a"), [InboxRow.inbox_id.set("b")])


@pytest.mark.parametrize("expression", ["SET #a = :v, #a.#b = :v", "SET #a[0] = :v REMOVE #a", "SET #a.#b = :v, #a.#b.#c = :v"])
def test_two_paths_that_overlap(expression):
    names = {name: name[1:] for name in ("#a", "#b", "#c") if name in expression}
    with refused("do not overlap"):
        update(expression, names, {":v": {"S": "x"}})


def test_paths_beside_each_other_do_not_overlap():
    update("SET #m = :map", {"#m": "marks"}, {":map": {"M": {}}})
    update("SET #m.#a = :v, #m.#b = :v", {"#m": "marks", "#a": "a", "#b": "b"}, {":v": {"S": "x"}})


def test_an_expression_over_4_kb():
    names = {f"#{'x' * 200}{number}": f"attribute{number}" for number in range(25)}
    with refused("at most 4 KB", "UpdateExpression"):
        update("REMOVE " + ", ".join(names), names)


def test_an_expression_with_too_many_operators():
    with refused("at most 300 operators", "FilterExpression"):
        query(" OR ".join(["k = :v"] * 151), {":v": {"S": "x"}})


def test_too_many_operands():
    values = {f":v{number}": {"S": str(number)} for number in range(101)}
    with refused("at most 100 operands", "FilterExpression"):
        query(f"kind IN ({', '.join(values)})", values)


def test_a_reserved_word_written_out():
    with refused("reserved word", "state"):
        query("state = :v", {":v": {"S": "x"}})
    with refused("reserved word", "Name"):
        update("SET Name = :v", values={":v": {"S": "x"}})


def test_placeholders_that_are_not_used_or_not_given():
    with refused("given, and used", "#unused"):
        query("kind = :v", {":v": {"S": "x"}}, {"#unused": "lane"})
    with refused("given, and used", ":other"):
        query("kind = :v", {":v": {"S": "x"}, ":other": {"S": "x"}})
    with refused("given, and used", ":missing"):
        query("kind = :missing", {})


def test_names_and_values_that_are_too_large():
    with refused("255 bytes"):
        update("SET #a = :v", {"#a": "x" * 256}, {":v": {"S": "x"}})
    with refused("2 MB"):
        query("kind = :v", {":v": {"S": "x" * 2_100_000}})


# --- how it stands ----------------------------------------------------------------------------------------------------


def test_no_clause_of_ours_hides_a_refusal():
    """A query takes a ValidationException beside a cursor for a bad cursor: the guard's own list is what tests look at."""
    with pytest.raises(Invalid):
        storage.query(OutboxRow, "lane", where=OutboxRow.effect_id == "1", start={**PLACE})
    assert [broken.rule for broken in strict.refused] == ["a filter names no key of what is queried"]
    strict.refused.clear()


def test_a_refusal_is_no_condition_that_failed():
    tx = storage.Transaction()
    tx.put(letter(""), otherwise=LookupError("somebody was faster"))
    with refused("never empty"):
        tx.commit()


@pytest.mark.parametrize(("asked", "loaded"), [("1", True), ("", False)])
def test_the_rules_are_read_only_where_they_are_asked_for(asked, loaded):
    code = """if True:
        import json, sys
        import app
        from chalicelib.core import storage
        storage.connection()
        print(json.dumps(any(name.startswith("chalicelib.core.storage.strict") for name in sys.modules)))
    """
    environment = {**os.environ, "STORE_STRICT": asked}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) is loaded


# --- reading expressions ----------------------------------------------------------------------------------------------


def test_paths_sections_and_right_sides_are_told_apart():
    said = Expression(
        "UpdateExpression",
        "SET #a.b[2] = list_append(if_not_exists(#a.b, :none), :v), c = c + :one REMOVE #d, e[0] ADD f :one",
        {"#a": "a", "#d": "set"},
    )
    changes = [(change.section, ".".join(change.path)) for change in said.assignments()]
    assert changes == [("SET", "a.b.[2]"), ("SET", "c"), ("REMOVE", "set"), ("REMOVE", "e.[0]"), ("ADD", "f")]
    assert said.attributes() == {"a", "c", "set", "e", "f"}


def test_functions_and_logic_are_no_attributes():
    said = Expression("FilterExpression", "attribute_exists(#a) AND (size(b) > :n OR NOT c IN (:x, :y)) AND d < :x", {"#a": "a"})
    assert said.attributes() == {"a", "b", "c", "d"}
    assert [*said.lists()] == [2]
