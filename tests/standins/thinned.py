"""A template with one resource of each kind, and those that it needs: what a linter says of a kind, it says once."""

import copy
import json
import re
from typing import Any

_WORDS = re.compile(r"[A-Za-z0-9]+")
NAMED = {"Variables", "Events", "paths"}
"""Whose keys are names that we give: what differs by them alone is of one kind."""


def kind(found: Any) -> Any:
    """What a resource says, but for its words: its type, and which properties it has at every depth."""
    if isinstance(found, dict):
        said = {(name, kind(list(value.values()) if name in NAMED else value)) for name, value in found.items()}
        return frozenset(said | ({("Type", found["Type"])} if isinstance(found.get("Type"), str) else set()))
    return frozenset(kind(one) for one in found) if isinstance(found, list) else type(found).__name__


def thinned(template: dict[str, Any]) -> dict[str, Any]:
    """The template without the second and later resources of a kind; lists and paths lose what names one of those."""
    thin = copy.deepcopy(template)
    every = thin["Resources"]
    first: dict[Any, str] = {}
    for name, resource in every.items():
        first.setdefault(kind(resource), name)
    waiting, kept = [*first.values()], set[str]()
    while waiting:
        if (name := waiting.pop()) not in kept:
            kept.add(name)
            waiting += _needed(every[name], {*every})
    gone = every.keys() - kept
    thin["Resources"] = {name: _without(every[name], gone) for name in every if name in kept}
    return thin


def _parts(found: Any) -> tuple[list[Any], list[Any]]:
    """What stays whatever it names, and what there may be fewer of."""
    if isinstance(found, list):
        return [], found
    if not isinstance(found, dict) or _is_call(found):
        return [], []
    return [value for name, value in found.items() if name != "paths"], [*found.get("paths", {}).values()]


def _is_call(found: Any) -> bool:
    return isinstance(found, dict) and any(name == "Ref" or name.startswith("Fn::") for name in found)


def _needed(found: Any, every: set[str]) -> set[str]:
    """The resources without which this one cannot stand: of several in a list, those of the first of each kind."""
    if not isinstance(found, (dict, list)) or _is_call(found):
        return every & {*_WORDS.findall(json.dumps(found))}
    stays, fewer = _parts(found)
    firsts = {kind(one): one for one in reversed(fewer)}
    return {name for one in (*stays, *firsts.values()) for name in _needed(one, every)}


def _without(found: Any, gone: set[str]) -> Any:
    if isinstance(found, list):
        return [_without(one, gone) for one in found if not _names(one, gone)]
    if not isinstance(found, dict) or _is_call(found):
        return found
    paths = {path: one for path, one in found.get("paths", {}).items() if not _names(one, gone)}
    return {name: _without(paths if name == "paths" else value, gone) for name, value in found.items()}


def _names(found: Any, gone: set[str]) -> bool:
    return bool(_needed(found, gone))
