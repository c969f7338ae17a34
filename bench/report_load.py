"""The page's parts on money and on load."""

from collections.abc import Sequence

from bench import prices, queues
from bench.costs import IDLE_BOUND, JOURNEYS_BOUND, SECRETS, STARTS_A_DAY, Bills, Line
from bench.queues import HOLE, LONG_LANE, MESSAGES, SESSIONS, Queues
from bench.ticks import MS, Tick
from bench.usage import ACCESS_BYTES, MEMORY_GB, PLATFORM_BYTES, REQUEST_MS, VENDOR_MS, WOKEN_MS

Row = tuple[str, str, object, list[str]]
Table = tuple[Sequence[str], list[Sequence[object]]]
Ticks = list[tuple[str, dict[int, Tick]]]

LANE_UNITS, MINUTES, AHEAD = 2, 40, 60

COSTS = """List prices of us-east-1 on demand, as of {as_of}, before any free tier: `bench/prices.py`. Units are metered: every
scheduled function with nothing to do, as often as it comes in 30 days; and one journey, times a thousand. Assumed, not measured: a
call of the store takes {milliseconds} ms; a Lambda's own work {request} ms for a request and {woken} ms for an event; Telegram
answers in {vendor} ms; every function has {memory:g} GB; Lambda writes {platform} bytes a call into its log and the gateway {access}
a request; a warm Lambda is replaced {starts} times a day and opens {secrets} secrets then.

A journey: free slots are listed, an application is sent, its link followed in the bot, the session confirmed, both sides reminded,
both asked after it, a mark given: ten messages to Telegram, each lane woken by the stream by itself (the dearest there can be). What
its ticks would have cost anyway is the idle month's.

Not counted: cold starts of doors; what the store holds (a thousand journeys add ${kept:.3f} a month, backups included); metrics that
come only with clients (${metrics:.2f} a month where all those of a journey come every hour); a form's tracking (${tracked:.3f} for a
thousand forms of five requests); the domain, a firewall, the bucket of packages, the vendors' own prices, taxes.
"""

QUEUES = """Rows of the outbox in a store in the process; the clock is moved by the milliseconds of each call and of each vendor, with one
worker. A vendor that is down keeps its caller for {hole:g} seconds. {messages:,} messages and {sessions:,} sessions are reckoned from
the calls of one: eight workers, {a_second:g} a second at most, sweeps of {sweep:.0f} seconds a minute. One message: {calls}, and
Telegram, {seconds:.3f} s.
"""


def summary(bills: Bills, found: Queues) -> list[Row]:
    """The bounds of money and load."""
    size = max(found.down)
    down, lane, pace = found.down[size], found.lane[size], found.pace
    units, name, in_lane = found.long_lane[LONG_LANE], f"{size:,} rows of a vendor that is down", f"{size:,} rows in one lane"
    wrong = lane.killed + lane.twice > 0
    ahead = f"{SESSIONS * 2:,} reminders of one hour, the last out before the start, min"
    return [
        ("an idle month, $", f"≤ {IDLE_BOUND:g}", f"{bills.month:.2f}", _over(bills.month > IDLE_BOUND)),
        ("a thousand whole journeys, $", f"≤ {JOURNEYS_BOUND:.2f}", f"{bills.thousand:.3f}", _over(bills.thousand > JOURNEYS_BOUND)),
        (f"{name}: sweeps until 20 of each other kind left", "≤ 2", down.sweeps, _over(down.sweeps > 2)),
        (f"{name}: its tries a sweep", "≤ 1", f"{down.tries:g}", _over(down.tries > 1)),
        (f"{in_lane}: sweeps", "—", lane.sweeps, []),
        (f"{in_lane}: killed sweeps; rows said twice", "0; 0", f"{lane.killed}; {lane.twice}", _over(wrong)),
        (f"read units of an attempt at a lane of {LONG_LANE:,}", f"≤ {LANE_UNITS}", f"{units:g}", _over(units > LANE_UNITS)),
        (f"{MESSAGES:,} messages, minutes", f"≤ {MINUTES}", f"{pace.minutes:.0f}", _over(pace.minutes > MINUTES)),
        (ahead, f"≥ {AHEAD}", f"{pace.reminded_before:.0f}", _over(pace.reminded_before < AHEAD)),
    ]


def _over(is_over: bool) -> list[str]:
    return ["this"] if is_over else []


def costs_text(bills: Bills) -> str:
    """What is assumed, and what is not counted."""
    return COSTS.format(
        as_of=prices.AS_OF,
        milliseconds=", ".join(f"{name} {ms}" for name, ms in MS.items()),
        request=REQUEST_MS,
        woken=WOKEN_MS,
        vendor=VENDOR_MS,
        memory=MEMORY_GB,
        platform=PLATFORM_BYTES,
        access=ACCESS_BYTES,
        starts=STARTS_A_DAY,
        secrets=SECRETS,
        kept=bills.kept,
        metrics=bills.metrics,
        tracked=bills.tracked,
    )


def bill(lines: list[Line]) -> Table:
    """An item a row, and their sum."""
    total = sum(line.dollars for line in lines)
    rows: list[Sequence[object]] = [(line.item, line.used, f"{line.dollars:.4f}" if line.dollars else "free") for line in lines]
    return ("item", "used", "$"), [*rows, ("**together**", "", f"**{total:.3f}**")]


def steps(bills: Bills) -> Table:
    """What each step of a journey uses."""
    heads = ("step of a journey", "requests", "Lambdas", "read", "write", "of it by table")
    found: list[Sequence[object]] = []
    for name, used in bills.played.steps.items():
        tables = ", ".join(f"{table} {units:g}" for table, units in used.written.most_common() if units)
        found.append((name, f"{used.requests:g}", f"{used.invocations:g}", f"{used.read:g}", f"{used.write:g}", tables))
    return heads, found


def rows_text(bills: Bills) -> str:
    """How large the rows are."""
    largest = "; ".join(f"`{table}` {size:,}" for table, size in bills.played.largest.items())
    kept = ", ".join(f"{table} {size:,}" for table, size in bills.played.stored.most_common(6))
    return f"Largest row, bytes: {largest}. A journey leaves, indexes included: {kept}.\n"


def queues_text(found: Queues) -> str:
    """How the load was made."""
    calls = ", ".join(f"{name} {number:g}" for name, number in found.pace.calls.items())
    return QUEUES.format(
        hole=HOLE,
        messages=MESSAGES,
        sessions=SESSIONS,
        a_second=queues.A_SECOND,
        sweep=queues.SWEEP.total_seconds(),
        calls=calls,
        seconds=found.pace.seconds,
    )


def pace_text(found: Queues) -> str:
    """What was reckoned."""
    pace = found.pace
    return (
        f"{MESSAGES:,} messages at {pace.a_second:.0f} a second: {pace.minutes:.0f} minutes. A reminder's tick has time for\n"
        f"{pace.sessions_a_tick:,} sessions, {pace.writes_a_minute:,.0f} write units a minute while it works; {SESSIONS:,} sessions of\n"
        f"one hour are through, and the last message out, {pace.reminded_before:.0f} minutes before they start.\n"
    )


def growth(found: Queues, ticks: Ticks) -> Table:
    """Ten times the rows: times what."""
    rows: list[Sequence[object]] = []
    for name, by_size in (
        ("a kind that is down: sweeps until the others left", {size: one.sweeps for size, one in found.down.items()}),
        ("a kind that is down: tries a sweep", {size: one.tries for size, one in found.down.items()}),
        ("one lane: sweeps until it is empty", {size: one.sweeps for size, one in found.lane.items()}),
        ("one attempt at a lane: read units", found.long_lane),
    ):
        rows.append(_grown(name, by_size))
    for name, ticks_of in ticks:
        rows.append(_grown(f"{name}: calls", {size: sum(tick.calls.values()) for size, tick in ticks_of.items()}))
        rows.append(_grown(f"{name}: units", {size: tick.read + tick.write for size, tick in ticks_of.items()}))
    return ("what", "rows", "rows", "measured", "measured", "×10 → ×"), rows


def _grown(name: str, by_size: dict[int, float]) -> Sequence[object]:
    (few, before), (many, after) = sorted(by_size.items())
    return name, f"{few:,}", f"{many:,}", f"{before:g}", f"{after:g}", f"{after / before:.1f}" if before else "—"
