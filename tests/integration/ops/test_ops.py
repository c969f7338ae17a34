"""What operators see: health, what waits for a person, and how it is tried again."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
import time_machine

from chalicelib import __version__
from chalicelib.core import clock, ids, inbox, outbox, storage, troubles
from chalicelib.core.errors import Busy
from chalicelib.messaging import service as messaging
from chalicelib.ops import troubles as ops_troubles
from tests.builders import (
    ADMIN_CHAT,
    CLIENT,
    SERVICE,
    SUPABASE,
    TELEGRAM,
    application,
    apply_for,
    book,
    change,
    moscow,
    slot,
    specialist,
    start,
    ticket_status,
    tomorrow,
)
from tests.standins.store import Killed, Wire

NOON = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DOORS = [
    ("GET", "/inbox"),
    ("GET", "/outbox"),
    ("POST", "/inbox/x/replay"),
    ("POST", "/outbox/x/replay"),
    ("POST", "/outbox/replay"),
]


@pytest.fixture
def later(front):
    """The wall clock, standing still until it is moved."""
    with time_machine.travel(NOON, tick=False) as clockwork:
        yield clockwork


@pytest.fixture
def desk(front):
    """A specialist with a free hour tomorrow; its start."""
    person, start_at = specialist(front), tomorrow(12)
    slot(front, person, start_at)
    outbox.deliver_due(within=timedelta(seconds=40))  # that he has a name now
    return start_at


TILDA = {"X-Api-Key": "tilda-key-of-tests"}


def told(sent, words: str) -> list[str]:
    return [message.text for message in sent.messages(ADMIN_CHAT) if words in message.text]


def spoil(front, number: int = 0) -> None:
    """An update that nobody can read."""
    front.post("/telegram", {"update_id": 5000 + number, "message": {"nonsense": True}}, TELEGRAM).ok()


# --- health -----------------------------------------------------------------------------------------------------------


def test_health_names_the_version_and_how_long_things_have_waited(front, later):
    said = {"success": True, "version": __version__, "stage": "test", "store": "ok", "oldest_undelivered_seconds": 0.0, "troubles": []}
    said |= {"events_waiting": 0, "clients_left_for_sales": 0}
    assert front.get("/health").ok() == said
    front.post("/submit-application", application()).ok()
    later.shift(timedelta(minutes=3))
    assert front.get("/health").ok()["oldest_undelivered_seconds"] == 180.0


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalServerError", "UnrecognizedClientException"])
def test_health_answers_when_the_store_does_not(front, code):
    with Wire() as wire:
        wire.refuse("Query", code)
        health = front.get("/health").ok()
    assert (health["store"], health["oldest_undelivered_seconds"], health["events_waiting"]) == ("unreachable", None, None)
    assert health["clients_left_for_sales"] is None


# --- who may call -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), DOORS)
@pytest.mark.parametrize("headers", [{}, {"X-Api-Key": "guess"}, TELEGRAM, SUPABASE])
def test_only_operators_may_look_and_replay(front, method, path, headers):
    answer = front.call(method, path, headers=headers)
    assert (answer.status, answer.body["error"]) == (401, "unauthorized")


@pytest.mark.parametrize("path", ["/inbox", "/outbox"])
@pytest.mark.parametrize("query", [{"state": "done"}, {"limit": 0}, {"limit": 1000}, {"cursor": "nonsense"}])
def test_a_list_that_cannot_be_names_its_field(front, path, query):
    answer = front.get(path, SERVICE, **query)
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["query", next(iter(query))])


# --- inbox ------------------------------------------------------------------------------------------------------------


def test_refused_events_are_listed_oldest_first_in_pages(front, later):
    for number in range(5):
        spoil(front, number)
        later.shift(timedelta(seconds=1))
    seen, cursor = [], None
    while True:
        page = front.get("/inbox", SERVICE, limit=2, **({"cursor": cursor} if cursor else {})).ok()
        seen += [row["inbox_id"] for row in page["inbox"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [f"telegram#{5000 + number}" for number in range(5)]


def test_an_entry_says_what_was_wrong_and_never_what_was_said(front):
    front.post("/telegram", {"update_id": 1, "message": {"message_id": "тайна", "chat": "секрет"}}, TELEGRAM).ok()
    (row,) = front.get("/inbox", SERVICE).ok()["inbox"]
    assert (row["source"], row["operation"], row["state"]) == ("telegram", "POST /telegram", "refused")
    assert row["error"]["detail"][0]["loc"][:2] == ["body", "message"]
    assert "тайна" not in str(row) and "секрет" not in str(row)


@pytest.mark.parametrize("inbox_id", ["telegram%23404", "x", "%20", "telegram%2523%23"])
def test_what_is_not_there_cannot_be_replayed(front, inbox_id):
    answer = front.post(f"/inbox/{inbox_id}/replay", None, SERVICE)
    assert (answer.status, answer.body["error"]) == (404, "inbox_row_not_found")


def test_a_replay_that_is_refused_again_says_why(front):
    spoil(front)
    answer = front.post(f"/inbox/{quote('telegram#5000', safe='')}/replay", None, SERVICE)
    assert (answer.status, answer.body["error"]) == (409, "replay_failed")
    assert answer.body["detail"]["error"] == "invalid"
    assert len(front.get("/inbox", SERVICE).ok()["inbox"]) == 1


def test_an_event_that_was_refused_for_its_time_is_replayed_when_its_time_has_come(front, tick, sent):
    """A slot row named one of two who bear a name; the operator removes the other and replays the row."""
    specialist(front, id="one")
    specialist(front, id="another")
    start_at = tomorrow(12)
    row = {"id": 71, "psychologist": "Мария Орлова", "date": f"{start_at:%Y-%m-%d}", "time": "12:00", "state": "Свободен"}
    assert front.post("/notify-update", change("INSERT", row), SUPABASE).status == 404
    (kept,) = front.get("/inbox", SERVICE).ok()["inbox"]
    front.delete("/specialists/another", SERVICE).ok()
    for _ in range(3):
        replayed = front.post(f"/inbox/{quote(kept['inbox_id'], safe='')}/replay", None, SERVICE).ok()
        assert (replayed["status"], replayed["answer"]["result"]) == (200, "added")
    assert [row["id"] for row in front.get("/get-available-slots").ok()["slots"]] == ["71"]
    assert front.get("/inbox", SERVICE).ok()["inbox"] == []


def test_a_finished_event_replayed_gives_its_first_answer_and_nothing_new(front, desk):
    first = front.post("/submit-application", application(moscow(desk), tranid="t-1"), TILDA).ok()
    (inbox_id,) = (row.inbox_id for row in inbox.InboxRow.scan() if row.source == "forms")
    replayed = front.post(f"/inbox/{quote(inbox_id, safe='')}/replay", None, SERVICE).ok()
    assert replayed["answer"]["ticket_id"] == first["ticket_id"]


# --- the sweep --------------------------------------------------------------------------------------------------------


def test_a_sweep_with_nothing_to_do_says_so(front, tick):
    quiet = {"payments": 0, "holds": 0, "events": 0, "waiting": 0, "digests": 0, "troubles": 0, "roster": 0, "effects": 0}
    assert tick("sweep") == quiet


def test_an_event_whose_worker_died_is_taken_up(front, tick, sent, desk):
    real = clock.wall()
    with Wire() as wire:
        wire.before = _die_at("TransactWriteItems")
        with pytest.raises(Killed):
            front.post("/submit-application", application(moscow(desk), tranid="t-2"), TILDA)
    assert front.get("/inbox", SERVICE, state="received").ok()["inbox"][0]["inbox_id"].startswith("forms#tran:")
    assert tick("sweep")["events"] == 0, "it may still be at work"
    with time_machine.travel(real + timedelta(seconds=40), tick=False):
        assert tick("sweep")["events"] == 1
        repeat = front.post("/submit-application", application(moscow(desk), tranid="t-2"), TILDA).ok()
    assert [row["time"] for row in repeat["held_slots"]] == ["12:00"]
    assert len(told(sent, "Новая заявка")) == 1
    assert front.get("/inbox", SERVICE, state="received").ok()["inbox"] == []


def _die_at(operation: str):
    def before(call):
        if call.operation == operation:
            raise Killed

    return before


def test_an_abandoned_event_that_is_refused_is_kept_for_an_operator(front, tick, later):
    body = change("INSERT", {"id": 5, "psychologist": "Никто"})
    with Wire() as wire:
        wire.before = _die_at("BatchGetItem")
        with pytest.raises(Killed):
            front.post("/notify-update", body, SUPABASE)
    later.shift(timedelta(minutes=1))
    tick("sweep", clock.wall())
    assert [row["source"] for row in front.get("/inbox", SERVICE).ok()["inbox"]] == ["supabase"]


def test_expired_holds_are_freed(front, tick, desk):
    apply_for(front, desk)
    assert front.get("/get-available-slots").ok()["slots"] == []
    assert tick("sweep", clock.wall() + timedelta(minutes=29))["holds"] == 0
    assert tick("sweep", clock.wall() + timedelta(minutes=31))["holds"] == 1
    assert tick("sweep", clock.wall() + timedelta(minutes=31))["holds"] == 0
    assert len(front.get("/get-available-slots").ok()["slots"]) == 1


def test_unpaid_sessions_end_and_both_sides_hear_once(front, tick, sent):
    person, start_at = specialist(front), tomorrow(12)
    slot_id = slot(front, person, start_at)
    ticket_id = apply_for(front)
    front.post("/telegram", start(ticket_id), TELEGRAM).ok()
    body = {"client_id": "br0001", "psychologist_id": person, "slot_id": slot_id, "payment_info": {"amount": 100, "status": "pending"}}
    front.post("/process-diagnostic-session-request", body, SERVICE).ok()
    at = clock.wall() + timedelta(minutes=31)
    assert [tick("sweep", at)["payments"] for _ in range(3)] == [1, 0, 0]
    assert sum("Оплата не поступила" in message.text for message in sent.messages(CLIENT)) == 1


def test_one_sources_refusals_are_told_in_one_digest(front, tick, sent, later):
    for number in range(3):
        spoil(front, number)
    front.post("/notify-update", {"type": "INSERT", "table": "x"}, SUPABASE)
    later.shift(timedelta(minutes=10))
    assert [tick("sweep", clock.wall())["digests"] for _ in range(3)] == [2, 0, 0]
    later.shift(timedelta(minutes=1))
    assert tick("sweep", clock.wall())["digests"] == 0
    first, second = sorted(told(sent, "Не удалось разобрать"))
    assert "входящие: 1\nИсточник: supabase" in first and "входящие: 3\nИсточник: telegram" in second


def test_the_next_ten_minutes_refusals_are_another_digest(front, tick, sent, later):
    for minutes in (0, 10):
        spoil(front, minutes)
        later.shift(timedelta(minutes=10))
        tick("sweep", clock.wall())
    assert len(told(sent, "Не удалось разобрать")) == 2


def test_a_digest_whose_tick_was_missed_is_not_lost(front, tick, sent, later):
    spoil(front)
    later.shift(timedelta(minutes=47))
    tick("sweep", clock.wall())
    assert len(told(sent, "Не удалось разобрать")) == 1


def test_an_event_that_nobody_can_decide_is_told_in_the_digest_too(front, tick, sent, later):
    inbox.receive(inbox.Mail("supabase", "x-1", "POST /no-such-door", b"{}"))
    later.shift(timedelta(minutes=10))
    assert [tick("sweep", clock.wall())["digests"] for _ in range(2)] == [1, 0]
    (digest,) = told(sent, "Не удалось разобрать")
    assert "входящие: 1\nИсточник: supabase" in digest


def test_what_is_given_up_without_words_of_its_own_is_told_once_an_hour(front, tick, sent, later):
    def given_up(*names):
        tx = storage.Transaction()
        for name in names:
            outbox.send(tx, "conference_drop", {"provider": "zoom", "meeting_id": name}, lane=f"conference#{name}")
        tx.commit()
        for _ in range(2):
            tick("sweep", clock.wall())

    given_up("1", "2")
    (words,) = told(sent, "больше не повторяем")
    assert "conference_drop" in words and "zoom is configured no more" in words
    assert len(front.get("/outbox", SERVICE).ok()["outbox"]) == 2
    later.shift(timedelta(hours=1))
    given_up("3")
    assert len(told(sent, "больше не повторяем")) == 2


def test_one_stage_of_the_sweep_that_fails_does_not_stop_the_messages(front, tick, sent, desk):
    apply_for(front, desk)
    with Wire() as wire:
        wire.refuse("Query", "ThrottlingException")
        with pytest.raises(Busy):
            tick("sweep")
    assert len(told(sent, "Новая заявка")) == 1


# --- outbox -----------------------------------------------------------------------------------------------------------


def test_dead_effects_are_listed_and_replayed(front, tick, sent, desk):
    ticket_id = book(front, desk)
    sent.fail_next(status=400, description="Bad Request: nonsense")
    tick("sweep")
    (dead,) = front.get("/outbox", SERVICE).ok()["outbox"]
    assert (dead["state"], dead["attempts"], dead["last_error"]) == ("dead", 1, "Bad Request: nonsense")
    replayed = front.post(f"/outbox/{dead['effect_id']}/replay", None, SERVICE).ok()
    assert replayed["state"] == "waiting"
    tick("sweep")
    assert front.get("/outbox", SERVICE).ok()["outbox"] == []
    assert len(told(sent, "Новая заявка")) == 1
    assert front.post(f"/outbox/{dead['effect_id']}/replay", None, SERVICE).status == 404
    assert ticket_status(front, ticket_id) == "pending"


def test_an_effect_that_is_not_dead_cannot_be_replayed(front, desk):
    apply_for(front, desk)
    (waiting,) = front.get("/outbox", SERVICE, state="waiting").ok()["outbox"]
    for effect_id in (waiting["effect_id"], ids.new(), "x"):
        answer = front.post(f"/outbox/{effect_id}/replay", None, SERVICE)
        assert (answer.status, answer.body["error"]) == (404, "effect_not_found")


def test_waiting_effects_are_listed_in_pages(front):
    tx = storage.Transaction()
    for number in range(5):
        messaging.say(tx, messaging.chat(str(number)), "client_welcome", messaging.About("tests", "live"))
    tx.commit()
    seen, cursor = [], None
    while True:
        page = front.get("/outbox", SERVICE, state="waiting", limit=2, **({"cursor": cursor} if cursor else {})).ok()
        seen += [row["lane"] for row in page["outbox"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == [f"chat#{number}" for number in range(5)]


@pytest.mark.parametrize("body", [{}, {"kind": "", "reason": " "}, {"kind": {"a": 1}}, {"reason": ["x"]}])
def test_a_bulk_replay_says_of_what(front, body):
    assert front.post("/outbox/replay", body, SERVICE).status == 422


def test_dead_messages_are_replayed_in_bulk_and_arrive(front, tick, sent):
    tx = storage.Transaction()
    for number in range(3):
        messaging.say(tx, messaging.chat(str(70 + number)), "client_welcome", messaging.About("tests", "live"))
    tx.commit()
    sent.fail_next(status=400, description="Bad Request: can't parse")
    sent.fail_next(status=400, description="Bad Request: can't parse")
    tick("sweep")
    assert front.post("/outbox/replay", {"kind": "message", "reason": "else"}, SERVICE).ok()["replayed"] == 0
    assert front.post("/outbox/replay", {"reason": "can't parse"}, SERVICE).ok() == {"success": True, "replayed": 2, "more": False}
    assert front.post("/outbox/replay", {"reason": "can't parse"}, SERVICE).ok()["replayed"] == 0
    tick("sweep")
    assert [len(sent.messages(70 + number)) for number in range(3)] == [1, 1, 1]


# --- faults of our own ------------------------------------------------------------------------------------------------


def test_a_fault_of_our_own_is_shown_and_told_once_whoever_meets_it(front, tick, sent, later):
    troubles.meet("consultation_chatwoot", "chatwoot_token")
    later.shift(timedelta(minutes=5))
    troubles.meet("chatwoot poll", "chatwoot_token")
    for path in ("/health", "/api/health"):
        (shown,) = front.get(path).ok()["troubles"]
        assert (shown["what"], shown["since"]) == ("chatwoot_token", "2026-11-24T09:00:00Z")
        assert "CHATWOOT_TOKEN" in shown["todo"]
    assert [tick("sweep")["troubles"] for _ in range(2)] == [1, 0]
    troubles.meet("chatwoot poll", "chatwoot_token")
    assert tick("sweep")["troubles"] == 0
    assert len(told(sent, "CHATWOOT_TOKEN")) == 1
    troubles.meet("chatwoot poll", "chatwoot_account")
    assert tick("sweep")["troubles"] == 1, "another thing is to be done"
    for one in ("chatwoot poll", "consultation_chatwoot"):
        troubles.end(one)
    assert front.get("/health").ok()["troubles"] == []


def test_two_sweeps_at_once_tell_once(front, sent, tick):
    troubles.meet("chatwoot poll", "chatwoot_token")
    (row,) = troubles.standing()
    assert ops_troubles.tell() == 1
    assert ops_troubles._tell("chatwoot_token", [row], known=False) is False
    tick("sweep")
    assert len(told(sent, "CHATWOOT_TOKEN")) == 1


def test_what_breaks_telegram_is_shown_and_not_sent_by_it(front, tick, sent):
    troubles.meet("message", "telegram_token")
    assert [tick("sweep")["troubles"] for _ in range(2)] == [1, 0]
    assert front.get("/health").ok()["troubles"][0]["what"] == "telegram_token"
    assert sent.messages(ADMIN_CHAT) == []


def test_every_fault_that_is_raised_has_words():
    code = "\n".join(path.read_text(encoding="utf-8") for path in Path("chalicelib").rglob("*.py") if path.parent.name != "ops")
    raised = set(
        re.findall(
            r"\"((?:chatwoot|counts|crm|email|eskiz|files|gocrm|google|ledger|max|onec|people|smsru|supabase|telegram|transcriber|vk)_(?:token|account|unset|drift|entity|user|chat|sheet|table|bucket|shut))\"",
            code,
        )
    )
    assert raised == set(ops_troubles.WORDS)


# --- the stream -------------------------------------------------------------------------------------------------------


def stream_event(kind: str = "INSERT") -> dict:
    """What the table's stream hands to Lambda for every row that waits."""
    waiting = storage.connection().client.scan(TableName="frontdesk-test-outbox")["Items"]
    return {"Records": [_record(kind, number, image) for number, image in enumerate(waiting)]}


def _record(kind: str, number: int, image: dict) -> dict:
    keys = {name: image[name] for name in ("lane", "effect_id")}
    change = {"ApproximateCreationDateTime": 1796115600, "Keys": keys, "SequenceNumber": f"{number:021d}", "SizeBytes": 300}
    return {
        "eventID": f"{number:032x}",
        "eventName": kind,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": {**change, "NewImage": image, "StreamViewType": "NEW_IMAGE"},
        "eventSourceARN": "arn:aws:dynamodb:us-east-1:123456789012:table/frontdesk-test-outbox/stream/2026-11-24T00:00:00.000",
    }


def deliver(event: dict):
    """Run the stream's Lambda."""
    import app as composition

    return composition.app.handler_map["deliver"](event, None)


def test_the_stream_delivers_what_was_just_written(front, sent, desk):
    book(front, desk)
    event = stream_event()
    assert deliver(event) == 3
    assert len(told(sent, "Новая заявка")) == len(sent.messages(CLIENT)) == 1
    assert deliver(event) == 0, "the same records again say nothing again"


def test_our_own_changes_of_a_row_are_no_news(front, sent, desk):
    book(front, desk)
    assert deliver(stream_event("MODIFY")) == 0
    assert sent.calls == 0


def test_the_stream_leaves_what_is_due_later_to_the_sweep(front, tick, desk):
    book(front, desk)
    deliver(stream_event())
    (left,) = front.get("/outbox", SERVICE, state="waiting").ok()["outbox"]
    assert left["kind"] == "recount"
    assert tick("sweep", clock.wall() + timedelta(minutes=1))["effects"] == 1


def test_the_stream_and_the_sweep_together_say_it_once(front, tick, sent, desk):
    book(front, desk)
    event = stream_event()
    tick("sweep")
    deliver(event)
    assert len(sent.messages(CLIENT)) == 1
