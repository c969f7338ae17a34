"""The same words to many: an item a person, nobody hears them twice, and nobody hears what he did not agree to."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.clients.models import Client
from chalicelib.core import clock, storage
from chalicelib.core.outbox import OutboxRow
from chalicelib.dialogue.groups.models import Group, Touches
from chalicelib.messaging.models import MessageRow
from tests.builders import SERVICE
from tests.integration.dialogue.conftest import deliver, many, row_of, said_to
from tests.standins.store import Killed, OneAtATime, Wire

WORDS = "Скидка {weekend}: {0.__class__} %s"
KEYED = {**SERVICE, "Idempotency-Key": "summer"}


def errors(answer):
    return {item["client_id"]: item["error"] for item in answer["items"]}


def agree(number, **answers):
    said = {purpose: {"given": given, "at": "2026-11-01T10:00:00+00:00"} for purpose, given in answers.items()}
    storage.change(Client.row(row_of(number).client_id), [Client.agreements.set(said)])


def test_who_may_not_and_what_is_wrong(office):
    anna = office.client()
    assert office.group([anna], {}).status == 401
    for role in ("manager", "master", "analyst"):
        office.hire(role, role)
        assert office.group([anna], office.of(role)).status == 403
    wrong = [
        {"client_ids": []},
        {"client_ids": [0]},
        {"client_ids": [True]},
        {"client_ids": [*range(1, 502)]},
        {"channel": "pigeon"},
        {"text": " "},
        {"text": "x" * 4001},
        {"purpose": "reminder"},
        {"scheduled_for": "2999-01-01"},
        {"scheduled_for": "soon"},
    ]
    for said in wrong:
        answer = office.group([anna], **said)
        assert (answer.status, answer.body["detail"][0]["loc"][:2]) == (422, ["body", next(iter(said))]), said
    assert said_to(anna) == []


def test_each_person_is_an_item_and_the_words_are_data(office, sent, tick):
    anna, boris, vera = office.client(), office.client("Борис", 7012345679), office.client("Вера", 7012345680)
    agree(vera, personal_data="yes")
    office.hire("olga", "operator")
    claimed = {"delivery_status": "delivered", "items": [{"client_id": anna, "delivery_status": "read"}]}
    answer = office.group([anna, 999, boris, anna, vera], office.of("olga"), group_name="Лето", **claimed).ok()
    assert errors(answer) == {anna: None, 999: "unknown_client", boris: None, vera: "no_consent"}
    assert [item["delivery_status"] for item in answer["items"]] == ["pending", "failed", "pending", "skipped"]
    assert {name: answer[name] for name in ("group_name", "total", "sent_count", "sent", "failed")} == {
        "group_name": "Лето",
        "total": 4,
        "sent_count": 2,
        "sent": 2,
        "failed": 2,
    }
    (message,) = said_to(anna)
    assert (message.message_id, message.author) == (answer["items"][0]["message_id"], f"staff#{office.ids['olga']}")
    storage.change(Client.row(row_of(boris).client_id), [Client.agreements["marketing"].set({"given": "no", "at": "2026-12-01"})])
    with clock.pinned((clock.now() + timedelta(days=1)).replace(hour=9)):  # marketing waits for the morning of who reads it
        deliver()
    assert [one.text for one in sent.messages("7012345678")] == [WORDS]
    assert sent.messages("7012345679") == [], "what he said since holds as it leaves"
    listed = {(one["client_id"], one["message_type"], one["group_name"], one["delivery_status"]) for one in office.registry()["items"]}
    assert listed == {(anna, "group", "Лето", "sent"), (boris, "group", "Лето", "skipped")}


def test_a_channel_that_nothing_serves_is_taken_and_kept(office):
    anna, boris = office.client(), office.client("Борис", 7012345679)
    answer = office.group([anna, boris], channel="instagram", purpose="service").ok()
    assert errors(answer) == {anna: "channel_not_configured", boris: "channel_not_configured"}
    (message,) = said_to(anna)
    assert (message.state, message.reason, message.text) == ("skipped", "channel_not_configured", WORDS)
    (shown,) = office.registry(client_id=anna)["items"]
    assert (shown["channel"], shown["delivery_status"], shown["reason"]) == ("instagram", "skipped", "channel_not_configured")
    assert [*OutboxRow.scan()] == [*Touches.scan()] == []


def test_who_was_touched_lately_is_left_alone_and_service_is_no_touch(office):
    anna, boris = office.client(), office.client("Борис", 7012345679)
    assert office.group([anna, boris]).ok()["sent"] == 2
    assert errors(office.group([anna, boris]).ok()) == {anna: "frequency", boris: "frequency"}
    assert office.group([anna, boris], purpose="service").ok()["sent"] == 2
    later = [(clock.now() + timedelta(hours=25 * number)).isoformat() for number in (1, 2, 3)]
    assert [office.group([anna, boris], scheduled_for=at).ok()["sent"] for at in later] == [2, 2, 0], "three a week"
    scheduled = [row for row in said_to(anna) if row.due_at]
    assert len(scheduled) == 2
    assert {row.due_at for row in OutboxRow.scan() if row.payload["message_id"] in {one.message_id for one in scheduled}} == {
        row.due_at for row in scheduled
    }


def test_one_person_is_answered(office):
    anna = office.client()
    agree(anna)
    office.write(anna).ok()
    assert office.talks()["items"][0]["waiting"]
    assert office.group([anna, anna]).ok()["items"][0]["error"] is None, "a reply needs no consent"
    assert not office.talks()["items"][0]["waiting"]
    assert office.registry()["items"][0]["message_type"] == "individual"
    assert errors(office.group([anna], purpose="marketing").ok()) == {anna: "no_consent"}


def test_who_must_be_looked_at_first_and_a_typed_address_hear_nothing_sent_to_many(office):
    anna, boris = office.client(), office.client("Борис", 7012345679)
    office.write(anna, "Я хочу умереть").ok()
    assert row_of(anna).paused_at is not None
    storage.change(Client.row(row_of(boris).client_id), [Client.email.set("b@example.org"), Client.email_proven.set(False)])
    assert errors(office.group([anna, boris], channel="email", purpose="service").ok()) == {anna: "paused", boris: "no_address"}
    assert errors(office.group([boris], channel="email").ok()) == {boris: None}, "a person may write to him by hand"


def test_an_offer_is_no_reply_to_however_few_it_goes(office):
    anna, boris = office.client(), office.client("Борис", 7012345679)
    offer = {"purpose": "marketing", "text": "Скидка"}
    assert errors(office.group([boris], **offer).ok()) == {boris: None}
    for number in (anna, boris):
        office.write(number, "Я хочу умереть").ok()
    storage.change(Client.row(row_of(boris).client_id), [Client.email.set("b@example.org"), Client.email_proven.set(False)])
    assert errors(office.group([anna], **offer).ok()) == {anna: "paused"}
    office.front.post(f"/clients/br{boris:04d}/resume", {}, SERVICE).ok()
    assert errors(office.group([boris], channel="email", **offer).ok()) == {boris: "no_address"}, "what was typed may be another's"
    assert {one["client_id"] for one in office.talks()["items"] if one["waiting"]} == {anna, boris}, "an offer answers nobody"
    (row,) = [row for row in said_to(boris) if row.purpose == "marketing"]
    assert row.template == "client_words_to_group"


def test_two_numbers_of_one_person_are_one(office, tick):
    anna, boris, vera = office.client(), office.client("Борис", 7012345679), office.client("Вера", 7012345680)
    office.front.post(f"/clients/br{boris:04d}/merge", {"into": f"br{anna:04d}", "reason": "он же"}, SERVICE).ok()
    assert errors(office.group([anna, boris, vera]).ok()) == {anna: None, boris: "duplicate", vera: None}
    assert len([row for row in MessageRow.scan() if row.template == "client_words_to_group"]) == 2


def test_a_key_is_one_group_and_a_repeat_after_a_kill_goes_on(office):
    """Killed before each of its transactions in turn, and repeated at last: everybody hears it once."""
    numbers = many(60)

    def killed_at(which):
        def before(call):
            seen.append(call.operation)
            if call.operation == "TransactWriteItems" and seen.count("TransactWriteItems") == which:
                raise Killed
            return

        return before

    for which in (1, 2, 2):  # nothing written; the first 25; the next 25
        seen: list[str] = []
        with Wire() as wire:
            wire.before = killed_at(which)
            with pytest.raises(Killed):
                office.group(numbers, KEYED)
    answer = office.group(numbers, KEYED).ok()
    assert (answer["total"], answer["sent"]) == (60, 60)
    said = [row.recipient for row in MessageRow.scan()]
    assert len(said) == len(set(said)) == 60
    assert office.group(numbers, KEYED).ok() == answer
    assert len([*MessageRow.scan()]) == 60
    (group,) = Group.scan()
    assert (group.state, group.done) == ("done", 60)
    assert office.group(numbers, KEYED, text="Иначе").body["error"] == "key_reused"


def test_the_same_key_at_once_and_two_groups_at_once(office):
    numbers = many(30)
    with OneAtATime(), ThreadPoolExecutor(4) as pool:
        same = [*pool.map(lambda _: office.group(numbers, KEYED).ok(), range(4))]
    assert all(answer == same[0] for answer in same)
    assert len([*MessageRow.scan()]) == 30
    others = many(30, first=31)
    with OneAtATime(), ThreadPoolExecutor(4) as pool:
        sent = [*pool.map(lambda _: office.group(others).ok()["sent"], range(4))]
    assert sum(sent) == 30, "each is touched once"


def test_a_second_click_says_nothing_twice(office):
    anna, boris = office.client(), office.client("Борис", 7012345679)
    first = office.group([anna, boris], purpose="service").ok()
    assert office.group([anna, boris], purpose="service").ok() == first
    with OneAtATime(), ThreadPoolExecutor(4) as pool:
        replies = [*pool.map(lambda _: office.group([anna], text="Да, в семь").ok(), range(4))]
    assert all(answer == replies[0] for answer in replies)
    assert (len(said_to(anna)), len(said_to(boris))) == (2, 1)
    assert office.group([anna, boris], {**SERVICE, "Idempotency-Key": "anew"}, purpose="service").ok()["sent"] == 2
    assert len(said_to(boris)) == 2, "a key says that it is another one"


def test_five_hundred_are_thirty_six_calls(office):
    numbers = many(500)
    begun = time.process_time()
    with Wire() as wire:
        answer = office.group(numbers, KEYED).ok()
    assert time.process_time() - begun < 10
    assert answer["sent"] == 500
    assert len(wire.calls) <= 36
    written = [len(call.request["TransactItems"]) for call in wire.calls if call.operation == "TransactWriteItems"]
    assert (len(written), max(written)) == (20, 77)
