"""How Tilda writes a submission: names that site owners choose, lists joined by "; ", UTM inside a cookie."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, unquote_plus

SERVICE_FIELDS = {"tranid", "formid", "formname", "COOKIES", "referer", "test", "X-Api-Key", "X-API-Key", "token"}
"""What Tilda adds to what the visitor typed; no part of the content."""


MOST_TAGS = 20
"""How many UTM tags are kept; marketing uses five to eight."""


def is_probe(fields: Mapping[str, Any]) -> bool:
    """Tilda's connection test: ``test=test`` and nothing a visitor could have typed."""
    return fields.get("test") == "test" and set(fields) <= SERVICE_FIELDS


def split(value: Any) -> list[str]:
    """A multi-choice field (``"A; B"``, a list, or one value) as its parts."""
    if isinstance(value, list | tuple):
        return [part for item in value for part in split(item)]
    if value is None or isinstance(value, dict | bool):
        return []
    return [part.strip() for part in str(value).split(";") if part.strip() and part.strip().lower() != "null"]


def utm(fields: Mapping[str, Any]) -> dict[str, str]:
    """UTM tags: own fields first, then the TILDAUTM cookie, percent-encoded twice. The word "null" is none."""
    tags = _cookie_utm(fields.get("COOKIES"))
    nested = fields.get("utm") if isinstance(fields.get("utm"), Mapping) else {}
    tags |= {f"utm_{key}": value for key, value in (nested or {}).items() if isinstance(key, str)}
    tags |= {key: value for key, value in fields.items() if key.startswith("utm_")}
    said = [(key[:60], str(value)[:500]) for key, value in tags.items() if _said(value)]
    return dict(said[:MOST_TAGS])


def _said(value: Any) -> bool:
    return isinstance(value, str | int | float) and str(value).strip().lower() not in {"", "null", "none", "undefined"}


def _cookie_utm(cookies: Any) -> dict[str, Any]:
    if not isinstance(cookies, str):
        return {}
    jar = dict(part.strip().partition("=")[::2] for part in cookies.split(";"))
    pairs = (pair.partition("=")[::2] for pair in unquote(jar.get("TILDAUTM", "")).split("|||"))
    return {key: unquote_plus(value) for key, value in pairs if key.startswith("utm_")}
