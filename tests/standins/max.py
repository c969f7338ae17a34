"""MAX's bot API on loopback: the recipient is in the query, the token in the header as it is."""

from itertools import count

from tests.standins.server import Answer, Asked, Refusal, StandIn


class MaxStandIn(StandIn):
    """`dead` user ids are not found."""

    def __init__(self) -> None:
        super().__init__()
        self.token = "max-STAND-IN"
        self.sent: list[tuple[str, str]] = []
        self.dead: set[str] = set()
        self._ids = count(1)

    def to(self, user_id: str) -> list[str]:
        return [text for peer, text in self.sent if peer == user_id]

    def answer(self, asked: Asked) -> Answer:
        self.require((asked.method, asked.path) == ("POST", "/messages"), f"{asked.method} {asked.path}", 404)
        if asked.headers.get("authorization") != self.token:
            raise Refusal(401, {"code": "verify.token", "message": "Invalid access_token"})
        self.require(set(asked.query) == {"user_id"} and set(asked.json) <= {"text", "notify"}, "user_id, text")
        self.require(0 < len(asked.json["text"]) <= 4000, "a text of 4000 at most")
        if asked.query["user_id"] in self.dead:
            raise Refusal(404, {"code": "chat.not.found", "message": "Chat not found"})
        self.sent.append((asked.query["user_id"], asked.json["text"]))
        return 200, {"message": {"body": {"mid": f"mid.{next(self._ids)}", "text": asked.json["text"]}}}
