"""Every number that a body of sales takes, whoever reads it."""

import pytest
from pydantic import ValidationError

from chalicelib.sales.interactions.schemas import LeadScoreRequest
from chalicelib.sales.leads.schemas import LeadPatch, NewLead
from chalicelib.sales.messages.schemas import MessageChange, NewMessage

NUMBERS = [
    *((model, name) for model in (NewLead, LeadPatch) for name in ("assigned_to", "amount", "annual_revenue")),
    *((LeadPatch, name) for name in ("version", "score")),
    (NewMessage, "lead_id"),
    (MessageChange, "version"),
    (LeadScoreRequest, "lead_id"),
]


@pytest.mark.parametrize("said", [True, False])
@pytest.mark.parametrize(("model", "name"), NUMBERS, ids=lambda one: getattr(one, "__name__", one))
def test_a_yes_is_no_number(model, name, said):
    with pytest.raises(ValidationError) as refused:
        model.model_validate({name: said})
    assert (name,) in {found["loc"] for found in refused.value.errors()}
