"""What a parent says and reads."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from chalicelib.core.schemas import Answer, Id, Message, Query, Schema, Text
from chalicelib.integrations.gocrm.schemas import Child, Debt, Lesson, Payment, Profile, Window

When = Literal["past", "upcoming"]


class SignIn(Schema):
    """First the phone alone, then with the code."""

    phone: str = Field(min_length=5, max_length=60, examples=["+7 916 000-11-22"])
    code: Text = Field(None, max_length=12, description="The code that came by SMS", examples=["4821"])


class SignedIn(Message):
    token: str | None = Field(None, description="For `Authorization: Bearer`, an hour; null while a code is awaited")
    expires_in: int | None = Field(None, description="Seconds")
    resend_after: int | None = Field(None, description="Seconds until another code may be asked for; the same for any phone")


class ProfileAnswer(Answer):
    profile: Profile


class ProfileChange(Schema):
    """What is absent stays."""

    full_name: Text = Field(None, max_length=200)
    email: Text = Field(None, max_length=254)
    birthday: date | None = None


class Children(Answer):
    children: list[Child]


class SubscriptionCard(Schema):
    """A subscription; lessons used are those in all without those left."""

    id: str
    child_id: str | None
    name: str
    numberExercise: int | None = Field(description="Lessons in all")
    balance: int | None = Field(description="Lessons left")
    used: int | None = Field(description="Lessons used; null where either number is untold")
    price_kopecks: int | None
    valid_until: date | None
    active: bool | None


class Totals(Schema):
    numberExercise: int
    balance: int
    used: int


class ChildTotals(Totals):
    child_id: str


class Subscriptions(Answer):
    subscriptions: list[SubscriptionCard]
    by_child: list[ChildTotals]
    total: Totals


class LessonsQuery(Query):
    when: When = "upcoming"


class Lessons(Answer):
    lessons: list[Lesson]


class WindowsQuery(Query):
    child_id: Text = Field(None, max_length=60)
    center_id: Text = Field(None, max_length=60)


class Windows(Answer):
    windows: list[Window]


class BookingRequest(Schema):
    child_id: Id
    window_id: Id = Field(description="An id of GET /gocrm/windows")


class Booked(Message):
    child_id: str
    window_id: str
    starts_at: datetime
    lesson: Lesson | None = Field(description="Null where Go-CRM did not show it")


class Payments(Answer):
    payments: list[Payment]


class Debts(Answer):
    debts: list[Debt]
    total_kopecks: int


class LinkRequest(Schema):
    subscription_id: Id


class Link(Answer):
    url: str
    amount_kopecks: int = Field(description="The subscription's price as the club tells it; nobody else sets it")
    expires_at: str = Field(description="Until then a repeat gives the same link")
