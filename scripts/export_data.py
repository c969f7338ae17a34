"""Take your data along: ``python scripts/export_data.py [--stage …] [--tables clients,tickets] [--out exports]``.

Writes ``exports/<table>.csv``, which a Russian Excel opens by a double click: UTF-8 with its mark, semicolons, decimal commas,
dates as dates of the business zone. Texts that a program would take for a formula, a number or a date have an apostrophe.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))


def main(arguments: Sequence[str] | None = None) -> int:
    """Export; 0 when every table was written, 2 when there was nothing to work with."""
    from scripts.stages import environment

    given = _parser().parse_args(arguments)
    try:
        os.environ.update(environment(given.stage))
        started = time.perf_counter()
        counts = run(given.out, [name for name in given.tables.split(",") if name])
    except (RuntimeError, ModuleNotFoundError, OSError) as error:
        print(f"export_data: {error}", file=sys.stderr)
        return 2
    for name, number in counts.items():
        print(f"{given.out / name}.csv: {number} rows")
    print(f"{sum(counts.values())} rows in {len(counts)} files, {time.perf_counter() - started:.1f} s")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Write tables as CSV for spreadsheets.")
    parser.add_argument("--stage", default="local", help="the stage to read; local is the running local stack")
    parser.add_argument("--tables", default="", help="names joined by commas; all that hold somebody's data by default")
    parser.add_argument("--out", type=Path, default=Path("exports"), help="the folder for the files")
    return parser


def run(out: Path, names: Sequence[str]) -> dict[str, int]:
    """Write the tables; how many rows each has. Raises RuntimeError for a name that no table has."""
    from tqdm import tqdm

    import app  # noqa: F401 - whoever imports the application knows every table
    from chalicelib.core.settings import settings
    from scripts.exporting.gocrm import Sheet, sheets
    from scripts.exporting.tables import choose, columns, rows
    from scripts.exporting.writing import write

    chosen = choose(names)
    out.mkdir(parents=True, exist_ok=True)
    counts = {}
    plain = [[Sheet(model.table_key(), columns(model), model.get_attributes(), rows(model))] for model in chosen]
    for sheet in (sheet for model, one in zip(chosen, plain, strict=True) for sheet in sheets(model) or one):
        told = tqdm(sheet.rows, desc=sheet.name, unit="row", disable=not sys.stderr.isatty(), leave=False)
        counts[sheet.name] = write(out / f"{sheet.name}.csv", sheet.columns, sheet.attributes, told, settings().zone)
    return counts


if __name__ == "__main__":
    sys.exit(main())
