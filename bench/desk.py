"""A desk over an in-process store, fresh each time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from chalice.test import Client
from moto import mock_aws

import app as composition
from bench.operations import World
from chalicelib.core import storage
from tests.builders import Front, specialist

NAMES = ["Анна", "Вера", "Дарья", "Елена", "Ирина", "Ольга", "Павел", "Роман", "Софья"]


@contextmanager
def opened(colleagues: int = 0) -> Iterator[World]:
    """Empty tables, a specialist, and some colleagues of his without free time."""
    with mock_aws(), Client(composition.app) as client:
        for model in storage.tables():
            model.create_table(billing_mode="PAY_PER_REQUEST")
        world = World.opened(Front(client.http), tick)
        for number in range(colleagues):
            specialist(world.front, f"{NAMES[number % len(NAMES)]} Соколова-{number:02d}", telegram_id=str(5_560_000 + number))
        yield world


def tick(name: str, at: datetime) -> Any:
    """Run a scheduled Lambda at a moment."""
    event = {"version": "0", "id": "b7e1", "detail-type": "Scheduled Event", "source": "aws.events", "account": "123456789012"}
    return composition.app.handler_map[name]({**event, "time": at.isoformat(), "region": "us-east-1", "resources": [], "detail": {}}, None)
