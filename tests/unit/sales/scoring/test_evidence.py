"""Facts as events of a score."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.clients.models import Client
from chalicelib.core.facts import FactRow
from chalicelib.core.settings import Settings
from chalicelib.sales.leads.models import Lead
from chalicelib.sales.scoring import evidence, profile, rules

NOW = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)


def fact(kind: str, place: int = 1, *, ref: str = "r", actor: str = "client", **data: Any) -> FactRow:
    at = NOW + timedelta(minutes=place)
    return FactRow("c1", f"{place:026}", kind=kind, contour="live", happened_at=at, day="2026-06-01", ref=ref, actor=actor, data=data)


@pytest.mark.parametrize(
    ("kind", "said", "event"),
    [
        ("application_made", {"ticket_kind": "application"}, "application"),
        ("diagnostic_requested", {"ticket_kind": "diagnostic"}, "diagnostic_requested"),
        ("gocrm_lead", {}, "gocrm_lead"),
        ("link_followed", {}, "link_followed"),
        ("message_received", {"state": "received"}, "message_received"),
        ("message_sent", {"state": "sent"}, rules.OURS),
        ("call_answered", {"seconds": 60}, "call_answered"),
        ("call_answered", {"seconds": 59}, None),
        ("session_booked", {"session_id": "s"}, "session_booked"),
        ("session_completed", {"session_id": "s"}, "session_completed"),
        ("session_missed", {"session_id": "s"}, "no_show"),
        ("session_cancelled", {"session_id": "s", "cause": "client"}, "cancelled_by_client"),
        ("session_paid", {"session_id": "s", "amount": 300_000}, "payment"),
        ("operation_made", {"op_type": "purchase", "net": 5_000}, "payment"),
        ("operation_made", {"op_type": "order", "net": 5_000}, "payment"),
        ("operation_made", {"op_type": "refund", "net": 5_000}, None),
        ("channel_died", {"channel": "telegram"}, "channel_dead"),
        ("unsubscribed", {"purpose": "marketing"}, "unsubscribed"),
        ("session_moved", {"session_id": "s"}, None),
    ],
)
def test_each_fact_is_the_event_that_it_means(kind: str, said: dict[str, Any], event: str | None) -> None:
    assert [one.kind for one in evidence.of_facts([fact(kind, **said)])] == ([event] if event else [])


def test_whom_the_office_cancels_has_not_cancelled() -> None:
    assert evidence.of_facts([fact("session_cancelled", actor="office"), fact("session_cancelled", actor="staff#7")]) == []


def test_a_payment_is_one_however_often_it_is_told() -> None:
    told = [fact("session_paid", 1, session_id="s", amount=100), fact("session_paid", 2, session_id="s", amount=100)]
    told += [fact("operation_made", 3, ref="7", op_type="purchase", net=900), fact("message_received", 4), fact("message_received", 5)]
    found = evidence.of_facts(reversed(told))
    assert [(one.kind, one.ref, one.amount) for one in found if one.kind == "payment"] == [
        ("payment", "session#s", 100),
        ("payment", "operation#7", 900),
    ]
    assert len(found) == 4


def test_what_was_given_back_whole_is_no_evidence_of_paying() -> None:
    bought = [fact("operation_made", place, ref=str(place), op_type="purchase", net=900) for place in (1, 2)]
    partly = fact("operation_made", 3, ref="3", op_type="refund", net=100, refund_of=1)
    whole = fact("operation_made", 4, ref="4", op_type="refund", net=800, refund_of=1, full=True)
    found = evidence.of_facts([*bought, partly])
    assert scored(found) == ["operation#1", "operation#2"], "what was given back in part was paid"
    found = evidence.of_facts([*bought, partly, whole])
    assert scored(found) == ["operation#2"]
    assert [one.ref for one in found] == ["operation#1", "operation#2"], "by which a deal was won is still known"


def scored(found: list[rules.Event]) -> list[str | None]:
    lead = Lead(place="live#1", client_id="c1", source="call", opened_at=NOW)
    said = rules.judged(lead, Client(client_id="c1"), found, NOW + timedelta(days=1)).said
    return sorted(one["ref"] for one in said["reasons"] if one["code"] == "payment")


@pytest.mark.parametrize("text", ["{", "[]", '{"industry": 5}', '{"lowest_price": "many"}'])
def test_a_profile_that_cannot_be_read_judges_nobody(text: str) -> None:
    assert profile._read(text) == rules.Profile()


def test_a_profile_is_read_in_roubles_and_without_case() -> None:
    assert profile._read('{"industry": ["IT"], "lowest_price": 19.99}') == rules.Profile(frozenset({"it"}), lowest_price=1999)
    assert Settings().sales_profile is None
