"""``python -m bench``: measure everything, print it, keep it in ``docs/bench.md``."""

import io
import os
import platform
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import TypeVar

from bench import environment

environment.quiet()

from bench import calls, capacity, coldstart, costs, cpu, deliveries, imports, leads, package, queues, ranking, report, salon, ticks, till  # noqa: E402

PAGE = Path(__file__).resolve().parents[1] / "docs" / "bench.md"
Found = TypeVar("Found")


def main() -> None:
    """One run."""
    place = f"Python {platform.python_version()}, {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f} at its start"
    cpu_costs = _step("CPU of a request, against bare boto3 and FastAPI", cpu.measure)
    zip_file = _step("the package", package.build)
    with package.unpacked(zip_file) as code:
        imported = _step("cold imports", lambda: imports.measure(code))
        started = _step("cold starts, whole", lambda: coldstart.measure(code))
    counted = _step("AWS calls", calls.measure)
    growth = _step(f"capacity units at {capacity.SIZES[0]:,} and {capacity.SIZES[1]:,} slots", capacity.measure)
    sold = _step("a purchase", till.measure)
    booked = _step("an appointment, a page of messages", salon.measure)
    paged = _step("a page of leads", leads.measure)
    delivered = _step("deliveries", deliveries.measure)
    ticked = _step("ticks", ticks.measure)
    chosen = _step("ranking", ranking.measure)
    bills = _step("what a month and a journey cost", costs.measure)
    loaded = _step("the outbox under load", queues.measure)
    zip_mb = zip_file.stat().st_size / 1e6
    run = report.Run(
        place, counted, growth, cpu_costs, zip_mb, imported, started, delivered, ticked, chosen, bills, loaded, sold, booked, paged
    )
    page = report.markdown(run)
    PAGE.write_text(page, encoding="utf-8")
    print(page)


def _step(name: str, measure: Callable[[], Found]) -> Found:
    """Say what is being measured and how long it took; what the desk itself prints is not for the reader."""
    print(f"measuring {name} …", end=" ", file=sys.stderr, flush=True)
    began = time.perf_counter()
    with redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = measure()
    print(f"{time.perf_counter() - began:.0f} s", file=sys.stderr)
    return found


if __name__ == "__main__":
    main()
