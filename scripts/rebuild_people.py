"""Make the people index from what stands: ``python scripts/rebuild_people.py [--stage …] [--dry-run]``.

Once, after the version that keeps it is deployed, and whenever a comparison found that it differs. What it writes is in lists at
once; the minute's tick brings the sets up to it. Run again it changes nothing; it may run while traffic does, and may be stopped
at any moment.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main(arguments: Sequence[str] | None = None) -> int:
    """Rebuild; 0 when it is done, 2 when the stage cannot be reached."""
    from scripts import stages

    does = "Make the people index from the clients."
    return stages.fill("rebuild_people", does, lambda dry_run: rebuild(dry_run=dry_run), arguments)


def rebuild(*, dry_run: bool = False) -> int:
    """Rebuild the index of the stage whose settings stand."""
    from chalicelib.clients.index import service as index  # the product is imported once its environment is set
    from chalicelib.core.schemas import CONTOURS
    from chalicelib.loyalty.accounts import people  # noqa: F401  what loyalty knows of clients is in the index too

    for contour in CONTOURS:
        done = index.fill(contour, dry_run=dry_run)
        print(f"{contour}: {done['clients']} clients and {done['blocks']} blocks differed")
    if dry_run:
        print("Nothing was written.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
