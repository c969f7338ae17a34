"""Today in numbers, and what somebody should see to."""

from collections.abc import Sequence
from typing import Any

from chalicelib.analytics.counts import repository as counts
from chalicelib.analytics.counts.rules import BUYERS, OPS, RATINGS, SESSIONS, Place
from chalicelib.analytics.figures import rules
from chalicelib.clients.index.rules import EVERYONE, TELEGRAM
from chalicelib.clients.index.service import PEOPLE
from chalicelib.core import clock, storage, troubles
from chalicelib.core.bitmaps import finding
from chalicelib.core.bitmaps import rows as blocks
from chalicelib.core.outbox.rows import DEAD, queues
from chalicelib.core.settings import settings
from chalicelib.core.storage.counters import Counter
from chalicelib.dashboard import promotion, reading
from chalicelib.dashboard.promotion import GOAL
from chalicelib.dashboard.reading import LIVE
from chalicelib.dashboard.schemas import Alert, Dashboard, Hint, SectionLink, Summary, SummaryBuyers, SummaryFinance, SummaryOperations
from chalicelib.dashboard.words import words

CANCELLED = "cancelled"


def summary() -> Summary:
    """Today: three calls."""
    now = clock.now()
    day = reading.today(now).isoformat()
    return _summary(day, storage.read(*_keys(day)), [])[0]


def everything() -> Dashboard:
    """Today, what stands and should be seen to, and what there is to promote: six calls."""
    now = clock.now()
    day = reading.today(now).isoformat()
    newest = promotion.newest()
    *counted, goal, programme = storage.read(*_keys(day), *promotion.keys())
    shown, certificates = _summary(day, counted, newest)
    return Dashboard(
        summary=shown,
        alerts=_alerts(goal_set=goal is not None),
        promo_cards=[Hint(**one) for one in words()["promo_cards"]],
        section_links=[SectionLink(**one) for one in words()["section_links"]],
        promotion=promotion.shown(certificates, programme, now),
    )


def _keys(day: str) -> list[storage.Key]:
    """What is counted of a day, until when, and which id was given last."""
    places = [Place(family, LIVE, day) for family in (OPS, BUYERS, SESSIONS, RATINGS)]
    return [*map(counts.key, places), counts.as_of(), Counter.at(f"lead-{LIVE}")]


def _summary(day: str, counted: Sequence[Any], more: Sequence[storage.Key]) -> tuple[Summary, list[Any]]:
    """The day from the rows at `_keys`, and the rows at `more` keys, which are read with the sets of clients."""
    ops, bought, sessions, rated, until, last = counted
    numbers = ops.numbers if ops is not None else {}
    everyone, digitized, found = _people(int(last.value) if last is not None else 0, more)
    buyers = bought.ids if bought is not None else 0
    answer = Summary(
        date=day,
        as_of=reading.counted_until(until),
        finance=_finance(numbers),
        buyers=SummaryBuyers(total=buyers.bit_count(), new=rules.firsts(numbers), digitized=(buyers & digitized).bit_count()),
        operations=_operations(numbers),
        clients_count=everyone.bit_count(),
        appointments_count=sum(by for status, by in (sessions.numbers if sessions is not None else {}).items() if status != CANCELLED),
        average_rating=rules.average_rating(rated.numbers if rated is not None else {}),
        unread_messages=None,
    )
    return answer, found


def _people(last: int, more: Sequence[storage.Key]) -> tuple[int, int, list[Any]]:
    """All clients, those whose Telegram is known, and the rows at `more` keys: what is pending first, then one read."""
    space, behind = PEOPLE.space(LIVE), finding.late(PEOPLE, LIVE)
    keys = [blocks.whole(space, facet, last) for facet in (f"{EVERYONE}#", f"{TELEGRAM}#yes")]
    found = storage.read(*keys[0], *keys[1], *more)
    size = len(keys[0])
    everyone, telegram = blocks.ids(found[:size]), blocks.ids(found[size : 2 * size])
    right = finding.corrected(EVERYONE, {"": everyone}, behind), finding.corrected(TELEGRAM, {"yes": telegram}, behind)
    return right[0][""], right[1]["yes"], found[2 * size :]


def _finance(numbers: rules.Numbers) -> SummaryFinance:
    return SummaryFinance(turnover_rub=rules.turnover(numbers), income_rub=rules.income(numbers), discount_rub=rules.discount(numbers))


def _operations(numbers: rules.Numbers) -> SummaryOperations:
    purchases, orders, refunds = (rules.over(numbers, "count", kind) for kind in ("purchase", "order", "refund"))
    return SummaryOperations(purchases_count=purchases, orders_count=orders, refunds_count=refunds)


def _alerts(*, goal_set: bool) -> list[Alert]:
    """What stands and should be seen to, the gravest first."""
    known = words()["alerts"]
    standing = {row.what if row.what in known else "trouble" for row in troubles.standing()}
    standing |= set() if goal_set else {GOAL}
    standing |= set() if settings().telegram_bot_token else {"bot_token_missing"}
    standing |= {"undelivered"} if next(queues(DEAD), None) else set()
    return [Alert(code=code, **known[code]) for code in known if code in standing]
