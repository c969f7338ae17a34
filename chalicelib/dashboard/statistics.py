"""The statistics of any days: clients, operations, money, levels."""

from chalicelib.analytics.counts import repository as counts
from chalicelib.analytics.counts.operations import LEVEL as OF_LEVEL
from chalicelib.analytics.counts.rules import OPS
from chalicelib.analytics.figures import crowds, days, finance, rules
from chalicelib.clients.index.rules import CREATED, TELEGRAM
from chalicelib.company import directories
from chalicelib.company import service as company
from chalicelib.company.models import Entry
from chalicelib.core import storage
from chalicelib.core.amounts import percent
from chalicelib.core.stamps import Days
from chalicelib.dashboard import cards, reading
from chalicelib.dashboard.cards import money
from chalicelib.dashboard.reading import LIVE, Span
from chalicelib.dashboard.schemas import (
    SHOWN,
    Cash,
    ChannelClients,
    Customers,
    CustomersDay,
    Finance,
    FinanceQuery,
    LevelFigures,
    Levels,
    Operations,
    OperationsDay,
    OperationsKind,
)
from chalicelib.loyalty.accounts.rules import CHANNEL, GENDER, LEVEL, YEAR


def operations(query: Days) -> Operations:
    """What was done at the till: two calls."""
    span = Span(*query.span(SHOWN))
    found = rules.kinds(span.whole)
    by_day = {day: rules.sold(numbers) for day, numbers in span.by_day.items()}
    count, amount = rules.sold(span.whole)
    return Operations(
        **span.named(reading.read_until()),
        cards=cards.numbers(_of_operations(span.whole)),
        count=count,
        amount=amount,
        average_check=rules.average_check(span.whole),
        by_day=[OperationsDay(date=day, count=one, amount=sum_) for day, (one, sum_) in by_day.items()],
        by_type=[OperationsKind(type=one.kind, count=one.times, amount=one.amount) for one in found],
        operations_series=cards.series((day, one) for day, (one, _) in by_day.items()),
    )


def _of_operations(numbers: rules.Numbers) -> dict[str, int | float | None]:
    return {
        "turnover": money(rules.turnover(numbers)),
        "income": money(rules.income(numbers)),
        "discount": money(rules.discount(numbers)),
        "avg_check": money(rules.average_check(numbers)),
        "operations_purchase": rules.over(numbers, "count", "purchase"),
        "cash_purchases": rules.over(numbers, "count.cash", "purchase"),
        "orders": rules.over(numbers, "count", "order"),
        "refunds": rules.over(numbers, "count", "refund"),
    }


def customers(query: Days) -> Customers:
    """Clients, new ones and those who came again: four calls."""
    span = Span(*query.span(SHOWN))
    crowd = reading.crowd(CREATED, TELEGRAM, GENDER, YEAR, CHANNEL)
    channels = sorted(int(value) for value in crowd[CHANNEL] if value.isdecimal())
    until, ever, *entries = storage.read(counts.as_of(), counts.for_ever(OPS, LIVE), *map(directories.CHANNELS.key, channels))
    first, last = span.first.isoformat(), span.last.isoformat()
    everyone, new = crowds.within(crowd[CREATED], "", last), crowds.within(crowd[CREATED], first, last)
    found = {
        "total_clients": everyone.bit_count(),
        "buyers": span.distinct.bit_count(),
        "digitized": (everyone & crowd[TELEGRAM].get("yes", 0)).bit_count(),
        "points": money(ever.numbers.get("balance", 0) if ever is not None else 0),
    }
    by_day = _by_day(span, crowd[CREATED])
    return Customers(
        **span.named(reading.counted_until(until)),
        cards=cards.numbers(found | _of_buyers(span)),
        total=everyone.bit_count(),
        new=new.bit_count(),
        returning=span.distinct.bit_count() - rules.firsts(span.whole),
        by_day=by_day,
        by_traffic_channel=_by_channel(new, crowd[CHANNEL], dict(zip(channels, entries, strict=True))),
        gender_distribution=cards.numbers(dict(crowds.genders(new, crowd[GENDER])), "genders"),
        age_distribution=cards.numbers(dict(crowds.ages(new, crowd[YEAR], span.last)), "ages"),
        new_clients_series=cards.series((one.date, one.new) for one in by_day),
    )


def _of_buyers(span: Span) -> dict[str, int | float | None]:
    numbers = span.whole
    return {
        "avg_check": money(rules.average_check(numbers)),
        "turnover": money(rules.turnover(numbers)),
        "income": money(rules.income(numbers)),
        "discount": money(rules.discount(numbers)),
        "purchases_count": rules.visits(numbers),
        "repeat_purchases": rules.visits(numbers) - rules.firsts(numbers),
        "refunds": rules.over(numbers, "count", "refund"),
        "avg_income": money(rules.ratio(rules.income(numbers), span.distinct.bit_count())),
    }


def _by_day(span: Span, created: dict[str, int]) -> list[CustomersDay]:
    return [
        CustomersDay(date=day, new=created.get(day, 0).bit_count(), returning=span.buyers.get(day, 0).bit_count() - rules.firsts(numbers))
        for day, numbers in span.by_day.items()
    ]


def _by_channel(new: int, came: dict[str, int], entries: dict[int, Entry | None]) -> list[ChannelClients]:
    """How many of them came by which channel, the lowest number first; `entries` are the rows at the channels' keys."""
    found = {number: (new & came[str(number)]).bit_count() for number in entries}
    names = {number: directories.CHANNELS.named(number, row) for number, row in entries.items()}
    return [ChannelClients(traffic_channel_id=number, name=names[number], count=count) for number, count in found.items() if count]


def money_flow(query: FinanceQuery) -> Finance:
    """Income, expenses and cash flow: two calls."""
    span = Span(*query.span(SHOWN))
    incomes, expenses = finance.incomes(span.whole), finance.expenses(span.whole)
    parts = days.grouped(span.first, span.last, query.detailing)
    flows = {begins: finance.flow(rules.added(span.by_day[day] for day in some)) for begins, some in parts.items()}
    return Finance(
        **span.named(reading.read_until()),
        cards=cards.numbers(_of_finance(span.whole)),
        detailing=query.detailing,
        income=sum(incomes.values()),
        expenses=sum(expenses.values()),
        profit=finance.profit(span.whole),
        cashflow=[Cash(period=begins, income=flow.income, expenses=flow.expenses, net=flow.net) for begins, flow in flows.items()],
        cashflow_series=cards.series((begins, money(flow.net)) for begins, flow in flows.items()),
        income_by_source=cards.sources(incomes),
        expenses_by_source=cards.sources(expenses),
    )


def _of_finance(numbers: rules.Numbers) -> dict[str, int | float | None]:
    paid = rules.over(numbers, "count", *rules.SALES, rules.CERTIFICATES)
    return {
        "income_total": money(rules.taken_in(numbers)),
        "discount_total": money(rules.discount(numbers)),
        "refund_total": money(rules.refunded(numbers)),
        "net_income": money(rules.income(numbers)),
        "operations_count": paid,
        "avg_income_per_operation": money(rules.ratio(rules.income(numbers), paid)),
    }


def levels(query: Days) -> Levels:
    """Clients by level: four calls."""
    span = Span(*query.span(SHOWN))
    crowd = reading.crowd(CREATED, LEVEL)
    until, *settings = storage.read(counts.as_of(), *company.keys())
    standing = {level.code: level.title for level in company.loyalty_of(settings).levels}
    everyone = crowds.union(crowd[CREATED].values())
    who, amounts = crowds.levels(everyone, standing, crowd[LEVEL]), span.of(OF_LEVEL)
    total = everyone.bit_count()
    items = [
        _level(code, standing[code], who=ids, bought=ids & span.distinct, total=total, amount=rules.turnover(amounts.get(code, {})))
        for code, ids in who.items()
    ]
    return Levels(**span.named(reading.counted_until(until)), items=items, total=total)


def _level(code: str, title: str, *, who: int, bought: int, total: int, amount: int) -> LevelFigures:
    clients, buyers = who.bit_count(), bought.bit_count()
    return LevelFigures(
        level=code,
        title=title,
        clients_total=clients,
        bought_clients=buyers,
        not_bought_clients=clients - buyers,
        share_percent=percent(clients, total),
        amount_rub=amount,
    )
