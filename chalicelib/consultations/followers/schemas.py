"""What the back office reads of the followers."""

from typing import Literal

from pydantic import Field

from chalicelib.core.schemas import Answer, Query, Schema

State = Literal["off", "waiting", "done", "refused"]


class Heard(Answer):
    """What became of a webhook."""

    kept: bool = Field(description="Whether it changed something of ours")
    reason: str | None = Field(None, description="Why it did not: another account, no consultation of ours, nothing new")


class SyncQuery(Query):
    """Which consultations: those that wait, those that were refused, or one."""

    state: Literal["waiting", "refused"] = "waiting"
    cons_id: str | None = Field(None, max_length=60)
    limit: int = Field(50, ge=1, le=100)
    cursor: str | None = Field(None, max_length=2000)


class FollowerState(Schema):
    """Where one follower stands."""

    state: State = Field(description="off: not configured; waiting: on its way; refused: a person must look")
    remote_id: str | None = Field(description="The conversation, or the document's Ref_Key")
    attempts: int = Field(description="Tries of the effect that is on its way")
    last_error: str | None
    next_try: str | None = Field(description="When it is tried again; null where nothing is on its way")


class SyncLine(Schema):
    """A consultation and its followers."""

    cons_id: str
    consultation_id: str
    client_id: str
    number: str | None
    status: str = Field(description="The finer status behind new, pending, closed and other")
    created_at: str
    chatwoot: FollowerState
    onec: FollowerState


class SyncPage(Answer):
    """Consultations with where their followers stand."""

    consultations: list[SyncLine]
    next_cursor: str | None


class Replayed(Answer):
    """A consultation that is handed over again."""

    consultation: SyncLine
