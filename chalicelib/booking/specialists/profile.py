"""What a specialist shows of himself: the card that the public site puts before a client. Nothing here is private."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from chalicelib.core.schemas import Schema, Text, Whole

MOST_EDUCATION, MOST_TOPICS = 40, 100
LONGEST_LINK, LONGEST_LINE = 2000, 300


def _https(link: str | None) -> str | None:
    """A link of the card is shown as it stands: whatever is no address of a page would run in the visitor's browser."""
    if link is not None and (len(link) > LONGEST_LINK or not _is_https(link)):
        raise ValueError(f"expected a link that begins with https://, {LONGEST_LINK} characters at most")
    return link


def _is_https(link: str) -> bool:
    host = link[len("https://") :].partition("/")[0]
    return link[:8].lower() == "https://" and bool(host.strip(".")) and not any(sign.isspace() or sign in "\"'<>\\`" for sign in link)


Link = Annotated[Text, AfterValidator(_https)]
"""A picture, a video or a page, elsewhere: links only, and only https."""


def _said(value: Any) -> Any:
    """A blank says nothing."""
    return None if isinstance(value, str) and not value.strip() else value


def _listed(value: Any) -> Any:
    """A list may come as one text with semicolons."""
    if value is None:
        return []  # an office reads the card and writes it back as it was
    parts = value.split(";") if isinstance(value, str) else value
    if not isinstance(parts, list):
        return parts
    trimmed = [part.strip() if isinstance(part, str) else part for part in parts]
    return [part for part in trimmed if part != ""]


Topic = Annotated[str, Field(min_length=1, max_length=200)]
Topics = Annotated[list[Topic], BeforeValidator(_listed), Field(max_length=MOST_TOPICS)]
Words = Annotated[str, Field(max_length=LONGEST_LINE)]
Flag = Annotated[bool | None, BeforeValidator(_said)]


class Education(Schema):
    """One diploma or course."""

    program_title: Text = Field(None, max_length=LONGEST_LINE)
    year: Text = Field(None, max_length=20)
    title: Text = Field(None, max_length=LONGEST_LINE, description="Who taught")
    doc_type: Text = Field(None, max_length=LONGEST_LINE)


class Profile(Schema):
    """What the card shows beside name, age, sex and prices. Texts are shown as they are; lists come as lists or with semicolons."""

    group: Text = Field(None, max_length=LONGEST_LINE, examples=["Сообщество"])
    experience: Text = Field(None, max_length=LONGEST_LINE)
    link_photo: Link = None
    link_video: Link = None
    main_modal: Text = Field(None, max_length=LONGEST_LINE, description="The method that he works by")
    additional_modals: Topics = []
    queries: Topics = Field([], description="Requests that he takes on; where it is empty the card shows the specialisations")
    works_with: Topics = []
    short_description: Text = Field(None, max_length=5000)
    in_community: Flag = None
    verified: Flag = None
    is_married: Flag = None
    has_children: Flag = None
    personal_therapy_type: Text = Field(None, max_length=LONGEST_LINE)
    personal_therapy_duration: Text = Field(None, max_length=LONGEST_LINE)
    help_hand: Annotated[bool | Words | None, BeforeValidator(_said)] = Field(None, description="Whether, or how, he sees people for less")
    first_free: Flag = None
    all_with_price: Flag = None
    min_client_age: Whole = Field(None, ge=0, le=120)
    max_client_age: Whole = Field(None, ge=0, le=120)
    telegram: Link = Field(None, description="His public page, never the account that the bot writes to")
    vk: Link = None
    site: Link = None
    education: Annotated[list[Education], BeforeValidator(_listed), Field(max_length=MOST_EDUCATION)] = []

    @model_validator(mode="after")
    def _ages(self) -> "Profile":
        if self.min_client_age is not None and self.max_client_age is not None and self.min_client_age > self.max_client_age:
            raise ValueError("min_client_age must not be above max_client_age")
        return self

    def packed(self) -> dict[str, Any]:
        """As a row keeps it: what is said and nothing else."""
        return self.model_dump(exclude_defaults=True)


def unpacked(kept: Any) -> Profile:
    """What `packed` made; of nothing, a profile that says nothing. It was judged when it was written."""
    said = dict(kept or {})
    education = [Education.model_construct(**one) for one in said.pop("education", ())]
    return Profile.model_construct(**said, education=education)
