"""An office with a stack of its own: settings that no other test may see, and companies that lose, move and rotate things."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from infra import package
from infra.localcloud import LocalCloud
from tests.builders import SUPABASE, TELEGRAM, Answer, Front, change
from tests.e2e.conftest import PATIENCE, PROJECT, UNTHROTTLED, Deployed
from tests.e2e.daybook import Daybook
from tests.e2e.gateway import Gateway
from tests.standins.chatwoot import ChatwootStandIn
from tests.standins.consulting import onec as onec_of_the_mapping
from tests.standins.onec import OneCStandIn
from tests.standins.telegram import TelegramStandIn

T = TypeVar("T")
ZONE = ZoneInfo("Asia/Yekaterinburg")


class Office:
    """The stack, the companies it speaks to, and the book of all that was sent in."""

    def __init__(
        self, local: LocalCloud, settings: dict[str, str], telegram: TelegramStandIn, chatwoot: ChatwootStandIn, onec: OneCStandIn
    ):
        self.cloud = Deployed(local, settings, telegram)
        self.telegram, self.chatwoot, self.onec = telegram, chatwoot, onec
        self.front = Front(Gateway(local.url))
        self.book = Daybook(self.front, self.cloud.tables, telegram)
        self._updates = count(620_000)

    def deploy(self, **settings: str) -> None:
        """The package with other settings: what stands in the store stays."""
        self.cloud.settings.update(settings)
        self.cloud.cloud.deploy(package.build(PROJECT, "local"), self.cloud.settings, parameters=UNTHROTTLED)

    def update(self, update: dict[str, Any], *promises: str, reason: str | None = None) -> Any:
        """An update of the bot that is taken, and what is said because of it, or why nothing is; what Telegram is answered."""
        return self.book.answer("telegram", self.updated(update), *promises, reason=reason)

    def updated(self, update: dict[str, Any]) -> Answer:
        """An update's answer. Each comes twice, as where Telegram did not hear our first word."""
        body = {**update, "update_id": next(self._updates)}
        first, again = (self.front.post("/telegram", body, TELEGRAM) for _ in range(2))
        assert (again.status, again.text) == (first.status, first.text)
        return first

    def row(self, table: str, record: dict[str, Any], old: dict[str, Any] | None = None) -> Answer:
        """A row of the old database, new or changed."""
        return self.front.post("/notify-update", change("UPDATE" if old else "INSERT", record, old, f"hraniteli_{table}"), SUPABASE)

    def settled(self) -> None:
        """Until all that was promised so far has been said; the sweep does not leave anything to the stream alone."""
        self.until(self.book.is_quiet, "sweep")

    def until(self, finds: Callable[[], T], tick: str) -> T:
        """What is found in the end, a tick running meanwhile. A backoff may be on its way; the stream is mostly faster."""
        deadline, ticked = time.monotonic() + 2 * PATIENCE, time.monotonic()
        while not (found := finds()):
            now, book = time.monotonic(), self.book
            assert now < deadline, (book.said() - book.promised, book.promised - book.said(), book.troubles(), book.waiting())
            if now - ticked > 1:
                self.cloud.tick(tick, datetime.now(UTC))
                ticked = now
            time.sleep(0.1)
        return found


def here(moment: datetime) -> str:
    """``DD.MM HH:mm`` where the office is."""
    return moment.astimezone(ZONE).strftime("%d.%m %H:%M")


@contextmanager
def opened(home: Path, settings: dict[str, str]) -> Iterator[Office]:
    """An office from its first day on; at its end no company has anything to complain about, and no process is left."""
    with ExitStack() as stack:
        telegram, chatwoot = stack.enter_context(TelegramStandIn()), stack.enter_context(ChatwootStandIn())
        onec, local = stack.enter_context(onec_of_the_mapping()), LocalCloud(home, port=0)
        office = Office(local, dict(settings), telegram, chatwoot, onec)
        stack.callback(local.stop)
        local.start()
        office.deploy(
            TELEGRAM_BOT_TOKEN=telegram.token,
            TELEGRAM_API_URL=telegram.api_url,
            CHATWOOT_URL=chatwoot.address,
            ONEC_URL=f"{onec.address}/base",
            BUSINESS_TIMEZONE=ZONE.key,
        )
        yield office
        assert telegram.wrong == chatwoot.wrong == onec.wrong == [], "a company would have refused these requests"
        assert not office.cloud.logged("DynamoDB would refuse"), "DynamoDB would have refused these requests of the functions"
