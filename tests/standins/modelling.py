"""Language models on loopback, as Bedrock's Converse and as chat completions: strict about the request, careless about the truth.

with ModelStandIn() as models:
    models.says = lambda evidence, wishes: {"claims": [...]}
    ...
    assert models.wrong == []

It keeps every byte that it got, and spends all that a caller has paid for. Of quotes it gives, it makes up each third.
"""

import json
import re
from collections.abc import Callable
from itertools import count
from typing import Any
from urllib.parse import unquote

from tests.standins.server import Answer, Asked, Refusal, StandIn

SIGNED = re.compile(
    r"AWS4-HMAC-SHA256 Credential=\w+/\d{8}/[\w-]+/bedrock/aws4_request, SignedHeaders=[\w;-]*host[\w;-]*, Signature=[0-9a-f]{64}"
)
KEY = "key-of-the-models"
INVENTED = "этого никто не говорил"

Says = Callable[[list[dict[str, str]], dict[str, Any]], Any]


class ModelStandIn(StandIn):
    """`says` makes an answer of evidence and wishes; `usage` the tokens that are counted, all that were paid for without it."""

    def __init__(self) -> None:
        super().__init__()
        self.says: Says = self.claims
        self.usage: tuple[int, int] | None = None
        self.got: list[bytes] = []
        self.models: list[str] = []
        self._quotes = count(1)

    @property
    def all_bytes(self) -> str:
        """Whatever it was ever told."""
        return b"\n".join(self.got).decode()

    def claims(self, evidence: list[dict[str, str]], wishes: dict[str, Any]) -> Any:
        """A claim of each piece of evidence; each third quote is made up."""
        return {"claims": [{"text": "Это важно.", "evidence": one["id"], "quote": self.quote(one["text"])} for one in evidence]}

    def quote(self, text: str) -> str:
        return text.upper() if next(self._quotes) % 3 else INVENTED

    def answer(self, asked: Asked) -> Answer:
        self.require(asked.method == "POST", asked.method, 405)
        self.got.append(asked.body)
        if asked.path.startswith("/model/"):
            return self._converse(asked)
        self.require(asked.path == "/v1/chat/completions", asked.path, 404)
        return self._completion(asked)

    def _said(self, text: str) -> Any:
        told = json.loads(text)
        self.require(set(told) == {"evidence", "wishes"}, f"fields {sorted(told)}")
        return self.says(told["evidence"], told["wishes"])

    def _tokens(self, asked: Asked, most: int) -> tuple[int, int]:
        return self.usage or (len(asked.body), most)

    def _converse(self, asked: Asked) -> Answer:
        if not SIGNED.fullmatch(asked.headers.get("authorization", "")) or "x-amz-date" not in asked.headers:
            raise Refusal(403, {"message": "The request signature we calculated does not match"})
        body, name = asked.json, re.fullmatch(r"/model/([^/]+)/converse", asked.path)
        self.require(name is not None and set(body) == {"system", "messages", "inferenceConfig", "toolConfig"}, f"fields {sorted(body)}")
        self.models.append(unquote(name.group(1)))
        ((tool,), (message,)) = body["toolConfig"]["tools"], body["messages"]
        forced = body["toolConfig"]["toolChoice"] == {"tool": {"name": tool["toolSpec"]["name"]}}
        self.require(forced and tool["toolSpec"]["inputSchema"]["json"]["type"] == "object", "one forced tool")
        said = self._said(message["content"][0]["text"])
        used = self._tokens(asked, body["inferenceConfig"]["maxTokens"])
        block = {"text": said} if isinstance(said, str) else {"toolUse": {"toolUseId": "tooluse_1", "name": "answer", "input": said}}
        return 200, {
            "output": {"message": {"role": "assistant", "content": [block]}},
            "stopReason": "end_turn" if isinstance(said, str) else "tool_use",
            "usage": {"inputTokens": used[0], "outputTokens": used[1], "totalTokens": sum(used)},
            "metrics": {"latencyMs": 640},
        }

    def _completion(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            raise Refusal(
                401, {"error": {"message": "Incorrect API key provided", "type": "invalid_request_error", "code": "invalid_api_key"}}
            )
        body = asked.json
        fields = {"model", "messages", "temperature", "max_tokens", "tools", "tool_choice"}
        self.require(set(body) == fields and asked.headers.get("content-type") == "application/json", f"fields {sorted(body)}")
        self.models.append(body["model"])
        (tool,) = body["tools"]
        forced = body["tool_choice"] == {"type": "function", "function": {"name": tool["function"]["name"]}}
        self.require(forced and tool["function"]["parameters"]["type"] == "object", "one forced function")
        self.require([one["role"] for one in body["messages"]] == ["system", "user"], "system and user")
        said = self._said(body["messages"][1]["content"])
        used = self._tokens(asked, body["max_tokens"])
        arguments = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
        call = {"id": "call_1", "type": "function", "function": {"name": "answer", "arguments": arguments}}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
        return 200, {
            "id": "chatcmpl-1",
            "choices": [{"index": 0, "finish_reason": "tool_calls", "message": message}],
            "usage": {"prompt_tokens": used[0], "completion_tokens": used[1], "total_tokens": sum(used)},
        }
