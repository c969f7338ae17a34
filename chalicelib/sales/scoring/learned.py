"""The chance that a lead is won, learned of others by the reasons of their scores: said beside the score, which stays the rules'."""

from collections.abc import Iterable, Mapping
from math import exp
from typing import Any, Final

from chalicelib.core import storage
from chalicelib.sales.scoring.models import Learned

MODEL, NOW = "model", "now"
NOT_YET: Final = "nothing_learned_yet"
FARTHEST: Final = 35.0


def key() -> storage.Key:
    """Where the model stands."""
    return Learned.at(MODEL, NOW)


def codes(detail: Mapping[str, Any]) -> list[str]:
    """The reasons of a judgement, each once; what a limit took away is none."""
    found = {reason["code"] for name in ("reasons", "counter_reasons") for reason in detail.get(name) or ()}
    return sorted(found - {"capped", "floored"})


def probability(intercept: float, weights: Mapping[str, float], reasons: Iterable[str]) -> float:
    """The logistic function of what reasons weigh."""
    found = intercept + sum(weights.get(code, 0.0) for code in reasons)
    return 1 / (1 + exp(-min(max(found, -FARTHEST), FARTHEST)))


def told(detail: Mapping[str, Any], row: Learned | None) -> dict[str, Any]:
    """A judgement with the chance, where the model is on and he is judged by anything; else with the reason why there is none."""
    said: dict[str, Any] = row.said if row is not None else {"on": False, "reason": NOT_YET}
    if not said["on"] or detail.get("score") is None:
        return {**detail, "win_probability": None, "model": {**detail["model"], "reason": said["reason"] or "not_scored"}}
    chance = probability(said["intercept"], said["weights"], codes(detail))
    return {**detail, "win_probability": round(chance, 4), "model": {"source": "learned", "version": said["version"]}}
