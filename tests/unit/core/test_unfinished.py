"""Events that nobody has decided stand over a few keys, and are read as if they stood under one."""

from datetime import UTC, datetime, timedelta

import pytest
from moto import mock_aws

from chalicelib.core import inbox, storage, unfinished
from chalicelib.core.errors import Invalid
from chalicelib.core.facts.days import spread_keys
from chalicelib.core.inbox import InboxRow

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def names():
    """Thirty events, three at each moment, some under the bare name of old; in the order in which they are listed."""
    with mock_aws():
        InboxRow.create_table(billing_mode="PAY_PER_REQUEST")
        keys, found = ["received", *spread_keys("received")], []
        for number in range(30):
            name, at = f"tests#{number * 7 % 30:02}", AT + timedelta(seconds=number // 3)
            found.append((at, name))
            tx = storage.Transaction()
            said = {"source": "tests", "state": "received", "received_at": at, "expires_at": at}
            tx.put(InboxRow(inbox_id=name, open=keys[number % len(keys)], **said))
            tx.commit()
        yield [name for _, name in sorted(found)]


def listed(limit, state="received"):
    seen, start = [], None
    while True:
        page = unfinished.page(state, limit=limit, start=start)
        seen.append([row.inbox_id for row in page.rows])
        start = page.next_key
        if start is None:
            return seen


@pytest.mark.parametrize("limit", [1, 4, 10, 30, 50])
def test_pages_hold_each_once_in_order_and_full(names, limit):
    pages = listed(limit)
    assert [name for page in pages for name in page] == names
    assert all(len(page) == limit for page in pages[:-1])


def test_the_oldest_the_newest_and_a_span(names):
    assert [row.inbox_id for row in unfinished.received(limit=4)] == names[:4]
    assert [row.inbox_id for row in unfinished.received(newest_first=True, limit=4)] == names[:-5:-1]
    late = InboxRow.received_at > AT + timedelta(seconds=7)
    assert [row.inbox_id for row in unfinished.received(late)] == names[24:]


def test_other_states_stand_under_one_name_and_a_forged_cursor_is_refused(names):
    assert listed(5, "refused") == [[]]
    forged = {"inbox_id": {"S": "x"}, "open": {"S": "received"}, "received_at": {"S": "yesterday"}}
    with pytest.raises(Invalid):
        unfinished.page("received", limit=5, start=forged)


def test_what_comes_is_spread(names):
    for number in range(40):
        inbox.receive(inbox.Mail("spread", str(number), "POST /x", b"{}"))
    used = {row.open for row in unfinished.received() if row.source == "spread"}
    assert used == set(spread_keys("received"))
