"""GET /messages: what was said to a client, when, why, and how it ended."""

from datetime import timedelta

import pytest

from chalicelib.core import clock
from tests.builders import (
    CLIENT,
    SERVICE,
    SUPABASE,
    TELEGRAM,
    apply_for,
    book,
    client_row,
    confirm,
    messages,
    slot,
    specialist,
    tomorrow,
    write,
)


@pytest.fixture
def session(front):
    """Anna's pending session: its ticket and its start."""
    person, start_at = specialist(front), tomorrow(12)
    slot(front, person, start_at)
    return book(front, start_at), start_at


@pytest.mark.parametrize("headers", [{}, {"X-Api-Key": "guess"}, {"X-Api-Key": "tilda-key-of-tests"}, TELEGRAM, SUPABASE])
def test_nobody_but_the_back_office_may_read(front, session, headers):
    answer = front.get("/messages", headers, client_id="br0001")
    assert (answer.status, answer.body["error"]) == (401, "unauthorized")


@pytest.mark.parametrize("query", [{}, {"client_id": ""}, {"client_id": "br0001", "limit": 0}, {"client_id": "br0001", "limit": 201}])
def test_a_query_that_names_nobody_or_too_much_says_which_field(front, session, query):
    answer = front.get("/messages", SERVICE, **query)
    assert answer.status == 422
    assert answer.body["detail"][0]["loc"][0] == "query"


def test_an_unknown_client_is_not_found(front, session):
    answer = front.get("/messages", SERVICE, client_id="br9999")
    assert (answer.status, answer.body["error"]) == (404, "client_not_found")


@pytest.mark.parametrize("how", ["lead number", "shouted", "id"])
def test_a_client_is_found_by_number_and_by_id(front, tick, session, how):
    tick("sweep")
    reference = {"lead number": "br0001", "shouted": "BR0001", "id": client_row("br0001").client_id}[how]
    assert [row["template"] for row in messages(front, reference)] == ["client_session_booked"]


def test_asking_twice_answers_the_same(front, tick, session):
    tick("sweep")
    assert messages(front) == messages(front)


def test_somebody_elses_messages_are_not_among_them(front, tick, session):
    person, start_at = specialist(front, "Пётр Ким"), tomorrow(15)
    slot(front, person, start_at)
    book(front, start_at, 7099999999, update_id=9, name="Борис", contact={"type": "phone", "value": "+79161234567"})
    tick("sweep")
    assert len(messages(front, "br0001")) == len(messages(front, "br0002")) == 1
    assert "Борис" in messages(front, "br0002")[0]["text"]


def test_pages_follow_each_other_newest_first(front, tick, session):
    ticket_id, start_at = session
    confirm(front, ticket_id, start_at)
    for number in range(5):
        front.post("/telegram", write(f"слово {number}", update_id=100 + number), TELEGRAM).ok()
    seen, cursor = [], None
    for _ in range(5):
        page = front.get("/messages", SERVICE, client_id="br0001", limit=2, **({"cursor": cursor} if cursor else {})).ok()
        seen += [row["message_id"] for row in page["messages"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 7
    whole = front.get("/messages", SERVICE, client_id="br0001").ok()["messages"]
    assert seen == [row["message_id"] for row in whole]
    assert [row["created_at"] for row in whole] == sorted((row["created_at"] for row in whole), reverse=True)


@pytest.mark.parametrize("cursor", ["nonsense", "e30", "eyJhIjoxfQ", "=" * 10])
def test_a_cursor_that_we_did_not_give_is_refused(front, session, cursor):
    answer = front.get("/messages", SERVICE, client_id="br0001", cursor=cursor)
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["query", "cursor"])


def test_a_cursor_of_another_list_is_refused(front, session):
    for number in range(3):
        front.post("/telegram", write("", update_id=200 + number) | {"message": {"nonsense": number}}, TELEGRAM)
    cursor = front.get("/inbox", SERVICE, limit=1).ok()["next_cursor"]
    assert cursor
    assert front.get("/messages", SERVICE, client_id="br0001", cursor=cursor).status == 422


# --- why did Anna get nothing on Tuesday ------------------------------------------------------------------------------


def test_a_message_that_has_not_left_yet_says_so(front, tick, sent, session):
    sent.down = True
    tick("sweep")
    (row,) = messages(front)
    assert (row["state"], row["sent_at"], row["cause"]) == ("queued", None, "link_followed")


@pytest.mark.parametrize(
    ("spoil", "state", "reason"),
    [
        ("block", "dead", "blocked"),
        ("cancel", "skipped", "the session is cancelled"),
        ("no account", "skipped", "no Telegram account is known"),
        ("our fault", "failed", "Bad Request: nonsense"),
    ],
)
def test_the_ledger_says_why_anna_got_nothing(front, tick, sent, session, spoil, state, reason):
    ticket_id, _ = session
    if spoil == "block":
        sent.block(CLIENT)
    elif spoil == "cancel":
        front.post("/cancel-session", {"ticket_id": ticket_id}).ok()
    elif spoil == "no account":
        row = client_row("br0001")
        row.update(actions=[type(row).telegram_id.remove()])
    else:
        sent.pass_next()
        sent.fail_next(status=400, description="Bad Request: nonsense")
    tick("sweep")
    row = next(row for row in messages(front) if row["template"] == "client_session_booked")
    assert (row["state"], row["sent_at"], row["ticket_id"]) == (state, None, ticket_id)
    assert reason in row["reason"]


def test_what_anna_wrote_stands_beside_what_we_said(front, tick, session):
    front.post("/telegram", write("Можно перенести?", update_id=300), TELEGRAM).ok()
    tick("sweep")
    said, wrote = messages(front)
    assert (wrote["direction"], wrote["state"], wrote["text"], wrote["template"]) == ("in", "received", "Можно перенести?", None)
    assert said["direction"] == "out"


def test_a_ticks_message_is_dated_by_the_tick(front, tick, session):
    ticket_id, start_at = session
    confirm(front, ticket_id, start_at)
    tick("session_reminder", start_at - timedelta(hours=1))
    reminder = next(row for row in messages(front) if row["template"] == "client_session_reminder")
    assert reminder["created_at"] == (start_at - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert reminder["created_at"] > clock.wall().isoformat()


def test_a_person_who_only_applied_has_an_empty_ledger(front):
    person, start_at = specialist(front), tomorrow(12)
    slot(front, person, start_at)
    apply_for(front, start_at)
    assert messages(front) == []
