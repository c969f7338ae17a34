"""What a specialist may show of himself."""

import pytest
from pydantic import ValidationError

from chalicelib.booking.specialists.profile import Profile, unpacked

SAID = {
    "link_photo": "https://cdn.example/photo.jpg",
    "queries": "тревога; сон;",
    "works_with": ["пары"],
    "min_client_age": "16",
    "education": [{"program_title": "КПТ", "year": 2019, "title": "МГУ", "doc_type": "Диплом"}],
    "help_hand": "Бесплатно",
    "verified": True,
}


def test_lists_come_as_lists_or_with_semicolons():
    profile = Profile.model_validate(SAID)
    assert (profile.queries, profile.works_with, profile.additional_modals) == (["тревога", "сон"], ["пары"], [])


def test_a_row_keeps_what_is_said_and_nothing_else():
    profile = Profile.model_validate(SAID)
    assert set(profile.packed()) == set(SAID) and profile.packed()["education"][0]["year"] == "2019"
    assert unpacked(profile.packed()) == profile
    assert unpacked(None) == unpacked({}) == Profile()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("link_photo", "http://cdn.example/photo.jpg"),
        ("link_photo", "javascript:alert(1)"),
        ("link_video", "data:text/html,https://"),
        ("site", "https://"),
        ("site", 'https://x"onload=alert(1)'),
        ("site", "https://a b"),
        ("vk", "vk.com/name"),
        ("telegram", "@name"),
        ("link_photo", "https://" + "x" * 2000),
        ("short_description", "ы" * 5001),
        ("queries", ["x" * 201]),
        ("queries", ["x"] * 101),
        ("queries", 5),
        ("queries", [["x"]]),
        ("education", [{}] * 41),
        ("education", "МГУ"),
        ("min_client_age", -1),
        ("max_client_age", "взрослые"),
        ("verified", "может быть"),
        ("group", "я" * 301),
    ],
)
def test_what_a_card_cannot_show_is_named(name, value):
    with pytest.raises(ValidationError) as refused:
        Profile.model_validate({name: value})
    assert refused.value.errors()[0]["loc"][0] == name


@pytest.mark.parametrize("blank", [None, "", " "])
@pytest.mark.parametrize("name", Profile.model_fields)
def test_a_blank_says_nothing(name, blank):
    assert Profile.model_validate({name: blank}) == Profile()


def test_a_card_that_was_read_may_be_written_back():
    assert Profile.model_validate(Profile().model_dump()) == Profile()
    assert Profile.model_validate(Profile.model_validate(SAID).model_dump()) == Profile.model_validate(SAID)


def test_ages_begin_below_their_end():
    with pytest.raises(ValidationError):
        Profile(min_client_age=18, max_client_age=17)
