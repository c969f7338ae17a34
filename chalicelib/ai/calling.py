"""One call of a model, by whoever serves it."""

from typing import Protocol

from pydantic_core import to_json

from chalicelib.ai import rules
from chalicelib.ai.catalogue import Model
from chalicelib.ai.purposes import Case, Kind
from chalicelib.core.settings import settings
from chalicelib.integrations.asking import Question, Told
from chalicelib.integrations.bedrock.client import BedrockClient
from chalicelib.integrations.openai.client import OpenAiClient


class Client(Protocol):
    """Whoever serves models."""

    def body(self, question: Question, max_tokens: int) -> bytes:
        """What leaves us, byte for byte."""

    def ask(self, body: bytes) -> Told:
        """Its answer. Raises VendorDown, VendorBusy, ModelRefused, Malformed."""


def client(model: Model) -> Client:
    """Who serves a model."""
    config = settings()
    if model.provider == "bedrock":
        return BedrockClient(model.id, config.ai_url)
    return OpenAiClient(model.id, config.ai_key.get_secret_value() if config.ai_key else "", config.ai_url)


TOOL = "answer"


def question(kind: Kind, case: Case) -> Question:
    """A case as a model is asked of it: every word of people's is masked, and is data."""
    evidence = [{"id": piece.id, "text": case.mask.hide(piece.text)} for piece in case.pieces]
    wishes = {name: case.mask.hide(value) if isinstance(value, str) else value for name, value in case.wishes.items()}
    text = to_json({"evidence": evidence, "wishes": wishes}).decode()
    return Question(kind.system, text, TOOL, "Give the answer.", kind.answer.model_json_schema())


def most(model: Model, body: bytes) -> int:
    """The most that a request can cost, in millionths of a dollar."""
    return rules.most(model.prices, len(body), model.max_tokens)
