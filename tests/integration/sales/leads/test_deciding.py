"""What is written with each change of a lead: his row, his person's, his past and the log, or nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.clients.index import service as index
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.rules import place
from chalicelib.core import facts, storage
from chalicelib.sales.leads import deciding, people, service
from chalicelib.sales.leads.errors import LeadNotFound, LeadRaced
from chalicelib.sales.leads.models import Lead, Past
from tests.builders import SERVICE

AT = datetime(2026, 3, 12, 10, tzinfo=UTC)
LATER = AT + timedelta(days=2)


def judge(lead, card, events, at):
    """A score that is as good as there are events."""
    score = 10 * len(events) if events else None
    category = "unknown" if score is None else "warm" if score >= 40 else "cold"
    return {
        "score": score,
        "score_category": category,
        "detail": {"n": len(events)},
        "scored_at": at,
        "rescore_at": at + timedelta(days=30),
    }


@pytest.fixture
def anna(front):
    """A client who is no lead; her row in the index."""
    number = front.post("/api/v1/admin/clients", {"full_name": "Анна Ким"}, SERVICE).ok()["id"]
    (row,) = storage.read(PersonRow.at(place("live", number)))
    return row


@pytest.fixture
def user(front):
    """A manager."""
    said = {"email": "maria@example.org", "password": "correct-horse-battery", "role": "manager"}
    return front.post("/api/v1/users", said, SERVICE).body["id"]


def decide(act):
    tx = storage.Transaction()
    lead = act(tx)
    tx.commit()
    return lead


def opened(anna, **said):
    known = {"person": anna, "client_id": anna.client_id, "place": anna.place, "source": "call", "at": AT, "by": "system", "events": [1]}
    return decide(lambda tx: deciding.open_in(tx, **{**known, "judge": judge, **said}))


def changed(anna, lead, said, **more):
    known = {"by": "staff#7", "at": LATER, "events": None, "judge": judge}
    return decide(lambda tx: deciding.change_in(tx, lead, anna, said, **{**known, **more}))


def standing(anna):
    lead, person = storage.read(Lead.at(anna.place), PersonRow.at(anna.place))
    return lead, {name: value for name, value in person.others.items() if name.startswith("sales")}


def held(lead):
    return {name: value for name, value in lead.attribute_values.items() if value is not None}


def past(anna):
    return [row.entry.partition("#")[0] for row in storage.query(Past, anna.place).rows]


def told(anna):
    rows = facts.of_subject(anna.client_id, limit=50, start=None).rows
    return [row.kind for row in reversed(rows) if row.kind.startswith("lead_")]


def test_a_lead_is_opened_moved_and_won_and_everything_says_so(anna, user):
    lead = opened(anna, said={"company": "Лотос"})
    assert held(lead) == held(standing(anna)[0])
    assert standing(anna)[1] == {
        "sales_stage": "new", "sales_status": "new", "sales_owner": "0", "sales_score": "10", "sales_category": "cold",
        "sales_source": "call", "sales_opened": "2026-03-12", "sales_company": "Лотос",
    }  # fmt: skip
    lead = changed(anna, lead, {"stage": "proposal", "assigned_to": user, "amount": 100_00}, events=[1] * 5)
    lead = decide(lambda tx: deciding.note_contact_in(tx, lead, anna, by="staff#7", at=LATER))
    lead = changed(anna, lead, {"outcome": "won"})
    now, said = standing(anna)
    assert held(now) == held(lead)
    assert (now.revision, now.status, now.forecast_category) == (4, "completed", "closed")
    assert (now.stays, now.contacts) == ({"new": 48, "proposal": 0}, 1)
    assert (said["sales_outcome"], said["sales_owner"], said["sales_score"]) == ("won", str(user), "50")
    assert past(anna) == ["owner", "score", "score", "stage", "stage"]
    assert told(anna) == ["lead_opened", "lead_changed", "lead_changed", "lead_changed"]
    assert people.behind(storage.read(PersonRow.at(anna.place))) == {}


def test_another_deal_keeps_the_one_before_and_a_removed_one_is_in_no_figure(anna):
    lead = changed(anna, opened(anna), {"outcome": "won", "amount": 500})
    lead = changed(anna, lead, {"stage": "contacted"})
    assert (lead.deal_no, lead.deals_won, lead.amount, lead.outcome) == (2, 1, None, None)
    lead = decide(lambda tx: deciding.remove_in(tx, lead, by="staff#1", at=LATER))
    assert standing(anna)[1] == {} and set(lead.attribute_values) >= {"removed_at"}
    with pytest.raises(LeadNotFound):
        service.read(lead.number)
    lead = opened(anna, before=standing(anna)[0], at=LATER)
    assert (lead.deal_no, lead.removed_at, service.read(lead.number)[0].first_opened_at) == (3, None, AT)
    deals = {row.entry: row for row in storage.query(Past, anna.place).rows if row.entry.startswith("deal#")}
    assert {entry: (row.listed_in, row.said.get("amount")) for entry, row in deals.items()} == {
        "deal#0001": ("live", 500),
        "deal#0002": (None, None),
    }
    assert told(anna) == ["lead_opened", "lead_changed", "lead_opened", "lead_removed", "lead_opened"]


def test_what_is_not_further_moves_nobody_and_a_look_at_the_score_is_no_news(anna):
    lead = changed(anna, opened(anna), {"stage": "won", "amount": 700}, only_forwards=True)
    again = changed(anna, lead, {"stage": "won", "amount": 900}, only_forwards=True)
    assert (again.amount, again.version) == (700, lead.version)
    looked = changed(anna, lead, {}, events=[1], at=LATER + timedelta(days=1))
    assert (looked.version, looked.updated_at, looked.rescore_at) == (lead.version, lead.updated_at, LATER + timedelta(days=31))
    assert told(anna) == ["lead_opened", "lead_changed"]


def test_whoever_was_slower_is_told_and_writes_nothing(anna):
    lead = opened(anna)
    changed(anna, lead, {"notes": "чай"})
    before = standing(anna)[0].attribute_values
    with pytest.raises(LeadRaced):
        changed(anna, lead, {"stage": "won"})
    with pytest.raises(LeadRaced):
        opened(anna)
    assert standing(anna)[0].attribute_values == before and past(anna) == ["score"]


def test_nobody_is_given_to_a_user_who_is_deleted_at_that_moment(front, anna, user):
    lead = opened(anna)
    tx = storage.Transaction()
    deciding.change_in(tx, lead, anna, {"assigned_to": user}, by="staff#1", at=LATER, events=None, judge=judge)
    front.delete(f"/api/v1/users/{user}", SERVICE).ok()
    with pytest.raises(LeadRaced):
        tx.commit()
    assert standing(anna)[0].assigned_to is None
    decide(lambda tx: deciding.remove_in(tx, lead, by="system", at=LATER))
    with pytest.raises(LeadRaced):
        opened(anna, before=standing(anna)[0], owner=user)


def test_a_row_that_says_something_else_of_a_lead_is_put_right(anna):
    opened(anna)
    assert people.behind(storage.read(PersonRow.at(anna.place))) == {}
    (lead,) = storage.read(Lead.at(anna.place))
    storage.change(lead, [Lead.stage.set("agreed"), Lead.status.set("in_progress")])
    index.fill("live")
    assert standing(anna)[1]["sales_stage"] == "agreed"
