"""Make the days from what stands: ``python scripts/fill_days.py [--stage …] [--dry-run]``.

Once, after the version that keeps days is deployed. Prints every contradiction. Run again it changes nothing; it may run while
traffic does, and may be stopped at any moment.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill; 0 when every slot has its time, 1 when some contradict each other, 2 when the stage cannot be reached."""
    from scripts import stages

    does = "Make the days of specialists and clients from slots, sessions and schedules."
    return stages.fill("fill_days", does, lambda dry_run: fill(dry_run=dry_run), arguments)


def fill(*, dry_run: bool = False) -> int:
    """Fill the days of the stage whose settings stand.

    Names are folded anew too, as they are compared since then, and specialists are known by their Telegram accounts.
    """
    from chalicelib.booking.sessions import service as sessions  # the product is imported once its environment is set
    from chalicelib.booking.slots import filling
    from chalicelib.booking.specialists import service as specialists
    from chalicelib.booking.specialists import upkeep
    from chalicelib.core.schemas import CONTOURS
    from chalicelib.team.hours import plans

    counts: Counter[str] = Counter()
    for contour in CONTOURS:
        counts["accounts"] += upkeep.know_accounts(contour, dry_run=dry_run)
        counts["names"] += upkeep.refold_names(contour, dry_run=dry_run)
        for person in specialists.everyone(contour):
            for slot, filled, others in filling.of_specialist(person.specialist_id, dry_run=dry_run):
                counts[filled] += 1
                if others:
                    print(f"{filled}: {slot.slot_id} ({slot.state}) {slot.start_at:%Y-%m-%d %H:%M} UTC overlaps {', '.join(others)}")
        counts["sessions"] += sessions.fill_days(contour, dry_run=dry_run)
    counts["plans"] = plans.fill(dry_run=dry_run)
    print(", ".join(f"{name}: {number}" for name, number in sorted(counts.items())))
    if dry_run:
        print("Nothing was written.")
    return 1 if counts[filling.Filled.CONTRADICTION] else 0


if __name__ == "__main__":
    sys.exit(main())
