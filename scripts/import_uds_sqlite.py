"""Move the old panel's SQLite file here: ``python scripts/import_uds_sqlite.py app.db [--dry-run] [--stage …]``.

Says of every table what is new, changed, refused or left out, and what each client is called here. Run again it changes nothing; nothing is
sent anywhere. Works on the running local stack, and with ``--stage prod`` on that stage of the AWS account of your credentials.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

PROJECT = Path(__file__).resolve().parent.parent

sys.path.insert(0, str(PROJECT))

from scripts.stages import reach  # noqa: E402 - the project's folder is known only now

if TYPE_CHECKING:
    from scripts.importing.report import LeftOut, Report, Said


def main(arguments: Sequence[str] | None = None) -> int:
    """Import; 0 when every row was taken or knowingly left out, 1 when some were refused, 2 when there was nothing to work with."""
    given = _parser().parse_args(arguments)
    return reach("import_uds_sqlite", given.stage, lambda: _told(run(given.file, dry_run=given.dry_run), given.dry_run))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Move the old panel's SQLite file here.")
    parser.add_argument("file", type=Path, metavar="app.db")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done and write nothing")
    parser.add_argument("--stage", default="local", help="the stage to write to; local is the running local stack")
    return parser


def _told(reports: "list[Report | LeftOut | Said]", dry_run: bool) -> int:
    for report in reports:
        print("\n".join(report.lines()))
    if dry_run:
        print("Nothing was written.")
    return 1 if any(report.refused for report in reports) else 0


def run(path: Path, *, dry_run: bool = False) -> "list[Report | LeftOut | Said]":
    """Import the file, a report for each table. Raises RuntimeError for a broken file."""
    from scripts.importing.table import BadFile  # the product is imported once its environment is set
    from scripts.importing.uds_sqlite import bring

    try:
        return bring(path, dry_run=dry_run, progress=_shown)
    except BadFile as error:
        raise RuntimeError(str(error)) from error


def _shown(rows: Iterable[Any], name: str, total: int) -> Iterable[Any]:
    from tqdm import tqdm

    return tqdm(rows, desc=name, total=total, unit="row", disable=not sys.stderr.isatty(), leave=False)


if __name__ == "__main__":
    sys.exit(main())
