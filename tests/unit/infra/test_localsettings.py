"""Where the local stage's settings come from."""

import json
from pathlib import Path

from chalicelib.core.settings import Settings
from infra import localsettings

CONFIG = Path(__file__).resolve().parents[3] / ".chalice" / "config.json"


def test_the_environment_comes_before_the_file_and_both_before_what_is_made(tmp_path):
    (tmp_path / ".env").write_text("TILDA_API_KEY=from-file\nHOLD_MINUTES=5\nTELEGRAM_BOT_NAME=file_bot\nUNKNOWN=1\n")

    found = localsettings.gather(tmp_path, tmp_path / ".local", {"TILDA_API_KEY": "from-environment", "PATH": "/bin", "STAGE": "prod"})

    assert found["TILDA_API_KEY"] == "from-environment"
    assert (found["HOLD_MINUTES"], found["TELEGRAM_BOT_NAME"]) == ("5", "file_bot")
    assert not {"PATH", "STAGE", "UNKNOWN", "TELEGRAM_BOT_TOKEN"} & set(found)


def test_absent_secrets_are_made_once_and_only_their_owner_can_read_them(tmp_path):
    first = localsettings.gather(tmp_path, tmp_path / ".local", {"TILDA_API_KEY": " "})

    assert set(localsettings.MADE_WHEN_ABSENT) <= set(first)
    assert localsettings.gather(tmp_path, tmp_path / ".local", {}) == first
    assert localsettings.secrets_file(tmp_path / ".local").stat().st_mode & 0o777 == 0o600


def test_the_configuration_names_every_secret_and_holds_none():
    config = json.loads(CONFIG.read_text())
    secret = [name.upper() for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)]

    assert sorted(config["secrets"]) == sorted(secret)
    assert "environment_variables" not in config
