"""Handing consultations over: one effect for each follower, the tick that retries and polls, the back office's view."""

from collections.abc import Callable
from datetime import timedelta

from chalicelib.consultations.followers import chatwoot, onec, polling, repository
from chalicelib.consultations.followers.schemas import FollowerState, Replayed, SyncLine, SyncPage, SyncQuery
from chalicelib.consultations.tickets import repository as tickets
from chalicelib.consultations.tickets import service as consultations
from chalicelib.consultations.tickets.models import Consultation
from chalicelib.consultations.tickets.rules import FOLLOWERS, Follower
from chalicelib.core import clock, ids, outbox, pagination, replays, storage, troubles
from chalicelib.core.observability import logger
from chalicelib.core.outbox import Effect, OutboxRow
from chalicelib.core.schemas import utc_text
from chalicelib.core.settings import settings
from chalicelib.core.vendors import VendorBusy, VendorDown, VendorError, VendorRefused
from chalicelib.messaging import service as messaging

KINDS = {f"consultation_{follower}" for follower in FOLLOWERS}
TITLES: dict[Follower, str] = {"chatwoot": "Chatwoot", "onec": "1С"}
ALIGN: dict[Follower, Callable[[Consultation], bool]] = {"chatwoot": chatwoot.align, "onec": onec.align}
FAULTS: dict[Follower, Callable[[VendorRefused], str | None]] = {"chatwoot": chatwoot.fault_of, "onec": onec.fault_of}
"""Refusals of our configuration, not of a consultation: they pass when somebody mends it."""

UNSET: dict[Follower, str] = {"chatwoot": "chatwoot_unset", "onec": "onec_unset"}
WITHIN = timedelta(minutes=2)
"""For how long a tick delivers before it polls."""


def is_configured(follower: Follower) -> bool:
    """Whether consultations are handed to this follower."""
    return settings().has_chatwoot if follower == "chatwoot" else settings().has_onec


def follow(follower: Follower, effect: Effect, tx: storage.Transaction) -> None:
    """Bring a follower in line with a consultation. Raises the outbox's Retry or Refused."""
    row = tickets.at(effect.payload["client_id"], effect.payload["place"])
    if row is None:
        return
    if not is_configured(follower):
        raise outbox.Retry(f"{TITLES[follower]} is not configured any more", ours=UNSET[follower])
    new_there = _aligned(follower, row)
    repository.settle(row.client_id, row.place, follower, effect.effect_id, "done")
    _follow_up(tx, row, follower, new_there=new_there)


def _follow_up(tx: storage.Transaction, seen: Consultation, follower: Follower, *, new_there: bool) -> None:
    """Have the other follower show what this one calls the consultation, and this one what changed since it was read.

    Both run at once: whoever settles second reads what the other wrote before he looked, so that neither misses it.
    """
    row = tickets.at(seen.client_id, seen.place)
    if row is None:
        return
    behind: list[Follower] = [repository.other(follower)] if new_there else []
    behind += [follower] if _shown(row) != _shown(seen) else []
    effects = {one: consultations.send(tx, row, one) for one in behind if repository.state(row, one) == "done"}
    if effects:
        tx.update(tickets.handle(row), repository.awaiting(effects))


def _shown(row: Consultation) -> tuple[object, ...]:
    """What followers show of a consultation that may change while they are at it."""
    return row.status, row.number, row.conversation_id, row.cl_ref_key


def _aligned(follower: Follower, row: Consultation) -> bool:
    """True when the follower has the consultation only now."""
    try:
        return ALIGN[follower](row)
    except VendorBusy as busy:
        raise outbox.Retry(busy.reason, timedelta(seconds=busy.retry_after) if busy.retry_after else None, for_all=True) from busy
    except VendorDown as down:
        raise outbox.Retry(down.reason, for_all=True) from down
    except VendorRefused as refused:
        if fault := FAULTS[follower](refused):
            raise outbox.Retry(refused.reason, ours=fault) from refused
        raise outbox.Refused(refused.reason) from refused


def refused(follower: Follower, effect: Effect, tx: storage.Transaction, reason: str) -> None:
    """Write a final refusal into the consultation and tell the admin."""
    row = tickets.at(effect.payload["client_id"], effect.payload["place"])
    if row is None:
        return
    repository.settle(row.client_id, row.place, follower, effect.effect_id, "refused", reason[:500])
    values = {"follower": TITLES[follower], "cons_id": consultations.cons_id_of(row), "reason": reason}
    about = messaging.About("consultation_refused", "live", row.consultation_id)
    messaging.tell_admin(tx, "admin_consultation_refused", about, values)


def deferred_sync() -> dict[str, int]:
    """Retry what waits, whatever its backoff; then hear what changed there. A follower that is down stops nobody else."""
    done = {"delivered": outbox.deliver_lanes(replays.wake(KINDS), within=WITHIN)}
    polls: dict[Follower, Callable[[], int]] = {"chatwoot": polling.conversations, "onec": polling.documents}
    for follower in FOLLOWERS:
        if not is_configured(follower):  # what nobody asks hinders nobody
            troubles.end(poller(follower))
    return done | {follower: _polled(follower, poll) for follower, poll in polls.items() if is_configured(follower)}


def poller(follower: Follower) -> str:
    """Under which name a follower's poll meets faults of ours."""
    return f"{follower}_poll"


def _polled(follower: Follower, poll: Callable[[], int]) -> int:
    """How many consultations a poll moved; what of our own keeps us from hearing is written down until it does not."""
    by, moved = poller(follower), 0
    try:
        moved = poll()
    except VendorError as error:  # the next tick asks from the same cursor
        logger.warning("a follower was not heard", extra={"vendor": error.vendor, "reason": type(error).__name__})
        fault = FAULTS[follower](error) if isinstance(error, VendorRefused) else None
        if fault:
            troubles.meet(by, fault)
        return 0
    troubles.end(by)
    return moved


def list_sync(query: SyncQuery) -> SyncPage:
    """Consultations whose followers are behind, oldest first; or the one that was asked for. Raises TicketUnknown."""
    if query.cons_id:
        return SyncPage(consultations=_lines([consultations.find(query.cons_id)]), next_cursor=None)
    start = pagination.decode(query.cursor, "client_id", "place", "sync", "created_at")
    rows, next_key = tickets.behind(query.state, limit=query.limit, start=start)
    return SyncPage(consultations=_lines(rows), next_cursor=pagination.encode(next_key))


def replay(cons_id: str) -> Replayed:
    """Hand a consultation over again: what was refused or never sent is sent, what waits is tried at once. Raises TicketUnknown."""
    row = consultations.find(cons_id)
    for follower in FOLLOWERS:
        if is_configured(follower):
            _replay(row, follower)
    return Replayed(consultation=_lines([consultations.find(cons_id)])[0])


def _replay(row: Consultation, follower: Follower) -> None:
    standing = _effect_key(row, follower)
    effect: OutboxRow | None = storage.read(standing)[0] if standing else None
    if effect is not None and effect.is_waiting:
        return replays.hurry(effect)
    tx = storage.Transaction()
    if effect is not None:
        tx.delete(effect)
    tx.update(tickets.handle(row), repository.awaiting({follower: consultations.send(tx, row, follower)}))
    return tx.commit()


def _effect_key(row: Consultation, follower: Follower) -> storage.Key | None:
    effect_id = repository.state(row, follower, "effect")
    return OutboxRow.at(f"{follower}#{row.client_id}", effect_id) if effect_id else None


def _lines(rows: list[Consultation]) -> list[SyncLine]:
    """One read for the effects of all."""
    keys = [key for row in rows for follower in FOLLOWERS if (key := _effect_key(row, follower))]
    effects = {effect.effect_id: effect for effect in storage.read(*keys) if effect is not None}
    return [_line(row, effects) for row in rows]


def _line(row: Consultation, effects: dict[str, OutboxRow]) -> SyncLine:
    return SyncLine(
        cons_id=consultations.cons_id_of(row),
        consultation_id=row.consultation_id,
        client_id=ids.as_uuid(row.client_id),
        number=row.number,
        status=row.status,
        created_at=utc_text(row.created_at),
        chatwoot=_follower(row, "chatwoot", str(int(row.conversation_id)) if row.conversation_id else None, effects),
        onec=_follower(row, "onec", row.cl_ref_key, effects),
    )


def _follower(row: Consultation, follower: Follower, remote_id: str | None, effects: dict[str, OutboxRow]) -> FollowerState:
    effect = effects.get(repository.state(row, follower, "effect") or "")
    waiting = effect is not None and effect.is_waiting
    return FollowerState(
        state=repository.state(row, follower),
        remote_id=remote_id,
        attempts=int(effect.attempts) if effect else 0,
        last_error=(effect.last_error if effect else None) or repository.state(row, follower, "error"),
        next_try=utc_text(max(effect.not_before, clock.wall())) if effect and waiting else None,
    )
