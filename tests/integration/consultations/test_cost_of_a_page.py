"""A page of a client's consultations costs the same whatever stands in the table, and wherever the page is."""

from datetime import UTC, datetime

from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from bench.capacity import metered
from bench.wire import recorded
from chalicelib.consultations.accounts.models import Account
from chalicelib.consultations.tickets.models import Consultation
from chalicelib.consultations.tickets.rules import place_of
from chalicelib.core import ids, storage
from tests.integration.consultations.test_tickets import asked, listed

AT = datetime(2026, 12, 1, tzinfo=UTC)


def fill(client_id, count):
    """So many consultations of one client, straight into the in-process store: asking for each would take an hour."""
    table = dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].tables[Consultation.Meta.table_name]
    said = {"consultation_id": "c", "created_at": AT, "updated_at": AT, "status": "received", "lang": "ru", "source": "SITE"}
    row = Consultation(client_id=client_id, place=place_of(1), comment="Вопрос", chatwoot="off", onec="off", **said).serialize()
    for number in range(2, count + 1):
        table.put_item({**row, "place": {"S": place_of(number)}})
    storage.change(Account.row(client_id), [Account.consultations.set(count)])


def test_ten_or_ten_thousand_cost_the_same_wherever_the_page_begins(front):
    found = set()
    client_id = asked(front).ok()["client_id"]
    for count in (10, 10_000):
        fill(ids.from_uuid(client_id), count)
        for skip in (0, 3 * count // 10):
            with metered() as meter, recorded() as recorder:
                page = listed(front, client_id, skip=skip, limit=5)
            assert (page["total"], len(page["tickets"])) == (count, 5)
            found.add((skip > 0, tuple(recorder.operations), meter.units.read, meter.units.write))
    assert len({cost[1:] for cost in found if cost[0]}) == len({cost[1:] for cost in found if not cost[0]}) == 1
