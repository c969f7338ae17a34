"""What the README copies from elsewhere: the settings from their class, the numbers from the last measured run."""

import re
from pathlib import Path

from chalicelib.core.settings import Settings


def refresh(project: Path) -> None:
    """Write the tables between their marks anew; a run that was not measured leaves the numbers as they are."""
    readme, bench = project / "README.md", project / "docs" / "bench.md"
    text = _between("settings", settings_table(), readme.read_text(encoding="utf-8"))
    if bench.exists():
        text = _between("bench", _body(bench.read_text(encoding="utf-8")), text)
    readme.write_text(text, encoding="utf-8")


def settings_table() -> str:
    """Every setting, its default and what it means."""
    rows = ["| name | default | meaning |", "|---|---|---|"]
    rows += [f"| `{name.upper()}` | {_default(field.default)} | {field.description} |" for name, field in Settings.model_fields.items()]
    return "\n".join(rows)


def _default(value: object) -> str:
    return "" if value is None else f"`{value}`"


def _body(document: str) -> str:
    """What a page says before its first section."""
    return re.sub(r"\A# [^\n]*\n+", "", document).split("\n## ")[0].strip()


def _between(mark: str, content: str, text: str) -> str:
    return re.sub(rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", lambda found: f"{found[1]}{content}\n{found[2]}", text, flags=re.DOTALL)
