"""Regular expressions that are compiled where they are first used: all of a door's, compiled at its import, were a tenth of that."""

import re
from typing import Any, cast


class _Unread:
    """A pattern's text, which becomes the pattern's methods one by one."""

    def __init__(self, text: str, flags: int) -> None:
        self._said = text, flags

    def __getattr__(self, name: str) -> Any:
        method = getattr(re.compile(*self._said), name)
        setattr(self, name, method)
        return method


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives, compiled at its first use; a wrong `text` is told no sooner."""
    return cast("re.Pattern[str]", _Unread(text, flags))
