"""Bring leads from a CSV: ``python scripts/import_leads.py leads.csv [--dry-run] [--stage …]``.

Columns are the fields of a lead. Says of every line whether its lead was made, is known, or was refused, and why. Run again, or after it
broke off, it changes nothing of whom it brought; nothing is sent to anybody. Works on the running local stack, and with ``--stage prod``
on that stage of the AWS account of your credentials.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

PROJECT = Path(__file__).resolve().parent.parent

sys.path.insert(0, str(PROJECT))

from scripts.stages import reach  # noqa: E402 - the project's folder is known only now

if TYPE_CHECKING:
    from scripts.importing.report import Report


def main(arguments: Sequence[str] | None = None) -> int:
    """Import; 0 when every line was taken, 1 when some were refused, 2 when there was nothing to work with."""
    given = _parser().parse_args(arguments)
    return reach("import_leads", given.stage, lambda: _told(run(given.file, dry_run=given.dry_run), dry_run=given.dry_run))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Bring leads from a CSV whose columns are the fields of a lead.")
    parser.add_argument("file", type=Path, metavar="leads.csv")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done and write nothing")
    parser.add_argument("--stage", default="local", help="the stage to write to; local is the running local stack")
    return parser


def _told(report: "Report", *, dry_run: bool) -> int:
    print("\n".join(report.lines()))
    if dry_run:
        print("Nothing was written.")
    return 1 if report.refused else 0


def run(path: Path, *, dry_run: bool = False) -> "Report":
    """Import the file. Raises RuntimeError for one that is broken."""
    from chalicelib.core.settings import settings  # the product is imported once its environment is set
    from scripts.importing import leads
    from scripts.importing.table import BadFile, read, strangers
    from scripts.importing.taking import taken

    try:
        lines, unread = read(path, leads.NAMES, leads.REQUIRED, settings().zone), strangers(path, leads.NAMES)
    except BadFile as error:
        raise RuntimeError(str(error)) from error
    report = taken(path.name, lines, leads.Leads(dry_run=dry_run).take)
    report.notes += [f"column {name}: is no field of a lead that is written down, and was left out" for name in unread]
    report.notes += leads.beyond(lines)
    return report


if __name__ == "__main__":
    sys.exit(main())
