"""Go-CRM's things under our names. Staff's remarks on a lesson ("a capricious child") are never read: parents would see them."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field, computed_field

from chalicelib.core.schemas import Id, Schema, Text


class Point(Schema):
    lat: float = Field(ge=-90, le=90)
    lng: float = Field(ge=-180, le=180)


class City(Schema):
    id: Id
    name: str


class Center(Schema):
    """A branch. `shown`: whether the club wants it on its site. `timezone`: whose wall clock its lessons are told by."""

    id: Id
    city_id: Id
    name: str
    address: Text = None
    phone: Text = None
    coordinates: Point | None = None
    timezone: Text = None
    shown: bool = True


class StaffMember(Schema):
    id: Id
    center_id: Text = None
    name: str
    position: Text = None
    shown: bool = True


class Lead(Schema):
    """What a visitor left. `name` is the child's, `parent_name` the parent's: Go-CRM tells them apart."""

    name: str = Field(min_length=1, max_length=200)
    phone: str = Field(min_length=1, max_length=50)
    center_id: Text = None
    birthday: date | None = None
    comment: Text = None
    parent_name: Text = None
    email: Text = None
    way_id: Text = Field(None, description="Go-CRM's id of where a lead comes from")
    utm_source: Text = Field(None, description="Go-CRM takes one tag and says that it uses none")


class Profile(Schema):
    """The parent. `center_id` is where the parent was registered."""

    id: Text = None
    center_id: Text = None
    full_name: Text = None
    email: Text = None
    phone: Text = None
    birthday: date | None = None


class Child(Schema):
    id: Id
    name: str
    birthday: date | None = None


class Subscription(Schema):
    """A bought subscription. `offer_id` is what it was bought as. `active` is None where Go-CRM does not say."""

    id: Id
    child_id: Text = None
    offer_id: Text = None
    name: str = ""
    number_exercise: int | None = None
    balance: int | None = None
    price_kopecks: int | None = None
    valid_until: date | None = None
    active: bool | None = None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def used(self) -> int | None:
        """Lessons used; None where either number is untold."""
        if self.number_exercise is None or self.balance is None:
            return None
        return max(self.number_exercise - self.balance, 0)


LessonState = Literal["planned", "visited", "missed"]


class Lesson(Schema):
    """A child's lesson; times are the centre's wall time with its offset. `child_id` is None where Go-CRM left it open."""

    id: Id
    child_id: Text = None
    center_id: Text = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    title: Text = None
    teacher: Text = None
    teacher_ids: list[str] = []
    state: LessonState = "planned"


class Window(Schema):
    """A lesson of the schedule that can be booked. The id holds all that booking needs: give it back as it is."""

    id: Id
    center_id: Text = None
    starts_at: datetime
    ends_at: datetime | None = None
    title: Text = None
    teacher_ids: list[str] = []
    free_places: int | None = Field(None, description="Absent where Go-CRM does not say")


class Payment(Schema):
    id: Id
    at: datetime | None = None
    amount_kopecks: int
    purpose: Text = None
    method: Text = None


class Debt(Schema):
    """What a parent owes, by centre: Go-CRM names no child and no date unless asked otherwise."""

    id: Text = None
    child_id: Text = None
    center_id: Text = None
    amount_kopecks: int
    purpose: Text = None
    due_on: date | None = None


class PaymentLink(Schema):
    """Where to pay. `amount_kopecks` only where Go-CRM tells what it will charge."""

    url: str = Field(pattern=r"^https://[^\s<>\"']+$", max_length=2000)
    payment_id: Text = None
    amount_kopecks: int | None = None
