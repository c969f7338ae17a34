"""A client waits from his word until a person of ours answers; whoever reads him is known."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.clients.models import Client
from chalicelib.core import clock, storage
from chalicelib.dialogue.threads.models import Dialogue
from tests.builders import SERVICE, TELEGRAM, write
from tests.integration.dialogue.conftest import DIALOGUES, WORDS, deliver, row_of, said_to, token_of
from tests.standins.store import OneAtATime, Wire


def stands(talk):
    return talk["client_id"], talk["waiting"], talk["unread_count"]


@pytest.mark.parametrize(("method", "path"), [("get", ""), ("get", "/1"), ("post", "/1/send")])
def test_who_may_not(office, method, path):
    office.client()
    ask = getattr(office.front, method)
    said = [] if method == "get" else [{"text": "Да"}]
    assert ask(f"{DIALOGUES}{path}", *said).status == 401
    for role in ("manager", "master", "analyst"):
        office.as_role = office.of(role) if role in office.ids else (office.hire(role, role), office.of(role))[1]
        assert ask(f"{DIALOGUES}{path}", *said, headers=office.as_role).status == 403


def test_what_is_wrong_and_nobody(office):
    anna = office.client()
    for said in ({"text": " "}, {"text": None}, {"text": "x" * 4001}, {"text": "x", "channel": "pigeon"}):
        answer = office.front.post(f"{DIALOGUES}/{anna}/send", said, SERVICE)
        assert answer.status == 422, said
    for answer in (office.answer(99), office.front.get(f"{DIALOGUES}/99", SERVICE)):
        assert (answer.status, answer.body["error"], answer.body["detail"]) == (404, "client_not_found", {"field": "client_id"})
    assert office.front.get(f"{DIALOGUES}/anna", SERVICE).status == 422
    for cursor in ("x", "eyJhIjoxfQ"):
        assert office.front.get(DIALOGUES, SERVICE, cursor=cursor).status == 422
    talk = office.talk(anna)
    assert (stands(talk), talk["items"], talk["total"]) == ((anna, False, 0), [], 0)


def test_who_waits_longest_comes_first_and_an_answer_ends_it(office, sent):
    anna, boris, vera = (office.client(name, 7012345678 + number) for number, name in enumerate(("Анна", "Борис", "Вера")))
    for number in (boris, anna, vera):
        office.write(number, "Здравствуйте").ok()
    office.write(boris, "Вы здесь?").ok()
    assert [stands(one) for one in office.talks()["items"]] == [(boris, True, 2), (anna, True, 1), (vera, True, 1)]
    office.hire("olga", "operator")
    said = office.answer(boris, "{client} %s", office.of("olga")).ok()
    assert (said["direction"], said["delivery_status"], said["message_type"], said["channel"]) == ("out", "pending", "individual", "app")
    with Wire() as wire:
        talks = office.talks()
    assert [stands(one) for one in talks["items"]] == [(anna, True, 1), (vera, True, 1), (boris, False, 0)]
    assert [call.operation for call in wire.calls] == ["Query", "Query", "BatchGetItem"]
    last = talks["items"][2]
    assert (last["last_message"]["text"], last["waiting_since"], last["channel"]) == ("{client} %s", None, "app")
    deliver()
    assert [one.text for one in sent.messages(str(row_of(boris).telegram_id))] == ["{client} %s"]
    pages, cursor = [], None
    for _ in range(3):
        page = office.talks(page_size=1, **({"cursor": cursor} if cursor else {}))
        pages += [one["client_id"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert (pages, cursor, page["total"]) == ([anna, vera, boris], None, 3)


def test_whoever_reads_has_read_what_was_there_when_he_read(office):
    anna = office.client()
    for number in range(3):
        office.write(anna, f"Слово {number}").ok()
    office.hire("olga", "operator")
    olga = office.of("olga")
    with Wire() as wire:
        first = office.talk(anna, olga, page_size=2)
    assert [one["text"] for one in first["items"]] == ["Слово 2", "Слово 1"]
    assert (first["unread_count"], first["waiting"], first["total"], first["read_by"]) == (3, True, 3, "")
    assert [call.operation for call in wire.calls[1:]] == ["BatchGetItem", "Query", "BatchGetItem", "UpdateItem"]
    second = office.talk(anna, page_size=2, cursor=first["next_cursor"])
    assert [one["text"] for one in second["items"]] == ["Слово 0"]
    assert (second["unread_count"], second["waiting"], second["read_by"]) == (0, True, f"staff#{office.ids['olga']}"), "he still waits"
    (before,) = storage.read(Dialogue.at(row_of(anna).client_id))

    def meanwhile(call):
        if call.operation == "UpdateItem" and not wrote:
            wrote.append(1)
            office.write(anna, "Ещё одно").ok()

    office.write(anna, "Слово 3").ok()
    wrote: list[int] = []
    with Wire() as wire:
        wire.before = meanwhile
        office.talk(anna)
    assert before.unread == 0
    assert wrote
    assert office.talks()["items"][0]["unread_count"] == 1, "what came while he read is unread"


def test_the_same_answer_is_said_once_by_minute_and_by_key(office):
    anna = office.client()
    first = office.answer(anna).ok()
    with OneAtATime(), ThreadPoolExecutor(4) as pool:
        assert {office_answer.body["message_id"] for office_answer in pool.map(lambda _: office.answer(anna), range(4))} == {
            first["message_id"]
        }
    keyed = {**SERVICE, "Idempotency-Key": "k"}
    second = office.answer(anna, "Иначе", keyed).ok()
    with clock.pinned(clock.now() + timedelta(minutes=5)):
        assert office.answer(anna, "Иначе", keyed).ok() == second
    refused = office.answer(anna, "Третье", keyed)
    assert (refused.status, refused.body["error"]) == (409, "key_reused")
    assert [row.text or row.values["text"] for row in said_to(anna)] == ["Да, в семь", "Иначе"]


def test_what_would_not_reach_him_is_refused(office):
    anna, boris = office.client(), office.client("Борис", 7012345679)
    assert office.answer(anna, channel="email").body["error"] == "nowhere_to_send"
    assert office.answer(anna, channel="instagram").body["error"] == "channel_unavailable"
    storage.change(Client.row(row_of(anna).client_id), [Client.agreements.set({"personal_data": {"given": "no", "at": "2026-11-01"}})])
    assert office.answer(anna).body["error"] == office.answer(anna, channel="telegram").body["error"] == "no_consent"
    storage.change(Client.row(row_of(boris).client_id), [Client.dead_channels.set({"telegram"})])
    assert office.answer(boris).body["error"] == "nowhere_to_send"
    assert said_to(anna) == said_to(boris) == []


def test_words_in_the_bot_wait_too_and_a_line_of_the_admin_chat_answers(office, sent):
    office.front.post("/telegram", write("/start", update_id=900), TELEGRAM).ok()
    office.front.post("/telegram", write("Можно завтра?", update_id=901), TELEGRAM).ok()
    (talk,) = office.talks()["items"]
    assert (stands(talk), talk["channel"], talk["last_message"]["text"]) == ((1, True, 1), "telegram", "Можно завтра?")
    office.front.post("/send_admin_message_to_user", {"command": "br0001: Да"}, SERVICE).ok()
    (talk,) = office.talks()["items"]
    assert (stands(talk), talk["last_message"]["text"]) == ((1, False, 0), "Да")


def test_a_merged_clients_talk_is_whom_he_became(office, tick):
    anna, boris = office.client(), office.client("Борис", 7012345679)
    office.write(boris, "Это Борис").ok()
    office.write(anna, "Это Анна").ok()
    office.front.post(f"/clients/br{boris:04d}/merge", {"into": f"br{anna:04d}", "reason": "он же"}, SERVICE).ok()
    tick("sweep")
    (talk,) = office.talks()["items"]
    assert stands(talk) == (anna, True, 2)
    assert [one["text"] for one in office.talk(boris)["items"]] == ["Это Анна", "Это Борис"]


class TestWordsFromTheApp:
    def test_who_may_not_and_what_is_wrong(self, office):
        anna = office.client()
        office.hire("olga", "operator")
        for headers in ({}, {"Authorization": "tma hash=1"}, {"Authorization": "Bearer x"}, office.of("olga")):
            assert office.front.post(WORDS, {"text": "Здравствуйте"}, headers).status == 401
        for said in ({}, {"text": " "}, {"text": "x" * 4001}, {"text": ["x"]}):
            assert office.front.post(WORDS, said, token_of(anna)).status == 422
        assert said_to(anna) == []

    def test_they_are_kept_once_a_minute_and_the_administrator_reads_them(self, office, sent, tick):
        anna = office.client()
        first = office.write(anna).ok()
        assert first == {"client_id": anna, "message_id": said_to(anna)[0].message_id}
        with OneAtATime(), ThreadPoolExecutor(4) as pool:
            assert [answer.ok() for answer in pool.map(lambda _: office.write(anna), range(4))] == [first] * 4
        assert office.write(anna, "Другое").ok() != first
        assert stands(office.talks()["items"][0]) == (anna, True, 2)
        tick("sweep")
        told = [one.text for one in sent.messages("900100")]
        assert len(told) == 2
        assert "Можно вечером?" in told[0]
        assert f"br{anna:04d}:" in told[0]

    def test_risky_words_raise_an_alarm(self, office, sent, tick):
        anna = office.client()
        office.write(anna, "Я хочу умереть").ok()
        assert row_of(anna).paused_at is not None
        assert [row.template for row in said_to(anna) if row.direction == "out"] == ["client_hotline"]
