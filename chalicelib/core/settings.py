"""Settings: the environment locally, SSM Parameter Store (`core/parameters`) where ``SETTINGS_PATH`` names a path.

Names are public (``.chalice/config.json``, README); values never are. A door whose secret is missing stays closed. A deployed function is
told in ``FRONTDESK_SECRETS`` which secrets its code names: it asks for no others, and reading another one is an error, not None.
"""

import os
from functools import cache
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr

from chalicelib.core.ai_settings import AiSettings

PASSWORD_KIB = 19_456
"""Memory of one hash, as OWASP asks of Argon2id with two passes."""

SHORTEST_SECRET = 32
"""Characters of a secret that signs by HS256: shorter ones are tried out offline."""


class Settings(AiSettings):
    """Every setting, its default and what it means; the README's table is made from here."""

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
    holds_a_person: int = Field(3, ge=1, description="How many slots may be held at once for one contact that nobody has proven")
    holds_an_address: int = Field(
        12, ge=1, description="The same for everybody who writes from one address; senders with a right key have no such bound"
    )
    forms_a_minute: int = Field(30, ge=1, description="Forms from one address without a key: twice as many within two minutes, then 429")
    log_shards: int = Field(
        4, ge=1, le=32, description="Over how many keys an hour of facts, and a day of rows, is spread; it may grow and never shrink"
    )
    queue_shards: int = Field(
        1, ge=1, le=32, description="The same for what waits to leave, and for people whom sets are behind: each is one more read"
    )
    payment_minutes: int = Field(30, ge=1, description="How long a booked slot waits for its payment")
    specialist_page_url: str | None = Field(
        None, description="The specialist's own page on the site: the bot sends each her link to it; none sends nothing"
    )
    session_minutes: int = Field(60, ge=1, description="Length of a session whose slot names none")
    confirmation_ladder: bool = Field(
        False, description="Ask 24 and 22 hours before, tell the admin at 21, cancel unconfirmed sessions at 18"
    )
    research_sheet_id: str | None = Field(
        None, description="The Google spreadsheet that mirrors the research questionnaires; none keeps no mirror"
    )
    research_sheet_range: str = Field("Research!A:E", description="Where in it the mirror's rows stand")
    zoom_account_id: str | None = Field(None, description="Zoom's server-to-server OAuth app: account id")
    zoom_client_id: str | None = Field(None, description="Zoom's server-to-server OAuth app: client id")
    zoom_client_secret: SecretStr | None = Field(None, description="Zoom's server-to-server OAuth app: client secret")
    zoom_user_id: str = Field("me", description="Whose meetings these are: a user id or an e-mail; me is the app's owner")
    zoom_api_url: str = Field("https://api.zoom.us/v2", description="Base address of Zoom's API")
    zoom_oauth_url: str = Field("https://zoom.us/oauth/token", description="Where Zoom gives tokens")
    zoom_busy_list: Literal["upcoming", "upcoming_meetings", "scheduled", "none"] = Field(
        "upcoming", description="Which of Zoom's lists of meetings tells when the account is busy; none asks nobody but ourselves"
    )
    google_service_account: SecretStr | None = Field(None, description="The service account's key file, as its JSON text")
    google_subject: str | None = Field(None, description="Whom the service account acts for in the calendar (domain-wide delegation)")
    google_calendar_id: str | None = Field(None, description="The calendar in which Google Meet's meetings are made")
    google_calendar_url: str = Field("https://www.googleapis.com/calendar/v3", description="Base address of the Calendar API")
    google_sheets_url: str = Field("https://sheets.googleapis.com/v4", description="Base address of the Sheets API")
    supabase_url: str | None = Field(None, description="The old database's project: https://<project>.supabase.co")
    supabase_service_key: SecretStr | None = Field(None, description="The old database's service key, for reading its slots")
    client_token_secret: SecretStr | None = Field(
        None, description="What login codes and client tokens are made with, 32 characters or more"
    )
    jwt_secret: SecretStr | None = Field(
        None,
        description="What signs the staff's tokens, 32 characters or more; without it none of them signs in. "
        "Clients' too where `CLIENT_TOKEN_SECRET` is not set",
    )
    rebooking_page_url: str | None = Field(
        None, description="The site's page on which a client books anew; the bot links to it with a token, and without it to none"
    )
    feedback_page_url: str | None = Field(None, description="The same for the form after a session")
    help_page_url: str | None = Field(None, description="The same for choosing a time of the helping hand")
    admin_tg_ids: str | None = Field(
        None, description="Telegram ids of the first owners, separated by commas: who is no user yet becomes one when his Mini App signs in"
    )
    password_kib: int = Field(
        PASSWORD_KIB,
        ge=8,
        description="Memory that hashing a password takes, in KiB; less than this counts on a developer's stage alone",
    )
    calendar_secret: SecretStr | None = Field(None, description="What signs the secret links to specialists' calendar feeds")
    oidc_issuer: str | None = Field(
        None,
        description="Who signs the consultations API's bearer tokens; without it any token passes on a developer's stage, none elsewhere",
    )
    oidc_audience: str | None = Field(
        None, description="Whom a bearer token must be meant for; without it any will do on a developer's stage, none passes elsewhere"
    )
    oidc_jwks_url: str | None = Field(None, description="Where the issuer's keys are; none asks its discovery document")
    consultations_open_form: bool = Field(
        False, description="Take consultations of a site without sign-in too; each makes a client that is joined to nobody"
    )
    consultation_phone_regions: str = Field("UZ,RU,KZ", description="The same as `PHONE_REGIONS`, for the consultations API")
    consultation_timezone: str = Field("Asia/Tashkent", description="The zone of 1C's wall time and of moments in consultations' messages")
    chatwoot_url: str | None = Field(None, description="Chatwoot's address: https://chat.example")
    chatwoot_account_id: str | None = Field(None, description="Chatwoot's account")
    chatwoot_inbox_id: int | None = Field(None, description="The API inbox that consultations arrive in")
    chatwoot_token: SecretStr | None = Field(None, description="An administrator's access token; a bot may neither search nor list")
    chatwoot_webhook_secret: SecretStr | None = Field(None, description="The secret with which Chatwoot signs its webhooks")
    chatwoot_webhook_token: SecretStr | None = Field(
        None, description="What the webhook's address carries as ?token=, where Chatwoot is too old to sign"
    )
    onec_url: str | None = Field(None, description="1C's publication: https://1c.example/base")
    onec_user: str | None = Field(None, description="1C: the user's name")
    onec_password: SecretStr | None = Field(None, description="1C: the user's password")
    gocrm_url: str | None = Field(None, description="The club's Go-CRM: https://<tenant>.go-crm.ru")
    gocrm_app_token: SecretStr | None = Field(None, description="Go-CRM's APP_TOKEN; without it the parents' cabinet is closed")
    sms_codes_a_day: int = Field(300, ge=1, description="Codes by SMS that the cabinet has sent on one day (UTC), for whomever; then 429")
    gocrm_funnels: SecretStr | None = Field(
        None, description='Funnels by name as JSON: {"trial": "<the plugin webhook\'s URL>"}; each URL is a key and leaves us only in calls'
    )

    @property
    def zone(self) -> ZoneInfo:
        """The business zone."""
        return ZoneInfo(self.business_timezone)

    @property
    def regions(self) -> list[str]:
        """Phone regions in the order they are tried."""
        return _regions(self.phone_regions)

    @property
    def consultation_regions(self) -> list[str]:
        """The same for those who ask for a consultation."""
        return _regions(self.consultation_phone_regions)

    @property
    def consultation_zone(self) -> ZoneInfo:
        """The zone of those who ask for a consultation."""
        return ZoneInfo(self.consultation_timezone)

    @property
    def is_for_development(self) -> bool:
        """Whether this is nobody's real data; a stage with a name we do not know is taken for production."""
        return self.stage in {"local", "test", "dev"}

    @property
    def secret_of_staff(self) -> str:
        """What signs the staff's tokens; empty, so that no door of theirs opens, where none is set or it could be guessed."""
        secret = self.jwt_secret.get_secret_value() if self.jwt_secret else ""
        return secret if len(secret) >= SHORTEST_SECRET else ""

    @property
    def secret_of_clients(self) -> str:
        """What signs clients' tokens and makes their codes; empty where there is none."""
        return self.client_token_secret.get_secret_value() if self.client_token_secret else self.secret_of_staff

    @property
    def keys_in_forms(self) -> list[SecretStr]:
        """Keys that senders may put among the fields of what they say."""
        return [key for key in (self.tilda_api_key, self.service_api_key) if key]

    @property
    def has_chatwoot(self) -> bool:
        """Whether consultations are handed to Chatwoot."""
        return bool(self.chatwoot_url and self.chatwoot_account_id and self.chatwoot_inbox_id and self.chatwoot_token)

    @property
    def chatwoot_desk(self) -> str:
        """Whose ids Chatwoot's are: another host or account gives the same numbers to other people's conversations."""
        return f"{(self.chatwoot_url or '').partition('://')[2].rstrip('/').lower()}/{self.chatwoot_account_id}"

    @property
    def has_cabinet(self) -> bool:
        """Whether parents may sign in to Go-CRM's cabinet."""
        return bool(self.gocrm_url and self.gocrm_app_token)

    @property
    def has_onec(self) -> bool:
        """Whether consultations are handed to 1C."""
        return bool(self.onec_url and self.onec_user and self.onec_password)

    @property
    def has_zoom(self) -> bool:
        """Whether Zoom may be asked for meetings."""
        return bool(self.zoom_account_id and self.zoom_client_id and self.zoom_client_secret)

    @property
    def has_meet(self) -> bool:
        """Whether Google Meet may be asked for meetings."""
        return bool(self.google_service_account and self.google_calendar_id)


def _regions(text: str) -> list[str]:
    return [region.strip().upper() for region in text.split(",") if region.strip()]


def secrets() -> tuple[str, ...]:
    """The names of the settings that are secrets: each has a parameter of its own."""
    return tuple(name for name, field in Settings.model_fields.items() if SecretStr in get_args(field.annotation))


def own_secrets() -> tuple[str, ...]:
    """The secrets that this process may read: those that it was deployed with, all where nobody said."""
    told = os.environ.get("FRONTDESK_SECRETS")
    return secrets() if told is None else tuple(name for name in secrets() if name in told.split(","))


@cache
def settings() -> Settings:
    """The settings of this process, read once a cold start. A secret that is not its own is no attribute of them."""
    path, own = os.environ.get("SETTINGS_PATH"), own_secrets()
    found = Settings.model_validate(_stored(path, own)) if path else Settings()
    for name in set(secrets()) - set(own):  # None would say that the stage has no such secret, and open or close what depends on it
        del found.__dict__[name]
    return found


def _stored(path: str, own: tuple[str, ...]) -> dict[str, str]:
    from chalicelib.core import parameters  # only a deployed stage pays for it

    return parameters.read(path, own)
