from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ReadTimeoutError
from moto import mock_aws
from pynamodb.exceptions import PynamoDBException, TransactWriteError, VerboseClientError

from chalicelib.core import storage
from chalicelib.core.errors import Busy
from chalicelib.core.inbox import InboxRow
from chalicelib.core.outbox import OutboxRow
from chalicelib.core.storage.counters import Counter
from tests.standins.store import Wire, accepted, fresh

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


class Lost(Exception):
    """What a test's write means by its failed condition."""


@pytest.fixture
def wire() -> Iterator[Wire]:
    """Two real tables, and what is said between us and them."""
    with mock_aws():
        fresh(InboxRow, OutboxRow)
        with Wire() as opened:
            yield opened


def letter(name: str, **said) -> InboxRow:
    return InboxRow(inbox_id=name, source="tests", state="received", received_at=AT, expires_at=AT, **said)


def effect(lane: str, name: str) -> OutboxRow:
    return OutboxRow(lane=lane, effect_id=name, kind="test", place="now test 2026", payload={"n": name}, due_at=AT)


# --- reading ----------------------------------------------------------------------------------------------------------


def test_one_read_spans_tables_and_keeps_the_order_asked_for(wire):
    letter("a").save()
    effect("lane", "1").save()
    wire.calls.clear()
    rows = storage.read(OutboxRow.at("lane", "1"), InboxRow.at("nobody"), InboxRow.at("a"))
    assert [type(row).__name__ for row in rows] == ["OutboxRow", "NoneType", "InboxRow"]
    assert [call.operation for call in wire.calls] == ["BatchGetItem"]
    assert all(table["ConsistentRead"] for table in wire.calls[0].request["RequestItems"].values())


def test_the_same_key_twice_is_asked_once_and_answered_twice(wire):
    letter("a").save()
    wire.calls.clear()
    first, second = storage.read(InboxRow.at("a"), InboxRow.at("a"))
    assert first.inbox_id == second.inbox_id == "a"
    (table,) = wire.calls[0].request["RequestItems"].values()
    assert len(table["Keys"]) == 1


def test_reading_nothing_asks_nothing(wire):
    wire.calls.clear()
    assert storage.read() == []
    assert wire.calls == []


def test_more_than_a_hundred_keys_are_read_in_batches(wire):
    for number in range(0, 230, 23):
        letter(f"row-{number}").save()
    wire.calls.clear()
    rows = storage.read(*(InboxRow.at(f"row-{number}") for number in range(230)))
    assert [number for number, row in enumerate(rows) if row] == list(range(0, 230, 23))
    assert [len(next(iter(call.request["RequestItems"].values()))["Keys"]) for call in wire.calls] == [100, 100, 30]


def test_keys_the_store_left_out_are_asked_for_again(wire):
    letter("a").save()
    letter("b").save()
    wire.answer("BatchGetItem", _half_answer)
    wire.calls.clear()
    assert [row.inbox_id for row in storage.read(InboxRow.at("a"), InboxRow.at("b"))] == ["a", "b"]
    asked = [[key["inbox_id"]["S"] for key in next(iter(call.request["RequestItems"].values()))["Keys"]] for call in wire.calls]
    assert asked == [["a", "b"], ["b"]]


@pytest.mark.parametrize("name", ["", "x" * 2049, "ж" * 1025])
def test_an_address_that_no_row_can_have_is_empty(wire, name):
    letter("a").save()
    wire.calls.clear()
    assert [row and row.inbox_id for row in storage.read(InboxRow.at(name), InboxRow.at("a"))] == [None, "a"]
    assert storage.read(OutboxRow.at("lane", "x" * 1025), OutboxRow.at("lane", "")) == [None, None]
    assert storage.query(OutboxRow, name).rows == []
    assert [call.operation for call in wire.calls] == ["BatchGetItem"]


def _half_answer(call):
    """The first key's row, and the rest unprocessed."""
    ((name, table),) = call.request["RequestItems"].items()
    first, *rest = table["Keys"]
    item = {**first, "source": {"S": "tests"}, "state": {"S": "received"}, "received_at": {"S": "2026-11-02T09:00:00.000000+0000"}}
    left = {name: {**table, "Keys": rest}} if rest else {}
    return accepted({"Responses": {name: [item]}, "UnprocessedKeys": left})


def test_keys_left_out_for_ever_are_busy_not_missing(wire):
    letter("a").save()

    def nothing(call):
        return accepted({"Responses": {}, "UnprocessedKeys": call.request["RequestItems"]})

    wire.answer("BatchGetItem", nothing, times=storage.ATTEMPTS)
    with pytest.raises(Busy):
        storage.read(InboxRow.at("a"))
    assert wire.count("BatchGetItem") == storage.ATTEMPTS


CALLS = {
    "BatchGetItem": lambda: storage.read(InboxRow.at("a")),
    "PutItem": lambda: storage.put_new(letter("a"), InboxRow.inbox_id.does_not_exist()),
    "UpdateItem": lambda: storage.change(InboxRow.row("a"), [InboxRow.state.set("done")]),
    "DeleteItem": lambda: storage.remove(InboxRow.row("a")),
    "Query": lambda: storage.query(OutboxRow, "lane"),
}


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"])
@pytest.mark.parametrize("operation", CALLS)
def test_a_throttled_call_is_busy_and_says_when_to_come_again(wire, operation, code):
    wire.refuse(operation, code)
    with pytest.raises(Busy) as busy:
        CALLS[operation]()
    assert (busy.value.status, busy.value.headers["Retry-After"]) == (429, "1")


WRITES = {
    **{name: CALLS[name] for name in ("PutItem", "UpdateItem", "DeleteItem")},
    "UpdateItem, a count": lambda: storage.next_number("conflicts"),
}


@pytest.mark.parametrize("write", WRITES)
def test_a_single_write_that_meets_a_transaction_is_tried_again(wire, write):
    fresh(Counter)
    operation = write.split(",")[0]
    wire.refuse(operation, "TransactionConflictException", times=storage.ATTEMPTS - 1)
    WRITES[write]()
    assert wire.count(operation) == storage.ATTEMPTS


@pytest.mark.parametrize("write", WRITES)
def test_a_single_write_that_meets_transactions_for_ever_is_busy(wire, write):
    operation = write.split(",")[0]
    wire.refuse(operation, "TransactionConflictException", times=storage.ATTEMPTS)
    with pytest.raises(Busy):
        WRITES[write]()
    assert wire.count(operation) == storage.ATTEMPTS


@pytest.mark.parametrize("operation", CALLS)
def test_a_store_that_is_broken_for_a_moment_is_busy_too(wire, operation):
    wire.refuse(operation, "InternalServerError", status=500)
    with pytest.raises(Busy):
        CALLS[operation]()


@pytest.mark.parametrize("operation", CALLS)
def test_a_store_that_does_not_answer_is_busy_too(wire, operation):
    wire.answer(operation, _silence)
    with pytest.raises(Busy):
        CALLS[operation]()


def _silence(call):
    raise ReadTimeoutError(endpoint_url="http://store")


@pytest.mark.parametrize("operation", CALLS)
def test_a_call_that_is_wrong_is_not_called_busy(wire, operation):
    wire.refuse(operation, "ValidationException")
    with pytest.raises((VerboseClientError, PynamoDBException)):
        CALLS[operation]()


# --- one row ----------------------------------------------------------------------------------------------------------


def test_put_new_writes_once_and_then_shows_what_stands_there(wire):
    free = InboxRow.inbox_id.does_not_exist()
    assert storage.put_new(letter("a", answer="first"), free) is None
    standing = storage.put_new(letter("a", answer="second"), free)
    assert InboxRow.from_raw_data(standing).answer == "first"
    assert wire.count("PutItem") == 2, "one call either way"


def test_a_change_of_a_missing_row_makes_none(wire):
    assert storage.change(InboxRow.row("nobody"), [InboxRow.state.set("done")]) is False
    assert storage.read(InboxRow.at("nobody")) == [None]


def test_a_change_under_a_condition_that_fails_changes_nothing(wire):
    letter("a").save()
    assert storage.change(InboxRow.row("a"), [InboxRow.answer.set("x")], condition=InboxRow.state == "done") is False
    assert storage.change(InboxRow.row("a"), [InboxRow.answer.set("y")], condition=InboxRow.state == "received") is True
    assert storage.read(InboxRow.at("a"))[0].answer == "y"


def test_a_row_is_removed_only_while_its_condition_holds(wire):
    letter("a").save()
    assert storage.remove(InboxRow.row("a"), condition=InboxRow.state == "done") is False
    assert storage.remove(InboxRow.row("a"), condition=InboxRow.state == "received") is True
    assert storage.read(InboxRow.at("a")) == [None]


def test_a_counter_starts_at_one_and_never_repeats(wire):
    row = OutboxRow.row("lane", "1")
    assert [storage.count_up(row, OutboxRow.attempts) for _ in range(3)] == [1, 2, 3]


def test_a_query_pages_in_order_both_ways(wire):
    for number in range(5):
        effect("lane", str(number)).save()
    first = storage.query(OutboxRow, "lane", limit=2)
    rest = storage.query(OutboxRow, "lane", limit=10, start=first.next_key)
    assert [row.effect_id for row in first.rows + rest.rows] == list("01234")
    assert rest.next_key is None
    assert [row.effect_id for row in storage.query(OutboxRow, "lane", newest_first=True).rows] == list("43210")


def test_a_query_limit_counts_rows_that_pass_the_filter(wire):
    for number in range(6):
        row = effect("lane", str(number))
        row.kind = "odd" if number % 2 else "even"
        row.save()
    assert [row.effect_id for row in storage.query(OutboxRow, "lane", where=OutboxRow.kind == "odd", limit=2).rows] == ["1", "3"]


# --- transactions -----------------------------------------------------------------------------------------------------


def test_a_transaction_writes_all_or_nothing(wire):
    letter("stands").save()
    tx = storage.Transaction()
    tx.create(letter("new"))
    tx.create(letter("stands"), otherwise=Lost("stands"))
    with pytest.raises(Lost, match="stands"):
        tx.commit()
    assert storage.read(InboxRow.at("new")) == [None]


@pytest.mark.parametrize("order", [("delete", "put", "update"), ("update", "put", "delete"), ("put", "update", "delete")])
def test_of_several_failed_writes_the_first_in_call_order_is_told(wire, order):
    for name in ("put", "update", "delete"):
        letter(name).save()
    refused = InboxRow.state == "done"
    tx = storage.Transaction()
    writes = {
        "put": lambda: tx.put(letter("put"), condition=refused, otherwise=Lost("put")),
        "update": lambda: tx.update(InboxRow.row("update"), [InboxRow.answer.set("x")], condition=refused, otherwise=Lost("update")),
        "delete": lambda: tx.delete(InboxRow.row("delete"), condition=refused, otherwise=Lost("delete")),
    }
    tx.create(letter("innocent"))
    for name in order:
        writes[name]()
    with pytest.raises(Lost, match=order[0]):
        tx.commit()


def test_a_failed_write_is_not_blamed_on_its_neighbour(wire):
    letter("stands").save()
    tx = storage.Transaction()
    tx.update(InboxRow.row("stands"), [InboxRow.answer.set("x")], otherwise=Lost("the update"))
    tx.delete(InboxRow.row("gone"), otherwise=Lost("the delete"))
    tx.create(letter("stands-too"), otherwise=Lost("the first put"))
    letter("last").save()
    tx.create(letter("last"), otherwise=Lost("the last put"))
    with pytest.raises(Lost, match="the last put"):
        tx.commit()


def test_an_update_of_a_missing_row_is_refused_and_makes_none(wire):
    tx = storage.Transaction()
    tx.update(InboxRow.row("nobody"), [InboxRow.state.set("done")])
    with pytest.raises(storage.ConditionFailed, match="update InboxRow"):
        tx.commit()
    assert storage.read(InboxRow.at("nobody")) == [None]


def test_put_or_update_makes_what_is_missing(wire):
    for answer in ("first", "second"):
        tx = storage.Transaction()
        tx.put_or_update(OutboxRow.row("lane", "1"), [OutboxRow.last_error.set(answer)])
        tx.commit()
    raw = storage.connection().client.get_item(TableName=OutboxRow.Meta.table_name, Key={"lane": {"S": "lane"}, "effect_id": {"S": "1"}})
    assert raw["Item"]["last_error"] == {"S": "second"}


def test_a_checked_row_is_not_written_and_is_checked_once(wire):
    def write():
        tx = storage.Transaction()
        for _ in range(2):
            tx.check(InboxRow.row("held"), InboxRow.state.does_not_exist(), otherwise=Lost())
        tx.put_or_update(OutboxRow.row("lane", "1"), [OutboxRow.attempts.add(1)])
        tx.commit()

    write()
    assert storage.read(InboxRow.at("held")) == [None]
    letter("held").save()
    with pytest.raises(Lost):
        write()


def test_an_empty_transaction_asks_nothing(wire):
    wire.calls.clear()
    storage.Transaction().commit()
    assert wire.calls == []


CONFLICT = {"code": "TransactionCanceledException", "reasons": ["None", "TransactionConflict"]}
THROTTLED = {"code": "TransactionCanceledException", "reasons": ["ThrottlingError", "None"]}
SLOW_DOWN = {"code": "ThrottlingException", "reasons": None}
BROKEN = {"code": "InternalServerError", "reasons": None, "status": 500}


@pytest.mark.parametrize("trouble", [CONFLICT, THROTTLED, SLOW_DOWN, BROKEN], ids=["conflict", "throttled", "slow-down", "broken"])
def test_a_transaction_that_met_trouble_is_tried_again(wire, trouble):
    tx = storage.Transaction()
    tx.create(letter("a"))
    tx.create(letter("b"))
    wire.refuse("TransactWriteItems", times=2, **trouble)
    tx.commit()
    assert all(storage.read(InboxRow.at("a"), InboxRow.at("b")))
    assert wire.count("TransactWriteItems") == 3


@pytest.mark.parametrize("trouble", [CONFLICT, THROTTLED, SLOW_DOWN, BROKEN], ids=["conflict", "throttled", "slow-down", "broken"])
def test_trouble_that_does_not_end_is_busy(wire, trouble):
    tx = storage.Transaction()
    tx.create(letter("a"))
    tx.create(letter("b"))
    wire.refuse("TransactWriteItems", times=storage.ATTEMPTS, **trouble)
    with pytest.raises(Busy):
        tx.commit()
    assert wire.count("TransactWriteItems") == storage.ATTEMPTS
    assert storage.read(InboxRow.at("a")) == [None]


def test_every_attempt_of_a_commit_carries_the_same_token(wire):
    """So that an attempt whose answer was lost is not written twice, nor refused by its own rows."""
    tx = storage.Transaction()
    tx.create(letter("a"))
    wire.refuse("TransactWriteItems", "InternalServerError", status=500, times=2)
    tx.commit()
    tokens = {call.request["ClientRequestToken"] for call in wire.calls if call.operation == "TransactWriteItems"}
    assert len(tokens) == 1


def test_a_transaction_that_got_no_answer_is_asked_again(wire):
    tx = storage.Transaction()
    tx.create(letter("a"))
    wire.answer("TransactWriteItems", _silence, times=2)
    tx.commit()
    assert wire.count("TransactWriteItems") == 3


def test_a_condition_that_failed_is_no_reason_to_try_again(wire):
    letter("a").save()
    tx = storage.Transaction()
    tx.create(letter("a"))
    with pytest.raises(storage.ConditionFailed):
        tx.commit()
    assert wire.count("TransactWriteItems") == 1


def test_a_mistake_of_ours_is_raised_as_it_is(wire):
    tx = storage.Transaction()
    tx.create(letter("a"))
    wire.refuse("TransactWriteItems", "ValidationException", times=2)
    with pytest.raises(TransactWriteError) as refused:
        tx.commit()
    assert refused.value.cause_response_code == "ValidationException"
    assert wire.count("TransactWriteItems") == 1


# --- deciding anew ----------------------------------------------------------------------------------------------------


def test_again_decides_anew_until_it_wins():
    rounds = []

    @storage.again(Lost)
    def decide(word: str) -> str:
        rounds.append(word)
        if len(rounds) < 3:
            raise Lost
        return f"won with {word}"

    assert decide("x") == "won with x"
    assert len(rounds) == 3


def test_again_gives_up_with_the_last_error():
    rounds = []

    @storage.again(Lost, times=4)
    def decide() -> None:
        rounds.append(1)
        raise Lost(f"round {len(rounds)}")

    with pytest.raises(Lost, match="round 4"):
        decide()
    assert len(rounds) == 4


def test_again_lets_other_errors_pass_at_once():
    rounds = []

    @storage.again(Lost)
    def decide() -> None:
        rounds.append(1)
        raise KeyError("other")

    with pytest.raises(KeyError):
        decide()
    assert len(rounds) == 1
