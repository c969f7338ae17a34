"""Whether a survey can be filled to its end. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator

from chalicelib.core.patterns import pattern
from chalicelib.intake.surveys.schemas import Step, SurveyBody

_SLUG = pattern(r"[a-z0-9][a-z0-9_-]{0,99}")

Finding = tuple[tuple[str, ...], str]


def findings(survey: SurveyBody) -> Iterator[Finding]:
    """What is wrong, as where and what was expected there: a page tells steps by their ids, and a total by the results."""
    if _twice(str(step.step_id) for step in survey.content):
        yield ("content",), "expected each step_id once"
    if _twice(result.least for result in survey.results):
        yield ("results",), "expected each `from` once"
    if survey.results and min(result.least for result in survey.results) > least(survey.content):
        yield ("results",), f"expected a result for the least that can be reached: `from` {least(survey.content)} or less"


def is_slug(text: str) -> bool:
    """Whether a survey may be called so: it stands in addresses."""
    return _SLUG.fullmatch(text) is not None


def least(steps: Iterable[Step]) -> int:
    """The fewest coins that anybody can have: one answer of each single step, any or none of a multiple one."""
    coins = [(step.step_type, [item.coins for item in step.step_items]) for step in steps]
    return sum(min(worth) if kind == "single" else sum(min(0, one) for one in worth) for kind, worth in coins)


def _twice(values: Iterable[object]) -> bool:
    return any(times > 1 for times in Counter(values).values())
