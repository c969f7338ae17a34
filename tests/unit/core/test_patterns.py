import re

import pytest

from chalicelib.core.patterns import pattern


def test_a_pattern_does_what_the_library_does():
    words = pattern(r"(b)\w", re.IGNORECASE)
    assert words.sub(r"\1-", "aBcd") == re.compile(r"(b)\w", re.IGNORECASE).sub(r"\1-", "aBcd")
    assert [found[0] for found in words.finditer("Bcbd")] == ["Bc", "bd"]
    assert words.fullmatch("abc") is None


def test_a_pattern_costs_nothing_before_its_first_use():
    broken = pattern("(")
    with pytest.raises(re.error):
        broken.search("")
