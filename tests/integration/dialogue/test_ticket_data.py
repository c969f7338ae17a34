"""A ticket's data reaches the administrator as people read it, once."""

from datetime import timedelta

import pytest
import time_machine

from chalicelib.core import clock
from tests.builders import ADMIN_CHAT, SERVICE, ledger, sample

PATH = "/send-ticket-data-to-admin"


def told():
    return ledger("admin", "admin_ticket_data")


def test_only_the_back_office_may_send(front):
    assert front.post(PATH, sample("dialogue/send_ticket_data_to_admin.json")).status == 401
    assert front.post(PATH, sample("dialogue/send_ticket_data_to_admin.json"), {"X-Api-Key": "wrong"}).status == 401
    assert told() == []


@pytest.mark.parametrize(
    "body", [{}, {"psychologists": ""}, {"tiket_info": "{broken"}, {"tiket_info": 5}, {"client_info": [1]}, {"slots": ["x" * 301]}]
)
def test_what_says_nothing_is_refused(front, body):
    refused = front.post(PATH, body, SERVICE)
    assert (refused.status, refused.body["error"]) == (422, "invalid")
    assert told() == []


@pytest.mark.parametrize("name", ["send_ticket_data_to_admin", "send_ticket_data_to_admin.as_text"])
def test_the_administrator_reads_it(front, tick, sent, name):
    assert front.post(PATH, sample(f"dialogue/{name}.json"), SERVICE).ok()["client_id"] == "br0722"
    tick("sweep")
    (message,) = sent.messages(ADMIN_CHAT)
    shown = ("br0722", "Дина Сафина", "34", "+7 917 400-22-18", "dina_saf", "Не сплю перед сменой", "МСК+2", "до 3 500")
    for part in (*shown, "Мария Орлова\nПавел Громов", "11.03 10:00\n11.03 11:00", "s-1204; s-1205"):
        assert part in message.text
    for part in ("{", "[", "ВСД", "магний", "shard", "x1y2z3", "2026-03-09"):
        assert part not in message.text


def test_the_same_content_is_told_once_in_ten_minutes(front):
    body = sample("dialogue/send_ticket_data_to_admin.json")
    first = front.post(PATH, body, SERVICE).ok()
    turned = {name: body[name] for name in reversed(body)}
    assert front.post(PATH, turned, SERVICE).ok() == first
    assert front.post(PATH, sample("dialogue/send_ticket_data_to_admin.as_text.json"), SERVICE).ok() == first
    assert len(told()) == 1
    front.post(PATH, {**body, "slots": "12.03 10:00"}, SERVICE).ok()
    assert len(told()) == 2
    with time_machine.travel(clock.wall() + timedelta(minutes=10, seconds=1)):
        front.post(PATH, body, SERVICE).ok()
    assert len(told()) == 3


def test_columns_of_other_shapes_break_nothing(front, tick, sent):
    body = {"tiket_info": {"name": ["Анна"], "contact": {"a": 1}, "questions": {"b": 2}, "age": None, "slots": [None]}, "slots": None}
    front.post(PATH, body, SERVICE).ok()
    tick("sweep")
    assert "Имя: Анна" in sent.messages(ADMIN_CHAT)[-1].text
