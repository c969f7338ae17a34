"""Stages of a deal, what follows from them, and what a person is found by."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from chalicelib.sales.leads import rules
from chalicelib.sales.leads.rules import Unclear

AT = datetime(2026, 3, 12, 10, tzinfo=UTC)


def lead(stage="new", **said):
    """A lead whose deal stands at a stage, since AT."""
    known = {**rules.begun(stage, AT), "deal_no": 1, "assigned_to": None, "lost_reason": None, "rescore_at": None}
    return SimpleNamespace(**{**known, "score": None, "score_category": "unknown", "source": "call", "company": None, **said})


@pytest.mark.parametrize(
    ("stage", "status", "category", "p0"),
    [
        ("new", "new", "omitted", 0.05),
        ("contacted", "in_progress", "pipeline", 0.15),
        ("qualified", "in_progress", "best", 0.30),
        ("proposal", "in_progress", "likely", 0.50),
        ("agreed", "in_progress", "commit", 0.80),
        ("won", "completed", "closed", 1.0),
        ("lost", "completed", "omitted", 0.0),
        ("done", "completed", "omitted", 0.0),
    ],
)
def test_a_stage_means_a_status_a_column_and_a_chance(stage, status, category, p0):
    said = rules.STAGES[stage]
    assert (said.status, said.category, said.p0) == (status, category, p0)
    assert rules.category(stage, "best") == ("best" if status != "completed" else category)


def test_each_list_of_words_is_what_the_table_says():
    assert set(rules.STAGES) == set(rules.get_args(rules.StageName))
    assert {one.status for one in rules.STAGES.values()} == set(rules.get_args(rules.Status))
    assert {one.category for one in rules.STAGES.values()} <= set(rules.get_args(rules.Category))
    assert set(rules.OPENS_LEAD.values()) <= set(rules.SOURCES)


class TestWhichStageIsMeant:
    @pytest.mark.parametrize(
        ("now", "said", "meant"),
        [
            ("proposal", {}, "proposal"),
            ("proposal", {"stage": "proposal", "status": "in_progress", "outcome": None}, "proposal"),
            ("proposal", {"stage": "contacted"}, "contacted"),
            ("proposal", {"stage": "proposal", "outcome": "won"}, "won"),
            ("proposal", {"outcome": "lost", "status": "completed"}, "lost"),
            ("new", {"status": "in_progress"}, "contacted"),
            ("proposal", {"status": "in_progress"}, "proposal"),
            ("proposal", {"status": "completed"}, "done"),
            ("agreed", {"status": "new"}, "new"),
            ("won", {"status": "in_progress", "outcome": None}, "contacted"),
            ("won", {"stage": "qualified", "status": "in_progress", "outcome": None}, "qualified"),
            ("won", {"stage": "done", "outcome": None}, "done"),
            ("won", {"outcome": "lost"}, "lost"),
        ],
    )
    def test_what_differs_counts(self, now, said, meant):
        assert rules.target(lead(now), said) == meant

    @pytest.mark.parametrize(
        ("now", "said", "field"),
        [
            ("proposal", {"stage": "qualified", "outcome": "won"}, "outcome"),
            ("new", {"stage": "proposal", "status": "completed"}, "status"),
            ("new", {"outcome": "won", "status": "in_progress"}, "status"),
            ("won", {"outcome": None}, "outcome"),
            ("won", {"stage": "lost", "outcome": None}, "outcome"),
        ],
    )
    def test_what_does_not_go_together_is_refused(self, now, said, field):
        with pytest.raises(Unclear) as unclear:
            rules.target(lead(now), said)
        assert unclear.value.field == field

    def test_of_a_new_lead_everything_that_is_said_counts(self):
        assert rules.meant({}) == "new" and rules.meant({"status": "in_progress"}) == "contacted"
        assert rules.meant({"stage": "agreed", "status": "in_progress"}) == "agreed"
        for said in ({"stage": "agreed", "status": "new"}, {"stage": "new", "outcome": "won"}, {"outcome": "lost", "status": "new"}):
            with pytest.raises(Unclear):
                rules.meant(said)


class TestMoving:
    def test_it_stays_for_whole_hours_and_the_furthest_is_kept(self):
        known, at = lead(), AT
        for stage, hours in (("contacted", 5), ("proposal", 30), ("contacted", 2), ("lost", 1)):
            at += timedelta(hours=hours)
            vars(known).update(rules.moved(known, stage, at))
        assert known.stays == {"new": 5, "contacted": 31, "proposal": 2}
        assert (known.furthest, known.status, known.outcome, known.closed_at) == ("proposal", "completed", "lost", at)

    def test_a_won_that_was_a_mistake_never_was(self):
        known = lead("proposal")
        vars(known).update(rules.moved(known, "won", AT))
        assert (known.furthest, known.deals_won) == ("won", 1)
        vars(known).update(rules.moved(known, "lost", AT))
        assert (known.furthest, known.stays, known.deals_won) == ("proposal", {"proposal": 0}, 0)

    def test_only_what_is_further_is_ahead_and_nothing_is_of_an_end(self):
        assert rules.is_ahead("agreed", "new") and rules.is_ahead("won", "agreed")
        assert not rules.is_ahead("agreed", "agreed") and not rules.is_ahead("contacted", "agreed")
        assert not any(rules.is_ahead("won", end) for end in ("won", "lost", "done"))

    def test_another_deal_begins_anew_and_remembers_how_many_were_won(self):
        known = lead("won", deals_won=2, amount=5, contacts=3, first_response_at=AT)
        assert rules.reopens(known, "contacted") and not rules.reopens(known, "lost") and not rules.reopens(lead("new"), "contacted")
        later = AT + timedelta(days=1)
        new = rules.following(known, "contacted", later)
        assert (new["deal_no"], new["deals_won"], new["stage"], new["status"], new["opened_at"]) == (
            2,
            2,
            "contacted",
            "in_progress",
            later,
        )
        assert (new["amount"], new["contacts"], new["first_response_at"], new["closed_at"], new["stays"]) == (None, 0, None, None, None)
        assert rules.following(lead("lost"), "new", later)["deals_won"] == 0


class TestWhoIsThere:
    def test_managers_see_their_own_and_nobodys(self):
        see = {
            (role, owner): rules.visible(SimpleNamespace(role=role, user_id=7), lead(assigned_to=owner))
            for role in ("owner", "admin", "analyst", "manager", "operator")
            for owner in (None, 7, 8)
        }
        assert [pair for pair, sees in see.items() if not sees] == [("manager", 8), ("operator", 8)]
        assert rules.visible(SimpleNamespace(role="manager", user_id=7), lead(assigned_to=8), sees_all=True)

    def test_who_was_removed_stands_nowhere(self):
        here = lead("contacted", next_follow_up=AT, rescore_at=AT)
        assert set(rules.indexed(here, "live").values()) == {"live"}
        answered = lead("contacted", first_response_at=AT)
        assert rules.indexed(answered, "live") == {"listed_in": "live", "follow_in": None, "rescore_in": None, "waiting_in": None}
        here.removed_at = AT
        assert set(rules.indexed(here, "live").values()) == set(rules.mirrored(here, "2026-03-12").values()) == {None}
        assert rules.may_open(here) and rules.may_open(None) and rules.may_open(lead("done")) and not rules.may_open(lead())

    def test_what_his_row_says_is_what_he_is_found_by(self):
        said = rules.mirrored(lead("won", assigned_to=7, score=5, score_category="cold", company="ООО «Лотос-Клуб»"), "2026-03-12")
        others = {name: value for name, value in said.items() if value is not None}
        assert rules.described(others) == {
            "sales.lead#", "sales.stage#won", "sales.status#completed", "sales.outcome#won", "sales.owner#7", "sales.points#005",
            "sales.category#cold", "sales.source#call", "sales.opened#2026-03-12",
        }  # fmt: skip
        assert {"c#ооо", "c#лотос", "c#клуб", "c#лотос-клуб"} <= rules.found_by(others)
        assert rules.described({}) == rules.found_by({"sales_company": "Лотос"}) == set()
        assert "sales.owner#0" in rules.described(rules.mirrored(lead(), "2026-03-12"))
