"""What vendors heard is read as it comes, and as it should not."""

from types import SimpleNamespace

import pytest

from chalicelib.sales.calls.recordings import rules
from tests.standins.transcribe import item, mark


def told(items, direction="inbound", said=None):
    segments, _ = rules.of_items({"results": {"items": items}}, direction, said)
    return [(one.speaker, one.text) for one in segments]


def test_who_calls_speaks_first_unless_somebody_says_otherwise():
    items = [item("да", 0, 1, "spk_1"), item("нет", 1, 2, "spk_0"), item("ой", 2, 3, "spk_2")]
    assert told(items) == [("client", "да"), ("agent", "нет"), ("other", "ой")]
    assert told(items, "outbound")[0] == ("agent", "да")
    assert told(items, "outbound", ["client", "other"]) == [("client", "да"), ("other", "нет"), ("other", "ой")]


def test_parts_end_with_a_change_of_speaker_or_a_pause():
    items = [item("раз", 0, 1, "a"), item("два", 1.9, 2, "a"), mark(",", "a"), item("три", 3.1, 4, "a"), item("да", 4, 5, "b")]
    assert told(items) == [("client", "раз два,"), ("client", "три"), ("agent", "да")]


def test_an_hour_and_a_half_of_two_is_read():
    items = [item(f"слово{number}", number / 2, number / 2 + 0.4, f"spk_{number // 40 % 2}") for number in range(10_800)]
    assert len(told(items)) == 270


@pytest.mark.parametrize(
    "found",
    [
        None,
        [],
        {},
        {"results": None},
        {"results": {"items": 5}},
        {"results": {"items": [None, 1, {}, {"alternatives": []}]}},
        {"results": {"items": [{"alternatives": [{"content": None}]}]}},
    ],
)
def test_what_has_another_form_says_nothing(found):
    assert rules.of_items(found, "inbound", None) == ([], None)


def test_times_that_are_none_are_nothing():
    odd = {"type": "pronunciation", "start_time": "NaN", "end_time": "x", "alternatives": [{"content": "да\x00нет", "confidence": "1e999"}]}
    (segment,), sure = rules.of_items({"results": {"items": [odd]}}, "inbound", None)
    assert (segment.start, segment.end, segment.text, sure) == (0.0, 0.0, "данет", None)
    parts = [SimpleNamespace(start=5.0, end=4.0, text="два"), SimpleNamespace(start=-1.0, end=1.0, text="раз")]
    assert [(one.start, one.end, one.text) for one in rules.of_parts(parts)] == [(0.0, 1.0, "раз"), (5.0, 5.0, "два")]


def test_whose_a_word_is_may_stand_apart_or_nowhere():
    bare = [{**item("да", "0.5", 1, None), "speaker_label": None}, {**item("нет", "2.5", 3, None), "speaker_label": None}]
    assert told(bare) == [("other", "да"), ("other", "нет")]
    apart = {
        "segments": [{"items": [{"start_time": "0.5", "speaker_label": "spk_0"}, {"start_time": "2.5", "speaker_label": "spk_1"}, {}]}]
    }
    segments, _ = rules.of_items({"results": {"items": bare, "speaker_labels": apart}}, "outbound", None)
    assert [one.speaker for one in segments] == ["agent", "client"]
