"""The settings of the ways by which messages leave us, but for Telegram's. Where a channel's secret is missing there is no such channel."""

import os
from typing import Any, Literal

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict


class ChannelSettings(BaseSettings):
    """Part of `Settings`."""

    model_config = SettingsConfigDict(extra="ignore", defer_build=True)

    public_url: str | None = Field(
        None, description="Where people reach this API: `https://desk.example`; without it no marketing leaves by mail"
    )
    email_by: Literal["ses", "smtp"] | None = Field(
        None, description="What carries mails: Amazon SES, or an SMTP server; without it none leave"
    )
    email_from: str | None = Field(None, description="Whom mails come from: `Клуб <no-reply@club.example>`")
    ses_url: str | None = Field(None, description="Base address of SES; the region's own where none is set")
    ses_configuration_set: str | None = Field(None, description="The configuration set that SES counts our mails by")
    mail_events_token: SecretStr | None = Field(
        None,
        description="The secret in `/webhooks/mail?token=`, by which the carrier tells of bounces; without it only the back office may",
    )
    smtp_host: str | None = Field(None, description="The SMTP server")
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port")
    smtp_security: Literal["starttls", "tls", "none"] = Field("starttls", description="How the connection to it is kept secret")
    smtp_user: str | None = Field(None, description="Who signs in there; nobody where none is set")
    smtp_password: SecretStr | None = Field(None, description="His password")
    sms_by: str | None = Field(
        None, description="What carries SMS: `smsru`, `eskiz` (numbers of +998 alone), or both with a comma; without it none leave"
    )
    sms_budget_day: int = Field(
        1000, ge=0, description="SMS that leave on one business day, as carriers charge them: 70 letters each; what is more is not sent"
    )
    smsru_api_id: SecretStr | None = Field(None, description="SMS.ru's api_id")
    smsru_from: str | None = Field(None, description="The sender's name that SMS.ru has approved; the account's own where none is set")
    smsru_url: str = Field("https://sms.ru", description="Base address of SMS.ru")
    eskiz_email: str | None = Field(None, description="Eskiz: who signs in")
    eskiz_password: SecretStr | None = Field(None, description="Eskiz: his password")
    eskiz_from: str = Field("4546", description="Eskiz: the sender; 4546 is everybody's")
    eskiz_bad_number: str | None = Field(
        "mobile_phone", description="Eskiz: the field whose naming in a refusal means that the number is dead; none marks no number so"
    )
    eskiz_url: str = Field("https://notify.eskiz.uz/api", description="Base address of Eskiz")
    vk_token: SecretStr | None = Field(None, description="VK: the community's token with the right to write messages")
    vk_api_url: str = Field("https://api.vk.com/method", description="Base address of VK's API")
    max_token: SecretStr | None = Field(None, description="MAX: the bot's token")
    max_api_url: str = Field("https://platform-api.max.ru", description="Base address of MAX's bot API")
    max_dead_statuses: str = Field("404", description="MAX: the HTTP statuses, with commas, which mean that a person's chat is dead")

    @model_validator(mode="before")
    @classmethod
    def _blank_says_nothing(cls, said: dict[str, Any]) -> dict[str, Any]:
        """A blank text is nothing where nothing may stand. One validator for all: one for each field is a tenth of a cold start."""
        may_be_absent = {name for name, field in cls.model_fields.items() if field.default is None}
        return {name: None if name in may_be_absent and _is_blank(value) else value for name, value in said.items()}

    @classmethod
    def settings_customise_sources(  # type: ignore[override]  # the others are made anyway, and asked nothing
        cls, settings_cls: type[BaseSettings], init_settings: InitSettingsSource, **_others: PydanticBaseSettingsSource
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What was said, then the environment, each name in capitals: the library's own source looks into every field for models."""
        said = {name: os.environ[name.upper()] for name in cls.model_fields if name.upper() in os.environ}
        return init_settings, InitSettingsSource(settings_cls, said)

    @property
    def has_email(self) -> bool:
        """Whether mails leave us."""
        return bool(self.email_from and (self.email_by == "ses" or (self.email_by == "smtp" and self.smtp_host)))

    @property
    def max_dead(self) -> frozenset[int]:
        """What MAX answers where a chat is dead."""
        return frozenset(int(one) for one in self.max_dead_statuses.split(",") if one.strip().isdigit())

    @property
    def sms_carriers(self) -> tuple[str, ...]:
        """What carries SMS."""
        return tuple(name.strip().lower() for name in (self.sms_by or "").split(",") if name.strip())


def _is_blank(value: object) -> bool:
    return isinstance(value, str) and not value.strip()
