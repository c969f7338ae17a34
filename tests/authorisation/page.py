"""The table as a page that a person can read."""

import re
from pathlib import Path

from chalicelib.core.http import OPERATIONS
from tests.authorisation.callers import CALLERS
from tests.authorisation.policy import EXCEPTIONS, PENDING, ROWS, RULE_OF, RULES, expected

PLACE = Path(__file__).parents[2] / "docs" / "authorisation.md"

HEAD = """# Who may do what

Every operation, asked about one client's things by every kind of caller: the status he gets. Written by `python -m tests.authorisation`
from `tests/authorisation/policy.py`; `tests/integration/test_authorisation.py` plays each cell, and checks besides that whoever is refused
has changed nothing, and that whoever may not see the client's data is told none of it, whatever the status.

A cell that is empty answers as to nobody. **Bold**: the caller may read the client's data in the answer.
"""

ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}|[0-9a-f]{8}-[0-9a-f-]{27}|eyJ[\w-]+\.[\w-]+\.[\w-]+")


MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z?|\d+\.\d{3,}")


def without_ids(text: str) -> str:
    """A text in which every id and token is the same, and every moment and measured time."""
    return MOMENT.sub("<moment>", ID.sub("<id>", text))


def text() -> str:
    """The whole page."""
    tables = [_table(rule) for rule in RULES]
    return "\n".join([HEAD, _callers(), *tables, _exceptions(), _pending()]) + "\n"


def _callers() -> str:
    return "\n".join(["## Callers", "", *(f"- *{name}*: {words}." for name, words in CALLERS.items()), ""])


def _table(rule: str) -> str:
    named = [operation for operation in OPERATIONS if RULE_OF.get(operation.name) == rule]
    shown = _shown_columns(rule)
    head = ["operation", *shown]
    lines = [f"## {rule.capitalize()}", "", RULES[rule].words, "", _line(head), _line(["---"] * len(head))]
    for operation in named:
        statuses = expected(operation)
        cells = [_cell(statuses[caller], statuses["nobody"], caller, rule) for caller in shown]
        lines.append(_line([f"`{operation.method} {operation.path}`", *cells]))
    return "\n".join([*lines, ""])


def _shown_columns(rule: str) -> list[str]:
    """Callers who are answered otherwise than nobody, or may see more; all others are as nobody."""
    names = ROWS[rule].split()
    rows = [expected(operation) for operation in OPERATIONS if operation.name in names]
    return [
        caller
        for caller in CALLERS
        if caller == "nobody" or caller in RULES[rule].sees or any(row[caller] != row["nobody"] for row in rows)
    ]


def _cell(status: int, nobody: int, caller: str, rule: str) -> str:
    if caller in RULES[rule].sees:
        return f"**{status}**"
    return str(status) if caller == "nobody" or status != nobody else ""


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _exceptions() -> str:
    return "\n".join(["## Exceptions", "", *(f"- `{name}`: {one.reason}" for name, one in EXCEPTIONS.items()), ""])


def _pending() -> str:
    if not PENDING:
        return ""
    lines = [f"- {one.point} ({', '.join(f'`{name}`' for name in one.operations.split())})." for one in PENDING]
    return "\n".join(["## Not so yet", "", *dict.fromkeys(lines), ""])
