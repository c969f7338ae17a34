"""Bring your data: ``python scripts/import_csv.py specialists.csv slots.csv clients.csv [--dry-run]``.

Says what is new, changed and refused, line by line. Run again it changes nothing. Works on the running local stack, and
with ``--stage prod`` on that stage of the AWS account of your credentials. ``-`` in a file's place leaves it out.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

if TYPE_CHECKING:
    from scripts.importing.report import Report


def main(arguments: Sequence[str] | None = None) -> int:
    """Import; 0 when every line was taken, 1 when some were refused, 2 when there was nothing to work with."""
    from scripts.stages import environment

    given = _parser().parse_args(arguments)
    try:
        os.environ.update(environment(given.stage))
        reports = run(given.specialists, given.slots, given.clients, dry_run=given.dry_run, sessions=not given.no_sessions)
    except (RuntimeError, ModuleNotFoundError) as error:
        print(f"import_csv: {error}", file=sys.stderr)
        return 2
    for report in reports:
        print("\n".join(report.lines()))
    if given.dry_run:
        print("Nothing was written.")
    return 1 if any(report.refused for report in reports) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Bring specialists, slots and clients from CSV files.")
    for name in ("specialists", "slots", "clients"):
        parser.add_argument(name, type=_file, metavar=f"{name}.csv")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done and write nothing")
    parser.add_argument("--no-sessions", action="store_true", help="taken slots are closed without a session, and nobody is told")
    parser.add_argument("--stage", default="local", help="the stage to write to; local is the running local stack")
    return parser


def _file(name: str) -> Path | None:
    return None if name == "-" else Path(name)


def run(
    specialists: Path | None, slots: Path | None, clients: Path | None, *, dry_run: bool = False, sessions: bool = True
) -> list["Report"]:
    """Import the files that are given: specialists and clients first, for slots name both. Raises RuntimeError for a broken file."""
    from chalicelib.core.settings import settings
    from scripts.importing import clients as client_rows  # the product is imported once its environment is set
    from scripts.importing import slots as slot_rows
    from scripts.importing import specialists as specialist_rows
    from scripts.importing.table import BadFile, read
    from scripts.importing.taking import taken

    people, known = specialist_rows.Specialists(dry_run=dry_run), client_rows.Clients(dry_run=dry_run)
    times = slot_rows.Slots(people, known, dry_run=dry_run, sessions=sessions)
    wanted: list[tuple[Path | None, Any, Callable[..., Any]]] = [
        (specialists, specialist_rows, people.take),
        (clients, client_rows, known.take),
        (slots, slot_rows, times.take),
    ]
    try:
        tables = [
            (path, read(path, module.NAMES, module.REQUIRED, settings().zone), take) for path, module, take in wanted if path is not None
        ]
    except BadFile as error:
        raise RuntimeError(str(error)) from error
    return [taken(path.name, lines, take) for path, lines, take in tables]


if __name__ == "__main__":
    sys.exit(main())
