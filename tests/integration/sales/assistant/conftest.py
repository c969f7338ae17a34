"""A house with managers and leads, and models on loopback."""

import json

import pytest

import chalicelib.ops.jobs  # noqa: F401  registers what models are asked for
from chalicelib.core import outbox
from chalicelib.core.settings import settings
from tests.integration.sales.messages.conftest import sales  # noqa: F401
from tests.integration.staff.conftest import house, staff_sign_in  # noqa: F401
from tests.standins.modelling import KEY, ModelStandIn

MODEL = {"id": "m-1", "name": "Model One", "provider": "openai", "input_price": 0.5, "output_price": 1.5, "max_tokens": 500}


@pytest.fixture
def models(sales, monkeypatch):  # noqa: F811
    with ModelStandIn() as stand_in:
        said = {"AI_PROVIDER": "openai", "AI_URL": f"{stand_in.address}/v1", "AI_KEY": KEY, "AI_MODELS": json.dumps([MODEL])}
        for name, value in said.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        yield stand_in
        assert stand_in.wrong == []
    settings.cache_clear()


def work(lead: int) -> None:
    """The jobs of a lead leave."""
    from datetime import timedelta

    outbox.deliver_lanes([f"ai#lead#{lead}"], within=timedelta(seconds=20))
