"""Count days anew from their rows: ``python scripts/rebuild_counts.py (--day … [--to …] | --drifted) [--contour live] [--stage …]``.

Prints what differed. Run again it changes nothing; it may run while traffic does, and may be stopped at any moment.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main(arguments: Sequence[str] | None = None) -> int:
    """Rebuild; 0 when it is done, 2 when the stage cannot be reached."""
    from scripts import stages

    parser = argparse.ArgumentParser(description="Count days anew from the rows that they count.")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--day", help="a day of the business's calendar, YYYY-MM-DD")
    which.add_argument("--drifted", action="store_true", help="every day that a comparison found to differ")
    parser.add_argument("--to", help="every day from --day to this one")
    parser.add_argument("--contour", default="live", choices=["live", "test"])
    parser.add_argument("--stage", default="local", help="the stage to write to; local is the running local stack")
    given = parser.parse_args(arguments)
    return stages.reach("rebuild_counts", given.stage, lambda: rebuild(given.day, given.contour, given.to))


def rebuild(day: str | None, contour: str = "live", to: str | None = None) -> int:
    """Rebuild a day, each day to another, or all that differ, of the stage whose settings stand."""
    from chalicelib.analytics.counts import service as counts  # the product is imported once its environment is set
    from chalicelib.analytics.figures import days
    from chalicelib.ops.jobs import COUNTED

    named = [(contour, one) for one in days.each(date.fromisoformat(day), date.fromisoformat(to or day))] if day else counts.drifted()
    for one, date_of in named:
        differed = counts.rebuild(one, date_of)
        print(f"{one} {date_of}: {'differed' if differed else 'agreed'}")
        for what, (counted, standing) in differed.items():
            print(f"  {what}: {counted}, now {standing}")
    return 0 if COUNTED else 2


if __name__ == "__main__":
    sys.exit(main())
