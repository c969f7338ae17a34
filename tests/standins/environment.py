"""The settings of a process, read from its environment once for each state of it.

No test reads what another one set, so each reads its settings anew; reading two hundred names took longer than many tests do.
What a value must be is looked at each time.
"""

import os
from typing import Any

from chalicelib.core.settings import Settings

_begin = Settings._settings_init_sources.__func__  # type: ignore[attr-defined]
_build = Settings._settings_build_values.__func__  # type: ignore[attr-defined]
_read: dict[tuple[tuple[str, str], ...], dict[str, Any]] = {}


def remember() -> None:
    """Have settings that are made from the environment alone remember what stood there."""
    Settings._settings_init_sources = classmethod(_begun)  # type: ignore[method-assign, assignment]
    Settings._settings_build_values = classmethod(_built)  # type: ignore[method-assign, assignment]


def _begun(cls: type[Settings], **given: Any) -> tuple[Any, dict[str, Any]]:
    """Sources are made where somebody will ask them."""
    asked = given.get("_init_kwargs") or (*os.environ.items(),) not in _read
    return _begin(cls, **given) if asked else ((), {})


def _built(cls: type[Settings], sources: Any, init_kwargs: dict[str, Any]) -> dict[str, Any]:
    if init_kwargs:
        return dict(_build(cls, sources, init_kwargs))
    standing = (*os.environ.items(),)
    if standing not in _read:
        _read[standing] = _build(cls, sources, init_kwargs)
    return {**_read[standing]}
