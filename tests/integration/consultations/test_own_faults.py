"""A wrong setting is no consultation's fault: all wait, somebody is told, and all move when it is mended."""

from datetime import timedelta

import pytest
import time_machine

from chalicelib.core import clock
from tests.builders import ADMIN_CHAT, SERVICE, ledger
from tests.integration.consultations.test_followers import state, ticket
from tests.integration.consultations.test_tickets import asked
from tests.standins.consulting import CLIENTS, DOCUMENTS


def break_token(chatwoot, onec):
    chatwoot.token_revoked = True


def break_account(chatwoot, onec):
    chatwoot.account_gone = True


def break_user(chatwoot, onec):
    onec.locked_out = True


def untick_clients(chatwoot, onec):
    onec.unticked.add(CLIENTS)


def untick_documents(chatwoot, onec):
    onec.unticked.add(DOCUMENTS)


def mend(chatwoot, onec):
    chatwoot.token_revoked = chatwoot.account_gone = onec.locked_out = False
    onec.unticked.clear()


FAULTS = [
    (break_token, "chatwoot_token", "CHATWOOT_TOKEN"),
    (break_account, "chatwoot_account", "CHATWOOT_ACCOUNT_ID"),
    (break_user, "onec_user", "ONEC_USER"),
    (untick_clients, "onec_entity", "OData"),
    (untick_documents, "onec_entity", "OData"),
]


@pytest.mark.parametrize(("spoil", "what", "words"), FAULTS)
def test_all_wait_the_admin_hears_once_and_all_move_when_it_is_mended(front, chatwoot, onec, tick, sent, spoil, what, words):
    spoil(chatwoot, onec)
    made = [asked(front, f"Вопрос {n}", client={"email": f"c{n}@example.uz"}).ok()["consultation"]["cons_id"] for n in range(3)]
    start = clock.wall()
    for days in (0, 4, 9):
        with time_machine.travel(start + timedelta(days=days)):
            for _ in range(2):
                tick("deferred_sync")
                tick("sweep")
    follower = what.partition("_")[0]
    assert {state(front, one)[follower]["state"] for one in made} == {"waiting"}, "none is given up"
    (shown,) = front.get("/health").ok()["troubles"]
    assert shown["what"] == what and words in shown["todo"]
    assert len([message for message in sent.messages(ADMIN_CHAT) if words in message.text]) == 1
    assert ledger("admin", "admin_consultation_refused") == []
    mend(chatwoot, onec)
    with time_machine.travel(start + timedelta(days=9, hours=1)):
        for _ in range(4):
            tick("sweep")
        tick("deferred_sync")
        for _ in range(2):
            tick("sweep")
    assert {state(front, one)[name]["state"] for one in made for name in ("chatwoot", "onec")} == {"done"}
    assert front.get("/api/health").ok()["troubles"] == []
    assert (len(chatwoot.conversations), len(onec.documents), len(onec.rows(CLIENTS))) == (3, 3, 3)


def test_a_fault_that_only_a_poll_meets_is_shown_and_ends_with_it(front, chatwoot, tick):
    asked(front, client={"email": "c@example.uz"}).ok()
    tick("sweep")
    chatwoot.token_revoked = True
    tick("deferred_sync")
    assert [one["what"] for one in front.get("/health").ok()["troubles"]] == ["chatwoot_token"]
    chatwoot.token_revoked = False
    tick("deferred_sync")
    assert front.get("/health").ok()["troubles"] == []


def test_settings_that_were_taken_away_are_a_fault_too(front, chatwoot, onec, tick, monkeypatch):
    from chalicelib.core.settings import settings

    made = asked(front, client={"email": "c@example.uz"}).ok()["consultation"]["cons_id"]
    with monkeypatch.context() as away:
        away.delenv("CHATWOOT_TOKEN")
        settings.cache_clear()
        tick("sweep")
        assert [one["what"] for one in front.get("/health").ok()["troubles"]] == ["chatwoot_unset"]
    settings.cache_clear()
    with time_machine.travel(clock.wall() + timedelta(minutes=10)):
        tick("sweep")
    assert front.get("/health").ok()["troubles"] == []
    assert state(front, made)["chatwoot"]["state"] == "done"


def test_a_wrong_account_does_not_make_what_stands_ask_again(front, chatwoot, tick):
    """Everything is not found there: that the conversation is gone does not follow."""
    made = asked(front, client={"email": "c@example.uz"}).ok()["consultation"]["cons_id"]
    tick("sweep")
    chatwoot.account_gone = True
    front.post(f"/consultations/sync/{made}/replay", {}, SERVICE).ok()
    tick("sweep")
    chatwoot.account_gone = False
    tick("deferred_sync")
    assert (len(chatwoot.conversations), state(front, made)["chatwoot"]["state"]) == (1, "done")


def test_what_1c_refused_is_sent_again_in_bulk(front, onec, tick):
    onec.day_limit = 0
    made = [asked(front, f"Вопрос {n}", client={"email": f"c{n}@example.uz"}).ok()["consultation"]["cons_id"] for n in range(3)]
    tick("sweep")
    assert {state(front, one)["onec"]["state"] for one in made} == {"refused"}
    onec.day_limit = None
    answer = front.post("/outbox/replay", {"kind": "consultation_onec", "reason": "Превышен лимит"}, SERVICE).ok()
    assert (answer["replayed"], answer["more"]) == (3, False)
    assert front.post("/outbox/replay", {"kind": "consultation_onec"}, SERVICE).ok()["replayed"] == 0
    tick("sweep")
    assert all(ticket(front, one)["number"] for one in made)
    assert len(onec.documents) == 3
