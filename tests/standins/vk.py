"""VK's messages.send on loopback: always 200, and once for each random_id."""

import re
from typing import Any

from tests.standins.server import Answer, Asked, StandIn

FIELDS = {"access_token", "v", "peer_id", "random_id", "message"}


class VkStandIn(StandIn):
    """`dead` are user ids and the code that they are refused with; `next_code` refuses whoever is next."""

    def __init__(self) -> None:
        super().__init__()
        self.token = "vk1.a.STAND-IN"
        self.api_url = f"{self.address}/method"
        self.sent: list[tuple[str, str]] = []
        self.dead: dict[str, int] = {}
        self._codes: list[int] = []
        self._known: dict[tuple[str, str], int] = {}

    def to(self, user_id: str) -> list[str]:
        return [text for peer, text in self.sent if peer == user_id]

    def next_code(self, code: int) -> None:
        self._codes.append(code)

    def answer(self, asked: Asked) -> Answer:
        self.require((asked.method, asked.path) == ("POST", "/method/messages.send"), f"{asked.method} {asked.path}", 404)
        form = asked.form
        self.require(set(form) == FIELDS and form["v"] == "5.199", f"fields {sorted(form)}")
        self.require(bool(re.fullmatch(r"\d+", form["peer_id"])) and 0 < int(form["random_id"]) < 2**31, "peer_id and an int32")
        self.require(0 < len(form["message"]) <= 4096, "a text of 4096 at most")
        if self._codes:
            return 200, _error(self._codes.pop(0))
        if form["access_token"] != self.token:
            return 200, _error(5)
        if form["peer_id"] in self.dead:
            return 200, _error(self.dead[form["peer_id"]])
        return 200, {"response": self._take(form)}

    def _take(self, form: dict[str, str]) -> int:
        key = form["peer_id"], form["random_id"]
        if key not in self._known:
            self._known[key] = 1000 + len(self._known)
            self.sent.append((form["peer_id"], form["message"]))
        return self._known[key]


def _error(code: int) -> dict[str, Any]:
    return {"error": {"error_code": code, "error_msg": "Can't send messages for users without permission", "request_params": []}}
