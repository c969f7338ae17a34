"""Stages of a deal and what follows from them, who sees a lead, by what he is found. Pure."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, get_args

from chalicelib.core.bitmaps import words


class Stage(NamedTuple):
    """A stage: the status and the column of the forecast that it means, the chance that it starts with, and how far along it is."""

    name: str
    status: str
    category: str
    p0: float
    rank: int


_SAID: Final = json.loads((Path(__file__).parent / "data" / "stages.json").read_text(encoding="utf-8"))
STAGES: Final = {
    one["stage"]: Stage(one["stage"], one["status"], one["category"], one["p0"], rank) for rank, one in enumerate(_SAID["stages"])
}
BY_STATUS: Final[Mapping[str, str]] = _SAID["by_status"]
"""The stage that a status alone means."""

ENTER_ON: Final[Mapping[str, str]] = _SAID["enter_on"]
"""What happened → the stage that an open deal reaches by it."""

OPENS_LEAD: Final[Mapping[str, str]] = _SAID["opens_lead"]
"""Kinds of facts that make their client a lead → the source that he came by."""

StageName = Literal["new", "contacted", "qualified", "proposal", "agreed", "won", "lost", "done"]
Status = Literal["new", "in_progress", "completed"]
Outcome = Literal["won", "lost"]
Category = Literal["pipeline", "best", "likely", "commit", "closed", "omitted"]
Source = Literal["website", "social", "call", "event", "referral", "gocrm", "telegram", "diagnostic", "crm", "other"]
ScoreCategory = Literal["hot", "warm", "cold", "unknown"]
OUTCOMES: Final[tuple[str, ...]] = get_args(Outcome)
SOURCES: Final[tuple[str, ...]] = get_args(Source)

NARROWED: Final = ("manager", "operator")
"""Roles that see their own leads and those that are nobody's."""


class Unclear(ValueError):
    """What is said of a deal's stage does not go together; `field` is the one to be said otherwise."""

    def __init__(self, field: str, expected: str) -> None:
        self.field, self.expected = field, expected
        super().__init__(expected)


def is_open(lead: Any) -> bool:
    """Whether his deal is not over."""
    return bool(lead.status != "completed")


def stands(lead: Any) -> bool:
    """Whether there is such a lead: one who was removed is none."""
    return lead is not None and lead.removed_at is None


def may_open(lead: Any) -> bool:
    """Whether another deal of his may be opened."""
    return not stands(lead) or not is_open(lead)


def visible(member: Any, lead: Any, *, sees_all: bool = False) -> bool:
    """Whether one of the staff sees a lead: managers see their own and nobody's, unless they are let see all."""
    return sees_all or member.role not in NARROWED or lead.assigned_to in (None, member.user_id)


def target(lead: Any, said: Mapping[str, Any]) -> str:
    """The stage that is meant by what is said of stage, outcome and status; his own where nothing else is.

    What is said as it is counts for nothing, so that a whole card may be sent back. Raises Unclear.
    """
    new = {name: said[name] for name in ("stage", "outcome", "status") if name in said and said[name] != getattr(lead, name)}
    return meant(new) if new else str(lead.stage)


def meant(new: Mapping[str, Any]) -> str:
    """The stage that is meant by what is said anew; the first one where nothing is. Raises Unclear."""
    if [*new.items()] == [("outcome", None)]:
        raise Unclear("outcome", "expected won or lost; a deal that is over is opened again by its status or stage")
    stage = new.get("stage") or new.get("outcome") or BY_STATUS[new.get("status", "new")]
    if "status" in new and STAGES[stage].status != new["status"]:
        raise Unclear("status", "expected the status of the stage, or no status")
    if "outcome" in new and outcome(stage) != new["outcome"]:
        raise Unclear("outcome", "expected the outcome of the stage, or no outcome")
    return str(stage)


def outcome(stage: str) -> str | None:
    """What a stage means for a deal that is over: won, lost or nothing of either."""
    return stage if stage in OUTCOMES else None


def is_ahead(stage: str, of: str) -> bool:
    """Whether a stage is further than an open one; nothing is further than a deal's end."""
    return STAGES[of].status != "completed" and STAGES[stage].rank > STAGES[of].rank


def reopens(lead: Any, stage: str) -> bool:
    """Whether a stage means a new deal: the one before is over."""
    return not is_open(lead) and STAGES[stage].status != "completed"


def moved(lead: Any, stage: str, at: datetime) -> dict[str, Any]:
    """What is different of a deal that comes to another stage: status, outcome, how long it stayed where, how far it ever came."""
    to, stays = STAGES[stage], _stays(lead, at)
    is_over = to.status == "completed"
    said = {
        "stage": stage,
        "stage_at": at,
        "status": to.status,
        "outcome": outcome(stage),
        "stays": stays or None,
        "furthest": _furthest(lead, stage, stays),
        "closed_at": at if is_over else None,
        "deals_won": int(lead.deals_won) + (stage == "won") - (lead.outcome == "won"),
    }
    return said | ({} if stage == "lost" else {"lost_reason": None})


def _stays(lead: Any, at: datetime) -> dict[str, int]:
    """Whole hours by stage, with the one that ends now."""
    stays = dict(lead.stays or {})
    if is_open(lead):
        hours = max(int((at - lead.stage_at).total_seconds() / 3600 + 0.5), 0)
        stays[lead.stage] = stays.get(lead.stage, 0) + hours
    return stays


def _furthest(lead: Any, stage: str, stays: Mapping[str, int]) -> str:
    """The furthest stage that was reached: won is one, an end without it is none, and a won that was a mistake never was."""
    reached = {"new", *stays, lead.furthest if lead.furthest != "won" else "new"}
    reached |= {stage} if stage == "won" or STAGES[stage].status != "completed" else set()
    return max(reached, key=lambda name: STAGES[name].rank)


NOTHING_YET: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("stays", "outcome", "lost_reason", "closed_at", "amount", "currency", "expected_close", "category_by_hand")),
    **dict.fromkeys(("first_response_at", "next_follow_up", "told_waiting_at", "removed_at")),
    "contacts": 0,
}
"""What a deal begins with."""


def begun(stage: str, at: datetime) -> dict[str, Any]:
    """How a deal begins; one may be written down when it is well under way, or over."""
    to = STAGES[stage]
    reached = stage if stage == "won" or to.status != "completed" else "new"
    said = {"opened_at": at, "stage": stage, "stage_at": at, "status": to.status, "furthest": reached, "outcome": outcome(stage)}
    ended = {"closed_at": at if to.status == "completed" else None, "deals_won": int(stage == "won")}
    return {**NOTHING_YET, **said, **ended}


def following(lead: Any, stage: str, at: datetime) -> dict[str, Any]:
    """How the next deal begins of somebody who had one."""
    won = int(lead.deals_won) + (stage == "won")
    return {**begun(stage, at), "deal_no": int(lead.deal_no) + 1, "deals_won": won}


def category(stage: str, by_hand: str | None) -> str:
    """In which column of the forecast a deal stands: where somebody put it, until it is over."""
    to = STAGES[stage]
    return to.category if to.status == "completed" else by_hand or to.category


def indexed(lead: Any, contour: str) -> dict[str, str | None]:
    """In which indexes a lead stands: none once he was removed."""
    here = {
        "listed_in": True,
        "follow_in": lead.next_follow_up is not None,
        "rescore_in": lead.rescore_at is not None,
        "waiting_in": lead.first_response_at is None and is_open(lead),
    }
    return {name: contour if is_in and stands(lead) else None for name, is_in in here.items()}


LEAD, STATUS, OUTCOME, STAGE, OWNER, CATEGORY, POINTS, SOURCE, OPENED = (
    f"sales.{name}" for name in ("lead", "status", "outcome", "stage", "owner", "category", "points", "source", "opened")
)
FACETS: Final = (LEAD, STATUS, OUTCOME, STAGE, OWNER, CATEGORY, POINTS, SOURCE, OPENED)
"""What sales finds people by."""

NOBODYS: Final = "0"
"""The owner of a lead who is nobody's."""

MIRRORED: Final = {
    "sales_stage": STAGE,
    "sales_status": STATUS,
    "sales_outcome": OUTCOME,
    "sales_owner": OWNER,
    "sales_score": POINTS,
    "sales_category": CATEGORY,
    "sales_source": SOURCE,
    "sales_opened": OPENED,
}
"""What a person's row says of his lead → the facet that it is."""

COMPANY: Final = "sales_company"
SAID: Final = (*MIRRORED, COMPANY)


def mirrored(lead: Any, opened_on: str) -> dict[str, str | None]:
    """What a person's row says of his lead; nothing of one who is none. `opened_on` is the day on which his deal was opened."""
    if not stands(lead):
        return dict.fromkeys(SAID)
    return {
        "sales_stage": lead.stage,
        "sales_status": lead.status,
        "sales_outcome": lead.outcome,
        "sales_owner": str(int(lead.assigned_to or 0)),
        "sales_score": None if lead.score is None else str(int(lead.score)),
        "sales_category": lead.score_category,
        "sales_source": lead.source,
        "sales_opened": opened_on,
        COMPANY: lead.company,
    }


def points(score: int) -> str:
    """A score as a facet's value: texts in order are numbers in order."""
    return f"{score:03d}"


def described(others: Mapping[str, Any]) -> set[str]:
    """In which of sales' facets a person is, by what his row says."""
    if "sales_stage" not in others:
        return set()
    said = {facet: others[name] for name, facet in MIRRORED.items() if others.get(name) is not None}
    if POINTS in said:
        said[POINTS] = points(int(said[POINTS]))
    return {f"{LEAD}#", *(f"{facet}#{value}" for facet, value in said.items())}


def found_by(others: Mapping[str, Any]) -> set[str]:
    """The words of his company."""
    return words.of_text("company", others.get(COMPANY)) if "sales_stage" in others else set()


TOLD: Final = (
    *("stage", "company", "position", "website", "address", "city", "state", "country", "postal_code", "industry", "company_size"),
    *("annual_revenue", "tags", "custom_fields", "notes", "crm_id", "crm_type", "source_data", "lost_reason", "expected_close"),
    *("category_by_hand", "next_follow_up", "amount", "currency"),
)
"""Fields whose change the log names."""

SCORED: Final = ("score", "score_category", "detail", "scored_at", "rescore_at")
"""What a look at his score changes: who looks changes nothing else of him."""

BESIDE_THE_FORM: Final = frozenset((*SCORED, "contacts", "last_contacted", "first_response_at"))
"""What changes while somebody fills in a form of his, and is no reason to refuse it."""
