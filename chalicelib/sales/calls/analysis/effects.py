"""A transcript is looked at by the outbox: what was made of it, and what is suggested, are one write."""

from typing import Any

from chalicelib.core import outbox, storage
from chalicelib.core.outbox import Effect
from chalicelib.core.settings import settings
from chalicelib.sales.calls import repository as calls
from chalicelib.sales.calls.analysis import rules
from chalicelib.sales.calls.models import SalesCall
from chalicelib.sales.calls.tasks import suggesting
from chalicelib.sales.calls.transcripts import keeping, repository
from chalicelib.sales.calls.transcripts.models import Transcript


@outbox.handles(repository.ANALYSIS)
def analyse(effect: Effect, tx: storage.Transaction) -> None:
    """Look at a transcript by word lists, and suggest what it means; nothing where another has taken its place."""
    call: SalesCall | None
    kept: Transcript | None
    call, kept = storage.read(SalesCall.at(effect.payload["place"]), repository.key(effect.payload["place"]))
    if call is None or kept is None or kept.stamp != effect.payload["stamp"]:
        return
    keep_in(tx, call, kept, found(call, kept))


def found(call: SalesCall, kept: Transcript) -> dict[str, Any]:
    """What the rules say of a transcript."""
    return rules.analysed(keeping.segments(kept), str(kept.language), began=call.start_time or call.created_at, zone=settings().zone)


def keep_in(tx: storage.Transaction, call: SalesCall, kept: Transcript, analysis: dict[str, Any]) -> None:
    """Add an analysis, whoever made it, and its suggestions; the commit raises ConditionFailed where the transcript is another."""
    repository.analysed(tx, kept, analysis)
    calls.say(tx, call, {"analysis_state": analysis["state"]})
    suggesting.suggest_in(tx, call, analysis["tasks"])
