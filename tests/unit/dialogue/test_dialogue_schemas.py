"""Every shape in which a ticket's data and a client's words may come."""

import pytest
from pydantic import ValidationError

from chalicelib.dialogue.schemas import ClientWords, TicketData
from tests.builders import sample


def test_both_spellings_and_both_forms_of_a_row_say_the_same():
    assert TicketData.model_validate(sample("dialogue/send_ticket_data_to_admin.json")) == TicketData.model_validate(
        sample("dialogue/send_ticket_data_to_admin.as_text.json")
    )


def test_lists_are_parted_by_semicolons():
    data = TicketData(psychologists="Мария Орлова; Павел Громов;", slots=["11.03 10:00"], slots_id="1;2", tiket_info="null")
    assert data.psychologists == ["Мария Орлова", "Павел Громов"]
    assert (data.slots, data.slots_id, data.tiket_info) == (["11.03 10:00"], ["1", "2"], {})


@pytest.mark.parametrize("body", [{}, {"psychologists": " ; "}, {"tiket_info": "{broken"}, {"tiket_info": 5}, {"client_info": "text"}])
def test_what_says_nothing_is_refused(body):
    with pytest.raises(ValidationError):
        TicketData.model_validate(body)


@pytest.mark.parametrize(
    ("body", "who"),
    [
        ({"user_id": 7012345678, "message": "Привет"}, ("7012345678", None)),
        ({"telegram_id": "7012345678", "text": "Привет"}, ("7012345678", None)),
        ({"client_id": "br0001", "text": "Привет"}, (None, "br0001")),
        ({"lead": "br0001", "message": "Привет"}, (None, "br0001")),
        ({"message": {"text": "Привет", "from": {"id": 7012345678}}}, ("7012345678", None)),
        ({"message": "Привет"}, (None, None)),
    ],
)
def test_a_client_s_words_are_read_in_every_shape(body, who):
    words = ClientWords.model_validate(body)
    assert (words.text, (words.telegram_id, words.client_id)) == ("Привет", who)


@pytest.mark.parametrize(
    "body", [{}, {"user_id": "7"}, {"message": "  "}, {"message": {"from": {"id": 1}}}, {"text": None}, {"message": []}]
)
def test_words_without_a_text_are_refused(body):
    with pytest.raises(ValidationError):
        ClientWords.model_validate(body)
