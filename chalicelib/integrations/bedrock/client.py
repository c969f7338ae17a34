"""Amazon Bedrock's Converse: one forced tool a call, signed with the function's own role."""

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from pydantic_core import to_json

from chalicelib.core.vendors import Reply, Timeout, Vendor, VendorDown, VendorError
from chalicelib.integrations.asking import Malformed, ModelRefused, Question, Told, tokens
from chalicelib.integrations.aws import signing

VENDOR = "bedrock"
TIMEOUT: Timeout = (3.0, 25.0)


class BedrockClient:
    """Every call raises `VendorDown`, `VendorBusy`, `ModelRefused` or `Malformed`."""

    ROLE_NEEDS = ("bedrock:InvokeModel",)
    """What the role of a function that comes here must allow."""

    def __init__(self, model: str, api_url: str | None = None, *, timeout: Timeout = TIMEOUT) -> None:
        self._path = f"model/{quote(model, safe='')}/converse"
        self._url = (api_url or signing.endpoint("bedrock_runtime", f"https://bedrock-runtime.{signing.region()}.amazonaws.com")).rstrip(
            "/"
        )
        self._api = _Bedrock(VENDOR, self._url, timeout=timeout)

    def body(self, question: Question, max_tokens: int) -> bytes:
        """What leaves us, byte for byte."""
        tool = {"name": question.tool, "description": question.purpose, "inputSchema": {"json": question.schema}}
        return to_json(
            {
                "system": [{"text": question.system}],
                "messages": [{"role": "user", "content": [{"text": question.text}]}],
                "inferenceConfig": {"maxTokens": max_tokens, "temperature": 0},
                "toolConfig": {"tools": [{"toolSpec": tool}], "toolChoice": {"tool": {"name": question.tool}}},
            }
        )

    def ask(self, body: bytes) -> Told:
        """The input of the tool that was forced."""
        headers = signing.signed("bedrock", "POST", f"{self._url}/{self._path}", body, {"Content-Type": "application/json"})
        reply = self._api.call("POST", self._path, body=body, headers=headers)
        usage = reply.field("usage")
        used = tokens(usage, "inputTokens"), tokens(usage, "outputTokens")
        said = next((block["toolUse"].get("input") for block in _content(reply) if isinstance(block.get("toolUse"), dict)), None)
        if reply.field("stopReason") != "tool_use" or not isinstance(said, dict):
            raise Malformed(VENDOR, "no tool was used", *used)
        return Told(said, *used)


def _content(reply: Reply) -> list[dict[str, Any]]:
    output = reply.field("output")
    message = output.get("message") if isinstance(output, dict) else None
    content = message.get("content") if isinstance(message, dict) else None
    return [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []


class _Bedrock(Vendor):
    def refusal(self, reply: Reply) -> VendorError:
        if reply.status == HTTPStatus.FAILED_DEPENDENCY:  # the model's own error, which the next call need not meet
            return VendorDown(self.name, "the model failed")
        return ModelRefused(self.name, reply.status, self.reason(reply))
