"""Have the ticks find what stood before their lists were kept: ``python scripts/fill_due.py [--stage …] [--dry-run]``.

Once, right after the version that keeps the moments of notices is deployed: until then sessions and helping-hand applications
made before it are found by no tick. Run again it changes nothing; it may run while traffic does, and may be stopped at any moment.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill; 0 when all is found, 2 when the stage cannot be reached."""
    from scripts import stages

    does = "Keep the moments at which ticks must look at sessions and applications."
    return stages.fill("fill_due", does, lambda dry_run: fill(dry_run=dry_run), arguments)


def fill(*, dry_run: bool = False) -> int:
    """Fill the lists of the stage whose settings stand, and say how many rows were not in them."""
    from chalicelib.aftercare.helpinghand import service as helpinghand  # the product is imported once its environment is set
    from chalicelib.booking.sessions import service as sessions
    from chalicelib.core.schemas import CONTOURS

    found = sum(sessions.fill_notices(contour, dry_run=dry_run) for contour in CONTOURS)
    waiting = sum(helpinghand.fill(contour, dry_run=dry_run) for contour in CONTOURS)
    print(f"applications: {waiting}, sessions: {found}")
    if dry_run:
        print("Nothing was written.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
