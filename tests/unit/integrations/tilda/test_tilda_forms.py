"""How Tilda writes a submission."""

from urllib.parse import parse_qsl, quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.integrations.tilda.forms import MOST_TAGS, is_probe, split, utm
from tests.builders import sample

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def cookie(tags):
    return {"COOKIES": f"a=1; TILDAUTM={quote(tags, safe='')}; b=2"}


@pytest.mark.parametrize("fields", [{"test": "test"}, {"test": "test", "X-Api-Key": "k"}, {"test": "test", "token": "k"}])
def test_a_probe_says_nothing_but_test(fields):
    assert is_probe(fields)


@pytest.mark.parametrize("fields", [{}, {"test": "1"}, {"test": "test", "Name": "Анна"}, {"test": ["test", "test"]}, {"Name": "test"}])
def test_what_a_visitor_typed_is_no_probe(fields):
    assert not is_probe(fields)


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("Тревога; Сон", ["Тревога", "Сон"]),
        ("14.03 10:00;14.03 11:00", ["14.03 10:00", "14.03 11:00"]),
        (["а; б", "в", None, ["г"]], ["а", "б", "в", "г"]),
        (17, ["17"]),
        ("null", []),
        (" ; ;", []),
        ("", []),
        (None, []),
        (True, []),
        ({"id": 1}, []),
        ([None], []),
    ],
)
def test_a_choice_is_split_into_its_parts(value, parts):
    assert split(value) == parts


def test_the_cookie_is_decoded_twice():
    campaign = quote("онлайн психолог", safe="")
    assert utm(cookie(f"utm_source=vk|||utm_campaign={campaign}|||")) == {"utm_source": "vk", "utm_campaign": "онлайн психолог"}


def test_own_fields_come_before_the_cookie():
    fields = {**cookie("utm_source=old|||utm_medium=cpc|||"), "utm": {"source": "nested", "term": "сон"}, "utm_source": "own"}
    assert utm(fields) == {"utm_source": "own", "utm_medium": "cpc", "utm_term": "сон"}


@pytest.mark.parametrize("nothing", ["null", "NULL", "", " ", "undefined", "None", None, [], {}])
def test_the_word_null_is_no_tag(nothing):
    assert utm({"utm_source": nothing, "utm": {"medium": nothing}}) == {}


@pytest.mark.parametrize("cookies", ["", "TILDAUTM", "TILDAUTM=", "TILDAUTM=%ZZ%7C%7C", ";;;===", 5, None, ["TILDAUTM=utm_source%3Dvk"]])
def test_a_torn_cookie_tells_nothing(cookies):
    assert utm({"COOKIES": cookies}) == {}


def test_tags_are_bounded():
    tags = utm({f"utm_{number}": "ы" * 2000 for number in range(100)})
    assert len(tags) == MOST_TAGS
    assert {len(value) for value in tags.values()} == {500}


@given(st.dictionaries(st.sampled_from(["COOKIES", "utm", "utm_source", "test", "Name"]) | st.text(max_size=10), json_values, max_size=6))
def test_no_fields_break_the_readers(fields):
    assert is_probe(fields) in (True, False)
    assert all(isinstance(key, str) and isinstance(value, str) for key, value in utm(fields).items())
    assert all(isinstance(part, str) and part for value in fields.values() for part in split(value))


def test_the_sample_form_carries_its_campaign():
    fields = dict(parse_qsl(sample("intake/submit_application.tilda.form")))
    assert utm(fields) == {"utm_source": "yandex", "utm_medium": "cpc", "utm_campaign": "психолог онлайн"}
    assert split(fields["Специализации"]) == ["Тревога", "Отношения", "Сон"]
    assert is_probe(dict(parse_qsl(sample("intake/submit_application.tilda_probe.form"))))
