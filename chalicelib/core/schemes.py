"""The proofs that callers may show, as OpenAPI describes them: each is made beside the policy that asks for it (`security.Policy`)."""

from typing import Any, Literal

Needs = Literal["scope", "roles"]
"""What of its policy an operation names beside a scheme."""

SCHEMES: dict[str, dict[str, Any]] = {}
"""By name, as OpenAPI writes them, those of the packages imported so far. No class of their own: every door pays for its making."""

NEEDS: dict[str, Needs] = {}


def key(name: str, about: str, *, place: Literal["header", "query", "cookie"], called: str, needs: Needs | None = None) -> str:
    """The name of a scheme whose proof is a secret in a header, a query's field or a cookie `called` so."""
    return _made(name, {"type": "apiKey", "in": place, "name": called, "description": about}, needs)


def bearer(name: str, about: str, *, form: str | None = None, needs: Needs | None = None) -> str:
    """The name of a scheme whose proof is ``Authorization: Bearer <token>``, where the token has this `form`."""
    return _made(name, {"type": "http", "scheme": "bearer", **({"bearerFormat": form} if form else {}), "description": about}, needs)


def _made(name: str, written: dict[str, Any], needs: Needs | None) -> str:
    SCHEMES[name] = written
    NEEDS.update({name: needs} if needs else {})
    return name


def also(name: str, about: str) -> None:
    """Whose a proof is besides: words after those with which its scheme was made."""
    written = SCHEMES[name]
    written["description"] = f"{written['description'].removesuffix('.')}; {about}."
