"""The whole stack on loopback, once for all end-to-end tests: the package that deploys, on a port and a state of its own."""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from infra import package
from infra.localcloud import LocalCloud
from tests.builders import Front
from tests.e2e.crowd import Crowd
from tests.e2e.gateway import Gateway
from tests.e2e.tables import Tables
from tests.standins.chatwoot import ChatwootStandIn
from tests.standins.consulting import onec as onec_of_the_mapping
from tests.standins.gocrm import GoCrmStandIn
from tests.standins.onec import OneCStandIn
from tests.standins.smsru import SmsRuStandIn
from tests.standins.telegram import SentMessage, TelegramStandIn

T = TypeVar("T")
PROJECT = Path(__file__).resolve().parents[2]
UNTHROTTLED = {kind + limit: "5000" for kind in ("Throttle", "Read", "Webhook") for limit in ("Rate", "Burst")}
"""A test that calls fast tests us, not the gateway's buckets."""

SECRETS = (
    "TELEGRAM_WEBHOOK_SECRET",
    "SUPABASE_WEBHOOK_SECRET",
    "TILDA_API_KEY",
    "SERVICE_API_KEY",
    "TELEGRAM_ADMIN_CHAT_ID",
    "CLIENT_TOKEN_SECRET",
)
"""Deployed as the tests' own environment has them: builders call the stack as they call the app in process."""

PAGES = {"REBOOKING_PAGE_URL": "https://site.example/anew", "FEEDBACK_PAGE_URL": "https://site.example/os"}
"""Where the bot's links to a client's pages lead: only the stack that all tests share has them, its books are balanced by nobody."""

ROOM = 8 * 1024**3
"""Bytes that must be free in memory before folders are put there."""

PATIENCE, STREAMS_OWN = 20, 3
"""Seconds until a message must have arrived; the first of them the stream has to itself. What the clock says is the sweep's."""


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

    @property
    def tables(self) -> Tables:
        """What the deployed functions wrote."""
        return Tables(self.cloud.client("dynamodb"), "frontdesk-local-")

    def tick(self, function: str, at: datetime | str) -> Any:
        """Run a scheduled function as EventBridge would at a moment (ISO 8601 where it is a text)."""
        return self.cloud.tick(function, at if isinstance(at, str) else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))

    def logged(self, words: str) -> list[str]:
        """What the functions printed with these words."""
        return [line for _, _, line in self.cloud.log_lines(0) if words in line]

    def comes(self, find: Callable[[], T]) -> T:
        """What `find` finds, as soon as it finds something: the stream wakes the deliverer, what that missed is the sweep's."""
        started, sweep_after = time.monotonic(), STREAMS_OWN
        while not (found := find()):
            waited = time.monotonic() - started
            assert waited < PATIENCE, f"it never came; Telegram was told {[(one.chat_id, one.text) for one in self.telegram.sent[-9:]]}"
            if waited > sweep_after:
                self.tick("sweep", datetime.now(UTC))
                sweep_after += 2 * STREAMS_OWN  # a sweep passes over what another one has in its hands
            time.sleep(0.05)
        return found

    def heard(self, chat_id: str | int, words: str, *, times: int = 1) -> SentMessage:
        """The newest message with these words that a chat got, once it got just so many of them."""
        self.comes(lambda: len(self.told(chat_id, words)) >= times)
        found = self.told(chat_id, words)
        assert len(found) == times, [one.text for one in found]
        return found[-1]

    def told(self, chat_id: str | int, words: str = "") -> list[SentMessage]:
        """The messages with these words that a chat has got so far."""
        return [message for message in self.telegram.messages(chat_id) if words in message.text]


@pytest.fixture(scope="session")
def telegram() -> Iterator[TelegramStandIn]:
    """The Bot API that the deployed functions speak to."""
    with TelegramStandIn() as stand_in:
        yield stand_in
        assert not stand_in.wrong, "the Bot API would have refused these requests"


CHATWOOT_SECRET = "chatwoot-webhook-secret-of-the-stack"


@pytest.fixture(scope="session")
def chatwoot() -> Iterator[ChatwootStandIn]:
    """The helpdesk that the deployed functions speak to."""
    with ChatwootStandIn() as stand_in:
        yield stand_in
        assert not stand_in.wrong, "Chatwoot would have refused these requests"


@pytest.fixture(scope="session")
def onec() -> Iterator[OneCStandIn]:
    """The 1C that the deployed functions speak to."""
    with onec_of_the_mapping() as stand_in:
        yield stand_in
        assert not stand_in.wrong, "1C would have refused these requests"


@pytest.fixture(scope="session")
def followers(chatwoot: ChatwootStandIn, onec: OneCStandIn) -> dict[str, str]:
    """Where consultations are handed to."""
    return {
        "CHATWOOT_URL": chatwoot.address,
        "CHATWOOT_ACCOUNT_ID": chatwoot.account_id,
        "CHATWOOT_INBOX_ID": str(chatwoot.inbox_id),
        "CHATWOOT_TOKEN": chatwoot.token,
        "CHATWOOT_WEBHOOK_SECRET": CHATWOOT_SECRET,
        "ONEC_URL": f"{onec.address}/base",
        "ONEC_USER": onec.user,
        "ONEC_PASSWORD": onec.password,
    }


@pytest.fixture(scope="session")
def gocrm() -> Iterator[GoCrmStandIn]:
    """The club that the deployed functions speak to."""
    with GoCrmStandIn() as stand_in:
        yield stand_in
        assert not stand_in.wrong, "Go-CRM would have refused these requests"


@pytest.fixture(scope="session")
def club(gocrm: GoCrmStandIn) -> dict[str, str]:
    """Where leads are sent and parents are signed in."""
    return {"GOCRM_URL": gocrm.address, "GOCRM_APP_TOKEN": gocrm.app_token, "GOCRM_FUNNELS": json.dumps({"trial": gocrm.plugin_url()})}


@pytest.fixture(scope="session")
def smsru() -> Iterator[SmsRuStandIn]:
    """What carries SMS of the stack that all tests share."""
    with SmsRuStandIn() as stand_in:
        yield stand_in
        assert not stand_in.wrong, "SMS.ru would have refused these requests"


@pytest.fixture(scope="session")
def cloud_settings(telegram: TelegramStandIn, followers: dict[str, str], club: dict[str, str]) -> dict[str, str]:
    """What the stack is deployed with."""
    bot = {"TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.api_url, "TELEGRAM_BOT_NAME": "frontdesk_test_bot"}
    return (
        bot
        | followers
        | club
        | {name: os.environ[name] for name in SECRETS}
        | {"CALENDAR_SECRET": "calendar-secret-of-the-deployed-stack", "JWT_SECRET": "staff-token-secret-of-the-deployed-stack"}
    )


@pytest.fixture(scope="session")
def cloud_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in memory where there is room: each worker of a function unpacks the package anew, thousands of files."""
    memory = Path("/dev/shm")
    if not memory.is_dir() or shutil.disk_usage(memory).free < ROOM:
        yield tmp_path_factory.mktemp("cloud")
        return
    with tempfile.TemporaryDirectory(prefix="frontdesk-e2e-", dir=memory) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def shared_settings(cloud_settings: dict[str, str], smsru: SmsRuStandIn) -> dict[str, str]:
    """What the stack that all tests share is deployed with."""
    return cloud_settings | PAGES | {"SMS_BY": "smsru", "SMSRU_API_ID": smsru.api_id, "SMSRU_URL": smsru.address}


@pytest.fixture(scope="session")
def cloud(
    cloud_home: Path, cloud_settings: dict[str, str], shared_settings: dict[str, str], telegram: TelegramStandIn
) -> Iterator[Deployed]:
    """The deployed stack; stopped by its pid at the end, its temporary folders with it."""
    local = LocalCloud(cloud_home, port=0)
    try:
        local.start()
        local.deploy(package.build(PROJECT, "local"), shared_settings, parameters=UNTHROTTLED)
        deployed = Deployed(local, cloud_settings, telegram)
        yield deployed
        assert not deployed.logged("DynamoDB would refuse"), "DynamoDB would have refused these requests of the functions"
    finally:
        local.stop()


@pytest.fixture(scope="session")
def deployed_front(cloud: Deployed) -> Front:
    """The deployed doors, over HTTP."""
    return Front(Gateway(cloud.base_url))


@pytest.fixture(scope="session")
def crowd(cloud: Deployed, followers: dict[str, str]) -> Iterator[Crowd]:
    """Hundreds of callers in a process of their own, over tables of their own in the same store."""
    with Crowd(cloud.cloud.ministack.address, PROJECT, followers) as crowd:
        yield crowd


@pytest.fixture(scope="session")
def crowd_tables(cloud: Deployed, crowd: Crowd) -> Tables:
    """What the crowd wrote."""
    return Tables(cloud.cloud.client("dynamodb"), crowd.table_prefix)
