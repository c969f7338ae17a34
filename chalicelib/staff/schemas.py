"""What signing in and the users' doors ask and answer."""

import re
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AliasChoices, BeforeValidator, Field, model_validator

from chalicelib.clients import rules as people
from chalicelib.clients.addresses import address_of
from chalicelib.core import lines
from chalicelib.core.listing import Numbered, Numbers
from chalicelib.core.patterns import pattern
from chalicelib.core.schemas import Headed, Moment, Query, Schema, Text
from chalicelib.core.settings import settings
from chalicelib.staff.rules import ALIASES, LONGEST_PASSWORD, Role

_TELEGRAM = pattern(r"[1-9][0-9]{0,18}")
_USERNAME = pattern(r"[A-Za-z0-9][A-Za-z0-9._-]{1,63}")


def _text(value: Any) -> Any:
    """Text without what stands around it; a number as text; nothing for a blank."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return (None if lines.is_blank(value) else value.strip()) if isinstance(value, str) else value


def _email(value: Any) -> Any:
    value = _text(value)
    address = address_of(value) if isinstance(value, str) else value
    if value is not None and address is None:
        raise ValueError("expected an e-mail address")
    return address


def _phone(value: Any) -> Any:
    value = _text(value)
    found = people.phone_of(value, settings().regions) if isinstance(value, str) else value
    if value is not None and found is None:
        raise ValueError("expected a phone number, best with its country's code")
    return found


def _like(pattern: re.Pattern[str], words: str) -> BeforeValidator:
    def read(value: Any) -> Any:
        value = _text(value)
        if isinstance(value, str) and not pattern.fullmatch(value):
            raise ValueError(f"expected {words}")
        return value

    return BeforeValidator(read)


def _zone(value: Any) -> Any:
    try:
        return ZoneInfo(value).key
    except (TypeError, ValueError, OSError, LookupError):
        raise ValueError("expected a time zone by its IANA name, for example Europe/Moscow") from None


def _role(value: Any) -> Any:
    return ALIASES.get(value, value) if isinstance(value, str) else value


Email = Annotated[str | None, BeforeValidator(_email)]
Phone = Annotated[str | None, BeforeValidator(_phone)]
Username = Annotated[str | None, _like(_USERNAME, "2 to 64 letters, digits, dots, hyphens or underscores")]
TelegramId = Annotated[str | None, _like(_TELEGRAM, "a Telegram id: digits alone")]
Zone = Annotated[str, BeforeValidator(_zone)]
RoleName = Annotated[Role, BeforeValidator(_role)]
Password = Annotated[str, Field(min_length=1, max_length=LONGEST_PASSWORD)]


class Login(Schema):
    email: Annotated[str, BeforeValidator(_email)] = Field(examples=["maria@example.org"])
    password: Password


class Tokens(Schema):
    access_token: str
    refresh_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the kind of a token
    expires_in: int = Field(description="Seconds for which the access token is good", examples=[900])


class Refresh(Schema):
    refresh_token: Text = Field(None, description="Or as `Authorization: Bearer …`, or in the address")


class RefreshQuery(Query):
    refresh_token: Text = Field(None, description="Where it can come neither in the body nor in the header")


class Logout(Schema):
    all: bool = Field(False, description="End every session of this user, not this one alone")


class LogoutQuery(Query):
    all: bool = Field(False, description="End every session of this user, not this one alone")


class Me(Schema):
    id: int
    email: str | None
    name: str
    full_name: str | None
    role: Role
    is_active: bool


class UserFields(Schema):
    """What may be said of a user: what is absent stays, `null` clears."""

    email: Email = None
    username: Username = None
    full_name: Text = Field(None, max_length=255)
    role: RoleName = Field("manager", description="`sales_rep` is taken for `manager`")
    phone: Phone = None
    timezone: Zone = "Europe/Moscow"
    language: Literal["ru", "en", "uz"] = "ru"
    email_notifications: bool = True
    sms_notifications: bool = False
    telegram_id: TelegramId = Field(None, description="Who signs in by this Telegram account is this user")
    is_active: bool = True
    password: Password | None = None

    @property
    def said(self) -> dict[str, Any]:
        """The fields that were given, but for the password."""
        return self.model_dump(include=(self.model_fields_set & set(UserFields.model_fields)) - {"password"})


class NewUser(UserFields):
    @model_validator(mode="after")
    def _can_sign_in(self) -> "NewUser":
        if not (self.telegram_id or (self.email and self.password)):
            raise ValueError("expected email and password, or telegram_id")
        return self


class UserChange(UserFields):
    version: int | None = Field(None, description="The version that was read: another one now is refused")


class OwnChange(UserChange):
    current_password: str | None = Field(None, max_length=LONGEST_PASSWORD, description="Needed for a new password or telegram_id")


class UserProfile(Headed):
    id: int
    email: str | None
    username: str | None
    full_name: str | None
    role: Role
    phone: str | None
    timezone: str
    language: str
    email_notifications: bool
    sms_notifications: bool
    telegram_id: str | None
    is_active: bool
    created_at: Moment
    updated_at: Moment
    last_login: Moment
    version: int
    by: str | None = Field(description="Who changed this last: `staff#<id>`, or `service`")


class UserCard(Schema):
    """What one of the staff reads of another."""

    id: int
    full_name: str | None
    role: Role
    is_active: bool


class UsersQuery(Numbered):
    search: str | None = Field(None, min_length=2, max_length=100, description="Words of the name, the e-mail or the username, at most 5")
    status: Literal["active", "inactive", "deleted"] | None = Field(None, description="Everyone who is not deleted, by default")
    role: RoleName | None = None
    order_by: Literal["created_at", "full_name", "email", "last_login"] = "created_at"

    @model_validator(mode="after")
    def _few_words(self) -> "UsersQuery":
        if self.search and len(self.search.split()) > 5:
            raise ValueError("expected at most 5 words in search")
        return self


class Users(Numbers):
    items: list[UserProfile]


class DeleteQuery(Query):
    reassign_to: int | None = Field(None, ge=1, description="Who gets what was his: an active manager, operator, admin or owner")


class Signed(Schema):
    init_data: Text = Field(None, validation_alias=AliasChoices("init_data", "initData"), description="What Telegram gave the Mini App")


class AppClient(Schema):
    id: int
    lead_number: str
    name: str | None


class Verified(Schema):
    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the kind of a token
    role: Role | Literal["client"]
    expires_in: int = Field(description="Seconds for which the token is good")
    client: AppClient | None = Field(description="Who the client is; null for the staff")


class DeskSignIn(Signed):
    email: Email = None
    password: Password | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "DeskSignIn":
        if not (self.init_data or (self.email and self.password)):
            raise ValueError("expected email and password, or init_data")
        return self


class Business(Schema):
    zone: str
    languages: list[str]


class Desk(Headed):
    user: Me
    roles: list[Role]
    may: list[str] = Field(description="The operations that are open to this user, by name")
    business: Business
    features: dict[str, bool] = Field(description="What is connected: rooms of what is not are not shown")
