"""Chat completions of OpenAI's kind: one forced function a call.

UNVERIFIED: that whoever serves such an API knows `max_tokens`; newer models of OpenAI's own want `max_completion_tokens`.
"""

import json
from typing import Any

from pydantic_core import to_json

from chalicelib.core.vendors import Reply, Timeout, Vendor, VendorError
from chalicelib.integrations.asking import Malformed, ModelRefused, Question, Told, tokens

VENDOR = "openai"
PUBLIC_API = "https://api.openai.com/v1"
TIMEOUT: Timeout = (3.0, 25.0)


class OpenAiClient:
    """Every call raises `VendorDown`, `VendorBusy`, `ModelRefused` or `Malformed`."""

    def __init__(self, model: str, key: str, api_url: str | None = None, *, timeout: Timeout = TIMEOUT) -> None:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._model = model
        self._api = _OpenAi(VENDOR, api_url or PUBLIC_API, secrets=(key,), headers=headers, timeout=timeout)

    def body(self, question: Question, max_tokens: int) -> bytes:
        """What leaves us, byte for byte."""
        function = {"name": question.tool, "description": question.purpose, "parameters": question.schema}
        said = [{"role": "system", "content": question.system}, {"role": "user", "content": question.text}]
        return to_json(
            {
                "model": self._model,
                "messages": said,
                "temperature": 0,
                "max_tokens": max_tokens,
                "tools": [{"type": "function", "function": function}],
                "tool_choice": {"type": "function", "function": {"name": question.tool}},
            }
        )

    def ask(self, body: bytes) -> Told:
        """The arguments of the function that was forced."""
        reply = self._api.call("POST", "chat/completions", body=body)
        usage = reply.field("usage")
        used = tokens(usage, "prompt_tokens"), tokens(usage, "completion_tokens")
        said = _arguments(reply)
        if said is None:
            raise Malformed(VENDOR, "no function was called, or not as JSON", *used)
        return Told(said, *used)


def _arguments(reply: Reply) -> dict[str, Any] | None:
    """The arguments of the first call, which come as a text; None where that is no object."""
    try:
        text = reply.data["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"]
        said = json.loads(text)
    except (KeyError, IndexError, TypeError, ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


class _OpenAi(Vendor):
    def reason(self, reply: Reply) -> str:
        error = reply.field("error")
        words = error.get("message") if isinstance(error, dict) else None
        return self.clean(words) if isinstance(words, str) and words else super().reason(reply)

    def refusal(self, reply: Reply) -> VendorError:
        return ModelRefused(self.name, reply.status, self.reason(reply))
