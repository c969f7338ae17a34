"""What planning asks and answers."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from chalicelib.booking.slots.shown import FreeSlot
from chalicelib.core.schemas import Answer, Id, Schema
from chalicelib.ownpage.door import SecretQuery, Shown
from chalicelib.ownpage.plans.rules import Period

SLOT = "A slot's id, or DD.MM HH:mm in the business zone"
Said = Annotated[Period, BeforeValidator(lambda said: " ".join(said.split()).lower() if isinstance(said, str) else said)]


class PlanInput(Shown):
    slot: Id = Field(description=SLOT)
    repeat_period: Said


class RootQuery(SecretQuery):
    slot: Id = Field(description=SLOT)


class Repeated(Schema):
    repeat_period: Period


class Planned(Answer):
    """What a plan has become."""

    repeat_period: Period
    planned: list[FreeSlot] = Field(description="Hours written now")
    skipped: list[FreeSlot] = Field(description="Hours that were not written: something stands there")
    removed: list[str] = Field(description="Free slots of the plan that were taken back, by id")
