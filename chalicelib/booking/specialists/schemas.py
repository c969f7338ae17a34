"""What the back office says of specialists and reads back."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from chalicelib.booking.specialists.profile import Profile
from chalicelib.core.schemas import Answer, Contour, Id, Query, Schema, Seen, Text, Warned

Kopecks = Annotated[int, Field(ge=0, le=1_000_000_000)]
Gender = Literal["male", "female"]


class SpecialistInput(Schema):
    """A specialist as the back office writes him. Money is integer kopecks."""

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S", examples=["Мария Орлова"]), Seen]
    telegram_id: Text = Field(None, max_length=20, pattern=r"^[1-9]\d*$")
    phone: Text = Field(None, max_length=60, description="For the office, who calls a specialist that Telegram does not reach")
    email: Text = Field(None, max_length=254)
    gender: Gender | None = None
    age: int | None = Field(None, ge=18, le=120)
    price_min: Kopecks | None = None
    price_max: Kopecks | None = None
    specialisations: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(default=[], max_length=100)
    debt: int = Field(0, ge=-100_000, le=100_000)
    number_of_clients_provided: int = Field(0, ge=0, le=100_000)
    active: bool = True
    profile: Profile | None = Field(None, description="What the card on the site shows; stays as it is where it is not sent")

    @model_validator(mode="after")
    def _price_range(self) -> "SpecialistInput":
        if self.price_min is not None and self.price_max is not None and self.price_min > self.price_max:
            raise ValueError("price_min must not be above price_max")
        return self


class NewSpecialist(SpecialistInput):
    id: Annotated[Id | None, Field(description="Kept as given; made here when absent")] = None
    contour: Contour = "live"


class SpecialistView(SpecialistInput):
    id: str
    contour: Contour
    coefficient: int = Field(description="debt - number_of_clients_provided - sessions assigned after today until the month's end")


class SpecialistAnswer(Warned, Answer):
    specialist: SpecialistView


class SpecialistShown(SpecialistAnswer):
    secret: str = Field(description="Opens the specialist's own page: for him alone, and for the office that sends him the link")


class SecretAnswer(Answer):
    secret: str = Field(description="The new one; the old one opens nothing any more")


class Unauthored(Schema):
    """What a page is answered whose secret names nobody, with status 200: it reads the body alone."""

    error: Literal["unauthored"] = "unauthored"


class SpecialistsQuery(Query):
    active: bool | None = None
    contour: Contour = "live"


class SpecialistsAnswer(Answer):
    specialists: list[SpecialistView]
