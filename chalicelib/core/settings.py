"""Settings: the environment locally, SSM Parameter Store where ``SETTINGS_PATH`` names a path.

Names are public (``.chalice/config.json``, README); values never are. A door whose secret is missing stays closed.
"""

import os
from functools import cache

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every setting, its default and what it means; the README's table is made from here."""

    model_config = SettingsConfigDict(extra="ignore")

    stage: str = Field("local", description="Name of the stage; part of every resource's name")
    telegram_bot_token: SecretStr | None = Field(None, description="The bot's token; without it messages stay in the ledger and the log")
    telegram_bot_name: str = Field("frontdesk_bot", description="The bot's user name, for links of the form t.me/<name>?start=…")
    telegram_api_url: str = Field("https://api.telegram.org", description="Base address of the Bot API")
    telegram_webhook_secret: SecretStr | None = Field(None, description="What Telegram sends in X-Telegram-Bot-Api-Secret-Token")
    telegram_admin_chat_id: str | None = Field(None, description="The chat that is told what needs a person")
    supabase_webhook_secret: SecretStr | None = Field(None, description="What Supabase's triggers send in X-Webhook-Secret")
    tilda_api_key: SecretStr | None = Field(None, description="The key of Tilda's webhook: header X-Api-Key, field or ?token=")
    service_api_key: SecretStr | None = Field(None, description="The key of the back office and the bots: header X-Api-Key")
    business_timezone: str = Field("Europe/Moscow", description="The zone of DD.MM HH:mm and of every calendar rule")
    phone_regions: str = Field("RU,UZ,KZ", description="Regions in which a phone without a country code is looked for, in order")
    hold_minutes: int = Field(30, ge=1, description="How long a chosen slot is kept for its application")
    payment_minutes: int = Field(30, ge=1, description="How long a booked slot waits for its payment")
    session_minutes: int = Field(60, ge=1, description="Length of a session whose slot names none")
    research_sheet_id: str | None = Field(
        None, description="The Google spreadsheet that mirrors the research questionnaires; none keeps no mirror"
    )
    research_sheet_range: str = Field("Research!A:E", description="Where in it the mirror's rows stand")

    @field_validator(
        "telegram_bot_token",
        "telegram_webhook_secret",
        "telegram_admin_chat_id",
        "supabase_webhook_secret",
        "tilda_api_key",
        "service_api_key",
        mode="before",
    )
    @classmethod
    def _blank_is_absent(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value

    @property
    def regions(self) -> list[str]:
        """Phone regions in the order they are tried."""
        return [region.strip().upper() for region in self.phone_regions.split(",") if region.strip()]


@cache
def settings() -> Settings:
    """The settings of this process, read once a cold start."""
    path = os.environ.get("SETTINGS_PATH")
    return Settings.model_validate(_parameters(path)) if path else Settings()


def _parameters(path: str) -> dict[str, str]:
    """Parameters below `path`, by the last part of their names in lower case."""
    import boto3  # only a deployed stage pays for it

    pages = boto3.client("ssm").get_paginator("get_parameters_by_path").paginate(Path=path, WithDecryption=True)
    return {item["Name"].rsplit("/", 1)[-1].lower(): item["Value"] for page in pages for item in page["Parameters"]}
