"""Connections and runs as callers read them: nothing of a secret but that there is one, and how it ends."""

from datetime import UTC, datetime
from typing import Any

from chalicelib.core.schemas import utc_text
from chalicelib.core.settings import settings
from chalicelib.sales.crm.connections import repository, rules
from chalicelib.sales.crm.connections.models import Connection, Run
from chalicelib.sales.crm.connections.schemas import Check, ConnectionShown, RunShown, StatusShown

_MOMENTS = ("last_sync_at", "created_at", "updated_at")
_ODD = ("id", "status", "field_mapping", "has_secret", "webhook_url", "check", "sync_count", "error_count", "version", *_MOMENTS)
_PLAIN = [name for name in ConnectionShown.model_fields if name not in _ODD]
_COUNTS = ("looked", "made", "linked", "changed", "pushed", "unlinked", "beside", "refused", "conflicts")


def shown(row: Connection) -> ConnectionShown:
    """A connection."""
    told: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    told |= {name: _text(getattr(row, name)) for name in _MOMENTS}
    told |= {name: int(getattr(row, name)) for name in ("id", "sync_count", "error_count", "version")}
    mapping = row.field_mapping or {}
    rest: dict[str, Any] = {"field_mapping": mapping, "has_secret": bool(row.secret_name), "webhook_url": hook_url(row)}
    return ConnectionShown(**told, **rest, check=_check(row), status=rules.status(row))


def hook_url(row: Connection) -> str | None:
    """Where the CRM tells us of changes; None where no secret of ours could make its token."""
    key = settings().secret_of_staff
    if not key:
        return None
    token = rules.hook_token(key, row.id, str(row.hook_nonce))
    return f"{(settings().public_url or '').rstrip('/')}/webhooks/crm/{row.id}?token={token}"


def run(row: Run) -> RunShown:
    """A run."""
    counts = {name: int(getattr(row, name)) for name in _COUNTS}
    when = {"begun_at": utc_text(row.begun_at), "ended_at": _text(row.ended_at)}
    plain: dict[str, Any] = {name: getattr(row, name) for name in ("run_id", "mode", "dry_run", "state", "error")}
    return RunShown(connection_id=int(row.connection), counts=counts, conflicts=row.lost or [], **when, **plain)


def status(row: Connection) -> StatusShown:
    """How a connection stands: its last run and what waits are two reads more."""
    last = repository.last_run(row)
    reached = datetime.fromtimestamp(int(row.cursor_at), UTC) if row.cursor_at else None
    return StatusShown(
        connection_id=row.id,
        is_active=row.is_active,
        check=_check(row),
        last_sync=_text(row.last_sync_at),
        sync_count=int(row.sync_count),
        error_count=int(row.error_count),
        last_error=row.last_error,
        running=row.running,
        cursor_at=_text(reached),
        waiting=repository.waiting(row.id),
        last_run=run(last) if last else None,
        drift=row.drift,
    )


def _check(row: Connection) -> Check:
    said = row.check or {}
    return Check(state=said.get("state", "pending"), at=said.get("at"), account=said.get("account"), error=said.get("error"))


def _text(at: datetime | None) -> str | None:
    return utc_text(at) if at else None
