from chalicelib.core import outbox, storage
from chalicelib.core.outbox import OutboxRow
from scripts.fill_places import fill


def test_rows_of_before_get_their_places_and_leave(tables):
    tx = storage.Transaction()
    outbox.send(tx, "recount", {"specialist_id": "nobody"}, lane="a")
    outbox.send(tx, "recount", {"specialist_id": "nobody"}, lane="b")
    tx.commit()
    (of_before, _) = OutboxRow.scan()
    storage.change(of_before, [OutboxRow.place.remove()])
    assert len(outbox.listed(outbox.WAITING, limit=9, start=None).rows) == 1
    assert (fill(dry_run=True), fill(), fill()) == (1, 1, 0)
    assert len(outbox.listed(outbox.WAITING, limit=9, start=None).rows) == 2
