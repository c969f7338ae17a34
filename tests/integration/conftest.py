"""The app over fresh tables of an in-process store."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

import app as composition
from chalicelib.core import briefly, storage
from tests.builders import Front, doors
from tests.standins.permissions import Permissions


@pytest.fixture(scope="session")
def store() -> Iterator[Permissions]:
    """An in-process store for the whole run: making its tables takes longer than most tests."""
    with mock_aws(), Permissions(composition.app) as permissions:
        yield permissions


@pytest.fixture(autouse=True)
def what_roles_allow(request: pytest.FixtureRequest) -> Iterator[None]:
    """No function asks for what its role would refuse it."""
    yield
    if "store" in request.fixturenames:
        exceeded = request.getfixturevalue("store").exceeded
        broken = sorted({*exceeded})
        exceeded.clear()
        assert not broken, "its role would refuse these"


@pytest.fixture
def tables(store: Permissions) -> None:
    """Every table, empty, and nothing remembered of what stood there."""
    briefly.forget_all()
    standing = dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].tables
    for model in storage.tables():
        name = model.Meta.table_name
        if name not in standing:
            model.create_table(billing_mode="PAY_PER_REQUEST")
        standing[name].items.clear()
        standing[name].stream_shard = None  # nobody reads it here, and every transaction would copy all that it ever held


@pytest.fixture
def front(tables: None) -> Front:
    """The app's doors."""
    return Front(doors())


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
