"""Move the old SQLite file into our tables: ``python scripts/import_gocrm_db.py planeta_gocrm.db [--dry-run]``.

A folder in its place is one that `export_data.py` wrote.

Says of every table what is new, changed, refused or left out. Run again it changes nothing; nothing is sent anywhere. Works on
the running local stack, and with ``--stage prod`` on that stage of the AWS account of your credentials.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

PROJECT = Path(__file__).resolve().parent.parent
LONG = 200
"""Rows of a table that is worth a progress bar."""

sys.path.insert(0, str(PROJECT))

from scripts.stages import environment  # noqa: E402 - the project's folder is known only now

if TYPE_CHECKING:
    from scripts.importing.report import LeftOut, Report


def main(arguments: Sequence[str] | None = None) -> int:
    """Import; 0 when every row was taken or knowingly left out, 1 when some were refused, 2 when there was nothing to work with."""
    given = _parser().parse_args(arguments)
    try:
        os.environ.update(environment(given.stage))
        reports = run(given.file, dry_run=given.dry_run)
    except (RuntimeError, ModuleNotFoundError) as error:
        print(f"import_gocrm_db: {error}", file=sys.stderr)
        return 2
    for report in reports:
        print("\n".join(report.lines()))
    if given.dry_run:
        print("Nothing was written.")
    return 1 if any(report.refused for report in reports) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Move the old SQLite file of Go-CRM's data into our tables.")
    parser.add_argument("file", type=Path, metavar="planeta_gocrm.db")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done and write nothing")
    parser.add_argument("--stage", default="local", help="the stage to write to; local is the running local stack")
    return parser


def run(path: Path, *, dry_run: bool = False) -> list["Report | LeftOut"]:
    """Import the file, a report for each table. Raises RuntimeError for a broken file."""
    from scripts.importing.gocrm import bring  # the product is imported once its environment is set
    from scripts.importing.gocrm_exports import as_database
    from scripts.importing.table import BadFile

    try:
        with tempfile.TemporaryDirectory() as work:
            base = as_database(path, Path(work) / "exports.db") if path.is_dir() else path
            return bring(base, dry_run=dry_run, progress=_shown)
    except BadFile as error:
        raise RuntimeError(str(error)) from error


def _shown(rows: Iterable[Any], name: str, total: int) -> Iterable[Any]:
    from tqdm import tqdm

    return tqdm(rows, desc=name, total=total, unit="row", disable=total < LONG, leave=False)


if __name__ == "__main__":
    sys.exit(main())
