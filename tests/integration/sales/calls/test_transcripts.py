"""What was said in a call is typed and read by those who see its lead; hostile texts are refused or kept as they are."""

import random

import pytest

from tests.integration.sales.calls.conftest import CALLS, call_of, told

SAID = "[00:01] Менеджер: Добрый день!\n[00:04] Клиент: Здравствуйте, сколько стоит занятие?"
PARTS = [
    {"start": 1.0, "end": 4.0, "speaker": "agent", "text": "Добрый день!"},
    {"start": 4.0, "end": 4.0, "speaker": "client", "text": "Здравствуйте, сколько стоит занятие?"},
]


@pytest.fixture
def number(phone, anna):
    return phone.ring()


def test_who_is_nobody_or_a_master_or_another_manager(phone, number):
    phone.house.hire("igor", "master")
    phone.house.hire("lena", "analyst")
    assert [phone.say(number, who, text=SAID).status for who in (None, "igor", "lena", "boris")] == [401, 403, 403, 404]
    assert told(phone.heard(number)) == (404, "transcript_not_found")
    phone.say(number, text=SAID)
    assert [phone.heard(number, who).status for who in (None, "igor", "lena", "boris", "maria")] == [401, 403, 200, 404, 200]
    assert told(phone.say(99, text=SAID)) == (404, "call_not_found")


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"text": "a\x00b"}, "text"),
        ({"text": "да \u202eтен"}, "text"),
        ({"text": SAID, "segments": PARTS}, "body"),
        ({"segments": []}, "segments"),
        ({"segments": [{**PARTS[0], "end": 0.5}]}, "segments"),
        ({"segments": [PARTS[1], PARTS[0]]}, "body"),
        ({"segments": [{**PARTS[0], "start": -1}]}, "segments"),
        ({"segments": [{**PARTS[0], "start": True}]}, "segments"),
        ({"segments": [{**PARTS[0], "speaker": "cat"}]}, "segments"),
        ({"segments": [{**PARTS[0], "text": "\u200b"}]}, "segments"),
        ({"text": SAID, "language": "xx"}, "language"),
        ({"text": "Клиент:\n[00:01] Менеджер:"}, "text"),
        ({"text": "Клиент: \u200b"}, "text"),
        ({"source": "radio"}, "source"),
    ],
)
def test_what_is_no_transcript_says_where(phone, number, said, where):
    answer = phone.say(number, **said)
    assert answer.status == 422 and where in answer.body["detail"][0]["loc"], answer.text


def test_a_text_and_its_parts_are_one_transcript_and_the_same_once_more_changes_nothing(phone, number):
    answer = phone.say(number, text=SAID)
    assert (answer.status, answer.headers["Location"]) == (201, f"{CALLS}/{number}/transcript")
    made = answer.body
    assert (made["call_id"], made["source"], made["language"], made["state"], made["segments"]) == (number, "manual", "ru", "done", PARTS)
    assert made == phone.heard(number).ok()
    states = phone.call(number).ok()
    assert (states["transcript_state"], states["analysis_state"]) == ("done", "queued")
    for again in (phone.say(number, text=SAID), phone.say(number, segments=PARTS), phone.say(number, text=SAID, replace=True)):
        assert (again.status, again.body) == (200, made)
    assert phone.call(number).ok()["version"] == states["version"]
    assert told(phone.say(number, text="Клиент: иначе")) == (409, "transcript_exists")
    replaced = phone.say(number, text="Client: otherwise", replace=True)
    assert (replaced.status, replaced.body["language"], replaced.body["created_at"]) == (201, "en", made["created_at"])
    assert phone.heard(number).ok()["text"] == "otherwise"


def test_a_repeat_under_one_key_is_answered_as_it_was(phone, number):
    key = {"Idempotency-Key": "once"}
    first, again = (phone.say(number, headers=key, text=SAID) for _ in range(2))
    assert (first.status, again.status, first.body) == (201, 201, again.body)
    assert told(phone.say(number, headers=key, text="Клиент: иначе", replace=True)) == (409, "key_reused")
    assert call_of(number).version == 2


def test_what_is_too_long_is_refused_and_what_is_long_is_kept_whole(phone, number):
    chance = random.Random(5)
    assert told(phone.say(number, text="а" * 5_000_000)) == (413, "too_large")
    noise = "Клиент: " + "".join(
        chance.choice("abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789=+-,.") for _ in range(200_000)
    )
    assert phone.say(number, text=noise).body["segments"][0]["text"] == noise.removeprefix("Клиент: ").strip()
    formulas = 'Клиент: =HYPERLINK("http://x")\nКлиент: مرحبا بك\u200f'
    assert phone.say(number, text=formulas, replace=True).body["text"] == formulas.replace("Клиент: ", "")


def test_a_moment_that_is_next_to_nothing_is_the_beginning(phone, number):
    said = "Перезвоните мне завтра, пожалуйста, " + "и расскажите, сколько это стоит, " * 8
    phone.say(number, segments=[{"start": 1e-320, "end": 4, "speaker": "client", "text": said}])
    phone.look()
    assert (phone.heard(number).ok()["segments"][0]["start"], phone.call(number).ok()["analysis_state"]) == (0.0, "done")
    assert phone.tasks()
