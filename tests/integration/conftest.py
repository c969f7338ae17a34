"""The app over fresh tables of an in-process store."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from chalice.test import Client
from moto import mock_aws

import app as composition
from chalicelib.core import storage
from tests.builders import Front


@pytest.fixture
def tables() -> Iterator[None]:
    """Every table, empty."""
    with mock_aws():
        for model in storage.tables():
            model.create_table(billing_mode="PAY_PER_REQUEST")
        yield


@pytest.fixture
def front(tables: None) -> Iterator[Front]:
    """The app's doors."""
    with Client(composition.app) as client:
        yield Front(client.http)


@pytest.fixture
def tick(tables: None) -> Callable[..., Any]:
    """Run a scheduled Lambda as EventBridge does, at a moment."""

    def run(name: str, at: datetime | None = None) -> Any:
        from chalicelib.core import clock

        event = {
            "version": "0",
            "id": "53dc4d37",
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": "123456789012",
            "time": (at or clock.wall()).isoformat(),
            "region": "us-east-1",
            "resources": [],
            "detail": {},
        }
        return composition.app.handler_map[name](event, None)

    return run
