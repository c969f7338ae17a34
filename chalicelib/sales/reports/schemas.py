"""What sales' reports are asked, and answer."""

from datetime import date as Date
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from chalicelib.analytics.counts.periods import Kind
from chalicelib.core import clock, facts
from chalicelib.core.amounts import MoneyOut
from chalicelib.core.listing import Day, in_order
from chalicelib.core.schemas import Query, Schema

SHOWN, LONGEST = 30, 366


class ReportQuery(Query):
    """Over which days of the business: both count, from their midnight to the next."""

    date_from: Day | None = Field(None, description=f"The first day that counts; by default {SHOWN} days are shown")
    date_to: Day | None = Field(None, description=f"The last day that counts, today by default; at most {LONGEST} days")
    pairs: bool = Field(False, description="Of `calibration`: show each chance and what came")
    period_type: Kind = Field("monthly", description="Of `backtest`: whose periods; without days the last 24 that are over")

    @model_validator(mode="after")
    def _spans_days(self) -> "ReportQuery":
        in_order(self.date_from, self.date_to)
        first, last = self.span
        if last - first >= timedelta(days=LONGEST):
            raise ValueError(f"expected at most {LONGEST} days from date_from to date_to")
        return self

    @property
    def span(self) -> tuple[Date, Date]:
        """The first and the last day."""
        last = self.date_to or max(Date.fromisoformat(facts.day_of(clock.now())), self.date_from or Date.min)
        return self.date_from or last - timedelta(days=SHOWN - 1), last


class Rate(Schema):
    numerator: int
    denominator: int
    value: float | None = Field(description="Of 1, 4 decimals; null where the denominator is 0")


class Certain(Rate):
    low: float | None = Field(description="Wilson's interval of 95 %: its lower end")
    high: float | None = Field(description="Its upper end")


class WinRate(Certain):
    few: bool = Field(description="Fewer than 10 were won or lost: the rate says little")


class MedianSeconds(Schema):
    value: int | None = Field(description="Seconds; null where there is nothing to take it of")
    approximate: Literal[True] = Field(True, description="Read from 24 buckets, each 1.8 times as wide as the one before")


class MedianDays(Schema):
    value: float | None = Field(description="Days, 2 decimals; null where there is nothing to take it of")
    approximate: Literal[True] = Field(True, description="Read from 24 buckets, each 1.8 times as wide as the one before")


class Report(Schema):
    date_from: Date
    date_to: Date
    timezone: str = Field(description="Whose days they are", examples=["Europe/Moscow"])
    as_of: datetime | None = Field(description="Until when everything is surely counted; null before the first reading of the log")
    manager_id: int | None = Field(description="Whose deals alone are shown: a manager's, who reads his own; null for everybody's")


class Stage(Schema):
    stage: str
    reached: int = Field(description="Deals that came to this stage or further, wherever they stand now")
    step: Rate | None = Field(description="Of those who reached it, who reached the next one; null for the last")
    median_days: MedianDays = Field(description="In this stage, of those who have left it")


class Funnel(Report):
    report: Literal["funnel"] = "funnel"
    created: int = Field(description="Deals opened in these days; everything here is said of these")
    still_open: int
    won: int
    lost: int
    done: int = Field(description="Over without being won or lost")
    overall: Rate = Field(description="Won, of all created")
    stages: list[Stage]


class Waits(Schema):
    within_5_minutes: Rate = Field(description="Of all created, answered or not")
    within_15_minutes: Rate
    within_1_hour: Rate
    within_24_hours: Rate
    median: MedianSeconds = Field(description="Of the answered")


class OldestWaiting(Schema):
    lead_id: int
    lead_number: str = Field(examples=["br0722"])
    opened_at: datetime
    waited_seconds: int
    waited_working_seconds: int


class Waiting(Schema):
    total: int | None = Field(
        description="Deals of these days that wait for our first answer now; null where not all were looked at and none was found"
    )
    total_is_exact: bool = Field(description="False where there are more than were looked at")
    oldest: OldestWaiting | None


class Speed(Report):
    report: Literal["speed"] = "speed"
    created: int = Field(description="Deals opened in these days")
    answered: int = Field(description="Those of them that one of ours has written to or spoken with")
    unanswered: int = Field(description="The others, also those that are over")
    working_hours: str = Field(description="`SALES_HOURS`", examples=["mon-fri 10:00-19:00"])
    by_wall_clock: Waits
    by_working_hours: Waits
    waiting: Waiting


class Manager(Schema):
    id: int
    full_name: str | None


class ManagerRow(Schema):
    manager: Manager
    assigned: int = Field(description="Deals opened in these days that are his now; everything here is said of these")
    answered_within_15_minutes: Rate = Field(description="Of all assigned")
    contacts: int
    won: int
    lost: int
    still_open: int
    win_rate: WinRate = Field(description="Won, of won and lost")
    revenue: int | float
    median_cycle: MedianDays = Field(description="From a deal's opening to its end, of those won and lost")
    overdue_tasks: int | None = Field(None, description="Null while no tasks are kept")


class Managers(Report):
    report: Literal["managers"] = "managers"
    items: list[ManagerRow] = Field(description="Whoever has most first")
    unassigned: int | None = Field(description="Deals of these days that nobody has; null where a manager reads his own row")


class SourceRow(Schema):
    source: str
    created: int = Field(description="Deals opened in these days that came by it; everything here is said of these")
    share: Rate = Field(description="Of all created")
    answered_within_15_minutes: Rate
    won: int
    lost: int
    still_open: int
    conversion: Rate = Field(description="Won, of all created")
    win_rate: WinRate = Field(description="Won, of won and lost")
    revenue: int | float
    median_cycle: MedianDays


class Sources(Report):
    report: Literal["sources"] = "sources"
    created: int
    items: list[SourceRow] = Field(description="What brought most first")


class Ratio(Schema):
    numerator: MoneyOut
    denominator: MoneyOut
    value: float | None = Field(description="4 decimals; null where the denominator is 0")


class ForecastErrors(Schema):
    periods: int
    wape: Ratio = Field(description="What forecasts were off by in all, of what came in all")
    bias: Ratio = Field(description="The same with its sign: above 0 too much was forecast")


class PeriodTested(Schema):
    period_start: Date
    period_end: Date
    forecast: MoneyOut = Field(description="As of its first day")
    low: MoneyOut
    high: MoneyOut
    actual: MoneyOut
    accuracy: float = Field(description="1 − |actual − forecast| / the larger of them")
    inside_interval: bool
    last_period: MoneyOut | None = Field(description="What the period before brought; null where that is not known")
    mean_of_three: MoneyOut | None = Field(description="What the three before brought on average, the nearest that are known")


class Backtest(Report):
    report: Literal["backtest"] = "backtest"
    period_type: Kind
    ours: ForecastErrors
    last_period: ForecastErrors = Field(description="Had each period brought what the one before did")
    mean_of_three: ForecastErrors = Field(description="Had it brought the mean of the three before")
    coverage: Certain = Field(description="Periods that came as their intervals said; 0.8 is meant")
    verdict: Literal["holds", "interval_off", "no_better_than_naive", "too_few"] = Field(
        description="Fewer than 8 periods say nothing; else whether forecasts are off by less than both naive ones, "
        "and whether intervals hold 70 to 90 % of periods"
    )
    items: list[PeriodTested] = Field(description="Periods that were forecast on their first day and are over")


class ModelShown(Schema):
    OWN: ClassVar = ("on", "reason", "version", "until", "examples", "won", "tested", "brier")

    source: Literal["rules", "learned"] = Field(description="Whose chances are shown; the rules' begin with what was learned all the same")
    on: bool = Field(description="Whether leads are told a chance (`win_probability`)")
    reason: str | None = Field(
        description="Why not: nothing_learned_yet, too_few_won_or_not_won, no_better_than_base_rate, no_better_than_rules"
    )
    version: str | None = Field(description="The day on which it was learned")
    until: str | None = Field(description="It was learned of deals opened until this day, and tested by the later ones")
    examples: int | None
    won: int | None
    tested: int | None
    brier: dict[str, float] | None = Field(
        description="Over those it was tested by: its own, the rules', and of who always says how many are won"
    )


class BinShown(Schema):
    least: float
    below: float = Field(description="A chance of 1 is in the last")
    n: int
    mean: float | None = Field(description="What was said on average")
    observed: Certain = Field(description="How many were won")


class MonthShown(Schema):
    month: str = Field(description="Of the opening", examples=["2026-03"])
    n: int
    mean: float | None
    observed: Certain
    brier: float | None


class Pair(Schema):
    p: float
    y: int = Field(description="1 where it was won within 90 days of its opening")


class Calibration(Report):
    report: Literal["calibration"] = "calibration"
    model: ModelShown
    n: int = Field(description="Deals of these days whose 90 days are over, which were judged in time and nothing was learned of")
    learned_of: int = Field(description="Deals of these days that the model was learned of: they say nothing of it")
    not_judged: int | None = Field(
        description="Deals without a score within 30 days of the opening and a day before the end; null where a manager reads his own"
    )
    bins: list[BinShown]
    brier: float | None = Field(description="The mean of (p − y)²")
    base_brier: float | None = Field(description="The same of who always says how many of these were won")
    skill: float | None = Field(description="1 − brier / base_brier")
    ece: float | None = Field(description="By how much bins are off, weighed by how many are in each")
    log_loss: float | None
    by_month: list[MonthShown]
    pairs: list[Pair] | None = Field(description="With `pairs=true`")


Answered = Funnel | Speed | Managers | Sources | Calibration | Backtest
