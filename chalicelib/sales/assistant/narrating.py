"""A forecast in words: its own numbers by rules, and by a model that says no other ones."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from chalicelib.ai import asking, evidence, purposes
from chalicelib.ai.masking import Mask
from chalicelib.ai.models import AiJob
from chalicelib.ai.purposes import Answered, Case, Kind, Reading
from chalicelib.core import once, storage
from chalicelib.core.amounts import KOPECKS
from chalicelib.core.lines import one_line
from chalicelib.core.settings import settings
from chalicelib.sales.assistant.explaining import MOST, Explanation
from chalicelib.sales.assistant.rules import Language
from chalicelib.sales.forecasts.schemas import ForecastShown

KIND: Final = "generate_forecast"
SYSTEM: Final = (
    "You put a sales forecast into words for who runs the house. You are given numbered lines of it. Make at most five claims in "
    "the language named in wishes: each is one short sentence, names the id of one line, and quotes words of it letter by letter. "
    "Say no number, date or name that is not in the lines, and promise nothing."
)


@cache
def texts(language: Language) -> dict[str, str]:
    """How a line of a forecast is said."""
    return dict(json.loads((Path(__file__).parent / "data" / f"forecasts.{language}.json").read_text(encoding="utf-8")))


def lines(shown: ForecastShown, language: Language) -> list[str]:
    """A forecast line by line: what is nothing is not said."""
    known = texts(language)
    head = [f"{shown.period_start:%d.%m.%Y}-{shown.period_end:%d.%m.%Y}. " + known["revenue"].format(value=_sum(shown.predicted_revenue))]
    if shown.interval is not None:
        level = round(shown.interval.level * 100)
        head.append(known["interval"].format(level=level, low=_sum(shown.interval.low), high=_sum(shown.interval.high)))
    columns: dict[str, Any] = {
        **{str(name): one for name, one in shown.categories.items()},
        **({"overdue": shown.inputs.overdue} if shown.inputs else {}),
    }
    told = [known[name].format(value=_sum(one.amount), count=one.count) for name, one in columns.items() if one.count]
    unsaid = [known["no_amount"].format(count=shown.inputs.no_amount)] if shown.inputs and shown.inputs.no_amount else []
    return [*head, *told, *unsaid]


def _sum(hundredths: int) -> str:
    """A sum of the currency without its parts: nobody forecasts those."""
    return f"{round(hundredths / KOPECKS):,}".replace(",", " ") + f" {settings().sales_currency}"


def narrative(said: list[str]) -> str:
    """The same in a few sentences."""
    return " ".join(f"{line}." for line in said)


def queue(said: list[str], *, language: Language, by: int, force: bool, request: once.Request) -> AiJob:
    """The job that words a forecast; of the same numbers the same one."""
    return asking.ask(KIND, "forecast", {"lines": said, "language": language}, by=by, force=force, request=request)


def ask(job: AiJob) -> Case:
    """A forecast's lines, which are numbers and name nobody."""
    return Case(evidence.numbered(job.asked["lines"]), {"language": job.asked["language"]}, Mask())


def read(case: Case, said: Explanation) -> Reading:
    """The claims that stand by their lines."""
    kept, dropped = evidence.verified([claim.model_dump() for claim in said.claims], case.pieces)
    claims = [{**claim, "text": one_line(claim["text"])} for claim in kept[:MOST]]
    text = " ".join(claim["text"] for claim in claims) or None
    return Reading("done" if claims else "insufficient_evidence", {"narrative": text, "claims": claims, "dropped_claims": dropped})


def keep(tx: storage.Transaction, job: AiJob, answered: Answered) -> dict[str, Any]:
    """Words of a forecast are its asker's to read, and change nothing of it."""
    return answered.found


purposes.register(Kind(KIND, "forecast", SYSTEM, Explanation, ask, read, keep))
