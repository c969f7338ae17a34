"""What is packed in a row, and what stood there before it was."""

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core.storage import PackedJSON, PackedText
from chalicelib.messaging.models import MessageRow

plain = st.none() | st.booleans() | st.integers() | st.text()
said = st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(said)
@settings(max_examples=50)
def test_whatever_was_said_is_read_again(value):
    assert PackedJSON().deserialize(PackedJSON().serialize(value)) == value


@given(st.text())
@settings(max_examples=50)
def test_a_text_is_read_again_packed_or_as_it_stood(text):
    assert PackedText().deserialize(PackedText().serialize(text)) == text
    assert PackedText().deserialize(text) == text


def test_packing_makes_nothing_longer():
    assert PackedJSON().serialize([1]) == b"[1]"
    assert len(PackedJSON().serialize({"text": "Тревога, не сплю. " * 20})) < 120


def test_a_row_of_before_is_read_with_its_text_values_and_buttons():
    old = {
        "message_id": {"S": "m"},
        "text": {"S": '"Анна", здравствуйте'},
        "values": {"S": '{"client_name": "\\u0410\\u043d\\u043d\\u0430"}'},
        "keyboard": {"S": '[[["\\u0414\\u0430", "yes:1"]]]'},
        "guard": {"S": "{}"},
    }
    row = MessageRow.from_raw_data(old)
    assert (row.text, row.values, row.keyboard) == ('"Анна", здравствуйте', {"client_name": "Анна"}, [[["Да", "yes:1"]]])
