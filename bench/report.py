"""The numbers as Markdown: what `make bench` prints, what `docs/bench.md` keeps and the README shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench import leads, salon
from bench import report_load as load
from bench import report_salon as office
from bench.calls import Calls
from bench.capacity import DAYS, SIZES, Growth
from bench.coldstart import Start
from bench.costs import Bills
from bench.cpu import PURCHASE_TO_BOTO3, TO_BOTO3, TO_FASTAPI, Cost
from bench.deliveries import Deliveries
from bench.imports import Imports
from bench.queues import Queues
from bench.ticks import MS, Tick
from bench.till import Purchase

TO_FRAMEWORKS, TO_WING, TO_START, ZIP_MB = 1.2, 1.5, 1.4, 14.0

INTRO = """# What the desk costs

One run of `make bench`: {place}. Ratios are medians of rounds in which the sides take turns.
"""

CPU = """CPU of one request, all threads of the process, user and system.

- **desk**: the Lambda's own entry point with API Gateway's event: Chalice, the edge, the service, PynamoDB, botocore, a log line,
  a metric. The store's answers are recorded and given at botocore's HTTP session, so everything but the network is paid.
- **boto3**: a default client, the same calls with the finished parameters in hand, on the same recording: no routing, no
  validation, no decision, no answer. *Unchecked* is the same client with its parameter validation off, as the desk has it.
- **FastAPI**: the same endpoint with the same pydantic models, rules and rows, through ASGI in the process: SQLAlchemy's ORM, a
  SQLite file, one commit; no log line, no metric. SQLite works inside the process, so its work is in the number; DynamoDB's is
  not, nor are TLS and sockets, in either. What a purchase may do only under a condition has it in the `UPDATE`.
"""

CAPACITY = """Computed from the items that were read and written, by DynamoDB's published rules, for an in-process store does not meter.
The slots lie in the coming {days} days, so that there are many where there were few, and the answer is the same. What an
application costs does grow with one thing: one query reads the free slots from the first chosen time to the last.
"""

IMPORTS = """CPU of a fresh process, from the unpacked zip: `import app` with one door, against the imports it stands on
(chalice, botocore.session, pynamodb.models, pydantic, pydantic_settings, Powertools' Logger and Metrics: {median:.0f} ms, best
{best:.0f} ms).
"""


STARTS = """CPU of a fresh process until its first answer: the import, the settings from Parameter Store, a first request that reads and
writes. Both services are a loopback server that takes everything; the network and TLS are not counted.
"""

TICKS = """One run of a scheduled function in a simulated Lambda of which each call of the store takes so many milliseconds, ours for it
included (an assumption, no measurement): {milliseconds}. It is told how much time is left, as AWS tells it, and stops eight seconds early.
"""

RANKING = """Calls and read units of knowing everybody who works, for each application. Names, topics, prices and days are drawn.
"""

Ticks = list[tuple[str, dict[int, Tick]]]
Ranked = list[tuple[str, dict[int, tuple[int, float]]]]
RANKING_UNITS = 20


TILL = """A purchase of three goods, paid by points, a certificate and money, of a client whom somebody brought, with a receipt
number and an `Idempotency-Key`; half of the operations that stand are this client's.
"""


@dataclass(frozen=True)
class Run:
    """Everything one run measured."""

    place: str
    calls: list[Calls]
    growth: list[Growth]
    costs: list[Cost]
    zip_mb: float
    imports: Imports
    starts: list[Start]
    deliveries: Deliveries
    ticks: Ticks
    ranking: Ranked
    bills: Bills
    queues: Queues
    till: list[Purchase]
    salon: list[salon.Cost]
    leads: list[leads.Page]


def markdown(run: Run) -> str:
    """The whole page."""
    parts = [
        INTRO.format(place=run.place),
        _summary(run),
        "## CPU of a request\n\n" + CPU + "\n" + _cpu(run.costs),
        "## AWS calls\n\nOn the usual path, counted at botocore.\n\n" + _calls(run.calls),
        "## Capacity units\n\n" + CAPACITY.format(days=DAYS) + "\n" + _growth(run.growth),
        "## The till\n\n" + TILL + "\n" + _till(run.till),
        "## Appointments and messages\n\n" + office.SALON + "\n" + _table(*office.salon_text(run.salon)),
        "## Leads\n\n" + office.intro() + "\n" + _table(*office.leads_text(run.leads)),
        "## Cold import\n\n" + IMPORTS.format(median=run.imports.median_ms, best=run.imports.best_ms) + "\n" + _imports(run.imports),
        "## Cold start, whole\n\n" + STARTS + "\n" + _starts(run.starts),
        "## Deliveries\n\n" + _deliveries(run.deliveries),
        "## Ticks\n\n" + TICKS.format(milliseconds=", ".join(f"{name} {ms}" for name, ms in MS.items())) + "\n" + ticks(run.ticks),
        "## Ranking\n\n" + RANKING + "\n" + ranking(run.ranking),
        "## Load\n\n" + load.queues_text(run.queues) + "\n" + load.pace_text(run.queues),
        "## Growth\n\n" + _table(*load.growth(run.queues, run.ticks)),
        *_money(run.bills),
    ]
    return "\n".join(parts)


def _money(bills: Bills) -> list[str]:
    """Both bills, and what they are made from."""
    return [
        "## Costs\n\n" + load.costs_text(bills),
        "An idle month:\n\n" + _table(*load.bill(bills.idle)),
        "A thousand whole journeys:\n\n" + _table(*load.bill(bills.journeys)),
        _table(*load.steps(bills)),
        load.rows_text(bills),
    ]


def _summary(run: Run) -> str:
    """Each bound as it was set, what was measured, and whatever is over it by its name."""
    dear = [row.operation.name for row in run.calls if len(row.names) > row.operation.ceiling]
    grown = [row.operation for row in run.growth if not row.is_flat]
    scanned = [row.operation.name for row in run.calls if "Scan" in row.names or row.vendors]
    slow = [f"{cost.operation} {cost.to_boto3:.2f}" for cost in run.costs if cost.to_boto3 > cost.most_to_boto3]
    slower = [f"{cost.operation} {cost.to_fastapi:.2f}" for cost in run.costs if cost.to_fastapi > TO_FASTAPI]
    heavy = [f"{door.package} {door.to_frameworks:.2f}" for door in run.imports.doors if door.to_frameworks > TO_FRAMEWORKS]
    broad = [f"{wing.package} {wing.to_frameworks:.2f}" for wing in run.imports.wings if wing.to_frameworks > TO_WING]
    late = [f"{start.package} {start.to_frameworks:.2f}" for start in run.starts if start.to_frameworks > TO_START]
    counts = [len(row.names) for row in run.calls]
    to_boto3 = f"≤ {TO_BOTO3}; a purchase {PURCHASE_TO_BOTO3}"
    sizes = f"capacity units at {SIZES[0]:,} and {SIZES[1]:,} slots"
    rows = [
        ("AWS calls of an operation", "3; submit-application 5; one more for a new client", f"{min(counts)} to {max(counts)}", dear),
        ("Scans, vendor calls in a request", "none", len(scanned) or "none", scanned),
        (sizes, "equal", f"equal for {len(run.growth) - len(grown)} of {len(run.growth)}", grown),
        ("CPU of a request, times bare boto3's", to_boto3, _span([cost.to_boto3 for cost in run.costs]), slow),
        ("CPU of a request, times FastAPI's", f"≤ {TO_FASTAPI}", _span([cost.to_fastapi for cost in run.costs]), slower),
        ("cold import of a door, times its frameworks'", f"≤ {TO_FRAMEWORKS}", _span([d.to_frameworks for d in run.imports.doors]), heavy),
        ("cold import of a wing, times its frameworks'", f"≤ {TO_WING}", _span([w.to_frameworks for w in run.imports.wings]), broad),
        ("cold start whole, times its frameworks' import", f"≤ {TO_START}", _span([s.to_frameworks for s in run.starts]), late),
        ("zip, MB", f"≤ {ZIP_MB:g}", f"{run.zip_mb:.1f}", ["the zip"] if run.zip_mb > ZIP_MB else []),
        ("outbox deliveries a second; AWS calls of one", "—", f"{run.deliveries.per_second:.0f}; {run.deliveries.calls_each:.1f}", []),
    ]
    rows += office.summary(run.salon, run.leads)
    rows += [_most_units(run.ranking), _killed(run.ticks), *load.summary(run.bills, run.queues)]
    return _table(("what", "bound", "measured", "over the bound"), [(*row[:3], "; ".join(row[3]) or "nothing") for row in rows])


def _most_units(found: Ranked) -> tuple[str, str, object, list[str]]:
    """What the largest number of specialists costs."""
    size = max(found[0][1])
    units = {kind: by_size[size][1] for kind, by_size in found}
    over = [f"{kind} {number:g}" for kind, number in units.items() if number > RANKING_UNITS]
    return f"read units of ranking among {size:,}", f"≤ {RANKING_UNITS}", "; ".join(f"{number:g}" for number in units.values()), over


def _killed(found: Ticks) -> tuple[str, str, object, list[str]]:
    killed = [name for name, by_size in found if any(tick.killed for tick in by_size.values())]
    return "ticks that a simulated Lambda killed", "none", len(killed) or "none", killed


def _span(ratios: Sequence[float]) -> str:
    return f"{min(ratios):.2f} to {max(ratios):.2f}"


def _cpu(costs: Iterable[Cost]) -> str:
    heads = ("operation", "desk, ms", "boto3, ms", "unchecked, ms", "FastAPI, ms", "× boto3", "× unchecked", "× FastAPI")
    rows = []
    for cost in costs:
        spent = (cost.desk_ms, cost.boto3_ms, cost.unchecked_ms, cost.fastapi_ms, cost.to_boto3, cost.to_unchecked, cost.to_fastapi)
        rows.append((cost.operation, *(f"{number:.2f}" for number in spent)))
    return _table(heads, rows)


def _calls(calls: Iterable[Calls]) -> str:
    rows = [(row.operation.name, len(row.names), row.operation.ceiling, " → ".join(row.names)) for row in calls]
    return _table(("operation", "calls", "ceiling", "in order"), rows)


def _till(purchases: Iterable[Purchase]) -> str:
    heads = ("operations and clients", "AWS calls", "read", "write")
    return _table(heads, [(f"{one.size:,}", ", ".join(one.calls), f"{one.units.read:g}", f"{one.units.write:g}") for one in purchases])


def _growth(growth: Iterable[Growth]) -> str:
    heads = ("operation", *(f"{part} at {size:,}" for size in SIZES for part in ("read", "write")))
    return _table(
        heads, [(row.operation, *(f"{n:g}" for size in SIZES for n in (row.units[size].read, row.units[size].write))) for row in growth]
    )


def _imports(imports: Imports) -> str:
    heads = ("door or wing", "median, ms", "best, ms", "× frameworks", "× frameworks, best of both")
    rows = [
        (one.package, f"{one.median_ms:.0f}", f"{one.best_ms:.0f}", f"{one.to_frameworks:.2f}", f"{one.to_best:.2f}")
        for one in (*imports.doors, *imports.wings)
    ]
    return _table(heads, rows)


def _starts(starts: Iterable[Start]) -> str:
    rows = [(one.package, one.status, f"{one.median_ms:.0f}", f"{one.to_frameworks:.2f}") for one in starts]
    return _table(("door", "answers", "median, ms", "× frameworks"), rows)


def _deliveries(found: Deliveries) -> str:
    calls = ", ".join(f"{name} {number:g}" for name, number in found.calls.items())
    return (
        f"{found.count} messages to a stand-in Bot API on loopback, from one worker: {found.per_second:.0f} a second,\n"
        f"{found.cpu_ms:.1f} ms of CPU each, most of it the in-process store's and the stand-in's.\n"
        f"AWS calls of one: {found.calls_each:g} ({calls}).\n"
    )


def ticks(found: Ticks) -> str:
    """A row each case: what a tick costs with few rows and with ten times as many."""
    sizes = list(found[0][1])
    heads = ("tick", *(f"{part} at {size:,}" for size in sizes for part in ("calls", "read", "write", "seconds")), "killed")
    rows = []
    for name, by_size in found:
        one = [(sum(tick.calls.values()), f"{tick.read:g}", f"{tick.write:g}", f"{tick.seconds:.1f}") for tick in by_size.values()]
        rows.append((name, *(cell for cells in one for cell in cells), sum(tick.killed for tick in by_size.values()) or "none"))
    return _table(heads, rows)


def ranking(found: Ranked) -> str:
    """A row each kind of ids."""
    heads = ("specialists with", *(f"{part} at {size:,}" for size in found[0][1] for part in ("calls", "units")))
    return _table(heads, [(kind, *(f"{cell:g}" for cells in by_size.values() for cell in cells)) for kind, by_size in found])


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"
