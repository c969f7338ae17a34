"""SMS.ru on loopback: everything is answered 200, refusals stand in two codes.

with SmsRuStandIn() as smsru:
    SmsRuClient(smsru.api_id, smsru.address).send("+79045501567", "Код 1234")
    assert smsru.to("+79045501567") == ["Код 1234"]
"""

import re
from itertools import count
from typing import Any

from tests.standins.server import Answer, Asked, StandIn

WORDS = {201: "Не хватает средств", 202: "Неправильно указан получатель", 207: "На этот номер нельзя отправлять", 209: "Номер в стоп-листе"}
FIELDS = {"api_id", "to", "msg", "json", "from"}


class SmsRuStandIn(StandIn):
    """`dead` numbers (E.164) are refused with a code; `next_code` refuses whole requests."""

    def __init__(self) -> None:
        super().__init__()
        self.api_id = "C97F-STAND-IN"
        self.sent: list[tuple[str, str]] = []
        self.dead: dict[str, int] = {}
        self._codes: list[int] = []
        self._ids = count(1000001)

    def to(self, phone: str) -> list[str]:
        return [text for number, text in self.sent if number == phone]

    def next_code(self, code: int, n: int = 1) -> None:
        self._codes += [code] * n

    def answer(self, asked: Asked) -> Answer:
        self.require((asked.method, asked.path) == ("POST", "/sms/send"), f"{asked.method} {asked.path}", 404)
        self.require(asked.headers.get("content-type") == "application/x-www-form-urlencoded", "a form")
        form = asked.form
        self.require(set(form) <= FIELDS and form.get("json") == "1", f"fields {sorted(form)}")
        if self._codes:
            return 200, _no(self._codes.pop(0))
        if form["api_id"] != self.api_id:
            return 200, _no(200)
        return 200, self._of_number(form["to"], form["msg"])

    def _of_number(self, to: str, text: str) -> dict[str, Any]:
        self.require(bool(re.fullmatch(r"[1-9]\d{10,14}", to)), "digits with a country code", 400)
        self.require(bool(text.strip()) and len(text) <= 536, "a text of eight parts at most", 400)
        if f"+{to}" in self.dead:
            return {"status": "OK", "status_code": 100, "sms": {to: _no(self.dead[f"+{to}"])}, "balance": 4122.56}
        self.sent.append((f"+{to}", text))
        one = {"status": "OK", "status_code": 100, "sms_id": f"202611-{next(self._ids)}"}
        return {"status": "OK", "status_code": 100, "sms": {to: one}, "balance": 4122.56}


def _no(code: int) -> dict[str, Any]:
    return {"status": "ERROR", "status_code": code, "status_text": WORDS.get(code, "Ошибка")}
