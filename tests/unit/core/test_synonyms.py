"""Fields by several names."""

import pytest
from pydantic import ValidationError

from chalicelib.core.synonyms import Synonymous


class Paid(Synonymous):
    ALSO = {"amount_rub": ("amount", "sum")}

    amount_rub: int


@pytest.mark.parametrize("said", [{"amount_rub": 5}, {"amount": 5}, {"sum": 5}, {"amount": 5, "amount_rub": 5}])
def test_a_field_is_read_by_each_of_its_names(said):
    assert Paid.model_validate(said).amount_rub == 5


@pytest.mark.parametrize("said", [{"amount_rub": 5, "amount": 6}, {"sum": 1, "amount": 2}])
def test_names_that_contradict_each_other_are_refused(said):
    with pytest.raises(ValidationError, match="expected amount_rub alone"):
        Paid.model_validate(said)
