"""Make the research sheet anew from our table: ``python scripts/rebuild_sheet.py [--stage …]``. Run again it changes nothing."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main(arguments: Sequence[str] | None = None) -> int:
    """Rebuild the sheet; 0 when it holds what the table does, 2 when it cannot be reached or none is configured."""
    from scripts import stages

    parser = argparse.ArgumentParser(description="Make the research sheet anew from the table.")
    parser.add_argument("--stage", default="local", help="the stage whose table is read; local is the running local stack")
    return stages.reach("rebuild_sheet", parser.parse_args(arguments).stage, rebuild)


def rebuild() -> int:
    """Rebuild the sheet of the settings that stand. Raises RuntimeError where none is configured or Google refuses."""
    from chalicelib.core.settings import settings  # the product is imported once its environment is set
    from chalicelib.core.vendors import VendorError
    from chalicelib.intake.research import jobs

    if not settings().research_sheet_id:
        raise RuntimeError("RESEARCH_SHEET_ID names no spreadsheet")
    try:
        print(f"{jobs.rebuild()} questionnaires")
    except VendorError as error:
        raise RuntimeError(str(error)) from error
    return 0


if __name__ == "__main__":
    sys.exit(main())
