"""1C's own ways: padding, clocks that are ahead, firms by their INN, marks for deletion."""

from datetime import timedelta

import pytest
import time_machine

from chalicelib.core import clock
from tests.builders import SERVICE
from tests.integration.consultations.test_followers import ticket
from tests.integration.consultations.test_tickets import asked
from tests.standins.consulting import CLIENTS, CLOSED, DOCUMENTS, QUEUED

WHO = {"email": "aziza@example.uz"}


@pytest.fixture
def ask(front, onec, tick):
    """A consultation that 1C has, and its document."""

    def run(comment="Как выставить счёт-фактуру?", client=None, **said):
        made = asked(front, comment, client=client or WHO, **said).ok()["consultation"]["cons_id"]
        tick("sweep")
        return made, next(row for row in onec.documents if row["ТекстОбращения"] == comment and row["ВнешнийКод"] == made)

    return run


def firm_of(onec, document):
    return next(row for row in onec.rows(CLIENTS) if row["Ref_Key"] == document["Контрагент_Key"])


# --- clocks and padding ---------------------------------------------------------------------------------------------------


def test_a_document_of_the_future_does_not_deafen_the_poll(front, onec, ask, tick):
    first, document = ask("Первый")
    other, later = ask("Второй")
    real, onec.clock = onec.clock, lambda: clock.wall() + timedelta(days=400)
    onec.change(DOCUMENTS, document["Ref_Key"], ВидОбращения="Жалоба")
    tick("deferred_sync")
    onec.clock = real
    with time_machine.travel(clock.wall() + timedelta(minutes=10)):
        onec.change(DOCUMENTS, later["Ref_Key"], ВидОбращения=CLOSED)
        tick("deferred_sync")
    assert [ticket(front, one)["status"] for one in (first, other)] == ["other", "closed"]


def test_a_cursor_that_stands_in_the_future_comes_back(front, onec, ask, tick):
    from chalicelib.consultations.followers.models import Cursor

    made, document = ask()
    Cursor(name="onec", until=clock.wall() + timedelta(days=400)).save()
    onec.change(DOCUMENTS, document["Ref_Key"], ВидОбращения=CLOSED)
    tick("deferred_sync")
    assert ticket(front, made)["status"] == "closed"
    assert Cursor.get("onec").until <= clock.wall()


def test_what_a_long_transaction_wrote_before_the_cursor_is_heard(front, onec, ask, tick):
    made, document = ask("Первый")
    ask("Второй")
    tick("deferred_sync")
    real, onec.clock = onec.clock, lambda: clock.wall() - timedelta(seconds=90)
    onec.change(DOCUMENTS, document["Ref_Key"], ВидОбращения=CLOSED)
    onec.clock = real
    tick("deferred_sync")
    assert ticket(front, made)["status"] == "closed"


def test_strings_of_a_fixed_length_are_read_without_their_padding(front, onec, ask, tick):
    onec.padded = {"Number": 20, "ВидОбращения": 60, "ВнешнийКод": 50, "ИНН": 12}
    made, document = ask(org_inn="305112233")
    onec.change(DOCUMENTS, document["Ref_Key"], ВидОбращения=CLOSED)
    tick("deferred_sync")
    shown = ticket(front, made)
    assert (shown["number"], shown["status"]) == (document["Number"], "closed")
    asked_before = len(onec.calls("PATCH"))
    for _ in range(2):
        tick("deferred_sync")
        tick("sweep")
    assert len(onec.calls("PATCH")) == asked_before, "padding is no news"
    ask("Ещё вопрос", org_inn="305112233")
    assert len(onec.rows(CLIENTS)) == 1


# --- firms ----------------------------------------------------------------------------------------------------------------


def test_the_consultations_inn_decides_the_firm(onec, ask):
    _, first = ask("Первый", org_inn="301111111")
    _, second = ask("Второй", org_inn="302222222")
    _, third = ask("Третий", org_inn="301111111")
    _, fourth = ask("Четвёртый", org_inn="302222222")
    assert [firm_of(onec, one)["ИНН"] for one in (first, second, third, fourth)] == ["301111111", "302222222"] * 2
    assert len(onec.rows(CLIENTS)) == 2


def test_a_firm_that_1c_has_is_taken_and_one_marked_for_deletion_is_not(onec, ask):
    with onec._lock:
        for number, (inn, dead) in enumerate([("301111111", True), ("301111111", False)]):
            row = {"Ref_Key": f"00000000-0000-0000-0000-00000000000{number + 1}", "ИНН": inn, "DeletionMark": dead, "Description": "ООО"}
            onec.tables[CLIENTS][row["Ref_Key"]] = row
    _, document = ask(org_inn="301111111")
    assert document["Контрагент_Key"].endswith("2")


def test_a_card_without_an_inn_gets_the_one_that_is_told(onec, ask):
    _, first = ask("Первый")
    assert not firm_of(onec, first).get("ИНН")
    _, second = ask("Второй", org_inn="301111111")
    assert (firm_of(onec, second)["Ref_Key"], firm_of(onec, second)["ИНН"]) == (first["Контрагент_Key"], "301111111")
    _, third = ask("Третий", org_inn="302222222")
    assert third["Контрагент_Key"] != first["Контрагент_Key"]
    _, fourth = ask("Без ИНН")
    assert fourth["Контрагент_Key"] == first["Контрагент_Key"], "his own firm is the first one"


def test_a_firms_card_whose_answer_was_lost_is_not_made_again(onec, ask, front, tick):
    from urllib.parse import quote

    ask("Первый", org_inn="301111111")
    onec.drop_next(path=f"POST /base/odata/standard.odata/{quote(CLIENTS)}")
    asked(front, "Второй", client=WHO, org_inn="302222222").ok()
    for _ in range(2):
        tick("deferred_sync")
    assert (len(onec.rows(CLIENTS)), len(onec.documents)) == (2, 2)


def test_a_client_whose_card_was_marked_for_deletion_gets_another(onec, ask):
    _, first = ask("Первый")
    onec.change(CLIENTS, first["Контрагент_Key"], DeletionMark=True)
    _, second = ask("Второй")
    _, third = ask("Третий")
    assert first["Контрагент_Key"] != second["Контрагент_Key"] == third["Контрагент_Key"]


# --- marks for deletion ---------------------------------------------------------------------------------------------------


def test_a_document_marked_for_deletion_is_heard_and_so_is_its_return(front, onec, ask, tick):
    made, document = ask()
    onec.change(DOCUMENTS, document["Ref_Key"], DeletionMark=True)
    for _ in range(2):
        tick("deferred_sync")
    assert (ticket(front, made)["status"], bool(ticket(front, made)["end_date"])) == ("other", True)
    assert document["ВидОбращения"] == QUEUED, "nothing is written into what is deleted"
    onec.change(DOCUMENTS, document["Ref_Key"], DeletionMark=False)
    tick("deferred_sync")
    assert (ticket(front, made)["status"], ticket(front, made)["end_date"]) == ("pending", None)


def test_a_document_that_was_marked_before_we_knew_of_it_is_not_made_again(front, onec, tick):
    from urllib.parse import quote

    onec.drop_next(path=f"POST /base/odata/standard.odata/{quote(DOCUMENTS)}")
    made = asked(front, client=WHO).ok()["consultation"]["cons_id"]
    tick("sweep")
    onec.change(DOCUMENTS, onec.documents[0]["Ref_Key"], DeletionMark=True)
    front.post(f"/consultations/sync/{made}/replay", {}, SERVICE).ok()
    tick("sweep")
    assert (len(onec.documents), ticket(front, made)["status"]) == (1, "other")
