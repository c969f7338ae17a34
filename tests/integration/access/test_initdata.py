"""A Mini App's signature at the doors of a ticket: its account's own sessions only."""

import hmac
import json
import time
from hashlib import sha256
from urllib.parse import urlencode

import pytest

from tests.builders import CLIENT, book, slot, specialist, tomorrow

OTHER = 7033333333


def opened_by(user_id, token):
    """The header of a Mini App that this account opened."""
    pairs = {"auth_date": str(int(time.time())), "query_id": "q", "user": json.dumps({"id": user_id, "first_name": "Анна"})}
    secret = hmac.new(b"WebAppData", token.encode(), sha256).digest()
    text = "\n".join(f"{name}={pairs[name]}" for name in sorted(pairs))
    return {"Authorization": "tma " + urlencode(pairs | {"hash": hmac.new(secret, text.encode(), sha256).hexdigest()})}


@pytest.fixture
def own(front, sent):
    slot(front, specialist(front), tomorrow(10))
    return book(front, tomorrow(10))


@pytest.mark.parametrize("stranger", [OTHER, 7044444444])
def test_another_account_does_not_find_the_session(front, sent, own, stranger):
    refused = front.post("/cancel-session", {"ticket_id": own}, opened_by(stranger, sent.token))
    assert (refused.status, refused.body["error"]) == (404, "session_not_found")


def test_a_forged_signature_is_refused(front, own):
    assert front.post("/cancel-session", {"ticket_id": own}, opened_by(CLIENT, "1:other")).status == 401


def test_its_own_account_cancels_and_repeats(front, sent, own):
    header = opened_by(CLIENT, sent.token)
    assert front.post("/cancel-session", {"ticket_id": own}, header).ok() == front.post("/cancel-session", {"ticket_id": own}, header).ok()
    assert front.get("/get-ticket-info", header, ticket_id=own).ok()["ticket"]["status"] == "cancelled"
