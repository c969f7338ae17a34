"""The whole stack on loopback, once for all end-to-end tests: the package that deploys, on a port and a state of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra import package
from infra.localcloud import LocalCloud
from tests.standins.telegram import TelegramStandIn

PROJECT = Path(__file__).resolve().parents[2]
UNTHROTTLED = {"ThrottleRate": "5000", "ThrottleBurst": "5000"}
"""A test that calls fast tests us, not the gateway's bucket."""


@dataclass(frozen=True)
class Deployed:
    """The running stack and the secrets it was deployed with."""

    cloud: LocalCloud
    settings: dict[str, str]
    telegram: TelegramStandIn

    @property
    def base_url(self) -> str:
        return self.cloud.url

    @property
    def service_key(self) -> str:
        return self.settings["SERVICE_API_KEY"]

    @property
    def as_service(self) -> dict[str, str]:
        """The headers of the back office."""
        return {"X-Api-Key": self.service_key}

    def tick(self, function: str, time: str) -> Any:
        """Run a scheduled function as EventBridge would at `time` (ISO 8601, UTC)."""
        return self.cloud.tick(function, time)


@pytest.fixture(scope="session")
def telegram() -> Iterator[TelegramStandIn]:
    """The Bot API that the deployed functions speak to."""
    with TelegramStandIn() as stand_in:
        yield stand_in


@pytest.fixture(scope="session")
def cloud_settings(telegram: TelegramStandIn) -> dict[str, str]:
    """What the stack is deployed with."""
    return {
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "TELEGRAM_API_URL": telegram.api_url,
        "TELEGRAM_BOT_NAME": "frontdesk_test_bot",
        "TELEGRAM_ADMIN_CHAT_ID": "999",
        "TELEGRAM_WEBHOOK_SECRET": "telegram-secret",
        "SUPABASE_WEBHOOK_SECRET": "supabase-secret",
        "TILDA_API_KEY": "tilda-key",
        "SERVICE_API_KEY": "service-key",
    }


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory, cloud_settings: dict[str, str], telegram: TelegramStandIn) -> Iterator[Deployed]:
    """The deployed stack; stopped by its pid at the end, its temporary folders with it."""
    local = LocalCloud(tmp_path_factory.mktemp("cloud"), port=0)
    try:
        local.start()
        local.deploy(package.build(PROJECT, "local"), cloud_settings, parameters=UNTHROTTLED)
        yield Deployed(local, cloud_settings, telegram)
    finally:
        local.stop()
