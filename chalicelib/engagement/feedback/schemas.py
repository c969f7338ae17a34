"""What clients and the office say, and how panels show it."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_validator

from chalicelib.company.schemas import Words
from chalicelib.core.paging import PageNumbers, PageQuery
from chalicelib.core.schemas import Schema, Text, Whole, blank_is_none
from chalicelib.core.stamps import Days, StampOut
from chalicelib.core.synonyms import Names, Synonymous, SynonymousQuery

FeedbackType = Literal["rating", "complaint", "suggestion"]
CardType = Annotated[Literal["service", "product"] | None, BeforeValidator(blank_is_none)]
ObjectType = Annotated[Literal["service", "product", "session"] | None, BeforeValidator(blank_is_none)]
Mark = Annotated[int, Field(ge=1, le=5)]
Said = Annotated[Words, Field(max_length=2000)]


class NewRating(Synonymous):
    """What a client thinks of a good or a service."""

    ALSO: ClassVar[Names] = {
        "object_id": ("product_id",),
        "feedback_type": ("type",),
        "text": ("comment",),
        "init_data": ("initData",),
    }

    object_id: Annotated[int, Field(ge=1, le=10**12)]
    object_type: CardType = Field(None, description="What its card says wins")
    feedback_type: Literal["rating"] = "rating"
    rating: Mark
    text: Said = ""
    init_data: Text = Field(None, exclude=True, description="What Telegram signed, where no header brings it")


class NewFeedback(Synonymous):
    """What the office heard of a client."""

    ALSO: ClassVar[Names] = {"object_id": ("product_id",), "feedback_type": ("type",), "text": ("comment",)}

    client_id: Whole = Field(None, ge=1, le=10**9)
    feedback_type: FeedbackType
    object_type: CardType = Field(None, description="What its card says wins")
    object_id: Whole = Field(None, ge=1, le=10**12, description="Of which good or service")
    rating: Annotated[Mark | None, BeforeValidator(blank_is_none)] = Field(None, description="Of a rating it must be said")
    text: Said = ""

    @model_validator(mode="after")
    def _a_rating_rates(self) -> "NewFeedback":
        if self.feedback_type == "rating" and self.rating is None:
            raise ValueError("expected a rating from 1 to 5")
        return self


class FeedbackQuery(SynonymousQuery, PageQuery, Days):
    """What was said, the newest first; of the last two years where no days are named."""

    ALSO: ClassVar[Names] = {"object_id": ("product_id",), "feedback_type": ("type",)}

    feedback_type: Annotated[FeedbackType | None, BeforeValidator(blank_is_none)] = None
    object_type: ObjectType = None
    object_id: Whole = Field(
        None, ge=1, le=10**12, description="Of which good or service; with `object_type` session, of which appointment"
    )
    client_id: Whole = Field(None, ge=1, le=10**9)


class FeedbackShown(Schema):
    """What somebody said."""

    id: int
    client_id: int | None
    client_name: str
    feedback_type: FeedbackType
    object_type: str = Field(description="service, product or session; empty where it is about none")
    object_id: int | None = Field(description="The product; of a session its appointment, null where a form made it")
    rating: int | None
    text: str
    status: Literal["new", "seen", "closed"]
    source: Literal["app", "admin", "session"]
    created_at: StampOut


class RatingGiven(FeedbackShown):
    feedback_id: int


class Feedback(PageNumbers):
    items: list[FeedbackShown]
