"""What functions are found to come to: of small ones made here, and of the real ones as far as somebody promised it."""

import pytest

import app as composition  # noqa: F401  registers every operation
from chalicelib.booking.slots.models import Slot
from chalicelib.clients.models import Client, Identity
from chalicelib.core import storage
from chalicelib.core.http import OPERATIONS
from chalicelib.core.settings import Settings, settings
from infra import reach, sources

pytestmark = pytest.mark.xdist_group("reach")  # what its tests share is made once

BUSY = (
    *("cancel_session", "client_registration", "client_sessions_history", "confirm_session_by_client", "diagnostic_session_request"),
    *("get_available_slots", "get_ticket_info", "notify_update", "process_diagnostic_session_request", "process_link", "rate_session"),
    *("reschedule_session", "submit_application", "telegram"),
)
"""The webhooks of a day at work: what `bench/operations.py` measures."""

WRITES = {"PutItem", "UpdateItem", "DeleteItem"}
WRITING_READS = {"get_telegram_id", "get_telegram_id_test_contur", "get_sheets_row_number", "get_sheets_row_number_test_contur"}
"""GETs by contract that send a code, or give a number away."""


@pytest.fixture(scope="module")
def doors():
    return {one.name: reach.of_operations(one) for one in OPERATIONS if one.webhook}


def of(function):
    """As if this module were the application's, too."""
    return reach.Reach((*reach.OURS, __name__)).walk([function])


def test_the_busiest_doors_are_granted_little(doors):
    granted = {name: {(table, action) for table, action, _ in doors[name].accesses} for name in BUSY}

    assert sum(map(len, granted.values())) <= 210, {name: len(pairs) for name, pairs in granted.items()}


def test_a_door_that_only_reads_writes_nothing(doors):
    gets = {one.name for one in OPERATIONS if one.webhook and one.method == "GET"} - WRITING_READS

    assert len(gets) > 5
    assert {name: writes for name in gets if (writes := [one for one in doors[name].accesses if one[1] in WRITES])} == {}


def test_a_door_reads_the_secrets_that_it_names_alone(doors):
    assert doors["get_available_slots"].secrets == set()
    assert doors["verify_code"].secrets == {"client_token_secret", "jwt_secret", "service_api_key"}, "who sent it is known by a keyed mark"
    assert doors["client_sessions_history"].secrets == {"client_token_secret", "jwt_secret", "service_api_key", "telegram_bot_token"}
    assert not any("onec_password" in one.secrets or "gocrm_app_token" in one.secrets for one in doors.values())


def _read(client_id):
    return storage.read(Client.at(client_id))


def _by_index(day, tx):
    tx.put_or_update(Identity.row(day), [])
    return storage.query(Slot.by_specialist, day)


def _closure():
    def inner(tx, row: Slot):
        tx.delete(row)

    return inner


def _in_a_dictionary(kind):
    return {"read": _read}[kind]


def _held(tx):
    made = [Client.row(one) for one in "ab"]
    for row, _ in zip(made, "ab", strict=True):
        storage.remove(row)


def _shadowed(Client):
    return Client.at("x")


def _untold(tx, rows):
    for row in rows:
        tx.delete(row)


def _beside(tx, row: Client, said: "OnlyTheTypeCheckerKnows"):  # noqa: F821
    tx.update(row, [Client.shared.set(True)])


def _config():
    config = settings()
    return config.onec_url and config.has_cabinet


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (_read, {("clients", "BatchGetItem", "")}),
        (_by_index, {("identities", "UpdateItem", ""), ("slots", "Query", "by_specialist")}),
        (_closure, {("slots", "DeleteItem", "")}),
        (_in_a_dictionary, {("clients", "BatchGetItem", "")}),
        (_held, {("clients", "DeleteItem", "")}),
        (_shadowed, set()),
        (_beside, {("clients", "UpdateItem", "")}),
    ],
)
def test_what_a_function_does_to_tables_is_read_from_its_source(function, expected):
    assert of(function).accesses == expected


def test_a_write_whose_table_nobody_can_tell_is_refused_and_not_forgotten():
    with pytest.raises(sources.Untold, match="_untold"):
        of(_untold)


def test_a_secret_counts_where_a_property_asks_for_it():
    assert of(_config).secrets == {"gocrm_app_token"}
    assert "gocrm_app_token" in Settings.model_fields
