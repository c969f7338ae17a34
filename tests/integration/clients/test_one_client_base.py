"""Any sign a person gives finds the one client; signs of two people are reported, never merged."""

from datetime import datetime

import pytest

from chalicelib.clients import service as clients
from chalicelib.clients.service import ClientNotFound
from tests.builders import SERVICE, application, client_row, lead_of, ledger, ticket_row


@pytest.fixture
def apply(front):
    """Apply with these contacts; the lead number that came back."""

    def run(**said):
        return lead_of(front.post("/submit-application", {"name": "Анна Лебедева", **said}).ok())

    return run


def test_lead_numbers_count_up(apply):
    assert [apply(phone=f"+7 904 550-15-{tail}") for tail in (67, 68, 69)] == ["br0001", "br0002", "br0003"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"phone": "+7 904 550-15-67"}, {"Phone": "8 (904) 550 15 67"}),
        ({"phone": "+7 904 550-15-67"}, {"contact": {"type": "phone", "value": "9045501567"}}),
        ({"phone": "+998 90 123-45-67"}, {"contact": "998901234567"}),
        ({"email": "Anna@Example.org"}, {"Email": " anna@example.org "}),
        ({"telegram": "@Anna_Leb"}, {"contact": "https://t.me/anna_leb"}),
        ({"contact": {"type": "telegram", "value": "7012345678"}}, {"telegram": 7012345678}),
        ({"phone": "+7 904 550-15-67", "email": "anna@example.org"}, {"email": "anna@example.org"}),
        ({"phone": "+7 904 550-15-67", "telegram": "@anna_leb"}, {"telegram": "@anna_leb"}),
        ({"contact": "+7 904 550-15-67", "contactType": "Telegram"}, {"phone": "89045501567"}),
    ],
)
def test_one_person_is_one_client_however_the_contact_is_written(apply, first, second):
    assert apply(**first) == apply(**second, request_text="ещё раз") == "br0001"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"phone": "+7 904 550-15-67"}, {"phone": "+7 904 550-15-68"}),
        ({"phone": "12"}, {"phone": "12"}),
        ({"phone": "+79045501507", "telegram": "telegram"}, {"phone": "+79045501508", "telegram": "telegram"}),
        ({"phone": "+7 (999) 999-99-99"}, {"phone": "+7 (999) 999-99-99"}),
        ({"telegram": "@anna_leb"}, {"telegram": "@аnna_leb"}),
        ({"contact": "не скажу"}, {"contact": "не скажу"}),
    ],
)
def test_different_people_and_no_signs_at_all_are_different_clients(apply, first, second):
    assert apply(**first) != apply(**second, request_text="ещё раз")


def test_a_form_fills_what_was_empty_and_wipes_nothing(apply):
    apply(phone="+7 904 550-15-67", age=31)
    apply(phone="89045501567", name="Аня", age=32, email="anna@example.org")
    row = client_row("br0001")
    assert (row.name, row.age, row.email) == ("Анна Лебедева", "31", "anna@example.org")
    assert row.raw_contacts == {"+7 904 550-15-67", "89045501567", "anna@example.org"}


def test_a_later_sign_finds_the_client_it_was_added_to(apply):
    apply(phone="+7 904 550-15-67")
    apply(phone="+7 904 550-15-67", email="anna@example.org")
    assert apply(email="anna@example.org", request_text="снова") == "br0001"


def test_what_was_typed_is_kept_even_when_it_is_nobodys_phone(apply):
    apply(phone="12", contact="позвоните маме")
    row = client_row("br0001")
    assert row.phone is None
    assert row.raw_contacts == {"12", "позвоните маме"}


def test_signs_of_two_people_are_flagged_on_both_and_the_admin_is_told(apply):
    apply(phone="+7 904 550-15-67")
    apply(email="boris@example.org", name="Борис")
    assert apply(phone="+7 904 550-15-67", email="boris@example.org") == "br0001", "the surer sign decides"
    anna, boris = client_row("br0001"), client_row("br0002")
    assert (anna.possible_duplicates, boris.possible_duplicates) == ({boris.client_id}, {anna.client_id})
    assert (anna.email, boris.phone) == ("boris@example.org", None), "nothing of his moved"
    (told,) = ledger("admin", "admin_duplicates")
    assert told.values["lead_number"] == "br0001"


def test_a_repeated_form_does_not_report_the_pair_again(front, apply):
    apply(phone="+7 904 550-15-67")
    apply(email="boris@example.org")
    for _ in range(3):
        front.post("/submit-application", application(email="boris@example.org", phone="+7 904 550-15-67", tranid="1:7")).ok()
    assert len(ledger("admin", "admin_duplicates")) == 1


def test_a_username_follows_the_person_that_a_surer_sign_names(apply):
    apply(telegram="@anna_leb")
    assert apply(phone="+7 904 550-15-67") == "br0002"
    assert apply(phone="+7 904 550-15-67", telegram="@anna_leb") == "br0002"
    assert apply(telegram="@anna_leb", request_text="снова") == "br0002"
    assert ledger("admin", "admin_duplicates") == [], "a username alone proves nothing"


def test_consents_are_kept_with_their_time_place_and_text(front):
    said = {"consent": "yes", "marketing": "no", "consent_version": "2026-03"}
    follow(front, front.post("/submit-application", application(**said)).ok())
    consents = client_row("br0001").consents
    kept = {purpose: (answer["given"], answer["source"], answer["version"]) for purpose, answer in consents.items()}
    assert kept == {"personal_data": ("yes", "form", "2026-03"), "marketing": ("no", "form", "2026-03")}
    assert all(datetime.fromisoformat(answer["at"]).tzinfo for answer in consents.values())


def test_a_form_alone_agrees_to_nothing_for_its_client(front):
    applied = front.post("/submit-application", application(consent="yes")).ok()
    assert client_row("br0001").consents == {}
    assert ticket_row(applied["ticket_id"]).consents == [["personal_data", True, "form"]]


def test_a_consent_that_was_not_asked_for_is_not_written(front):
    front.post("/submit-application", application()).ok()
    assert not client_row("br0001").consents


def test_the_latest_answer_to_a_purpose_stands(front):
    follow(front, front.post("/submit-application", application(Checkbox="yes", consent_email="да")).ok())
    follow(front, front.post("/submit-application", application(Checkbox="нет", request_text="передумала")).ok())
    kept = {purpose: answer["given"] for purpose, answer in client_row("br0001").consents.items()}
    assert kept == {"personal_data": "no", "channel:email": "yes"}


def follow(front, applied):
    front.post("/process-link", {"user_id": "7012345678", "ticket_id": applied["ticket_id"]}, SERVICE).ok()


def test_a_client_is_found_by_number_in_any_case_and_by_id(front):
    front.post("/submit-application", application()).ok()
    known = clients.find("BR0001 ".strip())
    assert clients.find(known.client_id).lead_number == "br0001"
    for nobody in ("br0002", "tbr0001", "", "01KQ7M2W9B4X6Z8D0F2H4J6N8R"):
        with pytest.raises(ClientNotFound):
            clients.find(nobody or "-")
