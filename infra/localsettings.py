"""Settings of the local stage: the environment, then `.env`, then secrets made here and kept below `.local`."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

from chalicelib.core.settings import Settings

MADE_WHEN_ABSENT = (
    "TELEGRAM_WEBHOOK_SECRET",
    "SUPABASE_WEBHOOK_SECRET",
    "TILDA_API_KEY",
    "SERVICE_API_KEY",
    "CALENDAR_SECRET",
    "CLIENT_TOKEN_SECRET",
    "JWT_SECRET",
    "CHATWOOT_WEBHOOK_SECRET",
)
DECIDED_BY_DEPLOYMENT = {"STAGE"}
OWNER_PASSWORD = "FIRST_OWNER_PASSWORD"  # noqa: S105 - the name under which it is kept


def names() -> list[str]:
    """The names of all settings that a person may give."""
    return [name.upper() for name in Settings.model_fields if name.upper() not in DECIDED_BY_DEPLOYMENT]


def secrets_file(home: Path) -> Path:
    """Where the secrets made for the local stage are kept."""
    return home / "secrets.env"


def gather(project: Path, home: Path, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The settings to deploy with. A blank value is an absent one, as it is to the application."""
    given = _present(dotenv_values(project / ".env")) | _present(environ)
    kept = _present(dotenv_values(secrets_file(home)))
    made = {name: secrets.token_urlsafe(24) for name in MADE_WHEN_ABSENT if name not in given and name not in kept}
    if made:
        _keep(secrets_file(home), made)
    return kept | made | given


def password_of_owner(home: Path) -> str:
    """The first owner's password, made once and kept beside the secrets; no function is given it."""
    kept = dotenv_values(secrets_file(home)).get(OWNER_PASSWORD)
    if kept:
        return kept
    made = secrets.token_urlsafe(18)
    _keep(secrets_file(home), {OWNER_PASSWORD: made})
    return made


def _present(values: Mapping[str, str | None]) -> dict[str, str]:
    known = set(names())
    return {name: value for name, value in values.items() if name in known and value and value.strip()}


def _keep(file: Path, made: dict[str, str]) -> None:
    """Nobody but the owner may read it, from its first byte on."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as out:
        out.writelines(f"{name}={value}\n" for name, value in made.items())
