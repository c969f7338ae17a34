"""Which addresses a carrier's event says are dead, in each way that it may be wrapped."""

import json

import pytest
from pydantic import ValidationError

from chalicelib.messaging.bounces import rules
from chalicelib.messaging.bounces.schemas import Told

ANNA = "anna@example.org"


def bounce(kind="Permanent", name="notificationType", **more):
    return {name: "Bounce", "bounce": {"bounceType": kind, "bouncedRecipients": [{"emailAddress": ANNA, "status": "5.1.1"}], **more}}


def complaint(kind="abuse"):
    return {"eventType": "Complaint", "complaint": {"complainedRecipients": [{"emailAddress": ANNA}], "complaintFeedbackType": kind}}


def in_sns(event):
    return {"Type": "Notification", "MessageId": "22b80b92", "TopicArn": "arn:aws:sns:eu-central-1:1:mails", "Message": json.dumps(event)}


@pytest.mark.parametrize("event", [bounce(), bounce(name="eventType"), complaint(), {"event": "bounce", "permanent": True, "email": ANNA}])
def test_a_permanent_bounce_and_a_complaint_kill_an_address(event):
    assert rules.dead(event) == rules.dead(rules.unwrapped(in_sns(event))) == [ANNA]


@pytest.mark.parametrize(
    "event",
    [
        bounce("Transient"),
        bounce("Undetermined"),
        complaint("not-spam"),
        {"notificationType": "Delivery", "delivery": {"recipients": [ANNA]}},
        {"event": "bounce", "email": ANNA},
        {"event": "bounce", "permanent": "true", "email": ANNA},
        {"notificationType": "Bounce"},
        bounce(bouncedRecipients=[{"emailAddress": 7}, "x", {}]),
        bounce(bouncedRecipients=ANNA),
        {"notificationType": ["Bounce"], "bounce": []},
        {},
    ],
)
def test_nothing_else_does(event):
    assert rules.dead(event) == rules.dead(rules.unwrapped(in_sns(event))) == []


@pytest.mark.parametrize("message", ["{broken", "[]", "7", ""])
def test_what_sns_wraps_and_nobody_can_read_says_nothing(message):
    assert rules.unwrapped({"Type": "Notification", "Message": message}) == {}


def test_all_recipients_are_heard_each_once_and_by_the_address_behind_a_name():
    many = [{"emailAddress": f"Гость <{number}@example.org>"} for number in range(80)]
    assert rules.dead(bounce(bouncedRecipients=many * 2)) == [f"{number}@example.org" for number in range(80)]


@pytest.mark.parametrize(
    ("said", "read"),
    [(True, True), ("true", True), (" TRUE ", True), (1, True), ("1", True), (False, False), ("0", False), (None, None), ("", None)],
)
def test_permanent_is_read_as_json_and_as_forms_say_it(said, read):
    assert Told.model_validate({"permanent": said}).permanent is read


@pytest.mark.parametrize("wrong", [{"permanent": "yes"}, {"permanent": 2}, {"permanent": [True]}, {"permanent": 1.0}, {"email": [ANNA]}])
def test_what_says_neither_is_refused(wrong):
    with pytest.raises(ValidationError):
        Told.model_validate(wrong)
