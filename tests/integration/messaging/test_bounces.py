"""A carrier tells that an address is dead: only who may is heard, and the client is written to there no more."""

import json
from urllib.parse import urlencode

import pytest

from chalicelib.clients.service import Client
from chalicelib.core import storage
from chalicelib.core.facts import FactRow
from chalicelib.core.settings import settings
from chalicelib.messaging.channels.base import Address
from tests.builders import SERVICE, application, client_row

ANNA, TOKEN = "anna@example.org", "secret-of-the-mails-carrier"
SES = {"notificationType": "Bounce", "bounce": {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": "Anna@Example.org"}]}}
SNS = {"Type": "Notification", "MessageId": "22b80b92-fdea", "Message": json.dumps(SES)}
AS_TEXT = {"Content-Type": "text/plain; charset=UTF-8", "x-amz-sns-message-type": "Notification"}
DOOR = f"/webhooks/mail?token={TOKEN}"


@pytest.fixture
def carrier(front, monkeypatch):
    """A stage whose carrier knows the secret; a client who typed his address."""
    monkeypatch.setenv("MAIL_EVENTS_TOKEN", TOKEN)
    settings.cache_clear()
    front.post("/submit-application", application(email=ANNA)).ok()
    return lambda event, path=DOOR: front.call("POST", path, body=json.dumps(event), headers=AS_TEXT)


def dead() -> set[str]:
    return set(client_row("br0001").dead_channels or ())


def test_a_bounce_marks_the_address_once_and_a_repeat_reads_the_first_answer(front, carrier):
    first = carrier(SNS).ok()
    assert (first["marked"], first["reason"]) == (1, None)
    assert dead() == {Address(ANNA).mark("email")}
    assert carrier(SNS).ok() == first
    again = carrier({**SNS, "MessageId": "another"}).ok()
    assert (again["marked"], again["reason"]) == (0, "nobody is known by it, or it was known to be dead")
    kinds = [row.kind for row in storage.query(FactRow, client_row("br0001").client_id).rows]
    assert kinds.count("channel_died") == 1


def test_nobody_else_is_heard(front, carrier, monkeypatch):
    for path in ("/webhooks/mail", "/webhooks/mail?token=wrong", "/webhooks/mail?token="):
        assert carrier(SNS, path).status == 401
    monkeypatch.delenv("MAIL_EVENTS_TOKEN")
    settings.cache_clear()
    assert carrier(SNS).status == carrier(SNS, "/webhooks/mail?token=").status == 401
    assert front.post("/webhooks/mail", {"email": ANNA, "event": "bounce", "permanent": True}, SERVICE).ok()["marked"] == 1
    assert dead()


def test_the_short_form_is_read_from_a_form_too_and_what_it_cannot_be_is_refused(front, carrier):
    for field, wrong in (("permanent", "maybe"), ("email", [ANNA])):
        answer = carrier({"event": "bounce", "permanent": True, "email": ANNA, field: wrong})
        assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", field])
    many = [{"emailAddress": f"{number}@example.org"} for number in range(201)]
    crowd = carrier({"eventType": "Bounce", "bounce": {"bounceType": "Permanent", "bouncedRecipients": many}})
    assert crowd.status == 422 and "200" in crowd.text and not dead()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"event": "bounce", "permanent": "true", "email": f"Анна <{ANNA}>"})
    assert front.call("POST", DOOR, body=body, headers=form).ok()["marked"] == 1
    assert dead()


def test_strangers_and_another_address_since_are_nobodys(front, carrier):
    assert carrier({"email": "nobody@example.org", "event": "complaint"}).ok()["marked"] == 0
    client_id = client_row("br0001").client_id
    storage.change(Client.row(client_id), [Client.email.set("new@example.org")])
    assert carrier(SNS).ok()["marked"] == 0 and not dead()


def test_what_kills_nobody_says_why(carrier):
    assert "confirmed" in carrier({"Type": "SubscriptionConfirmation", "SubscribeURL": "https://sns.example/"}).ok()["reason"]
    assert "no permanent bounce" in carrier({"notificationType": "Delivery"}).ok()["reason"]
