"""Names of schemas that a client's generator can make classes of: short, unique, and the title the same. Pure.

Pydantic tells namesakes apart by their modules' whole paths and what is read from what is written by a hyphen, but gives all of
them one title, which generators name classes by: they dropped such models, and the operations with them.
"""

from collections.abc import Mapping
from typing import Any

COMPONENTS = "#/components/schemas/"
COMMON = {"chalicelib", "schemas", "integrations", "intake", "booking"}
"""Parts of a module's path that tell nothing where another part is left."""


def short(schemas: Mapping[str, Any]) -> dict[str, str]:
    """The name of each schema, by the one pydantic gave it. Raises ValueError where two would be one."""
    names = {name: _short(name) for name in schemas}
    twice = {one for one in names.values() if list(names.values()).count(one) > 1}
    if twice:
        raise ValueError(f"two schemas would be called {', '.join(sorted(twice))}: name their models differently")
    return names


def _short(name: str) -> str:
    whole, _, mode = name.partition("-")
    *path, model = whole.split("__") if "__" in whole.strip("_") else (whole,)
    told = [part for part in path if part not in COMMON] or path
    place = "".join(word.capitalize() for word in (told[-1] if told else "").split("_"))
    part = "Part" if model.startswith("_") else ""  # a model that only another one has
    return place + model.strip("_") + part + (mode if mode == "Input" else "")


def renamed(part: Any, names: Mapping[str, str]) -> Any:
    """A part of the document in which schemas have these names, as their titles too."""
    if isinstance(part, list):
        return [renamed(one, names) for one in part]
    if not isinstance(part, dict):
        return part
    if set(names) and part.get("schemas") and set(part["schemas"]) == set(names):
        named = {names[name]: {**schema, "title": names[name]} for name, schema in part["schemas"].items()}
        part = {**part, "schemas": dict(sorted(named.items()))}
    return {key: _ref(value, names) if key == "$ref" else renamed(value, names) for key, value in part.items()}


def _ref(target: str, names: Mapping[str, str]) -> str:
    name = target.removeprefix(COMPONENTS)
    return COMPONENTS + names.get(name, name)
