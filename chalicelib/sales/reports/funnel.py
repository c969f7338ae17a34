"""The funnel: how far the deals of some days came."""

from chalicelib.sales.reports import rules
from chalicelib.sales.reports.asking import asked, part
from chalicelib.sales.reports.rules import Numbers
from chalicelib.sales.reports.schemas import Funnel, MedianDays, ReportQuery, Stage


def funnel(query: ReportQuery, mine: int | None) -> Funnel:
    """Two calls for a year."""
    ground = asked(query, mine)
    numbers = ground.whole
    created, won = numbers.get("opened", 0), numbers.get("won", 0)
    return Funnel(
        **ground.named,
        created=created,
        still_open=rules.still_open(numbers),
        won=won,
        lost=numbers.get("lost", 0),
        done=numbers.get("done", 0),
        overall=part(won, created),
        stages=[_stage(step, numbers) for step in rules.steps(numbers)],
    )


def _stage(step: rules.Step, numbers: Numbers) -> Stage:
    return Stage(
        stage=step.stage,
        reached=step.reached,
        step=None if step.further is None else part(step.further, step.reached),
        median_days=MedianDays(value=rules.days_in(numbers, step.stage)),
    )
