"""A client as a panel writes, lists and shows him."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from chalicelib.core.amounts import PctOut, PtsOut, RubOut
from chalicelib.core.lines import in_lines, in_one_line
from chalicelib.core.paging import PageNumbers, PageQuery
from chalicelib.core.schemas import Query, Schema, Seen, Text, Whole
from chalicelib.core.stamps import StampOut
from chalicelib.core.synonyms import Names, Synonymous, SynonymousQuery
from chalicelib.loyalty.accounts import rules

Gender = Literal["male", "female", "unknown"]
Status = Literal["active", "blocked"]
Tag = Annotated[str, Field(min_length=1, max_length=50), Seen, AfterValidator(in_one_line)]


def _listed(value: Any) -> Any:
    return [] if value is None or value == "" else value


class ClientChange(Synonymous):
    """What a panel says of a client: absent stays as it is, null or "" clears; a status is said or absent."""

    ALSO: ClassVar[Names] = {
        "birthday": ("birth_date",),
        "acquisition_channel_id": ("traffic_channel_id",),
        **{f"{network}_username": (f"{network}_contact",) for network in ("vk", "instagram", "facebook", "max")},
    }

    tg_id: Whole = Field(None, ge=1, lt=10**16, description="His Telegram account")
    full_name: Text = Field(None, max_length=200)
    phone: Text = Field(None, max_length=32, examples=["+7 904 550-15-67"])
    whatsapp_phone: Text = Field(None, max_length=32)
    email: Text = Field(None, max_length=128)
    telegram_username: Text = Field(None, max_length=128)
    vk_username: Text = Field(None, max_length=128)
    instagram_username: Text = Field(None, max_length=128)
    facebook_username: Text = Field(None, max_length=128)
    max_username: Text = Field(None, max_length=128)
    address: Text = Field(None, max_length=400)
    birthday: Text = Field(None, description="YYYY-MM-DD, not ahead", examples=["1990-02-28"])
    birth_year: Whole = Field(None, ge=1900, le=2999)
    gender: Annotated[Gender | None, BeforeValidator(lambda value: value or None)] = None
    notes: Text = Field(None, max_length=2000)
    tags: Annotated[list[Tag], BeforeValidator(_listed), Field(max_length=50)] = []
    status: Status = Field("active", description="Who is blocked earns and spends nothing; neither null nor empty, which would unblock him")
    level: Text = Field(None, max_length=50, description="A level by hand; null has it follow from what he spent")
    acquisition_channel_id: Whole = Field(None, ge=1, description="Where he came from, a traffic channel")
    referrer_client_id: Whole = Field(None, ge=1, description="Who brought him; said once")
    consent_personal_data: bool | None = None
    consent_marketing: bool | None = None
    consent_sms: bool | None = None
    consent_app_push: bool | None = None
    consent_email: bool | None = None

    @field_validator("birthday")
    @classmethod
    def _is_a_day(cls, said: str | None) -> str | None:
        if said is not None and not (len(said) == 10 and rules.is_day(said) and said >= "1900"):
            raise ValueError("expected a day as YYYY-MM-DD")
        return said

    @field_validator("full_name", "vk_username", "instagram_username", "facebook_username", "max_username", "address")
    @classmethod
    def _is_one_line(cls, said: str | None) -> str | None:
        return in_one_line(said)

    @field_validator("notes")
    @classmethod
    def _is_text(cls, said: str | None) -> str | None:
        return in_lines(said)

    @field_validator("gender", mode="before")
    @classmethod
    def _blank(cls, said: Any) -> Any:
        return None if said == "" else said


class NamedChange(ClientChange):
    """The same with the client's id beside it, where the query does not say it."""

    id: Whole = Field(None, ge=1)


class ById(Query):
    """Which client, where the path does not say it."""

    id: Whole = Field(None, ge=1)


class NewClient(ClientChange):
    """A new client; his answers to questions of consent are no until he gives them."""

    full_name: Annotated[str, BeforeValidator(lambda said: said.strip() if isinstance(said, str) else said), Seen] = Field(
        min_length=1, max_length=200, examples=["Анна Ким"]
    )


class Filters(SynonymousQuery):
    """By what clients are found; all that is said must be true."""

    ALSO: ClassVar[Names] = {"q": ("search",), "acquisition_channel_id": ("traffic_channel_id",)}

    q: Text = Field(
        None,
        max_length=100,
        description="His id, lead number, telephone number, e-mail or @name; or beginnings of words of his name, or the last four digits",
    )
    level: Text = Field(None, max_length=50)
    status: Status | None = None
    tag: Text = Field(None, max_length=50)
    acquisition_channel_id: Whole = Field(None, ge=1)
    gender: Gender | None = None
    consent_marketing: bool | None = None
    consent_personal_data: bool | None = None
    consent_sms: bool | None = None
    consent_app_push: bool | None = None
    consent_email: bool | None = None


class ClientsQuery(Filters, PageQuery):
    """A page of them."""


class NextLevel(Schema):
    code: str
    left_rub: RubOut


class LevelShown(Schema):
    code: str
    title: str
    pinned: bool = Field(description="Set by hand")
    accrual_percent: PctOut
    next: NextLevel | None = None


class EndingShown(Schema):
    amount: PtsOut
    at: StampOut


class ClientShown(Schema):
    """A client at the till."""

    id: int = Field(description="The digits of his lead number", examples=[722])
    tg_id: int | None
    username: str
    full_name: str
    phone: str
    whatsapp_phone: str
    email: str
    telegram_username: str
    vk_username: str
    instagram_username: str
    facebook_username: str
    max_username: str
    address: str
    birthday: str
    status: Status
    notes: str
    tags: list[str]
    acquisition_channel_id: int | None
    visits_count: int
    total_spent_rub: RubOut = Field(description="Net cash")
    last_visit_at: StampOut | None
    gender: Gender
    birth_year: int | None
    consent_personal_data: bool
    consent_marketing: bool
    consent_sms: bool
    consent_app_push: bool
    consent_email: bool
    lead_number: str
    level: LevelShown
    points_balance: PtsOut
    points_expiring: EndingShown | None = Field(description="What ends next; said of one client, not in lists")
    money_balance_rub: RubOut
    referrer_client_id: int | None
    referrals_count: int
    possible_duplicates: list[int] = Field(description="Who may be the same person; said of one client, not in lists")
    created_at: StampOut
    updated_at: StampOut


class Clients(PageNumbers):
    items: list[ClientShown]
