"""What the office reads of a client's past, and what must never stand in it."""

import json
from datetime import timedelta

import pytest

from chalicelib.core import clock, facts, ids, storage
from chalicelib.core.facts import FactRow, followers
from chalicelib.ops import jobs
from tests.builders import CLIENT, SERVICE, TELEGRAM, book, client_row, confirm, membership, slot, specialist, tomorrow, write


def timeline(front, reference: str = "br0001", **query):
    return front.get(f"/clients/{reference}/timeline", SERVICE, **query).ok()


def told(front, reference: str = "br0001") -> list[tuple[str, str]]:
    events = timeline(front, reference)["events"]
    return [(one["who"], one["what"]) for one in reversed(events) if not one["kind"].startswith("message")]


@pytest.fixture
def booked(front):
    person, at = specialist(front), tomorrow(12)
    slot(front, person, at)
    return book(front, at), at


def test_a_person_reads_who_did_what_and_when(front, booked):
    ticket_id, at = booked
    confirm(front, ticket_id, at)
    front.post("/cancel-session", {"ticket_id": ticket_id}, SERVICE).ok()
    day = f"{at:%d.%m.%Y} 12:00"
    assert told(front) == [
        ("Клиент", "новая заявка: обычная"),
        ("Клиент", "переход по ссылке заявки"),
        ("Клиент", f"запись на {day}, ждёт подтверждения"),
        ("Клиент", f"запись на {day} подтверждена"),
        ("Администратор", f"запись на {day} отменена"),
    ]


def test_pages_go_from_the_newest_to_the_oldest(front, booked):
    whole = [one["fact_id"] for one in timeline(front)["events"]]
    first = timeline(front, limit=2)
    rest = timeline(front, limit=200, cursor=first["next_cursor"])
    assert [one["fact_id"] for one in [*first["events"], *rest["events"]]] == whole == sorted(whole, reverse=True)
    assert rest["next_cursor"] is None
    other = front.get("/clients/br0001/timeline", SERVICE, cursor="bm90IGEgY3Vyc29y")
    assert (other.status, other.body["error"]) == (422, "invalid")


def test_only_the_back_office_reads_it_and_nobody_is_404(front, booked):
    assert front.get("/clients/br0001/timeline").status == 401
    assert front.get("/clients/br9999/timeline", SERVICE).status == 404


def test_no_fact_holds_anybodys_data(front, tick, booked):
    front.post("/telegram", write("Перезвоните мне, Анна, +7 904 550-15-67"), TELEGRAM).ok()
    tick("sweep")
    rows = storage.connection().client.scan(TableName=FactRow.Meta.table_name)["Items"]
    said = json.dumps(rows, ensure_ascii=False)
    assert len(rows) > 5
    assert not [secret for secret in ("Анна", "Лебедева", "9045501567", "550-15-67", "anna_l", str(CLIENT), "Орлова") if secret in said]


def test_a_block_is_one_fact_however_often_it_is_told(front, booked):
    for update_id in (91, 92):
        front.post("/telegram", membership("kicked", update_id=update_id), TELEGRAM).ok()
    assert [one for one in told(front) if "канал" in one[1]] == [("Клиент", "канал Telegram больше недоступен")]


def test_a_merged_clients_past_is_read_under_whom_he_became(front, tick, booked):
    front.post("/client-registration", {"user_id": "7000002"}, SERVICE).ok()
    before = told(front)
    front.post("/clients/br0001/merge", {"into": "br0002", "reason": "один человек"}, SERVICE).ok()
    tick("sweep")
    assert sorted(told(front, "br0002")) == sorted([*before, ("Администратор", "к карточке присоединён другой клиент")])
    assert told(front, "br0001") == told(front, "br0002")


def test_what_passed_to_another_long_ago_is_no_news(front, booked):
    heard: list[FactRow] = []
    new = facts.of_subject(client_row("br0001").client_id, limit=1, start=None).rows[0].serialize()
    old = {**new, "fact_id": {"S": ids.first(clock.wall() - timedelta(days=2))}}
    followers.follow("test", heard.extend)
    try:
        assert jobs.tell_followers(stream(new, old), None) == 1
    finally:
        del followers._following["test"]
    assert [fact.fact_id for fact in heard] == [new["fact_id"]["S"]]


def stream(*images):
    """The facts table's stream, as Lambda hands it over."""
    arn = "arn:aws:dynamodb:us-east-1:123456789012:table/frontdesk-test-facts/stream/2026-12-01T00:00:00.000"
    common = {"eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb", "awsRegion": "us-east-1", "eventSourceARN": arn}
    moment = {"Keys": {}, "ApproximateCreationDateTime": 1796115600}
    said = [{**moment, "NewImage": image, "SequenceNumber": "1", "SizeBytes": 1, "StreamViewType": "NEW_IMAGE"} for image in images]
    return {"Records": [{**common, "eventID": str(number), "dynamodb": one} for number, one in enumerate(said)]}
