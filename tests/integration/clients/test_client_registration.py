"""POST /client-registration: the Telegram user as a client."""

import pytest

from chalicelib.clients import service as clients
from chalicelib.clients.service import IdentityRaced, Person, Proof
from chalicelib.core import ids, storage
from tests.builders import SERVICE, application, client_row, lead_of, sample

DOOR = "/client-registration"


@pytest.mark.parametrize("headers", [{}, {"X-Api-Key": "wrong"}, {"X-Api-Key": "tilda-key-of-tests"}])
def test_only_the_back_office_registers(front, headers):
    assert front.post(DOOR, sample("clients/client_registration.json"), headers).status == 401


@pytest.mark.parametrize("user_id", [None, "", "null", "0", "-5", "anna", "@anna", "7" * 17, "070123", 1.5, True, [], {"id": 1}])
def test_what_is_no_telegram_id_is_named(front, user_id):
    answer = front.post(DOOR, {"user_id": user_id}, SERVICE)
    assert answer.status == 422
    assert [row["loc"] for row in answer.body["detail"]] == [["body", "user_id"]]


def test_a_user_becomes_a_client_with_a_lead_number(front):
    answer = front.post(DOOR, sample("clients/client_registration.json"), SERVICE).ok()
    assert answer == {"success": True, "message": answer["message"], "client_id": "br0001"}
    assert client_row("br0001").telegram_id == "7012345678"


def test_a_repeat_finds_the_same_client(front):
    numbers = [front.post(DOOR, {"user_id": user_id}, SERVICE).ok()["client_id"] for user_id in ("7012345678", 7012345678, "7012345679")]
    assert numbers == ["br0001", "br0001", "br0002"]


def test_a_typed_telegram_id_finds_its_owner_but_makes_nobody_him(front):
    typed = application(contact={"type": "telegram", "value": "7012345678"})
    applied = front.post("/submit-application", typed).ok()
    registered = front.post(DOOR, {"user_id": "7012345678"}, SERVICE).ok()
    assert registered["client_id"] != lead_of(applied), "a form proves no account"
    again = front.post("/submit-application", {**typed, "name": "Анна", "age": 32}).ok()
    assert lead_of(again) == registered["client_id"], "who has proven it is found by it"


def test_a_form_with_my_phone_and_your_account_makes_you_nobody(front):
    front.post("/submit-application", application()).ok()
    takeover = application(name="Чужой", contact={"type": "telegram", "value": "7099999999"}, phone="+7 904 550-15-67")
    front.post("/submit-application", takeover).ok()
    assert front.get("/get-telegram-id", SERVICE, client="+7 904 550-15-67").ok()["telegram_id"] is None


def test_two_decisions_about_one_unknown_person_make_one_client(tables):
    person, commits = Person(phone="+79045501567"), []
    for source in ("form", "bot"):
        tx = storage.Transaction()
        rows = [None for _ in clients.keys(person, "live")]
        clients.find_or_create(tx, person=person, rows=rows, contour="live", new_id=ids.new(), source=source, proof=Proof.TYPED)
        commits.append(tx)
    commits[0].commit()
    with pytest.raises(IdentityRaced):
        commits[1].commit()
    assert client_row("br0001").phone == "+79045501567"
