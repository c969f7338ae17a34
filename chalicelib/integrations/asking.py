"""What is asked of a language model, and what it answers, whoever serves it: one forced tool, whose input is the answer."""

from typing import Any, NamedTuple

from chalicelib.core.vendors import VendorError, VendorRefused


class Question(NamedTuple):
    """What is asked: the house's rules, what they are applied to, and the form of the answer, a JSON schema."""

    system: str
    text: str
    tool: str
    purpose: str
    schema: dict[str, Any]


class Told(NamedTuple):
    """What came: an object as the tool takes one, and the tokens that it took, where the vendor counts them."""

    said: dict[str, Any]
    input_tokens: int | None
    output_tokens: int | None


class Malformed(VendorError):
    """A model answered, and not by the tool: it is paid for all the same."""

    def __init__(self, vendor: str, reason: str, input_tokens: int | None, output_tokens: int | None) -> None:
        super().__init__(vendor, reason)
        self.input_tokens, self.output_tokens = input_tokens, output_tokens


class ModelRefused(VendorRefused):
    """A model's vendor will not; `ours`: a key, a right or an account of ours is at fault."""

    def __init__(self, vendor: str, status: int, reason: str) -> None:
        super().__init__(vendor, status, reason)
        self.ours = status in (401, 402, 403, 404)


def tokens(said: Any, name: str) -> int | None:
    """A count of tokens, as a vendor's `usage` has it; None for what is no count."""
    value = said.get(name) if isinstance(said, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
