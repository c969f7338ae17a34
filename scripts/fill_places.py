"""Give the outbox's rows of before their places: ``python scripts/fill_places.py [--stage …] [--dry-run]``.

Once, right after the version with places is deployed: until then nobody but their lanes' new rows finds them. Run again it changes
nothing; it may run while traffic does, and may be stopped at any moment.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill; 0 when it is done, 2 when the stage cannot be reached."""
    from scripts import stages

    return stages.fill("fill_places", "Give the outbox's rows of before their places.", _told, arguments)


def _told(dry_run: bool) -> int:
    print(f"rows without a place: {fill(dry_run=dry_run)}")
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
