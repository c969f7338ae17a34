"""What can go wrong with a replay."""

from chalicelib.core.errors import Conflict, NotFound


class InboxRowNotFound(NotFound):
    code = "inbox_row_not_found"
    message = "Nothing in the inbox has this id."


class EffectNotFound(NotFound):
    code = "effect_not_found"
    message = "No dead outbox row has this id."


class ReplayFailed(Conflict):
    code = "replay_failed"
    message = "The operation refused it again; its reason is in detail."
