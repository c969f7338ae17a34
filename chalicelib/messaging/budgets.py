"""How much may leave in a day: what costs money, and what goes where a stranger pointed. Counted once a message, before it leaves; SMS as
their carriers charge them.
"""

from chalicelib.core import clock, storage, tally
from chalicelib.core.settings import settings
from chalicelib.messaging import repository
from chalicelib.messaging.channels import sms
from chalicelib.messaging.channels.base import Parcel
from chalicelib.messaging.letters import Letter
from chalicelib.messaging.reach import NoWay, Plan, Withheld

ANSWERS_TO_AN_ADDRESS = {"sms": 2, "email": 3}
"""Answers that one typed address is sent in a day, whoever typed it: a stranger's form must not fill somebody's phone."""

SMS_OF_A_VISITOR = 5
"""SMS in a day that whoever writes from one network address may cause."""

SMS = "sms"
SPENT = "no more SMS leave today"
OFTEN = "this address has had as many answers today as one that nobody has proven may have"
VISITOR = "as many SMS were caused from one place today as may be"


def take(letter: Letter, plan: Plan, parcel: Parcel) -> None:
    """Count a message of the day, but for one that was counted before. Raises Withheld, or NoWay where no SMS is left for anybody."""
    bounds = _bounds(plan)
    if not bounds or letter.message.counted == plan.name:
        return
    tx, day = storage.Transaction(), f"{clock.wall().astimezone(settings().zone):%Y-%m-%d}"
    repository.counted(tx, letter.message, plan.name)
    for (name, about), (most, otherwise) in bounds.items():
        tally.add_in(tx, name, about, day, most=most, otherwise=otherwise, many=sms.charged(parcel) if name == SMS else 1)
    tx.commit()


def _bounds(plan: Plan) -> dict[tuple[str, str], tuple[int, Exception]]:
    """What is counted, up to how many, and what more of it means."""
    found: dict[tuple[str, str], tuple[int, Exception]] = {}
    if plan.name == "sms":
        found[SMS, "all"] = settings().sms_budget_day, NoWay([SPENT])
    if plan.is_answer:
        found[f"answers-{plan.name}", plan.at.value] = ANSWERS_TO_AN_ADDRESS[plan.name], Withheld(OFTEN)
    if plan.is_answer and plan.name == "sms" and plan.caused_by:
        found["sms-of-visitor", plan.caused_by] = SMS_OF_A_VISITOR, Withheld(VISITOR)
    return found
