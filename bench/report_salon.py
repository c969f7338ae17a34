"""The page's parts on appointments, the registry of messages and lists of leads."""

from collections.abc import Iterable, Sequence

from bench import leads, salon
from bench.report_load import Row, Table
from bench.salon import Cost

SALON = """An appointment that the office books by phone, for a client it knows, of a service of a master who is there that day; nothing is
remembered of the team, as for whoever books first. And a page of the registry: messages of one day, all of them that day's. It counts
what it is a page of, up to what one answer counts, so its units grow until then; its calls do not.
"""

LEADS = """A page of {limit} leads by stage, source and category of score, behind the first {skipped:,} where there are so many, no search.
The sets are written whole, as the fold leaves them when nothing is pending.
"""


def salon_text(found: Sequence[Cost]) -> Table:
    """A row each operation and size."""
    heads = ("operation", "sessions or messages", "AWS calls", "read", "write")
    return heads, [(one.name, f"{one.size:,}", " → ".join(one.calls), f"{one.units.read:g}", f"{one.units.write:g}") for one in found]


def leads_text(found: Iterable[leads.Page]) -> Table:
    """A row each size."""
    return ("leads", "AWS calls", "read"), [(f"{one.size:,}", " → ".join(one.calls), f"{one.read:g}") for one in found]


def intro() -> str:
    """What a page of leads is."""
    return LEADS.format(limit=leads.LIMIT, skipped=leads.SKIPPED)


def summary(found: Sequence[Cost], pages: Sequence[leads.Page]) -> list[Row]:
    """The bounds of calls, and of units that must not grow."""
    rows: list[Row] = []
    for name, most in salon.MOST_CALLS.items():
        counts = [len(one.calls) for one in found if one.name == name]
        rows.append((f"AWS calls of {name}", f"≤ {most}", max(counts), [] if max(counts) <= most else [name]))
    sizes = " and ".join(f"{one.size:,}" for one in pages)
    flat, counts = salon.is_flat(found), [len(one.calls) for one in pages]
    rows.append((f"units of {salon.EQUAL} at {sizes} sessions", "equal", "equal" if flat else "differ", [] if flat else ["this"]))
    too_many = max(counts) > leads.MOST_CALLS
    rows.append(("AWS calls of a page of leads", f"≤ {leads.MOST_CALLS}", max(counts), ["this"] if too_many else []))
    units, near = "; ".join(f"{one.read:g}" for one in pages), leads.is_near(pages)
    name = f"read units of a page of leads at {sizes}, {leads.SKIPPED:,} passed over"
    return [*rows, (name, f"± {leads.APART}", units, [] if near else ["this"])]
