"""How the administrator may write a client's number, and what is said when he does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.dialogue import rules
from chalicelib.dialogue.errors import CommandRefused, NoColon, NoLead, NoText


@pytest.mark.parametrize(
    "key",
    [
        *("br0722", "BR0722", " br0722 ", "вr0722", "бr0722", "ВR0722", "бр0722", "ВР0722", "bр0722", "вp0722", "ьг0722"),
        *("br722", "br 0722", "br-0722", "br00722", "/br0722", "№ br0722", "«br0722»", "br0722\n", "brО722", "bro722", "ｂｒ０７２２"),
    ],
)
def test_a_number_is_read_however_it_is_typed(key):
    assert rules.parse(f"{key}: привет") == rules.Command("br0722", "привет")


def test_a_number_of_the_test_contour_is_its_own():
    assert rules.lead_of("тбр0007") == "tbr0007"
    assert rules.lead_of("TBR12345") == "tbr12345"


def test_the_text_may_hold_colons_and_lines():
    assert rules.parse("br0722: в 10:00: или\n\nв 11:30? ").text == "в 10:00: или\n\nв 11:30?"


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("", NoColon),
        ("br0722 привет", NoColon),
        ("привет: как дела", NoLead),
        (": привет", NoLead),
        ("br: привет", NoLead),
        ("br07x22: привет", NoLead),
        ("xbr0722: привет", NoLead),
        ("br0722:", NoText),
        ("br0722: \n\t ", NoText),
    ],
)
def test_a_line_that_is_no_command_says_what_is_wrong(line, error):
    with pytest.raises(error) as refused:
        rules.parse(line)
    assert refused.value.status == 422
    assert refused.value.detail[0]["loc"] == ["body", "command"]
    assert refused.value.reason


@pytest.mark.parametrize("line", ["br0722: привет", "бр0722 привет", "BR0722:", "br0722", "/br0722: да", "тбр 7: да"])
def test_a_line_that_begins_with_a_number_is_for_a_client(line):
    assert rules.is_command(line)


@pytest.mark.parametrize(
    "line", ["", "Коллеги: завтра в 10", "брат 2 вышел", "вр 5 минут", "кто возьмёт br0722?", "12: привет", ":", "https://x.y"]
)
def test_other_talk_of_the_chat_is_not(line):
    assert not rules.is_command(line)


@given(st.text(max_size=200))
def test_no_line_breaks_the_parser(line):
    rules.is_command(line)
    try:
        command = rules.parse(line)
    except CommandRefused:
        return
    assert command.lead
    assert command.text == command.text.strip() != ""


TWINS = {"b": "bBбБвВ", "r": "rRрРгГp", "0": "0oOоО"}


@given(st.integers(1, 10**8), st.booleans(), st.text(min_size=1).filter(str.strip), st.data())
def test_every_twin_of_a_number_finds_the_same_client(count, tested, text, data):
    lead = f"{'t' if tested else ''}br{count:04d}"
    typed = "".join(data.draw(st.sampled_from(TWINS.get(letter, letter))) for letter in lead)
    assert rules.parse(f"{typed}:{text}") == rules.Command(lead, text.strip())
