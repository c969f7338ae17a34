"""The office's own words of a reminder: text with names of values, which is data and never code. Pure."""

from collections.abc import Mapping
from typing import Final

from chalicelib.core import lines
from chalicelib.core.patterns import pattern

VARIABLES: Final = ("first_name", "client_name", "title", "specialist", "starts_at", "location", "company")
"""What a text may name, as ``{{first_name}}``."""

_NAMED = pattern(r"\{\{\s*([A-Za-z_]+)\s*\}\}")


def checked(text: str) -> str:
    """The text. Raises ValueError where it names what there is not, or has braces that name nothing."""
    names, rest = _NAMED.findall(text), _NAMED.sub("", text)
    if not {*names} <= {*VARIABLES} or "{{" in rest or "}}" in rest:
        raise ValueError(f"expected no variables but {', '.join(f'{{{{{name}}}}}' for name in VARIABLES)}")
    return text


def filled(text: str, values: Mapping[str, str | None]) -> str:
    """The text with its values, each on one line: nobody's name speaks in our voice. What is not known is a dash."""
    return str(_NAMED.sub(lambda found: lines.one_line(values.get(found[1]) or "") or "—", text))
