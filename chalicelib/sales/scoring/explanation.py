"""What an explanation of a score rests on: it stands while that stands, however the points fade meanwhile. Pure."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any


def rests_on(said: Mapping[str, Any]) -> str:
    """A digest of a judgement's reasons, without their points, and of its category."""
    reasons = [(reason["code"], reason["ref"], reason["at"]) for name in ("reasons", "counter_reasons") for reason in said[name]]
    text = json.dumps([said["score_category"], sorted(reasons, key=repr)], default=str)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def carried(before: Mapping[str, Any] | None, said: dict[str, Any]) -> dict[str, Any]:
    """A judgement with the explanation that the one before had, where it rests on the same."""
    told = (before or {}).get("explanation")
    return {**said, "explanation": told} if before and told and rests_on(before) == rests_on(said) else said
