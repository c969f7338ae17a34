"""Give the outbox's rows of before their places: ``python scripts/fill_places.py [--stage …] [--dry-run]``.

Once, right after the version with places is deployed: until then nobody but their lanes' new rows finds them. Run again it changes
nothing; it may run while traffic does, and may be stopped at any moment.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill; 0 when it is done, 2 when the stage cannot be reached."""
    from scripts.import_csv import environment

    parser = argparse.ArgumentParser(description="Give the outbox's rows of before their places.")
    parser.add_argument("--stage", default="local", help="the stage to write to; local is the running local stack")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done and write nothing")
    given = parser.parse_args(arguments)
    try:
        os.environ.update(environment(given.stage))
    except RuntimeError as error:
        print(f"fill_places: {error}", file=sys.stderr)
        return 2
    print(f"rows without a place: {fill(dry_run=given.dry_run)}")
    return 0


def fill(*, dry_run: bool = False) -> int:
    """Fill the places of the stage whose settings stand; how many rows had none."""
    from chalicelib.core import storage  # the product is imported once its environment is set
    from chalicelib.core.outbox import OutboxRow
    from chalicelib.core.outbox.rows import placed

    found = 0
    for row in OutboxRow.scan(OutboxRow.place.does_not_exist()):
        found += 1
        if not dry_run:
            same = OutboxRow.place.does_not_exist() & (OutboxRow.state == row.state)
            storage.change(row, placed(row), condition=same)
    return found


if __name__ == "__main__":
    sys.exit(main())
