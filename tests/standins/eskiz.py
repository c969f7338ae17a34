"""Eskiz on loopback: a token for an account, then SMS.

with EskizStandIn() as eskiz:
    EskizClient(eskiz.account, eskiz.api_url).send("+998901234567", "Kod 1234")
    assert eskiz.to("+998901234567") == ["Kod 1234"]
"""

import re
from uuid import uuid4

from chalicelib.integrations.eskiz.client import EskizAccount
from tests.standins.server import Answer, Asked, Refusal, StandIn


class EskizStandIn(StandIn):
    """`dead` numbers (E.164) are refused by their field; `revoke()` ends the tokens."""

    def __init__(self) -> None:
        super().__init__()
        self.account = EskizAccount("office@club.example", "secret-of-eskiz")
        self.api_url = f"{self.address}/api"
        self.sent: list[tuple[str, str]] = []
        self.dead: set[str] = set()
        self.tokens: set[str] = set()
        self.given = 0

    def to(self, phone: str) -> list[str]:
        return [text for number, text in self.sent if number == phone]

    def revoke(self) -> None:
        self.tokens.clear()

    def answer(self, asked: Asked) -> Answer:
        self.require(asked.headers.get("content-type") == "application/x-www-form-urlencoded", "a form")
        if (asked.method, asked.path) == ("POST", "/api/auth/login"):
            return self._login(asked)
        self.require((asked.method, asked.path) == ("POST", "/api/message/sms/send"), f"{asked.method} {asked.path}", 404)
        if asked.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            raise Refusal(401, {"message": "Expired", "status": "token-invalid"})
        return self._send(asked)

    def _login(self, asked: Asked) -> Answer:
        if asked.form != {"email": self.account.email, "password": self.account.password}:
            raise Refusal(401, {"message": "Неверный E-mail или пароль", "status": "error"})
        self.given += 1
        token = f"eskiz-token-{self.given}"
        self.tokens.add(token)
        return 200, {"message": "token_generated", "data": {"token": token}, "token_type": "bearer"}

    def _send(self, asked: Asked) -> Answer:
        form = asked.form
        self.require(set(form) == {"mobile_phone", "message", "from"}, f"fields {sorted(form)}")
        self.require(bool(re.fullmatch(r"998\d{9}", form["mobile_phone"])), "digits of Uzbekistan without a plus", 422)
        phone = f"+{form['mobile_phone']}"
        if phone in self.dead:
            raise Refusal(422, {"message": "The given data was invalid.", "errors": {"mobile_phone": ["Неверный номер"]}})
        self.sent.append((phone, form["message"]))
        return 200, {"id": str(uuid4()), "status": "waiting", "message": "Waiting for SMS provider"}
