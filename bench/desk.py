"""A desk over an in-process store, fresh each time."""

from collections.abc import Iterator
from contextlib import contextmanager

from chalice.test import Client
from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends

import app as composition
from bench.operations import World
from chalicelib.core import storage
from tests.builders import Front, specialist

NAMES = ["Анна", "Вера", "Дарья", "Елена", "Ирина", "Ольга", "Павел", "Роман", "Софья"]


@contextmanager
def opened(colleagues: int = 0, from_day: int = 1) -> Iterator[World]:
    """Empty tables, a specialist who will have time from some day on, and some colleagues of his who have none."""
    with mock_aws(), Client(composition.app) as client:
        dynamodb_backends.reset()  # an outer mock, such as the tests' own, would keep the last desk's rows
        for model in storage.tables():
            model.create_table(billing_mode="PAY_PER_REQUEST")
        world = World.opened(Front(client.http), from_day)
        for number in range(colleagues):
            specialist(world.front, f"{NAMES[number % len(NAMES)]} Соколова-{number:02d}", telegram_id=str(5_560_000 + number))
        yield world
