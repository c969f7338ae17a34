"""What of a new client only owners and admins say."""

import pytest

from chalicelib.loyalty.accounts import writing
from chalicelib.loyalty.accounts.schemas import NewClient
from chalicelib.staff.errors import RoleNeeded


@pytest.mark.parametrize("said", [{"level": "gold"}, {"referrer_client_id": 7}])
def test_what_is_worth_money_is_said_by_heads(said):
    body = NewClient(full_name="Анна Ким", **said)
    writing.check_may(is_head=True, body=body)
    with pytest.raises(RoleNeeded) as refused:
        writing.check_may(is_head=False, body=body)
    assert refused.value.detail == {"field": next(iter(said))}


def test_the_rest_is_the_offices_to_say():
    writing.check_may(is_head=False, body=NewClient(full_name="Анна Ким", level=None, notes="чай"))
