"""What became of a deal, in words: from which stage to which, to whom, which fields. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from chalicelib.clients.timeline import rules
from chalicelib.clients.timeline.rules import People

KIND: Final = "lead_changed"


def what(data: Mapping[str, Any], people: People | None = None) -> str:
    """What changed; empty where nothing did but how often he was spoken to, of which the message itself tells."""
    return "; ".join(_parts(data, people or {}))


def whom(data: Mapping[str, Any]) -> int | None:
    """To whom of the staff the lead was given."""
    was, now = _sides(data)
    owner = now.get("owner")
    return int(owner) if owner and owner != was.get("owner") else None


def _parts(data: Mapping[str, Any], people: People) -> Iterator[str]:
    was, now = _sides(data)
    said, names = rules.words()["deal"], _names(data)
    if data.get("stage"):
        yield _stage(data, said)
    elif was.get("amount") != now.get("amount"):
        yield _amount(was, now, said)
        names = [name for name in names if name != "amount"]
    if was.get("owner") != now.get("owner"):
        yield _owner(whom(data), people, said)
    if was.get("source") != now.get("source"):
        names.append("source")
    if names:
        yield said["fields"].format(fields=rules.fields(",".join(names)))


def _names(data: Mapping[str, Any]) -> list[str]:
    """Fields that are told by their names: not what is told beside the stage, nor the currency of a sum."""
    names = [name for name in str(data.get("changed") or "").split(", ") if name]
    apart = {"stage" if data.get("stage") else "", "amount" if data.get("amount") is not None else ""}
    return [name for name in names if name not in apart | ({"currency"} if "amount" in names else set())]


def _stage(data: Mapping[str, Any], said: Mapping[str, str]) -> str:
    stages, amount = rules.words()["stages"], data.get("amount")
    named = {name: stages.get(str(data.get(key)), str(data.get(key))) for name, key in (("was", "was_stage"), ("now", "stage"))}
    return said["stage"].format(**named) if amount is None else said["stage_with_sum"].format(**named, sum=rules.roubles(int(amount)))


def _amount(was: Mapping[str, Any], now: Mapping[str, Any], said: Mapping[str, str]) -> str:
    sums = {name: rules.roubles(int(side["amount"])) for name, side in (("was", was), ("now", now)) if side.get("amount") is not None}
    return said["amount" if len(sums) > 1 else "amount_set" if "now" in sums else "amount_unset"].format(**sums)


def _owner(owner: int | None, people: People, said: Mapping[str, str]) -> str:
    if owner is None:
        return said["nobodys"]
    return said["owner"].format(name=people.get(owner) or said["manager"].format(number=owner))


def _sides(data: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    return data.get("was") or {}, data.get("now") or {}
