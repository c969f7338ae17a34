"""A merged client's talk is whom he became's: who waited waits on, since the earlier of the two."""

from chalicelib.clients.service import Known
from chalicelib.core import storage
from chalicelib.dialogue.threads import repository
from chalicelib.dialogue.threads.models import Dialogue
from chalicelib.dialogue.threads.repository import DialogueRaced
from chalicelib.intake.merging import service as merging


@storage.again(DialogueRaced)
def pass_on(source_id: str, known: Known, *, limit: int) -> int:
    """Give a merged client's talk to whom he became; how many there were, of any `limit`."""
    source, target = storage.read(Dialogue.at(source_id), Dialogue.at(known.client_id))
    if source is None:
        return 0
    tx = storage.Transaction()
    repository.replace(tx, source, target, _joined(source, target, known.client_id))
    tx.commit()
    return min(1, limit)


def _joined(source: Dialogue, target: Dialogue | None, client_id: str) -> Dialogue:
    both = [row for row in (source, target) if row is not None]
    last = max(both, key=lambda row: str(row.talked))
    since = min((row.since for row in both if row.waiting_in), default=None)
    return Dialogue(
        client_id=client_id,
        contour=last.contour,
        waiting_in=last.contour if since else None,
        since=_of(since, client_id) if since else None,
        talked=_of(last.talked, client_id),
        last_id=last.last_id,
        channel=last.channel,
        heard=sum(int(row.heard) for row in both),
        seen=sum(int(row.seen) for row in both),
        read_by=last.read_by,
        read_at=last.read_at,
    )


def _of(place: str, client_id: str) -> str:
    return f"{place.partition('#')[0]}#{client_id}"


merging.OTHERS.append(pass_on)
