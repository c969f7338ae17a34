"""What can go wrong, as data: each error knows its status, its code and what the caller should read."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class AppError(Exception):
    """An expected failure with one body everywhere: ``{success: false, error, message, detail}``."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    message: ClassVar[str] = "The request cannot be served."

    def __init__(self, detail: Any = None, *, message: str | None = None, headers: dict[str, str] | None = None) -> None:
        self.detail = detail
        self.text = message or self.message
        self.headers = headers or {}
        super().__init__(self.text)

    def body(self) -> dict[str, Any]:
        """The JSON answer; `detail` names fields or facts, never echoes a refused value."""
        return {"success": False, "error": self.code, "message": self.text, "detail": self.detail}

    def sentence(self) -> str:
        """What is wrong in one sentence, for callers who show `detail` to a person."""
        return self.detail if isinstance(self.detail, str) else self.text


class BadRequest(AppError):
    pass


class Unauthorized(AppError):
    status = 401
    code = "unauthorized"
    message = "A valid key is required."


class Forbidden(AppError):
    status = 403
    code = "forbidden"
    message = "This caller may not do that."


class ScopeNeeded(Forbidden):
    """A back end's token that does not carry the scope that the operation needs."""

    code = "insufficient_scope"
    message = "The token does not carry the scope that this needs."

    def __init__(self, scope: str) -> None:
        challenge = f'Bearer error="insufficient_scope", scope="{scope}"'
        super().__init__(f"The scope {scope} is required", headers={"WWW-Authenticate": challenge})


class NotFound(AppError):
    status = 404
    code = "not_found"
    message = "Nothing is known by this id."


class MethodNotAllowed(AppError):
    status = 405
    code = "method_not_allowed"
    message = "This path does not know that method."


class Conflict(AppError):
    status = 409
    code = "conflict"
    message = "The current state does not allow this."


class Gone(AppError):
    status = 410
    code = "gone"
    message = "This is over and cannot be changed."


class TooLarge(AppError):
    status = 413
    code = "too_large"
    message = "The body is over 256 KB."


class Invalid(AppError):
    """A payload that does not say what it must; `detail` is a list of ``{loc, msg, type}``."""

    status = 422
    code = "invalid"
    message = "The payload is not valid."

    @classmethod
    def field(cls, *loc: str, msg: str, kind: str = "value_error") -> "Invalid":
        """One wrong field: where it is and what was expected there."""
        return cls([{"loc": list(loc), "msg": msg, "type": kind}])

    def sentence(self) -> str:
        """Every wrong field with what was expected there."""
        return "; ".join(_told(one) for one in self.detail) if isinstance(self.detail, list) else super().sentence()


def _told(one: dict[str, Any]) -> str:
    where = ".".join(str(part) for part in one["loc"][one["loc"][:1] == ["body"] :])
    if one["type"] == "missing":
        return f"{where} is required"
    return f"{where}: {one['msg'].removeprefix('Value error, ')}" if where else one["msg"]


class TooMany(AppError):
    """One caller asks for more than his share: what he sent is kept for an operator, and may be sent again later."""

    status = 429
    code = "too_many"
    message = "Too many requests; please repeat a little later."

    def __init__(self, retry_after: int = 1) -> None:
        super().__init__({"retry_after": retry_after}, headers={"Retry-After": str(retry_after)})


class Busy(AppError):
    """The store is refusing work for a moment: the caller may simply come again."""

    status = 429
    code = "busy"
    message = "Too many requests at once; please repeat."

    def __init__(self, retry_after: int = 1) -> None:
        super().__init__({"retry_after": retry_after}, headers={"Retry-After": str(retry_after)})


class IssuerUnavailable(AppError):
    """A token cannot be judged now: its key is not known, and the issuer cannot be or was just asked for it."""

    status = 503
    code = "issuer_unavailable"
    message = "Tokens cannot be verified at the moment; please repeat later."

    def __init__(self, retry_after: int) -> None:
        super().__init__(headers={"Retry-After": str(retry_after)})


class WrongField(ValueError):
    """What a validator of a whole payload finds of one of its fields: that field is named as where it is."""

    def __init__(self, field: str, msg: str) -> None:
        self.field = field
        super().__init__(msg)

    @classmethod
    def place(cls, row: Mapping[str, Any]) -> Sequence[str | int]:
        """Where a finding of pydantic's is."""
        found = row.get("ctx", {}).get("error")
        return (*row["loc"], found.field) if isinstance(found, cls) else row["loc"]
