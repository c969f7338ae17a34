"""What figures and the log know of a deal: numbers and words of lists, nothing personal."""

from datetime import UTC, datetime, timedelta

from chalicelib.sales.leads import facts
from chalicelib.sales.leads.models import Lead

AT = datetime(2026, 3, 12, 10, tzinfo=UTC)


def test_it_says_what_is_known_and_nothing_personal():
    own = {name: f"secret {name}" for name in ("company", "position", "address", "city", "notes", "lost_reason", "website")}
    lead = Lead(
        place="live#0000000722", client_id="c", source="call", opened_at=AT, assigned_to=7, furthest="won", outcome="won",
        status="completed", amount=500, closed_at=AT + timedelta(hours=2), first_response_at=AT + timedelta(minutes=5), contacts=2,
        stays={"new": 2}, **own,
    )  # fmt: skip
    assert facts.standing(lead) == {
        "source": "call", "owner": 7, "furthest": "won", "outcome": "won", "completed": True, "amount": 500, "closed": "2026-03-12",
        "opened_at": AT.isoformat(), "answered": 300, "cycle": 7200, "contacts": 2, "stays": {"new": 2},
    }  # fmt: skip
    bare = Lead(place="live#0000000722", client_id="c", source="call", opened_at=AT, amount=500)
    assert facts.standing(bare) == {"source": "call", "furthest": "new", "opened_at": AT.isoformat(), "stage": "new", "worth": 500}
    dated = Lead(source="call", opened_at=AT, stage="proposal", forecast_category="likely", expected_close="2026-04-01")
    assert {name: facts.standing(dated).get(name) for name in ("stage", "column", "worth", "expected")} == {
        "stage": "proposal", "column": "likely", "worth": None, "expected": "2026-04-01",
    }  # fmt: skip
