"""News as panels write and show them, and what is told of who reads them."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from chalicelib.company.schemas import Line, Words
from chalicelib.core import web
from chalicelib.core.amounts import Rub, RubOut
from chalicelib.core.paging import PageNumbers, PageQuery
from chalicelib.core.schemas import Query, Schema, Text, Whole, blank_is_none
from chalicelib.core.stamps import Stamp, StampOut
from chalicelib.core.synonyms import Names, Synonymous, SynonymousQuery
from chalicelib.engagement.news.rules import Event

Status = Literal["active", "archived", "draft"]
MEANT = {True: "active", False: "draft", "true": "active", "false": "draft"}


def _published(said: Any) -> Any:
    """`is_published` as a status; both may come where they say the same."""
    if not isinstance(said, dict) or "is_published" not in said:
        return said
    given = dict(said)
    flag = blank_is_none(given.pop("is_published"))
    if flag is None:
        return given
    status = MEANT.get(flag.lower() if isinstance(flag, str) else flag) if isinstance(flag, bool | str) else None
    if status is None:
        raise ValueError("expected is_published true or false")
    if given.get("status", status) != status:
        raise ValueError("expected status alone: is_published says something else")
    return given | {"status": status}


def _address(said: str) -> str:
    return web.address(said) if said else said


Title = Annotated[Line, Field(min_length=1, max_length=200)]
Body = Annotated[Words, Field(min_length=1, max_length=3000)]
Address = Annotated[Line, Field(max_length=512), AfterValidator(_address)]


class NewsFields(Synonymous):
    """What a post says; a text that is null or empty is cleared."""

    ALSO: ClassVar[Names] = {"body": ("text", "content"), "cover_image_url": ("image_url",)}

    cover_image_url: Address = Field("", description="http or https")
    link_url: Address = Field("", description="http or https")
    product_id: Whole = Field(None, ge=1, le=10**12)
    status: Status = Field("active", description="Who reads it is counted while it is active")
    published_at: Annotated[Stamp | None, BeforeValidator(blank_is_none)] = Field(
        None, description="When it was first active, where nothing is said"
    )

    @model_validator(mode="before")
    @classmethod
    def _by_its_status(cls, said: Any) -> Any:
        return _published(said)


class NewPost(NewsFields):
    title: Title
    body: Body


class PostChange(NewsFields):
    """What is absent stays."""

    title: Title = ""
    body: Body = ""


class NamedPost(PostChange):
    """The same with the id beside it, where the query does not say it."""

    id: Whole = Field(None, ge=1)


class ById(Query):
    """Which one, where the path does not say it."""

    id: Whole = Field(None, ge=1)


class NewsQuery(SynonymousQuery, PageQuery):
    """Which posts, the newest first."""

    status: Annotated[Status | None, BeforeValidator(blank_is_none)] = None

    @model_validator(mode="before")
    @classmethod
    def _by_its_status(cls, said: Any) -> Any:
        return _published(said)


class PostShown(Schema):
    """A post."""

    id: int
    title: str
    body: str
    cover_image_url: str
    link_url: str
    product_id: int | None
    status: Status
    published_at: StampOut | None
    created_at: StampOut
    updated_at: StampOut


class News(PageNumbers):
    items: list[PostShown]


class Tracked(Synonymous):
    """What a client did with a post."""

    ALSO: ClassVar[Names] = {
        "event_type": ("event",),
        "amount_rub": ("amount",),
        "news_post_id": ("news_id",),
        "init_data": ("initData",),
    }

    news_post_id: Annotated[int, Field(ge=1, le=10**12)]
    event_type: Event = Field(description="A view, a transition and a click count once a client, post and day")
    client_id: Whole = Field(None, ge=1, le=10**9, description="Whose it is; in the app his own. Without it nobody's")
    amount_rub: Annotated[Rub | None, BeforeValidator(blank_is_none)] = Field(None, description="What was paid; counts with a purchase")
    source: Annotated[Line, Field(max_length=64)] = Field("", description="Where he came from")
    occurred_at: Annotated[Stamp | None, BeforeValidator(blank_is_none)] = Field(
        None, description="At most 7 days from now; now by default"
    )
    init_data: Text = Field(None, exclude=True, description="What Telegram signed, where no header brings it")


class Metric(Schema):
    event_type: Event
    count: int


class NewsStats(Schema):
    """What came of a post."""

    news_post_id: int
    total_events: int
    metrics: list[Metric] = Field(description="All six kinds, always in this order")
    view: int
    transition: int
    click: int
    add_to_cart: int
    booking: int
    purchase: int
    unique_clients: int = Field(description="Distinct clients of whom anything was counted, whatever the kind and the day")
    revenue_rub: RubOut = Field(description="What purchases came to")
