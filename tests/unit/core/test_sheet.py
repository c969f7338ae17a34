"""Tables to take away: what a cell is, and that none of them reckons."""

import pytest

from chalicelib.core import sheet


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, "1"),
        (False, "0"),
        (350.5, "350,5"),
        (-1, "-1"),
        ("Анна", "Анна"),
        ("=1+1", "'=1+1"),
        (" @SUM(A1)", "' @SUM(A1)"),
        ("+7 904", "'+7 904"),
        ("\t-1", "'\t-1"),
        ("\uff1d1+1", "'\uff1d1+1"),
    ],
)
def test_a_text_that_would_be_reckoned_is_marked(value, cell):
    assert sheet.cell(value) == cell


def test_a_table_is_one_of_a_russian_office():
    assert sheet.written(("a", "b"), [["х;у", 1.5], ['"', None]]) == '\ufeffa;b\r\n"х;у";1,5\r\n"""";\r\n'
