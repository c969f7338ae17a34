"""Recordings are put, fetched and heard: with the client's yes, once, whoever is killed when."""

from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace

import pytest
import requests

from chalicelib.core import clock, storage
from chalicelib.core.outbox import OutboxRow
from chalicelib.integrations import fetching
from chalicelib.integrations.aws import signing
from chalicelib.sales.calls.models import SalesCall
from chalicelib.sales.calls.recordings import hearing
from chalicelib.sales.calls.transcripts import keeping
from tests.integration.sales.calls.conftest import call_of, told
from tests.standins.s3 import S3StandIn
from tests.standins.speech import SpeechStandIn
from tests.standins.transcribe import TranscribeStandIn, item, mark

SOUND = b"ID3 sound " * 50
WANTED = {"content_type": "audio/mpeg", "size": len(SOUND)}
SAID = [
    item("Добрый", 0.1, 0.5, "spk_0"),
    item("день", 0.5, 0.9, "spk_0"),
    mark("!", "spk_0"),
    item("Здравствуйте", 1.2, 2.0, "spk_1"),
    mark(".", "spk_1"),
    item("Дорого", 4.0, 4.5, "spk_1"),
]


@pytest.fixture
def s3(set_to, monkeypatch):
    with S3StandIn() as bucket:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", bucket.address)
        set_to(files_bucket=bucket.bucket)
        signing._credentials.cache_clear()  # a process reads its keys once, and other tests have others
        yield bucket
        assert bucket.wrong == []


@pytest.fixture
def amazon(s3, set_to, monkeypatch):
    with TranscribeStandIn(s3) as stand_in:
        monkeypatch.setenv("AWS_ENDPOINT_URL_TRANSCRIBE", stand_in.address)
        set_to(transcriber="transcribe")
        stand_in.items = SAID
        yield stand_in
        assert stand_in.wrong == []


def put(upload, content=SOUND, **headers):
    return requests.put(upload["url"], data=content, headers={**upload["headers"], **headers}, timeout=5).status_code


def recorded(phone, **said):
    """A call whose recording stands in the bucket."""
    call = phone.rung(consent_given=True, recording_upload=WANTED, start_time="2026-11-26T12:20:00Z", **said).body
    assert put(call["recording_upload"]) == 200
    return call["id"]


def later():
    """A quarter of an hour has passed for whatever waits."""
    for row in OutboxRow.scan():
        row.update([OutboxRow.due_at.set(clock.wall()), OutboxRow.not_before.set(clock.wall())])


def test_a_recording_is_put_by_an_address_for_it_alone(phone, anna, s3):
    made = phone.rung(consent_given=True, recording_upload=WANTED, headers={"Idempotency-Key": "1"})
    upload = made.body["recording_upload"]
    assert made.body["recording"] == {"state": "awaited", **WANTED} and upload["headers"]["Content-Type"] == "audio/mpeg"
    assert put(upload, SOUND + b"more", **{"Content-Length": str(len(SOUND) + 4)}) == 403
    assert put(upload, **{"Content-Type": "text/html"}) == 403
    assert requests.put(upload["url"].replace("recordings", "others"), data=SOUND, headers=upload["headers"], timeout=5).status_code == 403
    assert requests.get(upload["url"], timeout=5).status_code == 403 and s3.files == {}
    assert put(phone.rung(consent_given=True, recording_upload=WANTED, headers={"Idempotency-Key": "1"}).body["recording_upload"]) == 200
    assert [content for _, content in s3.files.values()] == [SOUND]
    assert phone.call(1).ok()["recording_upload"] is None and phone.call(1).ok()["recording"]["state"] == "awaited"
    later()
    assert (phone.look(), phone.call(1).ok()["recording"]["state"]) == (1, "stored")


def test_an_address_is_over_after_a_quarter_of_an_hour_and_nothing_is_awaited_then(phone, anna, s3):
    upload = phone.rung(consent_given=True, recording_upload=WANTED).body["recording_upload"]
    s3.later = timedelta(minutes=16)
    assert put(upload) == 403
    later()
    assert (phone.look(), phone.call(1).ok()["recording"]["state"], call_of(1).recording_at) == (1, "none", None)


def test_what_is_no_recording_and_who_did_not_agree(phone, anna, s3, set_to):
    for wrong in ({"content_type": "video/mp4", "size": 1}, {"content_type": "audio/mpeg", "size": 104_857_601}, {"size": 1}, "x"):
        assert phone.rung(consent_given=True, recording_upload=wrong).status == 422, wrong
    assert told(phone.rung(recording_upload=WANTED)) == (409, "no_consent")
    number = phone.ring()
    assert told(phone.say(number)) == (409, "no_consent")
    phone.tell(number, consent_given=True)
    assert told(phone.say(number, source="recording")) == (409, "no_recording")
    assert phone.tell(number, recording_upload=WANTED).ok()["recording_upload"]["method"] == "PUT"
    assert told(phone.say(number)) == (409, "transcription_unavailable")
    set_to(transcriber="transcribe")
    url = phone.ring(consent_given=True, recording_url="https://pbx.example/1.mp3")
    assert told(phone.say(url)) == (409, "recording_host_refused")
    set_to(files_bucket="")
    assert told(phone.rung(consent_given=True, recording_upload=WANTED)) == (409, "recordings_unavailable")


def test_a_recording_is_heard_once_and_looked_at(phone, anna, amazon):
    number = recorded(phone)
    asked = phone.say(number, source="recording")
    assert (asked.status, asked.body["job"]["state"], asked.body["segments"]) == (202, "queued", [])
    assert phone.say(number).status == phone.heard(number).status == 202 and len([*OutboxRow.scan()]) == 2
    phone.look()
    assert phone.call(number).ok()["transcript_state"] == "running" and phone.heard(number).body["job"]["state"] == "running"
    later()
    phone.look()
    heard = phone.heard(number).ok()
    assert [(part["speaker"], part["text"], part["start"], part["end"]) for part in heard["segments"]] == [
        ("client", "Добрый день!", 0.1, 0.9),
        ("agent", "Здравствуйте.", 1.2, 2.0),
        ("agent", "Дорого", 4.0, 4.5),
    ]
    assert (heard["source"], heard["confidence_score"], heard["job"]) == ("transcribe", 0.998, None)
    phone.look()
    assert phone.call(number).ok()["analysis_state"] == "insufficient_content"
    assert amazon.begun == [f"fd-test-{number}-1"] or amazon.begun[0].endswith(f"-{number}-1")
    assert told(phone.say(number)) == (409, "transcript_exists")


def test_a_worker_that_is_killed_after_the_start_begins_no_second_job(phone, anna, amazon):
    number = recorded(phone)
    phone.say(number)
    phone.look()
    storage.change(call_of(number), [SalesCall.transcript_state.set("queued")])  # what it did was not written down
    later()
    phone.look()
    assert len(amazon.begun) == 1 and len(amazon.calls("POST")) >= 3 and phone.heard(number).ok()["state"] == "done"


def test_a_job_that_fails_or_never_ends_says_so_and_may_be_asked_for_again(phone, anna, amazon):
    number = recorded(phone)
    amazon.failure = "The audio is too quiet."
    phone.say(number)
    phone.look()
    later()
    phone.look()
    call = phone.call(number).ok()
    assert (call["transcript_state"], call["error_message"]) == ("failed", "The audio is too quiet.")
    assert told(phone.heard(number)) == (404, "transcript_not_found")
    amazon.failure, amazon.polls = None, 99
    phone.say(number)
    assert phone.call(number).ok()["error_message"] is None
    storage.change(call_of(number), [SalesCall.asked_at.set(clock.wall() - hearing.PATIENCE)])
    phone.look()
    assert phone.call(number).ok()["error_message"] == "the recording was not transcribed within four hours"
    assert len(amazon.begun) == 2


def test_what_no_row_has_room_for_is_kept_in_the_bucket(phone, anna, amazon, s3, monkeypatch):
    monkeypatch.setattr(keeping, "LARGEST", 10)
    number = recorded(phone)
    phone.say(number)
    phone.look()
    later()
    phone.look()
    assert phone.heard(number).ok()["text"] == "Добрый день!\nЗдравствуйте.\nДорого"
    (where,) = (key for key in s3.files if key.startswith("kept/"))
    phone.look()
    assert phone.call(number).ok()["analysis_state"] == "insufficient_content"
    s3.fail_next(503, n=2)
    assert told(phone.heard(number)) == (429, "busy") and where.endswith(".json.gz")


def test_what_was_typed_meanwhile_stands(phone, anna, amazon):
    number = recorded(phone)
    phone.say(number)
    phone.look()
    assert phone.say(number, text="Клиент: да").status == 201
    later()
    phone.look()
    assert (phone.heard(number).ok()["source"], phone.heard(number).ok()["text"]) == ("manual", "да")


def test_faults_of_our_own_wait_and_a_recording_that_was_never_put_is_told(phone, anna, amazon):
    number = recorded(phone)
    phone.say(number)
    amazon.fail_next(400, {"__type": "AccessDeniedException", "Message": "not authorized"})
    phone.look()
    assert phone.front.get("/health").ok()["troubles"][0]["what"] == "transcriber_account"
    missing = phone.rung(consent_given=True, recording_upload=WANTED).body["id"]
    phone.say(missing)
    phone.look()
    assert phone.call(missing).ok()["error_message"] == "the recording was not put into the bucket"


def test_another_server_hears_it_too(phone, anna, s3, set_to):
    with SpeechStandIn("secret-key") as server:
        set_to(transcriber="openai", transcriber_url=f"{server.address}/v1", transcriber_key="secret-key")
        server.parts = [{"id": 0, "start": 0.0, "end": 2.5, "text": " Добрый день"}, {"id": 1, "start": 2.5, "end": 3.0, "text": " "}]
        number = recorded(phone)
        phone.say(number)
        server.fail_next(503)
        phone.look()
        assert phone.call(number).ok()["transcript_state"] == "running"
        later()
        phone.look()
        heard = phone.heard(number).ok()
        assert (heard["segments"], heard["model_used"]) == (
            [{"start": 0.0, "end": 2.5, "speaker": "other", "text": "Добрый день"}],
            "whisper-1",
        )
        assert server.files == [SOUND] and server.wrong == []


def test_the_telephonys_recording_is_fetched_into_the_bucket(phone, anna, amazon, set_to, monkeypatch):
    set_to(recording_hosts="pbx.example")

    @contextmanager
    def opened(address, host, path):
        assert (address, host, path) == ("93.184.216.34", "pbx.example", "/1.mp3?t=x")
        yield SimpleNamespace(status=200, headers={"Content-Type": "audio/mpeg"}, stream=lambda size: iter([SOUND]))

    monkeypatch.setattr(fetching, "_opened", opened)
    monkeypatch.setattr(fetching, "_resolve", lambda host: ["93.184.216.34"])
    number = phone.ring(consent_given=True, recording_url="https://pbx.example/1.mp3?t=x")
    assert phone.say(number).status == 202
    phone.look()
    assert phone.call(number).ok()["recording"] == {"state": "stored", **WANTED} and len(amazon.begun) == 1
