"""What cannot be understood is named, kept, listed and replayed; what merely looks odd is an application."""

import gzip
import json
from urllib.parse import quote

import pytest

from chalicelib.core import storage
from chalicelib.core.inbox import InboxRow
from tests.builders import SERVICE, Visitor, client_row, ledger, ticket_row

DOOR = "/submit-application"
JSON = {"Content-Type": "application/json"}
HOSTILE = [
    "Аннa Лeбедевa 💔",
    "👩‍👩‍👧‍👦",
    "О'Нил; DROP TABLE",
    "{lead_number} {0} %s",
    "<b>Анна</b>",
    "\u202eаннА",
    "\x00\x07",
    "Ａｎｎａ",
    "x" * 300,
]


def inbox(front, **query):
    return front.get("/inbox", SERVICE, **query).ok()["inbox"]


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_in_any_field_is_taken_as_it_is(front, tick, sent, text):
    said = {"name": text, "age": text[:60], "request_text": text, "phone": text, "email": text, "telegram": text, "custom": text}
    said |= {
        "gender": text[:60],
        "price_max": text[:60],
        "specializations": [text],
        "slots": [text[:200]],
        "psychologist": text,
        "utm_source": text,
    }
    answer = front.post(DOOR, {**said, "timezone": text[:60], "consent": text[:60]}).ok()
    assert ticket_row(answer["ticket_id"]).answers["custom"] == text
    assert client_row("br0001").name in {text, text.strip()}
    tick("sweep")
    assert len(sent.messages("900100")) == 1, "the admin can be told of it"


@pytest.mark.parametrize("phone", ["12", "8 (999) 12", "+8 999", "998", "позвонить маме", "0" * 40])
def test_a_phone_that_is_nobodys_is_kept_as_it_was_typed(front, phone):
    row = ticket_row(front.post(DOOR, {"name": "Анна", "phone": phone}).ok()["ticket_id"])
    assert (row.phone, row.contact) == (None, phone)


@pytest.mark.parametrize(
    ("phone", "number"),
    [("8 (999) 123-45-67", "+79991234567"), ("+8 999 123 45 67", "+79991234567"), ("998 90 123 45 67", "+998901234567")],
)
def test_a_phone_is_read_as_people_type_it(front, phone, number):
    row = ticket_row(front.post(DOOR, {"name": "Анна", "phone": phone}).ok()["ticket_id"])
    assert (row.phone, row.contact) == (number, phone)


@pytest.mark.parametrize(
    ("body", "loc"),
    [
        ("{", ["body"]),
        ('{"name": "Анна",}', ["body"]),
        ("[1, 2]", ["body"]),
        ('{"age": NaN, "name": "Анна"}', ["body"]),
        ('{"age": 1e999, "name": "Анна"}', ["body"]),
        ("[" * 100_000, ["body"]),
        ('{"name": "\\ud800"}', ["body"]),
        (b"\xff\xfe\xfa", ["body"]),
        ("", ["body"]),
        ("{}", ["body"]),
        ('{"age": 31}', ["body"]),
        (json.dumps({"name": {"deep": 1}}), ["body"]),
        (json.dumps({"contact": {"value": {"deep": 1}}}), ["body"]),
    ],
)
def test_a_mistake_is_named_and_the_body_is_kept(front, body, loc):
    answer = front.call("POST", DOOR, body=body, headers=JSON)
    assert (answer.status, answer.body["error"]) == (422, "invalid")
    assert [row["loc"] for row in answer.body["detail"]] == [loc]
    (kept,) = inbox(front)
    assert (kept["source"], kept["state"], kept["operation"]) == ("forms", "refused", f"POST {DOOR}")
    assert kept["error"] == answer.body


def test_a_refusal_never_repeats_the_value(front):
    secret = "Тайна " * 60
    answer = front.post(DOOR, {"name": [], "mood": secret})
    assert answer.status == 422
    assert "Тайна" not in answer.text


@pytest.mark.parametrize("size", [256 * 1024 + 1, 300 * 1024])
def test_a_body_over_the_limit_is_too_large_and_not_kept(front, size):
    answer = front.call("POST", DOOR, body="x" * size, headers=JSON)
    assert (answer.status, answer.body["error"]) == (413, "too_large")
    assert inbox(front) == []


@pytest.mark.parametrize("letter", ["x", "ы", "💬"])
def test_a_body_just_under_the_limit_is_an_application(front, letter):
    room = (255 * 1024) // len(letter.encode())
    body = json.dumps({"name": "Анна", "request_text": letter * 19_000, "essay": letter * (room - 19_100)}, ensure_ascii=False)
    row = ticket_row(front.call("POST", DOOR, body=body, headers=JSON).ok()["ticket_id"])
    assert row.request_text == letter * 19_000
    assert "essay" not in row.answers, "it stays in the raw request"


def test_many_long_tags_fit_a_ticket(front):
    tags = {f"utm_{number}": "💬" * 500 for number in range(100)}
    row = ticket_row(front.call("POST", DOOR, body=json.dumps({"name": "Анна", **tags}, ensure_ascii=False)).ok()["ticket_id"])
    assert len(row.utm) == 20


def test_a_form_of_too_many_fields_is_refused(front):
    answer = front.form(DOOR, [("Name", "Анна")] + [(f"f{number}", "1") for number in range(500)])
    assert answer.status == 422


def test_the_same_mistake_again_is_one_entry(front):
    for _ in range(3):
        assert front.call("POST", DOOR, body="{", headers=JSON).status == 422
    assert len(inbox(front)) == 1


def test_a_mistake_mended_under_the_same_number_is_an_application_and_what_was_refused_stays(front):
    tilda = Visitor(key="tilda-key-of-tests")
    assert tilda.post(DOOR, {"tranid": "1:1", "mood": "x"}).status == 422
    assert ticket_row(tilda.apply(tranid="1:1")["ticket_id"]).name == "Анна Лебедева"
    assert [row["state"] for row in inbox(front)] == ["refused"]


def test_only_the_back_office_reads_and_replays_the_inbox(front):
    assert front.get("/inbox").status == 401
    assert front.post("/inbox/forms%23tran%3A1%3A1/replay").status == 401
    assert front.post("/inbox/forms%23tran%3A1%3A1/replay", headers=SERVICE).status == 404


def test_a_replay_is_refused_while_nothing_was_mended(front):
    front.post(DOOR, {"tranid": "1:1", "mood": "x"})
    answer = replay(front, inbox(front)[0]["inbox_id"])
    assert (answer.status, answer.body["error"]) == (409, "replay_failed")
    assert answer.body["detail"]["detail"][0]["loc"] == ["body"]
    assert len(inbox(front)) == 1


def test_a_replay_after_a_mend_makes_the_application_once(front):
    sent = {"tranid": "1:1", "name": {}, "phone": []}
    Visitor(key="tilda-key-of-tests").post(DOOR, sent)
    inbox_id = inbox(front)[0]["inbox_id"]
    mended = gzip.compress(json.dumps({"tranid": "1:1", "name": "Анна", "phone": "+7 904 550-15-67"}).encode())
    assert storage.change(InboxRow.row(inbox_id), [InboxRow.raw.set(mended)])
    first, again = replay(front, inbox_id).ok(), replay(front, inbox_id).ok()
    assert first == again
    assert (first["status"], first["answer"]["client_id"]) == (200, "br0001")
    assert inbox(front) == []
    assert len(ledger("admin", "admin_application")) == 1
    again = Visitor(key="tilda-key-of-tests").post(DOOR, sent)
    assert again.ok() == first["answer"], "the site's own repeat gets it too"


def replay(front, inbox_id):
    return front.post(f"/inbox/{quote(inbox_id, safe='')}/replay", headers=SERVICE)
