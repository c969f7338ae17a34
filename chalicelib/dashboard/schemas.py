"""What the dashboard and the statistics are asked, and answer."""

from datetime import date as Date
from typing import ClassVar

from pydantic import Field

from chalicelib.analytics.figures.days import Detailing
from chalicelib.core.amounts import PctOut, RubOut
from chalicelib.core.schemas import Schema
from chalicelib.core.stamps import Days, StampOut
from chalicelib.core.synonyms import Names, SynonymousQuery

SHOWN = 30
"""Days that are shown where nobody says which."""


class FinanceQuery(Days, SynonymousQuery):
    ALSO: ClassVar[Names] = {"detailing": ("group_by",)}

    detailing: Detailing = Field("day", description="What cash flow is shown by: days, weeks from Monday on, months")


class Card(Schema):
    code: str
    title: str = Field(description="In Russian")
    value: int | float | None = Field(description="Roubles, points or a number; null where there is nothing to divide by")


class Point(Schema):
    ts: int = Field(description="When it begins, in unix seconds")
    value: int | float | None


class Ranged(Schema):
    effective_from: Date = Field(description="The first day of the business that counts")
    effective_to: Date = Field(description="The last day that counts")
    timezone: str = Field(description="Whose days they are", examples=["Europe/Moscow"])
    as_of: StampOut | None = Field(description="Until when everything is surely counted; null before the first reading of the log")
    cards: list[Card] = []


class CustomersDay(Schema):
    date: Date
    new: int = Field(description="Registered on that day")
    returning: int = Field(description="Bought on that day, and not for the first time ever")


class ChannelClients(Schema):
    traffic_channel_id: int
    name: str = Field(description="Empty where the directory has it no more")
    count: int = Field(description="Clients registered in these days who came by it")


class Customers(Ranged):
    total: int = Field(description="Clients at the end of these days")
    new: int = Field(description="Registered in these days")
    returning: int = Field(description="Buyers whose first purchase ever was before these days")
    by_day: list[CustomersDay]
    by_traffic_channel: list[ChannelClients]
    gender_distribution: list[Card] = Field(description="Of those registered in these days")
    age_distribution: list[Card] = Field(description="Of the same, by the year of birth, at the end of these days")
    new_clients_series: list[Point]


class OperationsDay(Schema):
    date: Date
    count: int
    amount: RubOut


class OperationsKind(Schema):
    type: str = Field(examples=["purchase"])
    count: int
    amount: RubOut = Field(description="Below zero where money goes out: refunds, paid rewards; and what was taken back of rewards")


class Operations(Ranged):
    count: int = Field(description="Purchases and orders")
    amount: RubOut = Field(description="Their bills before discounts, less refunds of bills on these days; no certificates, no rewards")
    average_check: RubOut | None = Field(description="What is left of bills by those of which something is left; null without any")
    by_day: list[OperationsDay]
    by_type: list[OperationsKind]
    operations_series: list[Point] = Field(description="How many purchases and orders a day")


class Cash(Schema):
    period: Date = Field(description="The first day of the week or month; a day itself")
    income: RubOut
    expenses: RubOut
    net: RubOut


class Source(Schema):
    code: str
    title: str = Field(description="In Russian")
    value: RubOut
    share_percent: PctOut | None = Field(description="Of all; null where there is nothing")


class Finance(Ranged):
    detailing: Detailing
    income: RubOut = Field(description="Money that came in")
    expenses: RubOut = Field(description="Refunds, the cost of sold goods, rewards in money, pay by the end of its period")
    profit: RubOut
    cashflow: list[Cash]
    cashflow_series: list[Point] = Field(description="What is left of each")
    income_by_source: list[Source]
    expenses_by_source: list[Source]


class LevelFigures(Schema):
    level: str
    title: str
    clients_total: int = Field(description="Who has it now")
    bought_clients: int = Field(description="Of them, who bought in these days")
    not_bought_clients: int
    share_percent: PctOut | None = Field(description="Of all clients; null without any")
    amount_rub: RubOut = Field(description="Bills of these days by those who had it then")


class Levels(Ranged):
    items: list[LevelFigures]
    total: int = Field(description="Clients with any level: all")


class SummaryFinance(Schema):
    turnover_rub: RubOut
    income_rub: RubOut
    discount_rub: RubOut


class SummaryBuyers(Schema):
    total: int
    new: int = Field(description="Whose first purchase ever it was")
    digitized: int = Field(description="Whose Telegram account is known")


class SummaryOperations(Schema):
    purchases_count: int
    orders_count: int
    refunds_count: int


class Summary(Schema):
    date: Date = Field(description="Today, by the business's clock")
    as_of: StampOut | None = Field(description="Until when everything is surely counted; null before the first reading of the log")
    finance: SummaryFinance
    buyers: SummaryBuyers
    operations: SummaryOperations
    clients_count: int
    appointments_count: int = Field(description="Sessions that start today and are not cancelled")
    average_rating: float | None = Field(description="Of today's sessions, 2 decimals; null where none has a mark")
    unread_messages: int | None = Field(description="Null while nothing counts who waits for an answer")


class Hint(Schema):
    code: str
    title: str
    subtitle: str
    action_label: str
    action_route: str


class Alert(Hint):
    level: str = Field(description="info, warning or critical")


class SectionLink(Schema):
    section: str
    route: str
    children: list[str]


class CertificateType(Schema):
    code: str
    title: str


class NewestCertificate(Schema):
    id: int
    code: str = Field(description="Its last four letters")
    title: str
    amount_rub: RubOut
    balance_rub: RubOut
    price_rub: RubOut | None
    issue_method: str
    status: str = Field(description="active, redeemed, expired or cancelled")
    client_id: int | None
    expires_at: StampOut | None
    comment: str
    created_at: StampOut


class ReferralProgram(Schema):
    code: str
    title: str
    description: str
    route: str
    enabled: bool


class Promotion(Schema):
    certificate_types: list[CertificateType]
    certificates: list[NewestCertificate] = Field(description="The five newest")
    referral_programs: list[ReferralProgram]
    promotion_forecast: dict[str, float] | None = Field(description="The last one that was asked for; null without any")


class Dashboard(Schema):
    summary: Summary
    alerts: list[Alert] = Field(description="What stands and somebody should see to; nothing is guessed")
    promo_cards: list[Hint]
    section_links: list[SectionLink]
    promotion: Promotion
