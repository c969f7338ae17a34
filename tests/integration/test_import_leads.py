"""Leads of a file come in once, whatever stands in it and whenever the import breaks off."""

import pytest

from chalicelib.clients.models import Client, Identity
from chalicelib.core import storage
from chalicelib.core.facts import FactRow
from chalicelib.core.outbox import OutboxRow
from chalicelib.messaging.models import MessageRow
from chalicelib.sales.leads import deciding, service
from chalicelib.sales.leads.models import Lead, Past
from scripts import import_leads
from tests.builders import SERVICE
from tests.standins.store import Killed, Wire

HEADER = "name;phone;email;company;amount;tags"
ANNA = "Анна Ким;8 904 550-15-67;anna@lotos-club.ru;Лотос;1500,50;выставка, тёплый"
PETR = "Пётр;+79045501568;;;;"


@pytest.fixture
def bring(tables, tmp_path):
    """Import a text as a file; its report."""

    def run(*lines, encoding="utf-8", **how):
        path = tmp_path / "leads.csv"
        path.write_bytes("\n".join(lines).encode(encoding))
        return import_leads.run(path, **how)

    return run


def counts(report):
    return {kind: number for kind, number in report.counts.items() if number}


def stored():
    """Everything that an import may write, as it stands."""
    models = (Client, Identity, Lead, Past, FactRow, OutboxRow, MessageRow)
    return {model.__name__: sorted(repr(row.attribute_values) for row in model.scan()) for model in models}


def test_leads_are_made_and_the_same_file_again_changes_nothing(bring):
    report = bring(HEADER, ANNA, PETR)
    assert counts(report) == {"new": 2}
    assert report.lines()[1:] == ["  line 2, new: made as br0001", "  line 3, new: made as br0002"]
    lead, person = service.read(1)
    assert (person.name, person.phone, person.email) == ("Анна Ким", "+79045501567", "anna@lotos-club.ru")
    assert (lead.company, int(lead.amount), lead.tags, lead.source, lead.stage) == (
        "Лотос",
        150_050,
        {"выставка", "тёплый"},
        "other",
        "new",
    )
    before = stored()
    assert not before["MessageRow"] and not before["OutboxRow"], "nobody is told"
    again = bring(HEADER, ANNA, PETR)
    assert counts(again) == {"unchanged": 2}
    assert again.lines()[1:] == ["  line 2, unchanged: known as br0001", "  line 3, unchanged: known as br0002"]
    assert stored() == before


def test_a_dry_run_says_the_same_and_writes_nothing(bring):
    before = stored()
    lines = (HEADER, ANNA, PETR, "Анна;89045501567;;;;", "Никто;1;;;;")
    report = bring(*lines, dry_run=True)
    assert counts(report) == {"new": 2, "unchanged": 1, "refused": 1}
    assert report.lines()[1] == "  line 2, new: would be made"
    assert stored() == before
    assert counts(bring(*lines)) == {"new": 2, "unchanged": 1, "refused": 1}


def test_every_line_that_is_refused_says_its_field_and_why(bring):
    report = bring(
        f"{HEADER};source;stage;outcome;assigned_to",
        "Анна;12;;;;;;;;",
        "Анна;;not-an-address;;;;;;;",
        "Анна;;;;;;;;;",
        ";89045501567;;;;;;;;",
        "Анна;89045501567;;;minus;;;;;",
        "Анна;89045501567;;;;;gossip;;;",
        "Анна;89045501567;;;;;;qualified;won;",
        "Анна;89045501567;;;;;;;;99",
    )
    fields = ["phone", "email", "phone", "name", "amount", "source", "outcome", "assigned_to"]
    assert [field for _, field, _ in report.refused] == fields
    assert all(why and "Анна" not in why and not why.startswith("Value error") for _, _, why in report.refused)
    assert not stored()["Lead"] and not stored()["Client"]


def test_money_is_read_as_people_write_it(bring):
    written = ["1 500", "1 500,50", "1\u00a0500", "1\u202f500,50 ₽", "1500 руб.", "1500,5р.", "100000000000"]
    report = bring("name;phone;amount", *(f"Анна;+7904550150{number};{text}" for number, text in enumerate(written)))
    assert counts(report) == {"new": 7}, report.lines()
    amounts = [int(service.read(number)[0].amount) for number in range(1, 8)]
    assert amounts == [150_000, 150_050, 150_000, 150_050, 150_000, 150_050, 10**13]


def test_what_a_known_lead_s_line_says_otherwise_is_told(bring):
    bring("name;phone;stage;amount", "Анна;+79045501567;qualified;5")
    before = stored()
    again = bring("name;phone;stage;amount", "Анна;+79045501567;won;7", "Анна;+79045501567;qualified;8")
    assert again.lines()[1:] == [
        "  line 2, unchanged: known as br0001; not changed: stage, amount",
        "  line 3, unchanged: is the lead of line 2; not changed: amount",
    ]
    assert stored() == before
    assert bring("name;phone;stage;amount", "Анна;+79045501567;qualified;5,00").lines()[1:] == ["  line 2, unchanged: known as br0001"]


def test_cells_beyond_the_header_are_told(bring):
    report = bring("name;phone", "Анна;+79045501567;Лотос;5", "Борис;+79045501568;;")
    assert report.notes == ["cells beyond the header were left out, line 2"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251"])
@pytest.mark.parametrize("mark", [";", ","])
def test_whatever_program_wrote_the_file(bring, encoding, mark):
    report = bring(f"Имя{mark}Телефон{mark}Теги{mark}Рост", f'Анна{mark}89045501567{mark}"a{mark}b"{mark}170', encoding=encoding)
    assert counts(report) == {"new": 1}
    assert report.lines()[1] == "  column Рост: is no field of a lead that is written down, and was left out"
    assert service.read(1)[0].tags == {"a", "b"}


def test_a_file_without_names_or_contacts_is_none(bring):
    with pytest.raises(RuntimeError, match="no column for phone"):
        bring("name;company", "Анна;Лотос")


def test_a_known_client_becomes_a_lead_under_his_number_and_keeps_what_is_proven(front, bring):
    front.post("/api/v1/admin/clients", {"full_name": "Анна Ким", "phone": "+79045501567"}, SERVICE).ok()
    report = bring(HEADER, "Аня;89045501567;other@example.org;;;")
    assert report.lines()[1] == "  line 2, new: made as br0001"
    (client,) = Client.scan()
    assert (client.name, client.phone, client.phone_proven) == ("Анна Ким", "+79045501567", True)
    assert (client.email, client.email_proven) == ("other@example.org", None), "a file fills what is empty and proves nothing"


def test_who_was_removed_here_is_not_brought_back(bring):
    bring(HEADER, ANNA)
    lead, _ = service.read(1)
    tx = storage.Transaction()
    deciding.remove_in(tx, lead, by="staff#1", at=lead.opened_at)
    tx.commit()
    before = stored()
    assert bring(HEADER, ANNA).lines()[1] == "  line 2, unchanged: known as br0001; was removed here, and stays so"
    assert stored() == before


def test_an_import_that_is_killed_at_any_call_is_gone_on_with(bring):
    killed, calls = 0, 0
    while True:
        with Wire() as wire:
            wire.before = lambda call, wire=wire, at=calls: _die(len(wire.calls) == at + 1)
            try:
                report = bring(HEADER, ANNA, PETR)
                break
            except Killed:
                killed, calls = killed + 1, calls + 1
    assert killed > 4
    assert report.counts.total() == 2 and not report.refused
    assert (len(stored()["Lead"]), len(stored()["Client"])) == (2, 2)


def _die(now):
    if now:
        raise Killed
