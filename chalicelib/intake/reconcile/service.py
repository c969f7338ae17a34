"""Comparing with the old database, and mending what its lost changes left: by the very rules of a change that comes."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import Slot
from chalicelib.core import ids, inbox, troubles, turns
from chalicelib.core.errors import AppError, Busy, Invalid
from chalicelib.core.inbox import Mail, Receipt
from chalicelib.core.observability import count, logger
from chalicelib.core.settings import settings
from chalicelib.core.vendors import VendorError, VendorRefused
from chalicelib.intake.reconcile.comparison import TABLE, Comparison, Found, compare
from chalicelib.intake.reconcile.errors import SourceUnavailable
from chalicelib.intake.reconcile.schemas import Difference, Report, Side
from chalicelib.intake.rows import service as rows
from chalicelib.intake.rows.rules import Verdict
from chalicelib.integrations.supabase.client import SupabaseClient

SHOWN = 100
"""How many differences an answer lists."""

AGAIN_AFTER = timedelta(minutes=30)
"""The same repair within that time is a repeat; an hour later it is the next tick's."""

TICK, WITHHELD = "reconcile", "reconcile_withheld"
"""Under which names the tick meets faults of ours: it is not let in, or so much is missing that it is not believed."""

OFF = "Сверка не настроена: нужны SUPABASE_URL и SUPABASE_SERVICE_KEY."


def report() -> Report:
    """What differs between the old database's slots and ours, and what mending it would do. Raises SourceUnavailable."""
    if not _configured():
        return Report(configured=False, message=OFF)
    try:
        done = compare(_rows())
    except VendorError as error:
        raise SourceUnavailable(error.reason) from error
    shown = [_shown(found, done) for found in done.found[:SHOWN]]
    told = {"rows": done.rows, "compared": done.compared, "unreadable": done.unreadable[:SHOWN], "withheld": done.withheld}
    return Report(configured=True, message=f"Расхождений: {len(done.found)}.", count=len(done.found), differences=shown, **told)


def repair() -> dict[str, int]:
    """Mend what the old database changed without our hearing of it; how many slots, by what was done."""
    if not _configured():
        return {"configured": 0}
    try:
        done = _compared()
    except VendorError as error:
        logger.warning("the old database cannot be compared with", extra={"reason": error.reason})
        count("ReconcileUnreachable")
        if isinstance(error, VendorRefused):
            troubles.meet(TICK, "supabase_user")
        return {"unreachable": 1}
    troubles.end(TICK)
    if done.withheld:
        troubles.meet(WITHHELD, "supabase_table")
    else:
        troubles.end(WITHHELD)
    news = [found for found in done.found if found.news]
    results = Counter(mend(found, done.read_at) for found in turns.in_turn("reconcile_mend", news, lambda found: found.slot_id))
    count("ReconcileRepaired", sum(results.values()))
    return {"compared": done.compared, "withheld": done.withheld, "unreadable": len(done.unreadable), **results}


def _compared() -> Comparison:
    """As many rows as half of the tick's time allows: from the beginning, or from where the last tick stopped."""
    beyond = turns.place("reconcile_rows")
    with turns.half():
        done = compare(_rows(beyond), whole=beyond is None)
    turns.stop_at("reconcile_rows", done.cut_at, before=beyond)
    return done


def _configured() -> bool:
    return bool(settings().supabase_url and settings().supabase_service_key)


def _rows(beyond: str | None = None) -> Iterator[dict[str, Any]]:
    url, key = settings().supabase_url, settings().supabase_service_key
    return SupabaseClient(url or "", key.get_secret_value() if key else "").rows(TABLE, beyond=beyond)


def mend(found: Found, read_at: datetime) -> str:
    """Have one change decided as if it had just been told, kept raw first as all that comes is; what was done."""
    body = found.change.model_dump_json(by_alias=True)
    name = f"{found.slot_id}#{ids.fingerprint(body)}"
    receipt = inbox.receive(Mail("reconcile", name, "POST /notify-update", body.encode(), "application/json", window=AGAIN_AFTER))
    if receipt.answer is not None:
        return "repeated"
    try:
        # A change told after the table was read is newer than what was read: to it this one is late.
        return rows.apply(found.change, replace(receipt, received_at=read_at)).result.value
    except Busy:
        return "later"  # it waits in the inbox, and the sweep takes it up
    except AppError as error:
        inbox.refuse(receipt, error.body())
        return "refused"


def _shown(found: Found, done: Comparison) -> Difference:
    return Difference(
        slot_id=found.slot_id,
        what=list(found.what),
        here=_here(found.slot),
        there=_there(found.row),
        news=found.news,
        repair=_foreseen(found, done) if found.news else None,
    )


def _foreseen(found: Found, done: Comparison) -> Verdict | None:
    try:
        return rows.foresee(found.change, Receipt("", "", done.read_at))
    except Invalid:
        return None


def _here(slot: Slot | None) -> Side | None:
    return Side(state=slot.state, time=slots.text(slot.start_at), specialist=slot.specialist_name) if slot is not None else None


def _there(row: dict[str, Any] | None) -> Side | None:
    if row is None:
        return None
    told = {name: str(row[name]) if row.get(name) is not None else None for name in ("state", "date", "time", "psychologist")}
    time = " ".join(part for part in (told["date"], told["time"]) if part) or None
    return Side(state=told["state"], time=time, specialist=told["psychologist"])
