"""What the office shows its clients and hears of them, as the panel and the app see it."""

import json
import time
from hashlib import sha256
from hmac import HMAC
from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib.core.settings import settings
from tests.builders import SERVICE, Answer
from tests.integration.staff.conftest import House, staff_sign_in

__all__ = ["staff_sign_in"]

ADMIN = "/api/v1/admin"
NEWS, FEEDBACK, RATING = f"{ADMIN}/news", f"{ADMIN}/feedback", "/api/v1/feedback/app/rating"
ANNA, OLEG = 7012345678, 7033333333


BOT_TOKEN = "1234567:stand-in-token"


@pytest.fixture(autouse=True)
def bot(monkeypatch, staff_sign_in):
    """A stage with a bot by whose token Telegram signs."""
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", BOT_TOKEN)
    settings.cache_clear()


def signed(account: int, token: str = BOT_TOKEN) -> str:
    """What Telegram signs for an account that opens the app."""
    pairs = {"auth_date": str(int(time.time())), "query_id": "q", "user": json.dumps({"id": account, "first_name": "Анна"})}
    secret = HMAC(b"WebAppData", token.encode(), sha256).digest()
    text = "\n".join(f"{name}={pairs[name]}" for name in sorted(pairs))
    return urlencode(pairs | {"hash": HMAC(secret, text.encode(), sha256).hexdigest()})


def by_app(account: int = ANNA) -> dict[str, str]:
    """The header of a client who opens the app."""
    return {"Authorization": f"tma {signed(account)}"}


class Office(House):
    """The doors, the staff, and what is shown and heard."""

    def as_staff(self, name: str, role: str) -> dict[str, str]:
        if name not in self.ids:
            self.hire(name, role)
        return self.of(name)

    def client(self, name: str = "Анна Ким", **said: Any) -> int:
        return int(self.front.post(f"{ADMIN}/clients", {"full_name": name, **said}, SERVICE).ok()["id"])

    def product(self, name: str = "Стрижка", **said: Any) -> int:
        body = {"name": name, "price_rub": 100, "item_type": "service", **said}
        return int(self.front.post(f"{ADMIN}/products", body, SERVICE).ok()["id"])

    def post(self, **said: Any) -> Answer:
        return self.front.post(NEWS, {"title": "Новый мастер", "body": "Приходите знакомиться", **said}, SERVICE)

    def news(self, **said: Any) -> int:
        return int(self.post(**said).ok()["id"])

    def did(self, post: int, event: str = "view", header: dict[str, str] = SERVICE, key: str | None = None, **said: Any) -> Answer:
        body = {"news_post_id": post, "event_type": event, **said}
        return self.front.post(f"{NEWS}/track", body, {**header, **({"Idempotency-Key": key} if key else {})})

    def stats(self, post: int) -> dict[str, Any]:
        return self.front.get(f"{NEWS}/{post}/stats", SERVICE).ok()

    def rate(self, product: int, rating: Any = 5, account: int = ANNA, key: str | None = None, **said: Any) -> Answer:
        body = {"object_id": product, "rating": rating, **said}
        return self.front.post(RATING, body, {**by_app(account), **({"Idempotency-Key": key} if key else {})})

    def heard(self, **query: Any) -> list[dict[str, Any]]:
        return self.front.get(FEEDBACK, SERVICE, **query).ok()["items"]


@pytest.fixture
def office(front):
    return Office(front)


def told(answer: Answer) -> tuple[int, str, Any]:
    """What a refusal says."""
    return answer.status, answer.body["error"], answer.body["detail"]
